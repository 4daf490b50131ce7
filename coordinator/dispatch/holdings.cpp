#include "coordinator/dispatch/holdings.hpp"

#include <algorithm>

#include "coordinator/dispatch/handover.hpp"
#include "coordinator/dispatch/plan_steps.hpp"
#include "coordinator/tables/tasks.hpp"

namespace lab::dispatch {
namespace {

namespace tables = coordinator::tables;
using model::TaskState;

// One that is granted or judged is allocated all the same.
bool is_of_laboratory(const model::Task& task) {
  return task.state != TaskState::planned && task.state != TaskState::cancelled;
}

void count_others(const journal::View& store, const tables::PlanRef& plan, Holdings& found) {
  tables::for_each_task(store, plan, 1, [&](const model::Task& task) {
    if (is_of_laboratory(task)) ++found.laboratories[task.laboratory].elsewhere;
    return true;
  });
}

// Tasks of the rows, row by row: they stand in one order.
void count_own(const journal::View& store, const tables::PlanRef& plan, Holdings& found) {
  const std::vector<tables::CellRow> rows = tables::rows_of(store, plan);
  for (const tables::CellRow& row : rows) found.free.push_back(row.tasks());
  std::size_t at = 0;
  tables::for_each_task(store, plan, 1, [&](const model::Task& task) {
    while (task.id.number >= rows.at(at).first_task + rows[at].tasks()) ++at;
    const bool keeps = is_kept(store, task);
    if (is_of_laboratory(task)) {
      Holding& holding = found.laboratories[task.laboratory];
      ++(keeps ? holding.kept : holding.allocated);
    }
    if (keeps || task.state == TaskState::cancelled) --found.free[at];
    return true;
  });
}

}  // namespace

std::uint32_t Holding::room(std::uint32_t capacity) const {
  return static_cast<std::uint32_t>(capacity - std::min<std::uint64_t>(capacity, kept + elsewhere));
}

Result<Holdings> holdings(const journal::View& store, const model::PlanEntry& plan) {
  Holdings found;
  for (const model::PlanEntry& other : tables::plans(store)) {
    const tables::PlanRef ref = tables::ref_of(other);
    if (other.year != plan.year || other.id == plan.id) continue;
    if (tables::has_job(store, ref, tables::JobKind::allocate)) {
      return fail(ErrorCode::conflict, "同一年度的另一计划正在分配；完成后再试", where_of(ref));
    }
    count_others(store, ref, found);
  }
  count_own(store, tables::ref_of(plan), found);
  return found;
}

}  // namespace lab::dispatch
