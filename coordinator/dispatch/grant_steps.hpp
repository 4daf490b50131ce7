#pragma once
// The two halves of every change of a grant, and the end of a task. Private to this folder.

#include <string>

#include "coordinator/dispatch/grants.hpp"
#include "coordinator/tables/registry.hpp"
#include "protocol/base/result.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/model/task.hpp"

namespace lab::dispatch {

/// Grants the task to the node under the next token of `numbers`, which the caller stores. Returns the order.
std::uint64_t give(journal::Draft& draft, model::Task& task, model::NodeId node, coordinator::tables::Numbers& numbers,
                   UtcTime now);

/// The task is its laboratory's again, and its node is told. What it reports from now on is late.
void take_back(journal::Draft& draft, model::Task& task, const std::string& reason, UtcTime now);

/// Nobody does the task any more; the caller logs that fewer samples are ordered (count_log.hpp), which a revision does
/// for many tasks at once. Precondition: no node has it.
void end_task(journal::Draft& draft, model::Task& task, ReviewSample review, UtcTime now);

/// The node, when it can be given this task. Errors: not_found; conflict when it is revoked, has the task already, or
/// its laboratory does not offer the panel or has to keep away by a rule of independence.
Result<model::NodeEntry> chosen_node(const journal::View& store, const model::Task& task, model::NodeId node);

}  // namespace lab::dispatch
