#include "coordinator/board/plan_grid.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "coordinator/board/handlers.hpp"
#include "coordinator/board/names.hpp"
#include "coordinator/tables/held_events.hpp"
#include "coordinator/tables/plan_revisions.hpp"
#include "coordinator/tables/sampling.hpp"
#include "coordinator/tables/tasks.hpp"

namespace lab::board {
namespace {

using nlohmann::json;
namespace tables = coordinator::tables;

bool has(const GridFilter& filter, model::Stage stage, std::uint8_t round) {
  return (!filter.stage || stage == *filter.stage) && (filter.round == 0 || round == filter.round);
}

std::set<model::TaskId> declined_of(const journal::View& store, const tables::PlanRef& plan) {
  std::set<model::TaskId> declined;
  const model::TaskId before{.plan = plan.plan, .revision = plan.revision, .number = 0};
  tables::for_each_declined(store, before, [&](const model::TaskId& task, const tables::EventPlace&) {
    if (task.plan != plan.plan || task.revision != plan.revision) return false;
    declined.insert(task);
    return true;
  });
  return declined;
}

// The form comes first of what happens to a sample, so that one event is read of nearly every file.
bool is_drawn(const journal::View& store, const model::TaskId& task) {
  return std::ranges::any_of(tables::task_file(store, task).places(), [&](const tables::EventPlace& place) {
    return std::holds_alternative<model::Sampled>(tables::event_at(store, place).what);
  });
}

void count_tasks(const journal::View& store, const tables::PlanRef& plan, const GridFilter& filter, Grid& grid) {
  const auto declined = declined_of(store, plan);
  tables::for_each_task(store, plan, 1, [&](const model::Task& task) {
    if (!has(filter, task.stage, task.round)) return true;
    GridCell& cell = grid.cells[{task.programme, task.city, task.category}];
    if (task.state == model::TaskState::cancelled) {
      ++cell.cancelled;
    } else if (declined.contains(task.id)) {
      ++cell.declined;
      ++cell.released;
    } else {
      const bool judged = task.state == model::TaskState::judged;
      if (judged || task.state == model::TaskState::granted) ++cell.released;
      if (judged) ++cell.judged;
      if (judged || is_drawn(store, task.id)) ++cell.drawn;
    }
    return true;
  });
}

Result<GridFilter> filter_in(const http::Request& request) {
  GridFilter filter;
  const std::string stage = text_in(request, "stage");
  filter.stage = model::parse_stage(stage);
  if (!stage.empty() && !filter.stage) {
    return fail(ErrorCode::malformed, fmt::format("没有“{}”这个环节", stage), "stage");
  }
  const auto round = number_in(request, "round", 0);
  if (!round) return tl::unexpected(round.error());
  if (*round > UINT8_MAX) return fail(ErrorCode::malformed, "没有这一轮", "round");
  filter.round = static_cast<std::uint8_t>(*round);
  return filter;
}

void get_grid(Visit& visit) {
  const auto view = visit.office.store.read();
  const auto plan = plan_in(visit.request, *view);
  if (!plan) return visit.respond(problem_of(plan.error()));
  const auto filter = filter_in(visit.request);
  if (!filter) return visit.respond(problem_of(filter.error()));
  const Grid grid = plan_grid(*view, tables::ref_of(*plan), *filter);
  const auto province = visit.provinces.get(*view);
  json cells = json::array();
  for (const auto& [key, cell] : grid.cells) {
    json& row = cells.emplace_back(json{{"programme", key.programme.value()},
                                        {"city", key.city.value()},
                                        {"category", key.category.value()},
                                        {"quota", cell.quota},
                                        {"released", cell.released},
                                        {"drawn", cell.drawn},
                                        {"judged", cell.judged},
                                        {"declined", cell.declined},
                                        {"cancelled", cell.cancelled}});
    add_names(row, province ? province->get() : nullptr, key.city, key.category);
  }
  json stages = json::array();
  for (const model::Stage stage : grid.stages) {
    stages.push_back({{"stage", model::name_of(stage)}, {"name", model::chinese_name_of(stage)}});
  }
  visit.respond(answer({{"plan", plan->id.value()},
                        {"revision", tables::current_revision(*view, plan->id)},
                        {"due", to_text(plan->due)},
                        {"stages", std::move(stages)},
                        {"rounds", grid.rounds},
                        {"cells", std::move(cells)}}));
}

}  // namespace

Grid plan_grid(const journal::View& store, const tables::PlanRef& plan, const GridFilter& filter) {
  Grid grid;
  std::map<GridKey, std::uint32_t> dropped;
  tables::for_each_cell(store, plan, 0, [&](std::uint32_t, const tables::CellRow& row) {
    grid.stages.insert(row.cell.stage);
    grid.rounds.insert(row.cell.round);
    if (has(filter, row.cell.stage, row.cell.round)) {
      const GridKey key{row.cell.programme, row.cell.city, row.cell.category};
      grid.cells[key].quota += row.cell.quota;
      dropped[key] += row.dropped;
    }
    return true;
  });
  count_tasks(store, plan, filter, grid);
  // Tasks that a revision has taken out are cancelled too, but nobody misses them.
  for (const auto& [key, count] : dropped) {
    GridCell& cell = grid.cells[key];
    cell.cancelled -= std::min(cell.cancelled, count);
  }
  std::erase_if(grid.cells, [](const auto& one) { return one.second == GridCell{}; });  // no longer part of the plan
  return grid;
}

void add_grid_routes(Routes& routes) { routes.add("GET", "/api/v1/plans/{plan}/grid", Action::look, get_grid); }

}  // namespace lab::board
