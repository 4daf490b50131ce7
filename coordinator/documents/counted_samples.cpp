#include "coordinator/documents/counted_samples.hpp"

#include "coordinator/tables/drawn.hpp"
#include "coordinator/tables/plans.hpp"
#include "coordinator/tables/tasks.hpp"

namespace lab::documents {
namespace {

namespace tables = coordinator::tables;

bool takes(const reports::Query& query, const model::Task& task, const model::ResultEntry& result) {
  const auto is = [](const auto& asked, const auto& value) { return !asked || *asked == value; };
  return is(query.programme, task.programme) && is(query.city, task.city) && is(query.category, task.category) &&
         is(query.county, task.county) && is(query.round, task.round) && is(query.stage, task.stage) &&
         is(query.month, result.month) && is(query.laboratory, task.laboratory);
}

bool is_before(const tables::PlanRef& plan, const model::TaskId& task) {
  return std::pair{plan.plan, plan.revision} < std::pair{task.plan, task.revision};
}

}  // namespace

// The task is read last: most of its cost.
void for_each_sample(const journal::View& store, const reports::Query& query, const model::TaskId& after,
                     const std::function<bool(const CountedSample& sample)>& visit) {
  bool more = true;
  for (const model::PlanEntry& plan : tables::plans(store)) {
    if (!more) return;
    if (is_before(tables::ref_of(plan), after)) continue;
    tables::for_each_file(store, tables::ref_of(plan), [&](const model::TaskId& id, const tables::TaskFile& file) {
      if (id <= after) return true;
      const auto result = file.result();
      if (!result || result->counted_version == 0) return true;
      auto task = tables::task(store, id);
      if (!task || !takes(query, *task, *result)) return true;
      more = visit({std::move(*task), file, *result});
      return more;
    });
  }
}

void for_each_bad_sample(const journal::View& store, const reports::Query& query, bool without_aside,
                         const std::function<bool(const CountedSample& sample)>& visit) {
  tables::for_each_nonconforming(store, [&](const model::TaskId& id) {
    const tables::TaskFile file = tables::task_file(store, id);
    const auto result = file.result();
    if (!result || result->counted_version == 0) return true;
    const auto outcome = query.verdicts == reports::Verdicts::first ? result->first_outcome : result->final_outcome;
    if (!is_nonconforming(outcome) || (without_aside && tables::is_aside(store, id))) return true;
    auto task = tables::task(store, id);
    if (!task || !takes(query, *task, *result)) return true;
    return visit({std::move(*task), file, *result});
  });
}

}  // namespace lab::documents
