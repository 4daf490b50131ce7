#pragma once
// The diary's word for orders to a node: their range and the hash of what was ordered, so that the diary vouches for
// every one of them.

#include <cstdint>
#include <utility>

#include "coordinator/tables/diary.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/model/ids.hpp"

namespace lab::coordinator::tables {

/// First and last order.
using OrderRange = std::pair<std::uint64_t, std::uint64_t>;

/// Names the orders of a node and their hash.
void note_orders(journal::Draft& draft, DiaryKind kind, model::NodeId node, const OrderRange& range, UtcTime now);

/// Tells `node` that the reserve of this task is held, or is free again. What it is told names no enterprise.
void order_hold(journal::Draft& draft, model::NodeId node, const model::TaskId& task, bool held, UtcTime now);

}  // namespace lab::coordinator::tables
