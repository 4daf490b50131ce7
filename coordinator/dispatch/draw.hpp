#pragma once
// One laboratory drawn at random among several, so that anybody can draw it again.

#include <string>
#include <vector>

#include "coordinator/tables/objections.hpp"

namespace lab::dispatch {

/// The candidates in order without repetition, and the one at (first 8 octets of SHA-256 over `seed`, as a big-endian
/// number) mod their count. With 21 laboratories the bias is below 1e-18.
/// Precondition: there is a candidate.
coordinator::tables::Draw draw_laboratory(std::vector<model::LaboratoryId> candidates, const Hash& seed);

/// "seed 5feceb66 candidates 2,3, drawn 3": a draw in the diary.
std::string words_of(const coordinator::tables::Draw& draw);

}  // namespace lab::dispatch
