#pragma once
// One laboratory drawn at random among several, so that anybody can draw it again.

#include <vector>

#include "coordinator/tables/objections.hpp"

namespace lab::dispatch {

/// The candidates in order without repetition, and the one at (first 8 octets of SHA-256 over `seed`, as a big-endian
/// number) mod their count. With 21 laboratories the bias is below 1e-18.
/// Precondition: there is a candidate.
coordinator::tables::Draw draw_laboratory(std::vector<model::LaboratoryId> candidates, const Hash& seed);

}  // namespace lab::dispatch
