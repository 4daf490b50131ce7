// Which samples did not pass: the way from a figure to what is behind it.

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "coordinator/board/handlers.hpp"
#include "coordinator/board/names.hpp"
#include "coordinator/board/question.hpp"
#include "coordinator/board/views.hpp"
#include "coordinator/tables/drawn.hpp"
#include "coordinator/tables/registry.hpp"
#include "coordinator/tables/results.hpp"
#include "coordinator/tables/tasks.hpp"

namespace lab::board {
namespace {

using nlohmann::json;
namespace tables = coordinator::tables;

bool did_not_pass(model::SampleOutcome outcome) {
  return outcome == model::SampleOutcome::fail || outcome == model::SampleOutcome::problem;
}

/// The filters of the summary, by the same names and values as its rows have.
struct Filter {
  std::string programme;
  std::string city;
  std::string county;
  std::string category;
  std::string stage;
  std::string round;
  std::string month;
  std::string laboratory;
  bool first = false;  // those whose first verdict was bad, whatever stands now

  explicit Filter(const http::Request& request)
      : programme(text_in(request, "programme")),
        city(text_in(request, "city")),
        county(text_in(request, "county")),
        category(text_in(request, "category")),
        stage(text_in(request, "stage")),
        round(text_in(request, "round")),
        month(text_in(request, "month")),
        laboratory(text_in(request, "lab")),
        first(text_in(request, "verdicts") == "first") {}

  [[nodiscard]] bool takes(const model::ResultEntry& result) const {
    if (result.counted_version == 0) return false;  // in no rate yet, so in no list beside one
    if (!month.empty() && month != reports::month_text(result.month)) return false;
    return did_not_pass(first ? result.first_outcome : result.final_outcome);
  }

  [[nodiscard]] bool takes(const model::Task& task) const {
    const auto is = [](const std::string& asked, const std::string& value) { return asked.empty() || asked == value; };
    return is(programme, task.programme.value()) && is(city, fmt::format("{}", task.city.value())) &&
           is(county, fmt::format("{}", task.county.value())) && is(round, fmt::format("{}", task.round)) &&
           is(category, task.category.value()) && is(stage, model::name_of(task.stage)) &&
           is(laboratory, fmt::format("{}", task.laboratory.value()));
  }
};

json row_of(const journal::View& store, const Province* province, const model::Task& task,
            const model::ResultEntry& result) {
  json row = to_json(task);
  row["first"] = model::name_of(result.first_outcome);
  row["final"] = model::name_of(result.final_outcome);
  row["month"] = reports::month_text(result.month);
  row["version"] = result.counted_version;
  row["failed"] = result.failed.size();
  row["stage_name"] = model::chinese_name_of(task.stage);
  if (const auto laboratory = tables::laboratory(store, task.laboratory)) row["lab_name"] = laboratory->name;
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
  const auto is_now = only_of_now(visit.request, "这份名单只有当前的;某一时刻的请导出 nonconforming 表(export/tables)");
  if (!is_now) return visit.respond(problem_of(is_now.error()));
  const auto limit = limit_in(visit.request);
  if (!limit) return visit.respond(problem_of(limit.error()));
  const std::string after_text = text_in(visit.request, "after");
  const auto after = model::parse_task_id(after_text);
  if (!after_text.empty() && !after) return visit.respond(http::problem(400, "malformed", "after 应为任务编号"));
  const auto view = visit.office.store.read();
  const auto province = visit.provinces.get(*view);
  const Filter filter{visit.request};
  json rows = json::array();
  json next = nullptr;
  std::string last;
  std::size_t count = 0;
  tables::for_each_nonconforming(*view, [&](const model::TaskId& id) {
    const auto result = tables::task_file(*view, id).result();
    if (!result || !filter.takes(*result)) return true;
    const auto task = tables::task(*view, id);
    if (!task || !filter.takes(*task)) return true;
    ++count;
    if (after && id <= *after) return true;
    if (rows.size() < *limit) {
      rows.push_back(row_of(*view, province ? province->get() : nullptr, *task, *result));
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
