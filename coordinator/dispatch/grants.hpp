#pragma once
// Giving tasks to nodes and taking them back. Every grant has a token that was never issued before; whoever reports
// under an older one is late.

#include <optional>
#include <span>
#include <string>

#include "coordinator/dispatch/handover.hpp"
#include "protocol/base/result.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/model/task.hpp"

namespace lab::dispatch {

/// What a node may know of a task. The sampled enterprise is not among it, and is not in `task` either.
model::Grant grant_of(const model::Task& task);

/// Grants each of `tasks` (all allocated) to a live node of its laboratory, the nodes of a laboratory in turn; those of
/// a laboratory without a live node are left. One diary entry per node names the range of orders and their hash.
/// A task whose sample has been received is granted to the node that has it, or is left: it moves by reassign() alone.
/// A lot whose series is not free (dispatch/lots.hpp) is left as well; with `queue` it is granted when its turn comes.
/// Returns how many were granted.
std::uint32_t grant_all(journal::Draft& draft, std::span<model::Task> tasks, bool queue, UtcTime now);

/// Takes a task back from its node: it is allocated to its laboratory again, and a verdict that is still on its way
/// will be late. Errors: not_found; conflict unless the task is granted; malformed for a reason that is empty or too
/// long.
Result<void> revoke(journal::Draft& draft, const model::TaskId& task, const std::string& reason, UtcTime now);

/// Revokes and grants to another node: of the same laboratory when it has one, else of a laboratory that offers the
/// panel; among several the one with the fewest open orders, and none that has to keep away by a rule of independence.
/// Returns that node. Errors as revoke, and conflict when there is no other node.
/// Once the sample has been received it goes to another node by two people only: nothing, and nothing has changed, when
/// the first of them has proposed it; errors then as confirm() in handover.hpp.
/// With `to` it is that node, and the task need not be granted: so a task goes back to the node whose verdict came too
/// late. It still has its results, and its people sign them anew under the new token. Errors then also: not_found for
/// the node; conflict when it is revoked, already has the task, or its laboratory does not offer the panel or has to
/// keep away; and, of a task that nobody has, while a revision is taking tasks out of its plan.
Result<std::optional<model::NodeId>> reassign(journal::Draft& draft, const Reassignment& asked, UtcTime now);

/// ledger::review_sample, handed in because the ledger stands beside this folder. The sample of a task that ends may
/// have been drawn, and another one set aside for it.
using ReviewSample = void (*)(journal::Draft& draft, const model::TaskId& task, UtcTime now);

/// Ends a task that has no verdict: nobody does it any more, it leaves what is planned, and a verdict that is still on
/// its way will be late. The node that has it is told. Errors: not_found; conflict when it is judged or cancelled
/// already; malformed as revoke.
Result<void> cancel(journal::Draft& draft, const model::TaskId& task, const std::string& reason, ReviewSample review,
                    UtcTime now);

}  // namespace lab::dispatch
