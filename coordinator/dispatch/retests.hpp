#pragma once
// A disputed verdict is tested again by another laboratory, on the reserve sample.

#include <optional>
#include <string>

#include "protocol/base/result.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/model/ids.hpp"

namespace lab::dispatch {

/// What the person who orders it has found out about the reserve: rules::RetestRequest says what follows.
struct RetestOrder {
  model::TaskId task;
  std::string reason;
  std::optional<model::LaboratoryId> laboratory;  // nothing: the least busy that offers the panel
  bool reserve_fit = true;
  bool expired = false;
  bool rapid_method = false;
};

/// Grants the task, whose verdict stays counted, to a node of another laboratory than the first, for the items that
/// failed. The first laboratory's events are late from here on. A retest that was ordered and not decided may be
/// ordered anew: the grant before it is taken back. Returns the node. Errors: not_found for a task; malformed for the
/// reason; conflict when the task has no counted verdict, its retest is decided, rules::check_retest() refuses (its
/// Chinese sentence is the message), or no other laboratory has a node.
Result<model::NodeId> order_retest(journal::Draft& draft, const RetestOrder& order, UtcTime now);

}  // namespace lab::dispatch
