#include <fmt/format.h>

#include "coordinator/board/dispute_views.hpp"
#include "coordinator/board/enterprise_views.hpp"
#include "coordinator/board/handlers.hpp"
#include "coordinator/board/names.hpp"
#include "coordinator/board/task_list.hpp"
#include "coordinator/board/views.hpp"
#include "coordinator/reports/history.hpp"
#include "coordinator/tables/drawn.hpp"
#include "coordinator/tables/handovers.hpp"
#include "coordinator/tables/held_events.hpp"
#include "coordinator/tables/retests.hpp"
#include "coordinator/tables/sampling.hpp"
#include "coordinator/tables/tasks.hpp"

namespace lab::board {
namespace {

using nlohmann::json;
namespace tables = coordinator::tables;

// What was written on the form: the sampler's fields for everybody who may look, the enterprise's for few.
json form_of(const journal::View& store, const model::Task& task, bool with_unit) {
  const forms::SamplingFields known = tables::sampling_fields(store);
  json rows = json::array();
  const auto add = [&](const std::vector<model::FormField>& fields) {
    for (const model::FormField& one : fields) {
      const forms::SamplingField* field = known.find(one.code);
      rows.push_back({{"code", one.code},
                      {"section", field != nullptr ? field->section : ""},
                      {"name", field != nullptr ? field->chinese : one.code},
                      {"name_en", field != nullptr ? field->english : one.code},
                      {"value", one.value}});
    }
  };
  if (with_unit) add(tables::unit_fields(store, task.id));
  if (const auto form = tables::sampling_form(store, tables::task_file(store, task.id))) add(form->fields);
  return rows;
}

// Why it is in no pass rate; an empty list for nearly every sample.
json aside_of(const journal::View& store, const model::TaskId& id) {
  json rows = json::array();
  for (const tables::Aside& aside : tables::asides(store, id)) {
    rows.push_back({{"rule", aside.rule}, {"reason", aside.reason}, {"instead", to_text(aside.instead)}});
  }
  return rows;
}

// What one person has proposed and another one may confirm; null for nearly every task.
json handover_of(const journal::View& store, const model::Task& task) {
  const auto proposal = tables::handover(store, task.id);
  if (!proposal || proposal->token != task.token) return nullptr;
  return {{"person", proposal->person.value()},
          {"at", to_text(proposal->at)},
          {"node", proposal->to ? json(proposal->to->value()) : json(nullptr)},
          {"reserve", proposal->reserve},
          {"reason", proposal->reason}};
}

void get_task(Visit& visit) {
  const auto view = visit.office.store.read();
  const auto id = task_named(*view, text_in(visit.request, "task"));
  const auto history = id ? reports::history(*view, *id) : std::nullopt;
  if (!history) return visit.respond(http::problem(404, "not_found", "没有这个任务或样品编号"));
  json object = to_json(*history);
  const auto province = visit.provinces.get(*view);
  add_names(object, province ? province->get() : nullptr, history->task.city, history->task.category);
  if (province) object["county_name"] = names_of(province->get()).county(history->task.city, history->task.county);
  const auto waits = dispatch::why_waiting(*view, history->task);
  object["nobody"] = Hands{*view}.nobody_does(history->task);
  object["waits"] = waits ? json(*waits) : json(nullptr);
  object["handover"] = handover_of(*view, history->task);
  object["aside"] = aside_of(*view, *id);
  add_dispute(object, *view, *id, may(*visit.person, Action::see_units));
  object["form"] = form_of(*view, history->task, may(*visit.person, Action::see_units));
  if (may(*visit.person, Action::see_units)) {
    object["parties"] = parties_json(*view, *id);
    object["sampled_unit"] = nullptr;
    if (const auto unit = tables::sampled_unit(*view, *id)) {
      object["sampled_unit"] = {{"name", unit->name}, {"licence", unit->licence}, {"address", unit->address}};
    }
  }
  visit.respond(answer(object));
}

struct Unit {
  model::TaskId task;
  tables::SampledUnit unit;
  std::vector<model::FormField> fields;
};
using Units = std::vector<Unit>;

// {"code": "value"}; nothing where the entry has none.
Result<std::vector<model::FormField>> fields_of(const json& entry) {
  std::vector<model::FormField> fields;
  const auto object = entry.find("fields");
  if (object == entry.end()) return fields;
  if (!object->is_object()) return fail(ErrorCode::malformed, "应为 {代码: 内容}", "fields");
  for (const auto& [code, value] : object->items()) {
    if (!value.is_string()) return fail(ErrorCode::malformed, "内容应为文字", code);
    fields.push_back({code, value.get<std::string>()});
  }
  return fields;
}

Result<Units> units_of(const json& body) {
  const auto list = body.find("units");
  if (list == body.end() || !list->is_array() || list->size() > units_max) {
    return fail(ErrorCode::malformed, fmt::format("units 应为列表，每次最多 {} 条", units_max), "units");
  }
  Units units;
  for (const json& entry : *list) {
    if (!entry.is_object()) return fail(ErrorCode::malformed, "每条应有 task、name、licence、address", "units");
    const auto text = text_of(entry, "task");
    if (!text) return tl::unexpected(text.error());
    const auto task = model::parse_task_id(*text);
    if (!task) return fail(ErrorCode::malformed, fmt::format("“{}”不是任务编号", *text), "task");
    tables::SampledUnit unit;
    for (const auto& [field, place] :
         {std::pair{"name", &unit.name}, std::pair{"licence", &unit.licence}, std::pair{"address", &unit.address}}) {
      auto value = text_of(entry, field);
      if (!value) return fail(std::move(value));
      *place = std::move(*value);
    }
    auto fields = fields_of(entry);
    if (!fields) return fail(std::move(fields));
    units.push_back({*task, std::move(unit), *std::move(fields)});
  }
  return units;
}

void post_units(Visit& visit) {
  const auto body = body_of(visit.request);
  if (!body) return visit.respond(problem_of(body.error()));
  auto units = units_of(*body);
  if (!units) return visit.respond(problem_of(units.error()));
  decide_in_loop(visit, [units = std::make_shared<Units>(std::move(*units))](coordinator::Coordinator& coordinator,
                                                                             journal::Draft& draft, UtcTime now) {
    for (const Unit& one : *units) {
      const std::pair pair{one.task, one.unit};
      if (auto stored = coordinator.on_sampled_units(draft, {&pair, 1}, now); !stored)
        return problem_of(stored.error());
      if (one.fields.empty()) continue;
      if (auto stored = coordinator.on_unit_fields(draft, one.task, one.fields, now); !stored) {
        return problem_of(stored.error());
      }
    }
    return answer({{"stored", units->size()}});
  });
}

struct TakeBack {
  model::TaskId task;
  std::string reason;
};

Result<TakeBack> take_back_in(const http::Request& request) {
  const auto task = task_in(request);
  if (!task) return tl::unexpected(task.error());
  const auto body = body_of(request);
  if (!body) return tl::unexpected(body.error());
  auto reason = text_of(*body, "reason");
  if (!reason) return fail(std::move(reason));
  return TakeBack{*task, std::move(*reason)};
}

void post_revocation(Visit& visit) {
  const auto asked = take_back_in(visit.request);
  if (!asked) return visit.respond(problem_of(asked.error()));
  decide_in_loop(visit, [asked = *asked](coordinator::Coordinator& coordinator, journal::Draft& draft, UtcTime now) {
    const auto done = coordinator.on_revoke(draft, asked.task, asked.reason, now);
    return done ? answer({{"task", to_text(asked.task)}, {"state", "allocated"}}) : problem_of(done.error());
  });
}

void post_cancellation(Visit& visit) {
  const auto asked = take_back_in(visit.request);
  if (!asked) return visit.respond(problem_of(asked.error()));
  decide_in_loop(visit, [asked = *asked](coordinator::Coordinator& coordinator, journal::Draft& draft, UtcTime now) {
    const auto done = coordinator.on_cancel(draft, asked.task, asked.reason, now);
    return done ? answer({{"task", to_text(asked.task)}, {"state", "cancelled"}}) : problem_of(done.error());
  });
}

// A number that the body may leave out.
Result<std::optional<std::uint32_t>> number_if_given(const json& body, const char* field, const char* problem) {
  const auto value = body.find(field);
  if (value == body.end() || value->is_null()) return std::nullopt;
  if (!value->is_number_unsigned() || value->get<std::uint64_t>() > UINT32_MAX) {
    return fail(ErrorCode::malformed, problem, field);
  }
  return value->get<std::uint32_t>();
}

// A text that the body may leave out.
Result<std::string> text_if_given(const json& body, const char* field) {
  const auto value = body.find(field);
  if (value == body.end() || value->is_null()) return std::string{};
  if (!value->is_string()) return fail(ErrorCode::malformed, "应为文字", field);
  return value->get<std::string>();
}

void post_reassignment(Visit& visit) {
  const auto asked = take_back_in(visit.request);
  if (!asked) return visit.respond(problem_of(asked.error()));
  const auto number = number_if_given(*body_of(visit.request), "node", "应为节点编号");
  if (!number) return visit.respond(problem_of(number.error()));
  const auto reserve = text_if_given(*body_of(visit.request), "reserve");
  if (!reserve) return visit.respond(problem_of(reserve.error()));
  const dispatch::Reassignment wanted{.task = asked->task,
                                      .reason = asked->reason,
                                      .to = *number ? std::optional{model::NodeId{**number}} : std::nullopt,
                                      .person = visit.person->id,
                                      .reserve = *reserve};
  decide_in_loop(visit, [wanted](coordinator::Coordinator& coordinator, journal::Draft& draft, UtcTime now) {
    const auto node = coordinator.on_reassign(draft, wanted, now);
    if (!node) return problem_of(node.error());
    return answer({{"task", to_text(wanted.task)},
                   {"state", model::name_of(tables::task(draft, wanted.task)->state)},
                   {"proposed", !node->has_value()},
                   {"node", *node ? json((*node)->value()) : json(nullptr)}});
  });
}

Result<dispatch::RetestOrder> retest_in(const http::Request& request) {
  auto asked = take_back_in(request);
  if (!asked) return fail(std::move(asked));
  const auto body = body_of(request);
  if (!body) return tl::unexpected(body.error());
  dispatch::RetestOrder order{.task = asked->task, .reason = std::move(asked->reason), .laboratory = {}};
  const auto laboratory = number_if_given(*body, "laboratory", "应为实验室编号");
  if (!laboratory) return tl::unexpected(laboratory.error());
  if (*laboratory) order.laboratory = model::LaboratoryId{**laboratory};
  std::optional<bool> rapid_method;
  for (const auto& [field, place] : {std::pair{"reserve_fit", &order.reserve_fit}, std::pair{"expired", &order.expired},
                                     std::pair{"rapid_method", &rapid_method}}) {
    const auto flag = flag_in(*body, field);
    if (!flag) return tl::unexpected(flag.error());
    *place = *flag;
  }
  order.rapid_method = rapid_method.value_or(false);
  return order;
}

void post_retest(Visit& visit) {
  auto order = retest_in(visit.request);
  if (!order) return visit.respond(problem_of(order.error()));
  constexpr std::size_t seed_octets = 32;
  order->seed = crypto::sha256(crypto::random_bytes(seed_octets));
  decide_in_loop(visit, [order = *order](coordinator::Coordinator& coordinator, journal::Draft& draft, UtcTime now) {
    const auto node = coordinator.on_retest(draft, order, now);
    if (!node) return problem_of(node.error());
    const auto entry = tables::retest(draft, order.task);
    return answer({{"task", to_text(order.task)},
                   {"node", node->value()},
                   {"laboratory", entry->laboratory.value()},
                   {"draw", entry->is_drawn() ? draw_json(*entry->draw) : json(nullptr)}});
  });
}

// Tasks whose sample could not be drawn, with what was found.
void get_declined(Visit& visit) {
  const auto limit = limit_in(visit.request);
  if (!limit) return visit.respond(problem_of(limit.error()));
  const auto after = task_after_in(visit.request);
  if (!after) return visit.respond(problem_of(after.error()));
  const auto view = visit.office.store.read();
  const auto province = visit.provinces.get(*view);
  json rows = json::array();
  json next = nullptr;
  std::string last;
  tables::for_each_declined(*view, *after, [&](const model::TaskId& id, const tables::EventPlace& place) {
    if (rows.size() == *limit) {
      next = last;
      return false;
    }
    last = to_text(id);
    const auto task = tables::task(*view, id);
    if (!task) return true;
    json row = to_json(*task);
    add_names(row, province ? province->get() : nullptr, task->city, task->category);
    add_declined(row, tables::event_at(*view, place));
    rows.push_back(std::move(row));
    return true;
  });
  visit.respond(answer({{"declined", std::move(rows)}, {"next", std::move(next)}}));
}

}  // namespace

void add_task_routes(Routes& routes) {
  routes.add("POST", "/api/v1/tasks/sampled-units", Action::plan, post_units);
  routes.add("GET", "/api/v1/declined", Action::look, get_declined);
  routes.add("GET", "/api/v1/tasks/{task}", Action::look, get_task);
  routes.add("POST", "/api/v1/tasks/{task}/revoke", Action::take_back, post_revocation);
  routes.add("POST", "/api/v1/tasks/{task}/reassign", Action::take_back, post_reassignment);
  routes.add("POST", "/api/v1/tasks/{task}/cancel", Action::take_back, post_cancellation);
  routes.add("POST", "/api/v1/tasks/{task}/retest", Action::take_back, post_retest);
}

}  // namespace lab::board
