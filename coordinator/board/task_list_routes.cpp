// Tasks page by page, and how much of them each laboratory has.

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <vector>

#include "coordinator/board/handlers.hpp"
#include "coordinator/board/names.hpp"
#include "coordinator/board/task_list.hpp"
#include "coordinator/board/views.hpp"
#include "coordinator/tables/plans.hpp"

namespace lab::board {
namespace {

using nlohmann::json;
namespace tables = coordinator::tables;

/// Tasks looked at for one page: a filter that matches nothing must not keep a thread for long (4 us each).
constexpr std::size_t looked_at_max = 50'000;

// The plan asked for, all of them from the newest on, or the newest alone.
Result<std::vector<model::PlanEntry>> plans_asked_for(const http::Request& request, const journal::View& store) {
  auto plans = tables::plans(store);
  if (plans.empty()) return fail(ErrorCode::not_found, "还没有计划");
  std::reverse(plans.begin(), plans.end());
  const std::string asked = text_in(request, "plan");
  if (asked == "all") return plans;
  if (asked.empty()) return std::vector{std::move(plans.front())};
  auto plan = plan_in(request, store);
  if (!plan) return fail(std::move(plan));
  return std::vector{std::move(*plan)};
}

// Where the tasks behind `after` begin: 0 for a plan that comes before it in the list.
Result<std::uint32_t> first_task(const std::string& after, const tables::PlanRef& plan) {
  if (after.empty()) return 1;
  const auto task = model::parse_task_id(after);
  if (!task || task->number == UINT32_MAX) {
    return fail(ErrorCode::malformed, fmt::format("“{}”不是任务编号", after), "after");
  }
  if (task->plan != plan.plan || task->revision != plan.revision) return 0;
  return task->number + 1;
}

struct Page {
  const journal::View& store;
  const Province* province;
  Hands hands;
  CivilDate today;
  json rows = json::array();
  json next = nullptr;

  void add(const model::Task& task) {
    json& row = rows.emplace_back(to_json(task));
    add_names(row, province, task.city, task.category);
    row["nobody"] = hands.nobody_does(task);
    row["overdue"] = is_overdue(task, today);
  }
};

Result<json> page_of(const http::Request& request, Page page) {
  const auto plans = plans_asked_for(request, page.store);
  if (!plans) return tl::unexpected(plans.error());
  const auto filter = task_filter_in(request);
  if (!filter) return tl::unexpected(filter.error());
  const auto limit = limit_in(request);
  if (!limit) return tl::unexpected(limit.error());

  std::string last = text_in(request, "after");
  std::size_t looked_at = 0;
  bool begun = last.empty();
  for (const model::PlanEntry& plan : *plans) {
    const tables::PlanRef ref = tables::ref_of(plan);
    const auto first = begun ? Result<std::uint32_t>{1} : first_task(last, ref);
    if (!first) return tl::unexpected(first.error());
    if (*first == 0 || !page.next.is_null()) continue;
    begun = true;
    tables::for_each_task(page.store, ref, *first, [&](const model::Task& task) {
      if (page.rows.size() == *limit || looked_at == looked_at_max) {
        page.next = last;
        return false;
      }
      ++looked_at;
      last = to_text(task.id);
      if (filter->takes(task, page.hands, page.today)) page.add(task);
      return true;
    });
  }
  if (!begun) return fail(ErrorCode::malformed, fmt::format("“{}”不是这些计划的任务编号", last), "after");
  return json{{"plan", plans->front().id.value()}, {"tasks", std::move(page.rows)}, {"next", std::move(page.next)}};
}

void get_tasks(Visit& visit) {
  const auto view = visit.office.store.read();
  const auto province = visit.provinces.get(*view);
  const auto page = page_of(visit.request, Page{.store = *view,
                                                .province = province ? province->get() : nullptr,
                                                .hands = Hands{*view},
                                                .today = civil_date(visit.office.clock())});
  visit.respond(page ? answer(*page) : problem_of(page.error()));
}

struct Workload {
  std::uint64_t tasks = 0;  // without the cancelled ones
  std::uint64_t judged = 0;
  std::uint64_t open = 0;
  std::uint64_t overdue = 0;
  std::uint64_t nobody = 0;
};

std::map<model::LaboratoryId, Workload> workloads(const journal::View& store, const Hands& hands, CivilDate today) {
  std::map<model::LaboratoryId, Workload> found;
  for (const model::PlanEntry& plan : tables::plans(store)) {
    tables::for_each_task(store, tables::ref_of(plan), 1, [&](const model::Task& task) {
      if (task.laboratory == model::LaboratoryId{} || task.state == model::TaskState::cancelled) return true;
      Workload& one = found[task.laboratory];
      ++one.tasks;
      if (task.state == model::TaskState::judged) ++one.judged;
      if (is_open(task.state)) ++one.open;
      if (is_overdue(task, today)) ++one.overdue;
      if (hands.nobody_does(task)) ++one.nobody;
      return true;
    });
  }
  return found;
}

// Counted from the tasks when asked for.
void get_workload(Visit& visit) {
  const auto view = visit.office.store.read();
  const CivilDate today = civil_date(visit.office.clock());
  json rows = json::array();
  for (const auto& [laboratory, one] : workloads(*view, Hands{*view}, today)) {
    rows.push_back({{"laboratory", laboratory.value()},
                    {"tasks", one.tasks},
                    {"judged", one.judged},
                    {"open", one.open},
                    {"overdue", one.overdue},
                    {"nobody", one.nobody}});
  }
  visit.respond(answer({{"today", to_text(today)}, {"laboratories", std::move(rows)}}));
}

}  // namespace

void add_task_list_routes(Routes& routes) {
  routes.add("GET", "/api/v1/tasks", Action::look, get_tasks);
  routes.add("GET", "/api/v1/workload", Action::look, get_workload);
}

}  // namespace lab::board
