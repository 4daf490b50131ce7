// Reports of injuries and risks: they come in, are looked at, and open a plan.

#include <fmt/format.h>

#include <algorithm>

#include "coordinator/board/enterprise_views.hpp"
#include "coordinator/board/handlers.hpp"
#include "coordinator/board/rejections.hpp"
#include "coordinator/planning/import.hpp"
#include "protocol/crypto/crypto.hpp"

namespace lab::board {
namespace {

using nlohmann::json;
namespace tables = coordinator::tables;

Result<tables::SignalId> signal_in(const http::Request& request) {
  const auto number = number_in(request, "signal", 0);
  if (!number) return tl::unexpected(number.error());
  if (*number == 0 || *number > UINT32_MAX) return fail(ErrorCode::not_found, "没有这个报告", "signal");
  return tables::SignalId{static_cast<std::uint32_t>(*number)};
}

// City and county by code or name; both may be left out.
Result<void> read_place(const json& body, const Province& province, tables::SignalReport& report) {
  const std::string city = text_or_empty(body, "city");
  const std::string county = text_or_empty(body, "county");
  if (city.empty()) {
    if (!county.empty()) return fail(ErrorCode::malformed, "写了区县，还应写它所属的市州", "city");
    return {};
  }
  const auto* known = province.divisions.find_city(city);
  if (known == nullptr) return fail(ErrorCode::malformed, "没有这个市州；请写六位代码或全称", "city");
  report.city = known->code;
  if (county.empty()) return {};
  const auto* place = province.divisions.find_county(*known, county);
  if (place == nullptr) return fail(ErrorCode::malformed, fmt::format("{}没有这个区县", known->name), "county");
  report.county = place->code;
  return {};
}

Result<tables::SignalReport> report_in(const json& body, const Province& province) {
  tables::SignalReport report;
  for (const auto& [field, place] : {std::pair{"source", &report.source}, std::pair{"source_id", &report.source_id},
                                     std::pair{"product", &report.product}}) {
    auto text = text_of(body, field);
    if (!text) return fail(std::move(text));
    *place = std::move(*text);
  }
  const auto kind = tables::parse_signal_kind(text_or_empty(body, "kind"));
  if (!kind) return fail(ErrorCode::malformed, "应为 injury（伤害）或 risk（风险）", "kind");
  report.kind = *kind;
  report.maker = text_or_empty(body, "maker");
  report.content = text_or_empty(body, "content");
  const auto happened = parse_date(text_or_empty(body, "happened"));
  if (!happened) return fail(ErrorCode::malformed, "应写作 2013-06-03", "happened");
  report.happened = *happened;
  if (const auto harmed = body.find("harmed"); harmed != body.end()) {
    if (!harmed->is_number_unsigned() || harmed->get<std::uint64_t>() > UINT32_MAX) {
      return fail(ErrorCode::malformed, "应为人数", "harmed");
    }
    report.harmed = harmed->get<std::uint32_t>();
  }
  if (auto good = read_place(body, province, report); !good) return fail(std::move(good));
  return report;
}

void post_signal(Visit& visit) {
  const auto province = visit.provinces.get(*visit.office.store.read());
  if (!province) return visit.respond(problem_of(province.error()));
  const auto body = body_of(visit.request);
  if (!body) return visit.respond(problem_of(body.error()));
  const auto report = report_in(*body, **province);
  if (!report) return visit.respond(problem_of(report.error()));
  decide_in_loop(visit, [report = *report, person = visit.person->id, known = *province](
                            coordinator::Coordinator& coordinator, journal::Draft& draft, UtcTime now) {
    const auto taken = coordinator.on_signal(draft, report, person, now);
    if (!taken) return problem_of(taken.error());
    json object = to_json(taken->signal, known.get());
    object["already_received"] = !taken->is_new;
    return answer(object, taken->is_new ? 201 : 200);
  });
}

using Groups = std::map<tables::SignalId, tables::SignalId>;

Groups groups_now(const Visit& visit, const journal::View& view) {
  return enterprises::groups(view, enterprises::risk_rules(view).on(civil_date(visit.office.clock())));
}

std::vector<tables::SignalId> group_of(const Groups& groups, tables::SignalId id) {
  std::vector<tables::SignalId> members;
  const auto own = groups.find(id);
  for (const auto& [member, first] : groups) {
    if (own != groups.end() && first == own->second) members.push_back(member);
  }
  return members;
}

void get_signals(Visit& visit) {
  const auto limit = limit_in(visit.request);
  if (!limit) return visit.respond(problem_of(limit.error()));
  const auto after = number_in(visit.request, "after", 0);
  if (!after) return visit.respond(problem_of(after.error()));
  const std::string state = text_in(visit.request, "state");
  const auto view = visit.office.store.read();
  const auto province = visit.provinces.get(*view);
  const Groups groups = groups_now(visit, *view);
  std::map<tables::SignalId, std::size_t> sizes;
  for (const auto& [member, first] : groups) ++sizes[first];
  json rows = json::array();
  json next = nullptr;
  const tables::SignalId before{static_cast<std::uint32_t>(std::min<std::uint64_t>(*after, UINT32_MAX))};
  tables::for_each_signal(*view, before, [&](const tables::Signal& one) {
    if (!state.empty() && state != tables::name_of(one.state)) return true;
    if (rows.size() == *limit) {
      next = rows.back().at("signal");
      return false;
    }
    json row = to_json(one, province ? province->get() : nullptr);
    const tables::SignalId first = groups.at(one.id);
    row["group"] = first.value();
    row["group_size"] = sizes.at(first);
    row["makers"] = one.report.maker.empty() ? json::array() : named_json(*view, one.report.maker);
    rows.push_back(std::move(row));
    return true;
  });
  visit.respond(answer({{"rows", std::move(rows)}, {"next", std::move(next)}, {"count", tables::signal_count(*view)}}));
}

void get_signal(Visit& visit) {
  const auto id = signal_in(visit.request);
  if (!id) return visit.respond(problem_of(id.error()));
  const auto view = visit.office.store.read();
  const auto one = tables::signal(*view, *id);
  if (!one) return visit.respond(http::problem(404, "not_found", "没有这个报告"));
  const auto province = visit.provinces.get(*view);
  json object = to_json(*one, province ? province->get() : nullptr);
  json members = json::array();
  for (const tables::SignalId member : group_of(groups_now(visit, *view), *id)) {
    members.push_back(to_json(*tables::signal(*view, member), province ? province->get() : nullptr));
  }
  object["group"] = std::move(members);
  visit.respond(answer(object));
}

void post_assessment(Visit& visit) {
  const auto id = signal_in(visit.request);
  if (!id) return visit.respond(problem_of(id.error()));
  const auto body = body_of(visit.request);
  if (!body) return visit.respond(problem_of(body.error()));
  const auto state = tables::parse_signal_state(text_or_empty(*body, "state"));
  if (!state) return visit.respond(http::problem(400, "malformed", "state 应为 dismissed 或 watched"));
  const auto whole = body->find("group");
  const bool whole_group = whole != body->end() && whole->is_boolean() && whole->get<bool>();
  const enterprises::Word word{.person = visit.person->id, .reason = text_or_empty(*body, "reason")};
  decide_in_loop(visit, [id = *id, state = *state, whole_group, word](coordinator::Coordinator& coordinator,
                                                                      journal::Draft& draft, UtcTime now) {
    const auto assessed = coordinator.on_signal_assessed(draft, id, state, whole_group, word, now);
    if (!assessed) return problem_of(assessed.error());
    json rows = json::array();
    for (const tables::Signal& one : *assessed) rows.push_back(to_json(one, nullptr));
    return answer({{"assessed", std::move(rows)}});
  });
}

struct PlanAsked {
  planning::PlanHead head;
  enterprises::Targeted targeted;
  enterprises::Word word;
  std::string product;
};

// What the report says of its place stands in for places that are not given.
Result<std::vector<std::pair<std::string, std::string>>> places_in(const json& body, const tables::Signal& signal) {
  std::vector<std::pair<std::string, std::string>> places;
  const auto given = body.find("places");
  if (given == body.end()) {
    const tables::SignalReport& report = signal.report;
    if (report.county == model::CountyCode{}) {
      return fail(ErrorCode::malformed, "报告没有区县，请写明抽样地点", "places");
    }
    places.emplace_back(fmt::format("{}", report.city.value()), fmt::format("{}", report.county.value()));
    return places;
  }
  constexpr std::size_t places_max = 200;  // every county of the province
  if (!given->is_array() || given->empty() || given->size() > places_max) {
    return fail(ErrorCode::malformed, fmt::format("应有 1 到 {} 个 {{city, county}}", places_max), "places");
  }
  for (const json& place : *given) {
    if (!place.is_object()) return fail(ErrorCode::malformed, "每个地点应有 city 和 county", "places");
    places.emplace_back(text_or_empty(place, "city"), text_or_empty(place, "county"));
  }
  return places;
}

Result<PlanAsked> plan_asked(const Visit& visit, const json& body, const tables::Signal& signal) {
  PlanAsked asked;
  asked.head.title = text_or_empty(body, "title");
  if (asked.head.title.empty()) return fail(ErrorCode::malformed, "请写明计划的标题", "title");
  const auto year = body.find("year");
  const auto number = year != body.end() && year->is_number_unsigned() ? year->get<std::uint64_t>() : 0;
  if (number < 2000 || number > 2099) {
    return fail(ErrorCode::malformed, "年度应在 2000 到 2099 之间", "year");
  }
  asked.head.year = static_cast<std::uint16_t>(number);
  const auto due = parse_date(text_or_empty(body, "due"));
  if (!due) return fail(ErrorCode::malformed, "报告截止日期应写作 2013-12-31", "due");
  asked.head.due = *due;
  const auto samples = body.find("samples");
  if (samples == body.end() || !samples->is_number_unsigned()) {
    return fail(ErrorCode::malformed, "应为每个地点的样品数", "samples");
  }
  const auto round = body.find("round");
  auto places = places_in(body, signal);
  if (!places) return fail(std::move(places));
  asked.targeted = {.programme = text_or_empty(body, "programme"),
                    .category = text_or_empty(body, "category"),
                    .stage = text_or_empty(body, "stage"),
                    .round = round == body.end() ? std::string{"1"} : round->dump(),
                    .panel = text_or_empty(body, "panel"),
                    .samples = samples->dump(),
                    .places = std::move(*places)};
  asked.word = {.person = visit.person->id, .reason = text_or_empty(body, "reason")};
  const std::string product = text_or_empty(body, "commodity");
  asked.product = product.empty() ? signal.report.product : product;
  return asked;
}

void decide_plan(Visit& visit, tables::SignalId id, model::Plan plan, const std::string& text,
                 const enterprises::Word& word) {
  const Hash source = crypto::sha256(text);
  decide_in_loop(visit, [id, plan = std::make_shared<model::Plan>(std::move(plan)), source, word](
                            coordinator::Coordinator& coordinator, journal::Draft& draft, UtcTime now) {
    const auto entry = coordinator.on_signal_plan(draft, id, *plan, source, word, now);
    if (!entry) return problem_of(entry.error());
    return answer({{"accepted", true},
                   {"plan", entry->id.value()},
                   {"revision", entry->revision},
                   {"tasks", entry->tasks},
                   {"signal", id.value()}},
                  201);
  });
}

// The plan of a report is written as a file and goes the way of every file.
void post_plan(Visit& visit) {
  const auto id = signal_in(visit.request);
  if (!id) return visit.respond(problem_of(id.error()));
  const auto body = body_of(visit.request);
  if (!body) return visit.respond(problem_of(body.error()));
  const auto view = visit.office.store.read();
  const auto signal = tables::signal(*view, *id);
  if (!signal) return visit.respond(http::problem(404, "not_found", "没有这个报告"));
  const auto asked = plan_asked(visit, *body, *signal);
  if (!asked) return visit.respond(problem_of(asked.error()));
  const auto province = visit.provinces.get(*view);
  if (!province) return visit.respond(problem_of(province.error()));
  const std::string text = enterprises::plan_text(asked->product, asked->targeted);
  auto import = planning::import_plan(text, "signal", asked->head,
                                      {.divisions = (*province)->divisions,
                                       .categories = (*province)->categories,
                                       .programmes = (*province)->programmes,
                                       .panels = (*province)->panels});
  if (!import) return visit.respond(http::problem(422, "plan_unreadable", to_text(import.error())));
  if (!import->accepted()) {
    return visit.respond(rejection("plan_rejected",
                                   fmt::format("计划有 {} 处错误，没有导入", import->complaints.size()), import->sheet,
                                   import->complaints, import->error_file));
  }
  const auto dry = body->find("dry_run");
  if (dry != body->end() && dry->is_boolean() && dry->get<bool>()) {
    return visit.respond(answer({{"accepted", true}, {"dry_run", true}, {"file", text}}));
  }
  decide_plan(visit, *id, std::move(import->plan), text, asked->word);
}

}  // namespace

void add_signal_routes(Routes& routes) {
  routes.add("POST", "/api/v1/signals", Action::report_signal, post_signal);
  routes.add("GET", "/api/v1/signals", Action::see_units, get_signals);
  routes.add("GET", "/api/v1/signals/{signal}", Action::see_units, get_signal);
  routes.add("POST", "/api/v1/signals/{signal}/assess", Action::assess_signal, post_assessment);
  routes.add("POST", "/api/v1/signals/{signal}/plan", Action::plan, post_plan);
}

}  // namespace lab::board
