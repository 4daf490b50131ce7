#include <fmt/format.h>

#include <map>

#include "coordinator/board/files.hpp"
#include "coordinator/board/handlers.hpp"
#include "coordinator/board/names.hpp"
#include "coordinator/board/rejections.hpp"
#include "coordinator/board/views.hpp"
#include "coordinator/planning/allocate.hpp"
#include "coordinator/planning/import.hpp"
#include "coordinator/planning/plan_template.hpp"
#include "coordinator/tables/plans.hpp"
#include "coordinator/tables/registry.hpp"

namespace lab::board {
namespace {

using nlohmann::json;
namespace tables = coordinator::tables;

Result<planning::PlanHead> head_of(const http::Request& request) {
  planning::PlanHead head;
  head.title = text_in(request, "title");
  if (head.title.empty()) return fail(ErrorCode::malformed, "请写明计划的标题", "title");
  const auto year = number_in(request, "year", 0);
  if (!year || *year < 2000 || *year > 2099) return fail(ErrorCode::malformed, "年度应在 2000 到 2099 之间", "year");
  head.year = static_cast<std::uint16_t>(*year);
  const auto due = parse_date(text_in(request, "due"));
  if (!due) return fail(ErrorCode::malformed, "报告截止日期应写作 2013-12-31", "due");
  head.due = *due;
  return head;
}

http::Response rejection_of(const planning::PlanImport& import) {
  return rejection("plan_rejected",
                   fmt::format("计划有 {} 处错误，没有导入；请按 error_file 改正后重试", import.complaints.size()),
                   import.sheet, import.complaints, import.error_file);
}

std::uint64_t samples_of(const model::Plan& plan) {
  std::uint64_t samples = 0;
  for (const model::PlanCell& cell : plan.cells) samples += cell.quota;
  return samples;
}

void decide_plan(Visit& visit, model::Plan plan) {
  const Hash source = crypto::sha256(visit.request.body);
  decide_in_loop(visit, [plan = std::make_shared<model::Plan>(std::move(plan)), source](
                            coordinator::Coordinator& coordinator, journal::Draft& draft, UtcTime now) {
    // Sent twice is imported once, and who sends it again learns as what. With another deadline it is refused: that is
    // neither the same nor another plan.
    if (const auto known = dispatch::imported_before(draft, *plan, source); known && known->due == plan->due) {
      return answer({{"accepted", true},
                     {"already_imported", true},
                     {"plan", known->id.value()},
                     {"revision", known->revision},
                     {"tasks", 0}});
    }
    const auto entry = coordinator.on_plan(draft, *plan, source, now);
    if (!entry) return problem_of(entry.error());
    return answer(
        {{"accepted", true}, {"plan", entry->id.value()}, {"revision", entry->revision}, {"tasks", entry->tasks}}, 201);
  });
}

planning::PlanContext context_of(const Province& province) {
  return {.divisions = province.divisions,
          .categories = province.categories,
          .programmes = province.programmes,
          .panels = province.panels};
}

void get_template(Visit& visit) {
  const std::string format = text_in(visit.request, "format");
  if (format == "csv") {
    const auto encoding = encoding_in(visit.request);
    if (!encoding) return visit.respond(problem_of(encoding.error()));
    return visit.respond(text_file(planning::plan_template_text(), *encoding, "抽样计划模板.csv"));
  }
  if (!format.empty() && format != "xlsx") {
    return visit.respond(http::problem(400, "malformed", "format 应为 xlsx 或 csv"));
  }
  const auto province = visit.provinces.get(*visit.office.store.read());
  if (!province) return visit.respond(problem_of(province.error()));
  auto workbook = planning::plan_template_workbook(context_of(**province));
  if (!workbook) return visit.respond(problem_of(workbook.error()));
  visit.respond(file_answer(*std::move(workbook), workbook_type, "抽样计划模板.xlsx"));
}

void post_plan(Visit& visit) {
  const auto head = head_of(visit.request);
  if (!head) return visit.respond(problem_of(head.error()));
  const auto province = visit.provinces.get(*visit.office.store.read());
  if (!province) return visit.respond(problem_of(province.error()));
  auto import = planning::import_plan(visit.request.body, "plan", *head, context_of(**province));
  if (!import) return visit.respond(http::problem(422, "plan_unreadable", to_text(import.error())));
  if (!import->accepted()) return visit.respond(rejection_of(*import));
  const std::string dry_run = text_in(visit.request, "dry_run");
  if (dry_run == "1" || dry_run == "true") {
    return visit.respond(answer({{"accepted", true}, {"dry_run", true}, {"tasks", samples_of(import->plan)}}));
  }
  decide_plan(visit, std::move(import->plan));
}

void get_plans(Visit& visit) {
  json plans = json::array();
  for (const reports::PlanStatus& plan : reports::status(*visit.office.store.read()).plans) {
    plans.push_back(to_json(plan));
  }
  visit.respond(answer({{"plans", std::move(plans)}}));
}

// Quotas by city and category, and the progress of each city and programme.
void get_plan(Visit& visit) {
  const auto view = visit.office.store.read();
  const auto plan = plan_in(visit.request, *view);
  if (!plan) return visit.respond(problem_of(plan.error()));
  const tables::PlanRef ref = tables::ref_of(*plan);
  std::map<std::tuple<std::string, std::uint32_t, std::string>, std::uint64_t> quotas;
  tables::for_each_cell(*view, ref, 0, [&](std::uint32_t, const tables::CellRow& row) {
    quotas[{row.cell.programme.value(), row.cell.city.value(), row.cell.category.value()}] += row.cell.quota;
    return true;
  });
  const auto province = visit.provinces.get(*view);
  const Province* known = province ? province->get() : nullptr;
  json cells = json::array();
  for (const auto& [key, quota] : quotas) {
    const auto& [programme, city, category] = key;
    json& cell =
        cells.emplace_back(json{{"programme", programme}, {"city", city}, {"category", category}, {"quota", quota}});
    add_names(cell, known, model::CityCode{city}, model::CategoryCode{category});
  }
  const auto job = tables::job(*view, ref);
  json object = to_json(reports::PlanStatus{
      .plan = *plan, .state = job ? tables::name_of(job->kind) : "ready", .tasks = tables::states_of(*view, ref)});
  object["source"] = to_hex(plan->source.view());
  object["cells"] = std::move(cells);
  visit.respond(answer(object));
}

struct Allocation {
  tables::PlanRef plan;
  std::vector<dispatch::Share> shares;
  json answer;
};

Result<Allocation> allocate(Visit& visit) {
  const auto view = visit.office.store.read();
  const auto plan = plan_in(visit.request, *view);
  if (!plan) return tl::unexpected(plan.error());
  const auto province = visit.provinces.get(*view);
  if (!province) return tl::unexpected(province.error());
  Allocation allocation{.plan = tables::ref_of(*plan), .shares = {}, .answer = {}};
  std::vector<model::PlanCell> cells;
  tables::for_each_cell(*view, allocation.plan, 0, [&](std::uint32_t, const tables::CellRow& row) {
    cells.push_back(row.cell);
    return true;
  });
  const auto laboratories = tables::laboratories(*view);
  const auto assignments = planning::allocate(cells, laboratories, (*province)->divisions);
  if (!assignments) return tl::unexpected(assignments.error());

  std::map<model::LaboratoryId, std::uint64_t> tasks;
  std::uint64_t kilometres = 0;
  for (const planning::Assignment& assignment : *assignments) {
    allocation.shares.push_back({.cell = static_cast<std::uint32_t>(assignment.cell),
                                 .laboratory = assignment.laboratory,
                                 .count = assignment.count});
    tasks[assignment.laboratory] += assignment.count;
    kilometres += std::uint64_t{assignment.kilometres} * assignment.count;
  }
  json rows = json::array();
  for (const model::Laboratory& laboratory : laboratories) {
    rows.push_back({{"laboratory", laboratory.id.value()},
                    {"name", laboratory.name},
                    {"tasks", tasks[laboratory.id]},
                    {"capacity", laboratory.capacity}});
  }
  allocation.answer = {{"plan", plan->id.value()}, {"assignments", std::move(rows)}, {"kilometres", kilometres}};
  return allocation;
}

void post_allocation(Visit& visit) {
  auto allocation = allocate(visit);
  if (!allocation) {
    const bool infeasible = allocation.error().code == ErrorCode::conflict;
    return visit.respond(infeasible ? http::problem(409, "infeasible", to_text(allocation.error()))
                                    : problem_of(allocation.error()));
  }
  decide_in_loop(visit, [found = std::make_shared<Allocation>(std::move(*allocation))](
                            coordinator::Coordinator& coordinator, journal::Draft& draft, UtcTime) {
    const auto taken = coordinator.on_allocation(draft, found->plan, found->shares);
    return taken ? answer(found->answer, 202) : problem_of(taken.error());
  });
}

void post_dispatch(Visit& visit) {
  const auto plan = plan_in(visit.request, *visit.office.store.read());
  if (!plan) return visit.respond(problem_of(plan.error()));
  const auto body = body_of(visit.request);
  if (!body) return visit.respond(problem_of(body.error()));
  std::uint32_t limit = 0;
  if (const auto asked = body->find("limit"); asked != body->end()) {
    if (!asked->is_number_unsigned() || asked->get<std::uint64_t>() > dispatch::plan_tasks_max) {
      return visit.respond(http::problem(400, "malformed", "limit 应为正整数"));
    }
    limit = asked->get<std::uint32_t>();
  }
  decide_in_loop(visit, [ref = tables::ref_of(*plan), limit](coordinator::Coordinator& coordinator,
                                                             journal::Draft& draft, UtcTime) {
    const auto taken = coordinator.on_dispatch(draft, ref, limit);
    if (!taken) return problem_of(taken.error());
    return answer({{"plan", ref.plan.value()}, {"job", tables::name_of(tables::JobKind::dispatch)}}, 202);
  });
}

}  // namespace

void add_plan_routes(Routes& routes) {
  routes.add("POST", "/api/v1/plans", Action::plan, post_plan);
  routes.add("GET", "/api/v1/plans", Action::look, get_plans);
  routes.add("GET", "/api/v1/plan-template", Action::look, get_template);
  routes.add("GET", "/api/v1/plans/{plan}", Action::look, get_plan);
  routes.add("POST", "/api/v1/plans/{plan}/allocation", Action::plan, post_allocation);
  routes.add("POST", "/api/v1/plans/{plan}/dispatch", Action::plan, post_dispatch);
}

}  // namespace lab::board
