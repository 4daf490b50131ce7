#pragma once
// A node goes on with other keys: what the coordinator makes of the event that says so. Private to this folder but for
// its limits.

#include <chrono>
#include <string>

#include "protocol/journal/draft.hpp"
#include "protocol/model/event.hpp"

namespace lab::ledger {

/// Former keys are accepted for so long after they were replaced: what a node has sent and not heard of again is sent
/// again within minutes, and a bench PC that is off over a holiday still finds in.
constexpr std::chrono::hours keys_overlap{7 * 24};
/// Of one node, for ever: one replacement a year is usual, and the record of a node stays small.
constexpr std::size_t former_keys_max = 16;

/// Whoever signed the event's stream had the former key; here the new one has to show itself. Returns why it is
/// refused; empty when the node has these keys from now on. Saying the same again changes nothing.
std::string replace_keys(journal::Draft& draft, const model::Event& event, const model::KeysReplaced& keys,
                         UtcTime now);

}  // namespace lab::ledger
