#pragma once
// A disputed verdict is tested again by another laboratory, on the reserve sample.

#include <optional>
#include <string>

#include "protocol/base/result.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/model/ids.hpp"
#include "protocol/model/task.hpp"

namespace lab::dispatch {

/// What the person who orders it has found out about the reserve: rules::RetestRequest says what follows.
struct RetestOrder {
  model::TaskId task;
  std::string reason;
  std::optional<model::LaboratoryId> laboratory;  // nothing: drawn by lot
  std::optional<bool> reserve_fit{};
  std::optional<bool> expired{};
  bool rapid_method = false;
  Hash seed{};  // random: draws the laboratory where none is named
};

/// Grants the task, whose verdict stays counted, to a node of another laboratory than the first, for the items that
/// failed: of the one that is named, else of one drawn by lot among those that have a live node, offer the panel and
/// need not keep away by a rule of independence, and the draw is kept with the retest and in the diary. While it is not
/// decided the same lot holds, as long as its laboratory is one of them. The first laboratory's events are late from
/// here on. A retest that was ordered and not decided may be ordered anew: the grant before it is taken back. Returns
/// the node. Errors: not_found for a task; malformed for the reason, and unless both are said of the reserve; conflict
/// when the task has no counted verdict, its retest is decided, rules::check_retest() refuses (its Chinese sentence is
/// the message), no other laboratory has a node, or the one that is named has to keep away.
Result<model::NodeId> order_retest(journal::Draft& draft, const RetestOrder& order, UtcTime now);

}  // namespace lab::dispatch
