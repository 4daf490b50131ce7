#pragma once
// Shares of a quota cell (decision 0055). A cell of so many samples is so many tasks, and a task is granted to one node
// at a time: the open grants of a cell are the shares its nodes hold, and may draw from while nobody answers. What is
// added here: a share can be given on purpose; and where the programme's rules ask for it (planning::SamplingRule,
// escrow), what a node may have drawn is given to nobody else before the node has handed it back or is revoked.

#include <cstdint>
#include <string>

#include "coordinator/tables/plans.hpp"
#include "coordinator/tables/recalls.hpp"
#include "protocol/base/result.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/model/event.hpp"
#include "protocol/model/task.hpp"

namespace lab::dispatch {

/// Why no sample of it is drawn: the code in the event by which a node hands a share back.
constexpr const char* handed_back_cause = "handed_back";

/// Whether the task may be given to somebody else or ended. Conflict when it is in escrow, its node is not revoked, and
/// it has neither been drawn nor declined there.
Result<void> check_may_move(const journal::View& store, const model::Task& task, UtcTime now);

/// Whether shares may be given now. Conflict, for a programme in escrow, while people do without a node that holds
/// nobody knows what: a store put back from a backup has forgotten what it gave that node.
Result<void> check_may_give(const journal::View& store, const model::ProgrammeCode& programme, UtcTime now);

/// What a sample of a cell is to its share.
enum class ShareState : std::uint8_t {
  free,      // nobody has it, and nobody can have drawn it
  undrawn,   // its node may draw it yet
  drawn,     // its node has, or has received it without a form, and there is no verdict
  declined,  // there was none to be had
  judged,
  cancelled,
};
const char* name_of(ShareState state);
ShareState share_state(const journal::View& store, const model::Task& task);

struct Leased {
  std::uint32_t given = 0;
  std::uint32_t left = 0;  // of the cell, not given to anybody

  bool operator==(const Leased&) const = default;
};

/// Grants to `node` the next `count` samples of the cell that nobody has: not granted yet, handed back, or held by a
/// node that was revoked before it drew them. Errors: not_found for the plan, cell or node; malformed for a count of
/// none or more than a step grants; conflict when the node cannot test them, the cell is one of lots, or fewer are left
/// than are asked for.
Result<Leased> lease(journal::Draft& draft, const coordinator::tables::PlanRef& plan, std::uint32_t cell,
                     model::NodeId node, std::uint32_t count, UtcTime now);

/// Asks the node to hand the sample back. It stays the node's until it answers; asking again repeats the order. Errors:
/// not_found; conflict unless it is granted to a node that is not revoked, and neither drawn nor declined; malformed
/// for a reason that is empty or too long.
Result<void> recall(journal::Draft& draft, const model::TaskId& task, const std::string& reason, UtcTime now);

/// What a node says of a share: it hands a sample back, which is nobody's then; or it had drawn one before it heard
/// that it is to, and keeps it under a new token. Everything else changes nothing.
void hear_of_share(journal::Draft& draft, model::NodeId node, const model::Event& event, UtcTime now);

/// A store that was put back hears which samples a node may draw.
void take_held_share(journal::Draft& draft, model::NodeId node, const model::SerialBlock& numbers, UtcTime now);

}  // namespace lab::dispatch
