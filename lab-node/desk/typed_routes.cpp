#include "lab-node/desk/typed_routes.hpp"

#include "lab-node/desk/names.hpp"
#include "lab-node/desk/request.hpp"
#include "lab-node/desk/views.hpp"
#include "lab-node/tables/tables.hpp"
#include "protocol/base/clock.hpp"
#include "protocol/session/stream.hpp"

namespace lab::desk {
namespace {

namespace tables = node::tables;
using nlohmann::json;

constexpr const char* form =
    "请求须为 {instrument?, reason?, results:[{number, analyte, value, unit?, reason?}]}，每次最多3000个";

// A reason beside the list is that of every cell without one of its own.
std::optional<bench::Typed> typed_in(const http::Request& request, const char* list, const Caller& caller) {
  const auto body = body_of(request);
  const auto cells = body ? body->find(list) : json::const_iterator{};
  if (!body || cells == body->end() || !cells->is_array() || cells->size() > bench::typed_cells_max) {
    return std::nullopt;
  }
  const std::string reason = text_in(*body, "reason");
  bench::Typed typed{.instrument = text_in(*body, "instrument"), .person = caller.id};
  if (const auto key = request.headers.find("idempotency-key"); key != request.headers.end()) typed.key = key->second;
  for (const json& cell : *cells) {
    if (!cell.is_object()) return std::nullopt;
    typed.cells.push_back({.number = text_in(cell, "number"),
                           .analyte = text_in(cell, "analyte"),
                           .value = text_in(cell, "value"),
                           .unit = text_in(cell, "unit"),
                           .reason = cell.contains("reason") ? text_in(cell, "reason") : reason});
  }
  return typed;
}

// The lines of one answer: what became of each cell, and how its item stands now. Items of a sample are explained once.
class Lines {
 public:
  Lines(const journal::View& store, SharedEditions& shared) : store_(store), lock_(shared.mutex), shared_(shared) {}

  json of(const bench::Typed& typed, const bench::TypedOutcome& outcome) {
    json lines = json::array();
    for (std::size_t i = 0; i < typed.cells.size(); ++i) lines.push_back(line(typed.cells[i], outcome.lines[i]));
    return lines;
  }

 private:
  struct Seen {
    model::Sample sample;
    std::vector<json> items;
  };

  json line(const bench::TypedCell& cell, const bench::TypedLine& taken) {
    json shown = json::object();
    if (taken.taken) {
      const Seen& seen = seen_of(*taken.taken);
      if (taken.item < seen.items.size()) shown = seen.items[taken.item];
      shown["same"] = taken.same;
      shown["state"] = name_of(seen.sample.state);
      shown["outcome"] = seen.sample.state == model::SampleState::judged ? name_of(seen.sample.judged.outcome) : "";
    } else {
      shown["code"] = taken.taken.error().code;
      shown["detail"] = taken.taken.error().detail;
      if (!taken.taken.error().params.empty()) shown["params"] = taken.taken.error().params;
      if (taken.differs_from) {
        const model::Sample& sample = seen_of(*taken.differs_from).sample;
        json counts = counting_value(store_, sample, taken.item, taken.portion);
        if (!counts.is_null()) shown["counts"] = std::move(counts);
      }
    }
    shown["number"] = cell.number;
    shown["analyte"] = cell.analyte;  // as it was asked: the line is found by it
    shown["ok"] = taken.taken.has_value();
    return shown;
  }

  const Seen& seen_of(const model::TaskId& task) {
    const auto known = seen_.find(task);
    if (known != seen_.end()) return known->second;
    auto sample = tables::sample(store_, task);
    if (!sample) throw journal::Damage("a sample that was found is no longer there");
    auto items = items_as_judged_now(store_, shared_.editions, *sample);
    return seen_.emplace(task, Seen{std::move(*sample), std::move(items)}).first->second;
  }

  const journal::View& store_;
  std::lock_guard<std::mutex> lock_;
  SharedEditions& shared_;
  std::map<model::TaskId, Seen> seen_;
};

http::Response told(const Office& office, const journal::View& store, SharedEditions& shared, const bench::Typed& typed,
                    const bench::TypedOutcome& outcome) {
  json judged = json::array();
  for (const model::TaskId& task : outcome.judged) {
    if (const auto sample = tables::sample(store, task)) judged.push_back(sample->grant.number.text());
  }
  return answer_with_names(office, {{"capture", outcome.capture},
                                    {"repeated", outcome.repeated},
                                    {"results", Lines{store, shared}.of(typed, outcome)},
                                    {"judged", std::move(judged)}});
}

void save(const Office& office, const std::shared_ptr<SharedEditions>& shared, const Caller& caller,
          const http::Request& request, const http::Respond& respond) {
  auto typed = typed_in(request, "results", caller);
  if (!typed) return respond(bad_request(form));
  decide_in_loop(
      office, caller, respond, [&office, shared, typed = std::move(*typed)](auto& node, auto& draft, UtcTime now) {
        const auto outcome = node.on_typed(draft, typed, now);
        if (outcome) return told(office, draft, *shared, typed, *outcome);
        return outcome.error().code == "key_reused" ? http::problem(409, outcome.error().code, outcome.error().detail)
                                                    : refused(outcome.error());
      });
}

// What saving would do, over a snapshot: nothing is kept, and the loop is not asked. A value that would replace another
// one is judged too: the reason is asked for when it is saved.
http::Response verdicts(const Office& office, SharedEditions& shared, const Caller& caller,
                        const http::Request& request) {
  auto typed = typed_in(request, "cells", caller);
  if (!typed) return bad_request("请求须为 {cells:[{number, analyte, value, unit?}]}，每次最多3000个");
  typed->key.clear();
  for (bench::TypedCell& cell : typed->cells) cell.reason = "preview";
  const auto view = office.store.read();
  if (!session::identity(*view)) return not_enrolled();
  journal::Draft trial{*view};
  node::Decided<bench::TypedOutcome> outcome;
  {
    const std::lock_guard lock{shared.mutex};
    outcome = bench::take_typed(trial, shared.editions, *typed, wall_clock());
  }
  if (!outcome) return refused(outcome.error());
  return answer_with_names(office, {{"cells", Lines{trial, shared}.of(*typed, *outcome)}});
}

void retract(const Office& office, const Caller& caller, const http::Request& request, const http::Respond& respond) {
  const auto body = body_of(request);
  if (!body) return respond(bad_request("请求须为 {number, reason}"));
  decide_in_loop(office, caller, respond,
                 [number = text_in(*body, "number"), reason = text_in(*body, "reason"), person = caller.id](
                     auto& node, auto& draft, UtcTime now) {
                   const auto retracted = node.on_retracted(draft, number, reason, person, now);
                   return retracted ? answer(sample_line(*retracted)) : refused(retracted.error());
                 });
}

}  // namespace

void add_typed_routes(http::Router& router, const Office& office, const std::shared_ptr<SharedEditions>& editions) {
  add_action(router, office, "/api/v1/results", Action::measure,
             [editions](const Office& at, const Caller& caller, const http::Request& request,
                        const http::Respond& respond) { save(at, editions, caller, request, respond); });
  add_action(router, office, "/api/v1/verdicts", Action::look,
             [editions](const Office& at, const Caller& caller, const http::Request& request,
                        const http::Respond& respond) { respond(verdicts(at, *editions, caller, request)); });
  add_action(router, office, "/api/v1/retractions", Action::retract, retract);
}

}  // namespace lab::desk
