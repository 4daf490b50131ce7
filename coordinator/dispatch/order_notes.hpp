#pragma once
// What every change of a grant has in common: a reason that a person gave, and the diary's word for its orders.
// Private to this folder.

#include <cstdint>
#include <string>
#include <utility>

#include "coordinator/tables/diary.hpp"
#include "protocol/base/result.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/model/ids.hpp"

namespace lab::dispatch {

/// First and last order.
using OrderRange = std::pair<std::uint64_t, std::uint64_t>;

/// Names the orders of a node and their hash, so that the diary vouches for every one of them.
void note_orders(journal::Draft& draft, coordinator::tables::DiaryKind kind, model::NodeId node,
                 const OrderRange& range, UtcTime now);

/// Malformed when the reason is empty or too long.
Result<void> check_reason(const std::string& reason);

}  // namespace lab::dispatch
