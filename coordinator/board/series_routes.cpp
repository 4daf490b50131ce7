#include <fmt/format.h>

#include "coordinator/board/handlers.hpp"
#include "coordinator/tables/series.hpp"

namespace lab::board {
namespace {

using nlohmann::json;
namespace tables = coordinator::tables;

json to_json(const tables::Conditions& conditions) {
  return {{"steady", conditions.steady ? json(*conditions.steady) : json(nullptr)}, {"approved", conditions.approved}};
}

// The enterprise only for those who may know whom a sample was taken from.
json to_json(const tables::Series& series, const journal::View& store, bool with_enterprise) {
  json row{{"series", series.id.value()},
           {"commodity", series.commodity},
           {"aql", series.aql},
           {"state", acceptance::name_of(series.history.state)},
           {"score", series.history.score},
           {"lots", series.lots},
           {"open", series.has_open_lot() ? json(to_text(series.open)) : json(nullptr)},
           {"waiting", tables::waiting(store, series.id).size()},
           {"conditions", to_json(series.conditions)}};
  if (with_enterprise) row["enterprise"] = series.enterprise;
  return row;
}

json to_json(const tables::SeriesStep& step) {
  json row{{"kind", tables::name_of(step.kind)},
           {"at", to_text(step.at)},
           {"conditions", to_json(step.conditions)},
           {"state", acceptance::name_of(step.after.state)},
           {"score", step.after.score}};
  if (step.kind == tables::StepKind::lot_counted) {
    row["task"] = to_text(step.task);
    row["inspected"] = step.count.inspected;
    row["nonconforming"] = step.count.nonconforming;
    row["accepted"] = step.accepted;
  } else {
    row["person"] = step.person;
    row["reason"] = step.reason;
  }
  return row;
}

Result<model::SeriesId> series_in(const http::Request& request) {
  const auto number = number_in(request, "series", 0);
  if (!number) return tl::unexpected(number.error());
  if (*number == 0 || *number > UINT32_MAX) return fail(ErrorCode::not_found, "没有这个批次系列", "series");
  return model::SeriesId{static_cast<std::uint32_t>(*number)};
}

void get_all(Visit& visit) {
  const auto limit = limit_in(visit.request);
  if (!limit) return visit.respond(problem_of(limit.error()));
  const auto after = number_in(visit.request, "after", 0);
  if (!after) return visit.respond(problem_of(after.error()));
  const bool with_enterprise = may(*visit.person, Action::see_units);
  const auto view = visit.office.store.read();
  json rows = json::array();
  json next = nullptr;
  const auto first = static_cast<std::uint32_t>(std::min<std::uint64_t>(*after, UINT32_MAX));
  tables::for_each_series(*view, model::SeriesId{first}, [&](const tables::Series& series) {
    if (rows.size() == *limit) {
      next = rows.back().at("series");
      return false;
    }
    rows.push_back(to_json(series, *view, with_enterprise));
    return true;
  });
  visit.respond(answer({{"series", std::move(rows)}, {"next", std::move(next)}}));
}

void get_one(Visit& visit) {
  const auto id = series_in(visit.request);
  if (!id) return visit.respond(problem_of(id.error()));
  const auto view = visit.office.store.read();
  const auto series = tables::series(*view, *id);
  if (!series) return visit.respond(http::problem(404, "not_found", "没有这个批次系列"));
  json object = to_json(*series, *view, may(*visit.person, Action::see_units));
  json steps = json::array();
  for (const tables::SeriesStep& step : tables::steps_of(*view, *id)) steps.push_back(to_json(step));
  object["steps"] = std::move(steps);
  visit.respond(answer(object));
}

struct Said {
  dispatch::SeriesWord word;
  json body;
};

Result<Said> said_in(const Visit& visit) {
  const auto series = series_in(visit.request);
  if (!series) return tl::unexpected(series.error());
  auto body = body_of(visit.request);
  if (!body) return tl::unexpected(body.error());
  auto reason = text_of(*body, "reason");
  if (!reason) return tl::unexpected(reason.error());
  return Said{.word = {.series = *series, .person = visit.person->id.value(), .reason = std::move(*reason)},
              .body = std::move(*body)};
}

http::Response answer_of(const Result<tables::Series>& moved, const journal::View& store) {
  return moved ? answer(to_json(*moved, store, true)) : problem_of(moved.error());
}

void post_corrective_action(Visit& visit) {
  auto said = said_in(visit);
  if (!said) return visit.respond(problem_of(said.error()));
  decide_in_loop(
      visit, [word = std::move(said->word)](coordinator::Coordinator& coordinator, journal::Draft& draft, UtcTime now) {
        return answer_of(coordinator.on_corrective_action(draft, word, now), draft);
      });
}

// Both must be said: what is left out would otherwise take back what was said before.
Result<tables::Conditions> conditions_in(const json& body) {
  const auto steady = body.find("steady");
  const auto approved = body.find("approved");
  if (steady == body.end() || !(steady->is_boolean() || steady->is_null())) {
    return fail(ErrorCode::malformed, "应为 true（生产稳定）、false（不稳定）或 null（未说明）", "steady");
  }
  if (approved == body.end() || !approved->is_boolean()) {
    return fail(ErrorCode::malformed, "应为 true（负责部门同意放宽）或 false", "approved");
  }
  return tables::Conditions{.steady = steady->is_null() ? std::nullopt : std::optional{steady->get<bool>()},
                            .approved = approved->get<bool>()};
}

void post_conditions(Visit& visit) {
  auto said = said_in(visit);
  if (!said) return visit.respond(problem_of(said.error()));
  const auto conditions = conditions_in(said->body);
  if (!conditions) return visit.respond(problem_of(conditions.error()));
  decide_in_loop(visit, [word = std::move(said->word), conditions = *conditions](coordinator::Coordinator& coordinator,
                                                                                 journal::Draft& draft, UtcTime now) {
    return answer_of(coordinator.on_conditions(draft, word, conditions, now), draft);
  });
}

}  // namespace

void add_series_routes(Routes& routes) {
  routes.add("GET", "/api/v1/series", Action::look, get_all);
  routes.add("GET", "/api/v1/series/{series}", Action::look, get_one);
  routes.add("POST", "/api/v1/series/{series}/corrective-action", Action::move_series, post_corrective_action);
  routes.add("POST", "/api/v1/series/{series}/conditions", Action::move_series, post_conditions);
}

}  // namespace lab::board
