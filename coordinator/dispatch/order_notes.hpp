#pragma once
// What every change of a grant has in common: a reason that a person gave, and the diary's word for its orders.
// Private to this folder.

#include <string>

#include "coordinator/tables/order_notes.hpp"
#include "protocol/base/result.hpp"

namespace lab::dispatch {

using coordinator::tables::note_orders;
using coordinator::tables::OrderRange;

/// Malformed when the reason is empty or too long.
Result<void> check_reason(const std::string& reason);

}  // namespace lab::dispatch
