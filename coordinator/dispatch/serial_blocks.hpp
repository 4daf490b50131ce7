#pragma once
// Serials leased to nodes, taken from the counter by which the coordinator numbers its own tasks: no number is ever in
// two hands.

#include <cstdint>

#include "protocol/journal/draft.hpp"
#include "protocol/model/event.hpp"

namespace lab::dispatch {

constexpr std::uint32_t block_serials = 50;
/// For one node, programme and year: a province of 200 nodes can then not use up the 99,999 serials of a year by
/// mistake of one.
constexpr std::uint32_t leased_serials_max = 2'000;

/// Answers the request `wanted` of a node with an order. Returns how many serials were leased: none when the programme
/// has no plan in that year, its serials are used up, or the node has had its share; then people are told.
/// `request` is the hash of the event.
std::uint32_t lease_serials(journal::Draft& draft, const model::Event& event, const Hash& request, UtcTime now);

}  // namespace lab::dispatch
