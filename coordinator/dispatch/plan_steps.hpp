#pragma once
// What importing a plan and revising one have in common. Private to this folder.

#include <map>
#include <vector>

#include "coordinator/dispatch/grants.hpp"
#include "coordinator/tables/plans.hpp"
#include "protocol/base/result.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/model/plan.hpp"
#include "protocol/model/task.hpp"

namespace lab::dispatch {

using Serials = std::map<model::ProgrammeCode, std::uint32_t>;

/// "plan 1.1"
std::string where_of(const coordinator::tables::PlanRef& plan);

/// Errors: as dispatch::import says of the plan itself.
Result<void> check_plan_to_take(const model::Plan& plan);

/// Rows for `cells` with tasks from `first_task` on, and sample numbers that nobody has; `serials` is where those go on
/// per programme afterwards. Nothing is stored. Errors: too_large when sample numbers of a programme run out.
Result<std::vector<coordinator::tables::CellRow>> number_cells(const journal::View& store, std::uint16_t year,
                                                               const std::vector<model::PlanCell>& cells,
                                                               std::uint32_t first_task, Serials& serials);

/// So many more samples are ordered from now on, which are no tasks yet.
void count_planned(journal::Draft& draft, const coordinator::tables::PlanRef& plan,
                   const std::vector<model::PlanCell>& cells, UtcTime now);

/// Whether a revision is still taking tasks out of the task's plan: what it drops must not be given away before.
bool is_being_revised(const journal::View& store, const model::TaskId& task);

/// One step of taking out what a revision has dropped.
void revise_step(journal::Draft& draft, const coordinator::tables::PlanRef& plan, coordinator::tables::Job job,
                 ReviewSample review, UtcTime now);

}  // namespace lab::dispatch
