#include "lab-node/desk/run_routes.hpp"

#include "lab-node/desk/names.hpp"
#include "lab-node/desk/request.hpp"
#include "lab-node/desk/run_views.hpp"

namespace lab::desk {
namespace {

namespace tables = node::tables;
using nlohmann::json;

http::Response unknown_run() { return http::problem(404, "unknown_run", "没有这一批的质控记录，请刷新后重试"); }

http::Response run_list(const Office& office, const http::Request& request) {
  const auto page = page_in(request);
  if (!page) return problem_of(page.error());
  json runs = json::array();
  json next = nullptr;
  std::uint64_t last = 0;
  const auto view = office.store.read();
  tables::scan_runs(*view, page->open, page->after, [&](std::uint64_t capture, const model::RunEntry& run) {
    if (runs.size() == page->limit) {
      next = last;
      return false;
    }
    runs.push_back(run_line(run));
    last = capture;
    return true;
  });
  return answer_with_names(office, {{"runs", std::move(runs)}, {"next", next}});
}

http::Response run_shown(const Office& office, const http::Request& request) {
  Hash capture;
  if (!fill_from_hex(capture.octets, request.parameters.at("capture"))) return unknown_run();
  const auto view = office.store.read();
  const auto run = tables::run_of(*view, capture);
  return run ? answer_with_names(office, run_page(*run)) : unknown_run();
}

http::Response chart_list(const Office& office) {
  json charts = json::array();
  const auto view = office.store.read();
  tables::scan_control_series(*view, [&](const tables::ControlSeries& series, std::uint64_t values) {
    charts.push_back(chart_of(*view, series, values));
    return charts.size() < page_max;
  });
  return answer({{"charts", std::move(charts)}});
}

void decide_run(const Office& office, const Caller& caller, const http::Request& request,
                const http::Respond& respond) {
  const auto body = body_of(request);
  if (!body || !body->contains("release") || !body->at("release").is_boolean()) {
    return respond(bad_request("请求须为 {record, release, reason}"));
  }
  outbox::RunDecision decision{.release = body->at("release").get<bool>(), .reason = text_in(*body, "reason")};
  if (!fill_from_hex(decision.capture.octets, request.parameters.at("capture"))) return respond(unknown_run());
  // A malformed hash stays zero, which no record has: the decision is refused as stale.
  if (!fill_from_hex(decision.record.octets, text_in(*body, "record"))) decision.record = {};
  decide_in_loop(office, caller, respond, [decision, person = caller.id](auto& node, auto& draft, UtcTime now) {
    const auto run = node.on_run_decision(draft, decision, person, now);
    return run ? answer(run_line(*run)) : refused(run.error());
  });
}

}  // namespace

void add_run_routes(http::Router& router, const Office& office) {
  add_look(router, office, "/api/v1/runs",
           [&office](const http::Request& request) { return run_list(office, request); });
  add_look(router, office, "/api/v1/runs/{capture}",
           [&office](const http::Request& request) { return run_shown(office, request); });
  add_look(router, office, "/api/v1/control-charts", [&office](const http::Request&) { return chart_list(office); });
  add_action(router, office, "/api/v1/runs/{capture}/decision", Action::decide_run, decide_run);
}

}  // namespace lab::desk
