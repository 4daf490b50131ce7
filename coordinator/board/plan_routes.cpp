#include <fmt/format.h>

#include <map>

#include "coordinator/board/files.hpp"
#include "coordinator/board/handlers.hpp"
#include "coordinator/board/names.hpp"
#include "coordinator/board/rejections.hpp"
#include "coordinator/board/revision_views.hpp"
#include "coordinator/board/views.hpp"
#include "coordinator/planning/import.hpp"
#include "coordinator/planning/plan_template.hpp"
#include "coordinator/tables/plan_revisions.hpp"
#include "coordinator/tables/plans.hpp"

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

bool asks_for(const http::Request& request, const char* field) {
  const std::string text = text_in(request, field);
  return text == "1" || text == "true";
}

// Sent twice is imported once, and who sends it again learns as what. With another deadline it is refused: that is
// neither the same nor another plan.
std::optional<model::PlanEntry> known_before(const journal::View& store, const model::Plan& plan, const Hash& source) {
  auto known = dispatch::imported_before(store, plan, source);
  if (known && known->due != plan.due) known.reset();
  return known;
}

json known_json(const journal::View& store, const model::PlanEntry& known) {
  return {{"accepted", true},
          {"already_imported", true},
          {"plan", known.id.value()},
          {"revision", tables::current_revision(store, known.id)},
          {"tasks", 0}};
}

http::Response take_plan(coordinator::Coordinator& coordinator, journal::Draft& draft, const model::Plan& plan,
                         const Hash& source, UtcTime now) {
  const auto entry = coordinator.on_plan(draft, plan, source, now);
  if (!entry) return problem_of(entry.error());
  return answer(
      {{"accepted", true}, {"plan", entry->id.value()}, {"revision", entry->revision}, {"tasks", entry->tasks}}, 201);
}

http::Response take_revision(coordinator::Coordinator& coordinator, journal::Draft& draft, const model::Plan& plan,
                             const Hash& source, const dispatch::RevisionWord& word, UtcTime now) {
  const auto revised = coordinator.on_plan_revised(draft, plan, source, word, now);
  if (!revised) return problem_of(revised.error());
  return answer({{"accepted", true},
                 {"plan", revised->plan.id.value()},
                 {"revision", revised->revision},
                 {"tasks", revised->created},
                 {"cancelled", revised->cancelled}},
                201);
}

// What has no reason is a plan of its own, and what has one is meant as a revision: neither becomes the other by a
// mistyped title.
void decide_plan(Visit& visit, model::Plan plan) {
  const Hash source = crypto::sha256(visit.request.body);
  dispatch::RevisionWord word{.person = visit.person->id,
                              .reason = text_in(visit.request, "reason"),
                              .restore = asks_for(visit.request, "restore")};
  decide_in_loop(visit, [plan = std::make_shared<model::Plan>(std::move(plan)), source, word = std::move(word)](
                            coordinator::Coordinator& coordinator, journal::Draft& draft, UtcTime now) {
    if (const auto known = known_before(draft, *plan, source)) return answer(known_json(draft, *known));
    return word.reason.empty() ? take_plan(coordinator, draft, *plan, source, now)
                               : take_revision(coordinator, draft, *plan, source, word, now);
  });
}

// What would happen: a new plan, nothing, a revision with everything it would change, or the refusal that storing it
// would meet whatever the reason.
void preview_plan(Visit& visit, const journal::View& store, const Province& province, const model::Plan& plan) {
  if (const auto known = known_before(store, plan, crypto::sha256(visit.request.body))) {
    json object = known_json(store, *known);
    object["dry_run"] = true;
    return visit.respond(answer(object));
  }
  json object{{"accepted", true}, {"dry_run", true}, {"tasks", samples_of(plan)}};
  const auto check = dispatch::check_revision(store, plan);
  if (!check) return visit.respond(answer(object));
  if (const auto job = tables::job(store, tables::ref_of(check->plan))) {
    return visit.respond(
        http::problem(409, "conflict", fmt::format("计划正在{}；完成后再修订", tables::chinese_name_of(job->kind))));
  }
  if (const auto good = dispatch::check_deadline(*check, plan); !good) return visit.respond(problem_of(good.error()));
  object["revises"] = to_json(*check, &province, may(*visit.person, Action::see_units));
  visit.respond(answer(object));
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
  const auto view = visit.office.store.read();
  const auto province = visit.provinces.get(*view);
  if (!province) return visit.respond(problem_of(province.error()));
  auto import = planning::import_plan(visit.request.body, "plan", *head, context_of(**province));
  if (!import) return visit.respond(http::problem(422, "plan_unreadable", to_text(import.error())));
  if (!import->accepted()) return visit.respond(rejection_of(*import));
  if (asks_for(visit.request, "dry_run")) return preview_plan(visit, *view, **province, import->plan);
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
    if (row.cell.quota == 0) return true;  // no longer part of the plan
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
  json object = to_json(reports::status_of(*view, *plan));
  object["source"] = to_hex(plan->source.view());
  object["cells"] = std::move(cells);
  visit.respond(answer(object));
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
  routes.add("POST", "/api/v1/plans/{plan}/dispatch", Action::plan, post_dispatch);
}

}  // namespace lab::board
