#pragma once
// A plan on its way to the laboratories: expanded into tasks, allocated, granted. Each of the three may take many
// turns; where it stands is in the store, and every step can be the last one before a power cut.

#include <span>
#include <string>

#include "coordinator/dispatch/grants.hpp"
#include "coordinator/tables/plans.hpp"
#include "protocol/base/result.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/model/plan.hpp"

namespace lab::dispatch {

/// Tasks dealt with in one step. A new task is three records, a granted one two: with everything else a turn stays
/// below 4,000 records, which are written in some 20 ms.
constexpr std::uint32_t step_tasks = 1'000;
/// Tasks looked at in one step of a dispatch, most of which may be granted already.
constexpr std::uint32_t step_looked_at = 4'000;
/// Forty times the reference case; the cells of a larger plan would not fit one turn.
constexpr std::uint32_t plan_tasks_max = 1'000'000;

/// A plan that coordinator/planning has checked becomes the next plan; its own id and revision are not looked at.
/// `source` is the hash of the file it came from. Sample numbers are set aside at once, tasks follow step by step.
/// Errors: malformed when there is nothing to sample or a code is too long; too_large when sample numbers of a
/// programme or tasks run out; conflict when there is a plan of that year and title, which dispatch/revisions.hpp
/// revises.
Result<model::PlanEntry> import(journal::Draft& draft, const model::Plan& plan, const Hash& source, UtcTime now);

/// The plan of that year and title that stands as the same file, or one with the same cells, would have it.
std::optional<model::PlanEntry> imported_before(const journal::View& store, const model::Plan& plan,
                                                const Hash& source);

/// So many samples of one quota cell go to one laboratory (coordinator/planning decides it and knows nothing of tasks).
struct Share {
  std::uint32_t cell = 0;  // index in the plan's cells
  model::LaboratoryId laboratory;
  std::uint32_t count = 0;
};

/// Every task of the plan that nobody has gets its laboratory; those that are kept (dispatch/handover.hpp) stay where
/// they are, and `shares` speak of the others alone (dispatch/holdings.hpp), in the order of cells. May be asked for
/// while the plan is still being expanded. Errors: not_found for a plan, cell or laboratory that does not exist;
/// conflict while an allocation, a dispatch or a revision is under way, or when a cell's shares are not what is free
/// of it.
Result<void> allocate(journal::Draft& draft, const coordinator::tables::PlanRef& plan, std::span<const Share> shares);

/// Grants the allocated tasks of the plan to live nodes of their laboratories, at most `limit` of them (0: all). Tasks
/// of a laboratory without a live node stay allocated: dispatch again when it has one. May be asked for while the plan
/// is still being allocated. Of the lots of one series (dispatch/lots.hpp) the first is granted and the others wait;
/// without a limit, each is granted by itself when the verdict on the one before it has been counted.
/// Errors: not_found; conflict while it is being dispatched.
Result<void> dispatch(journal::Draft& draft, const coordinator::tables::PlanRef& plan, std::uint32_t limit);

/// The lots whose turn has come, else one step of one job. False when there was neither.
bool work(journal::Draft& draft, ReviewSample review, UtcTime now);

/// Eight characters without look-alikes, derived from the store's secret: the same task has the same code whenever it
/// is made. `attempt` counts up when a code is taken.
std::string blind_code(BytesView secret, const model::TaskId& task, std::uint8_t attempt);

}  // namespace lab::dispatch
