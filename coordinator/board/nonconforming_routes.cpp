// Which samples did not pass: the way from a figure to what is behind it.

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "coordinator/board/enterprise_views.hpp"
#include "coordinator/board/handlers.hpp"
#include "coordinator/board/names.hpp"
#include "coordinator/board/question.hpp"
#include "coordinator/board/views.hpp"
#include "coordinator/tables/drawn.hpp"
#include "coordinator/tables/held_events.hpp"
#include "coordinator/tables/registry.hpp"
#include "coordinator/tables/results.hpp"
#include "coordinator/tables/retests.hpp"
#include "coordinator/tables/tasks.hpp"

namespace lab::board {
namespace {

using nlohmann::json;
namespace tables = coordinator::tables;

bool takes(const reports::Query& query, const model::ResultEntry& result) {
  if (result.counted_version == 0) return false;  // in no rate yet, so in no list beside one
  return is_nonconforming(query.verdicts == reports::Verdicts::first ? result.first_outcome : result.final_outcome);
}

json row_of(const journal::View& store, const Province* province, const model::Task& task,
            const model::ResultEntry& result, model::LaboratoryId laboratory) {
  json row = to_json(task);
  row["laboratory"] = laboratory.value();
  row["first"] = model::name_of(result.first_outcome);
  row["final"] = model::name_of(result.final_outcome);
  row["month"] = reports::month_text(result.month);
  row["version"] = result.counted_version;
  row["failed"] = result.failed.size();
  row["stage_name"] = model::chinese_name_of(task.stage);
  if (const auto known = tables::laboratory(store, laboratory)) row["lab_name"] = known->name;
  add_names(row, province, task.city, task.category);
  row["aside"] = nullptr;
  if (const auto asides = tables::asides(store, task.id); !asides.empty()) {
    row["aside"] = {
        {"rule", asides.front().rule}, {"reason", asides.front().reason}, {"instead", to_text(asides.front().instead)}};
  }
  return row;
}

// One pass over the list of nonconforming samples, because they are counted too: of 24,000 samples some 1,000.
void get_nonconforming(Visit& visit) {
  const auto is_now =
      only_of_now(visit.request, "这份名单只有当前的；某一时刻的请导出 nonconforming 表（export/tables）");
  if (!is_now) return visit.respond(problem_of(is_now.error()));
  const auto asked = query_in(visit.request);  // the same filters
  if (!asked) return visit.respond(problem_of(asked.error()));
  const auto limit = limit_in(visit.request);
  if (!limit) return visit.respond(problem_of(limit.error()));
  const std::string after_text = text_in(visit.request, "after");
  const auto after = model::parse_task_id(after_text);
  if (!after_text.empty() && !after) return visit.respond(http::problem(400, "malformed", "after 应为任务编号"));
  const auto view = visit.office.store.read();
  const auto province = visit.provinces.get(*view);
  const bool sees_units = may(*visit.person, Action::see_units);
  json rows = json::array();
  json next = nullptr;
  std::string last;
  std::size_t count = 0;
  tables::for_each_nonconforming(*view, [&](const model::TaskId& id) {
    const tables::TaskFile file = tables::task_file(*view, id);
    const auto result = file.result();
    if (!result || !takes(*asked, *result)) return true;
    const auto task = tables::task(*view, id);
    if (!task) return true;
    const tables::CellKey cell = tables::counted_cell(*view, *task, *result);
    if (!reports::takes(*asked, cell)) return true;
    ++count;
    if (after && id <= *after) return true;
    if (rows.size() < *limit) {
      // Of the verdict that counts, whatever was judged since and nobody has approved.
      const auto counted = tables::counted_result(*view, file).value_or(*result);
      rows.push_back(row_of(*view, province ? province->get() : nullptr, *task, counted, cell.laboratory));
      if (sees_units) rows.back()["parties"] = parties_json(*view, id);
      last = to_text(id);
    } else if (next.is_null()) {
      next = last;
    }
    return true;
  });
  visit.respond(answer({{"count", count}, {"rows", std::move(rows)}, {"next", std::move(next)}}));
}

}  // namespace

void add_nonconforming_routes(Routes& routes) {
  routes.add("GET", "/api/v1/nonconforming", Action::look, get_nonconforming);
}

}  // namespace lab::board
