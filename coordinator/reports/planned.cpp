// How many tasks a plan has under the filters of a question.

#include <set>
#include <tuple>

#include "coordinator/reports/summary_rows.hpp"
#include "coordinator/tables/plans.hpp"
#include "coordinator/tables/tasks.hpp"

namespace lab::reports {
namespace {

namespace tables = coordinator::tables;

bool is_of_cities(const Query& query) {
  return !query.county && !query.category && !query.stage && !query.round && !query.month && !query.laboratory &&
         !query.analyte;
}

std::uint64_t sum_of_states(const journal::View& store, const Query& query) {
  std::uint64_t planned = 0;
  tables::for_each_states_row(store, [&](const tables::StatesRow& row) {
    if (query.programme && row.programme != *query.programme) return;
    if (query.city && row.city != *query.city) return;
    planned += row.counts.total() - row.counts[model::TaskState::cancelled];
  });
  return planned;
}

bool takes(const Query& query, const model::PlanCell& cell) {
  return reports::takes(query, {.programme = cell.programme,
                                .city = cell.city,
                                .county = cell.county,
                                .category = cell.category,
                                .stage = cell.stage,
                                .round = cell.round,
                                .laboratory = {}});
}

std::uint32_t cancelled_in(const journal::View& store, const tables::PlanRef& plan, const tables::CellRow& row) {
  std::uint32_t cancelled = 0;
  tables::for_each_task_of(store, plan, row, [&](const model::Task& task) {
    if (task.state == model::TaskState::cancelled) ++cancelled;
    return true;
  });
  return cancelled;
}

// Which plans have cancelled tasks of a programme in a city: only there single tasks are read.
using Cancelled = std::set<std::tuple<model::PlanId, std::uint16_t, model::ProgrammeCode, model::CityCode>>;

Cancelled places_of_cancelled(const journal::View& store) {
  Cancelled places;
  tables::for_each_states_row(store, [&](const tables::StatesRow& row) {
    if (row.counts[model::TaskState::cancelled] == 0) return;
    places.emplace(row.plan.plan, row.plan.revision, row.programme, row.city);
  });
  return places;
}

}  // namespace

bool is_of_programmes(const Query& query) { return is_of_cities(query) && !query.city; }

std::optional<std::uint64_t> count_planned(const journal::View& store, const Query& query) {
  if (is_of_cities(query)) return sum_of_states(store, query);
  if (query.month || query.laboratory || query.analyte) return std::nullopt;
  const Cancelled places = places_of_cancelled(store);
  std::uint64_t planned = 0;
  std::uint64_t looked_at = 0;
  for (const model::PlanEntry& plan : tables::plans(store)) {
    const tables::PlanRef ref = tables::ref_of(plan);
    tables::for_each_cell(store, ref, 0, [&](std::uint32_t, const tables::CellRow& row) {
      const model::PlanCell& cell = row.cell;
      if (!takes(query, cell)) return true;
      planned += row.tasks();  // what a revision takes out of a row is cancelled, wherever in the row it stands
      if (!places.contains({ref.plan, ref.revision, cell.programme, cell.city})) return true;
      looked_at += row.tasks();
      if (looked_at > tasks_looked_at_max) return false;
      planned -= cancelled_in(store, ref, row);
      return true;
    });
    if (looked_at > tasks_looked_at_max) return std::nullopt;
  }
  return planned;
}

}  // namespace lab::reports
