#include "lab-node/desk/read_routes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <set>

#include "lab-node/desk/names.hpp"
#include "lab-node/desk/report_routes.hpp"
#include "lab-node/desk/request.hpp"
#include "lab-node/desk/shelf_routes.hpp"
#include "lab-node/desk/views.hpp"
#include "lab-node/desk/waiting.hpp"
#include "lab-node/judging/judging.hpp"
#include "lab-node/outbox/run_decision.hpp"
#include "lab-node/tables/instruments.hpp"
#include "lab-node/tables/runs.hpp"
#include "lab-node/tables/serials.hpp"
#include "lab-node/tables/tray.hpp"
#include "protocol/base/clock.hpp"
#include "protocol/evidence/tree_head.hpp"
#include "protocol/service/health.hpp"
#include "protocol/session/kept_heads.hpp"
#include "protocol/session/stream.hpp"

namespace lab::desk {
namespace {

namespace tables = node::tables;
using nlohmann::json;

std::optional<model::SampleState> parse_state(const std::string& text) {
  for (std::size_t i = 0; i < tables::states; ++i) {
    const auto state = static_cast<model::SampleState>(i);
    if (text == name_of(state)) return state;
  }
  return std::nullopt;
}

http::Response unknown_sample() { return http::problem(404, "unknown_sample", "本站没有这个编号的样品，请核对"); }

json samples_by_state(const tables::Counters& counters) {
  json by_state = json::object();
  for (std::size_t i = 0; i < tables::states; ++i) {
    by_state[name_of(static_cast<model::SampleState>(i))] = counters.samples[i];
  }
  return by_state;
}

json ports_of(const Office& office) {
  json ports = json::array();
  for (const PortStatus& port : office.ports()) {
    ports.push_back({{"name", port.name},
                     {"kind", port.kind},
                     {"instrument", port.instrument},
                     {"technician", port.technician},
                     {"trouble", port.trouble}});
  }
  return ports;
}

// Numbers this node may still give by itself, by year and programme.
json serials_of(const journal::View& store) {
  json left = json::object();
  tables::for_each_held_serials(store, [&](const model::SerialKind& kind, const tables::HeldSerials& held) {
    left[fmt::format("{:02}{}", kind.year, kind.programme.value())] = held.left();
  });
  return left;
}

http::Response status(const Office& office) {
  const auto view = office.store.read();
  const auto me = session::identity(*view);
  const auto head = session::stream_head(*view);
  const auto counters = tables::counters(*view);
  const Hash reference = tables::current_reference(*view);
  const LinkStatus link = office.link();
  const label::WorkerCounters labels = office.labels.counters();
  return answer({{"enrolled", me.has_value()},
                 {"node", me ? me->node.value() : 0},
                 {"laboratory", me ? me->laboratory.value() : 0},
                 {"laboratory_name", me ? me->laboratory_name : ""},
                 {"linked", link.linked},
                 {"welcome", link.welcome},
                 {"refusal", me ? link.refusal : "本站尚未入网，请用协调端发放的凭证（--enrol）启动"},
                 {"stream",
                  {{"incarnation", head.incarnation},
                   {"sequence", head.sequence},
                   {"acknowledged", session::acknowledged(*view)}}},
                 {"orders", session::orders_state(*view).upto},
                 {"reference", reference.is_zero() ? "" : to_hex(reference.view())},
                 {"samples", samples_by_state(counters)},
                 {"captures", counters.captures},
                 {"quarantine_open", counters.quarantine_open},
                 {"runs_open", tables::runs_waiting(*view)},
                 {"tray_open", tables::tray_waiting(*view)},
                 {"serials_left", serials_of(*view)},
                 {"devices_waiting", tables::devices_waiting(*view)},
                 {"label_worker",
                  {{"started", labels.started},
                   {"crashed", labels.crashed},
                   {"timed_out", labels.timed_out},
                   {"restarts", labels.started > 0 ? labels.started - 1 : 0}}},
                 {"ports", ports_of(office)},
                 {"store", service::to_json(office.store.figures())},
                 {"clock_skew", service::clock_skew(link.clock_ahead)},
                 {"scrub", service::to_json(office.scrub())},
                 {"build", office.build}});
}

// "received,measuring": nothing when a word is none of the names.
template <class Value, class Parse>
std::optional<std::set<Value>> set_in(const http::Request& request, const char* field, const Parse& parse) {
  std::set<Value> values;
  const std::string text = service::text_in(request, field);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    const std::optional<Value> value = parse(text.substr(at, end - at));
    if (!value) return std::nullopt;
    values.insert(*value);
    at = end + 1;
  }
  return values;
}

std::optional<Waits> parse_waits(const std::string& text) {
  for (std::size_t i = 0; i < waits_count; ++i) {
    if (text == name_of(static_cast<Waits>(i))) return static_cast<Waits>(i);
  }
  return std::nullopt;
}

// So that a list of what waits for a signature does not offer what would be refused.
std::string blocked_by(const journal::View& store, const model::Sample& sample) {
  if (sample.state != model::SampleState::judged && sample.state != model::SampleState::reviewed) return {};
  const auto refusal = outbox::run_refusal(store, sample);
  return refusal ? refusal->code : "";
}

http::Response samples_answer(const Office& office, const journal::View& store,
                              const std::vector<model::Sample>& samples, bool more, json count) {
  json lines = json::array();
  for (const model::Sample& sample : samples) {
    json line = sample_line(sample);
    line["blocked"] = blocked_by(store, sample);
    lines.push_back(std::move(line));
  }
  const json next = more ? lines.back().at("task") : json(nullptr);
  return answer_with_names(office, {{"samples", std::move(lines)}, {"next", next}, {"count", std::move(count)}});
}

// Without words and waits the store itself is read; with them, the index.
http::Response sample_list(const Office& office, const http::Request& request) {
  const auto states = set_in<model::SampleState>(request, "state", parse_state);
  if (!states) return bad_request("没有这种样品状态");
  const auto waits = set_in<Waits>(request, "waits", parse_waits);
  if (!waits)
    return bad_request("waits 须为 to_sample、to_receive、to_measure、returned、to_confirm、to_review、to_approve");
  model::TaskId after;
  if (const std::string cursor = service::text_in(request, "after"); !cursor.empty()) {
    const auto task = model::parse_task_id(cursor);
    if (!task) return bad_request("after 须为上一页给出的 next");
    after = *task;
  }
  const auto limit = limit_in(request);
  if (!limit) return problem_of(limit.error());
  const std::string words = service::text_in(request, "q");
  const model::PanelCode panel{service::text_in(request, "panel")};
  if (!words.empty() || !waits->empty() || states->size() > 1 || !panel.value().empty()) {
    const auto found =
        office.index.find({.words = words, .states = *states, .waits = *waits, .panel = panel}, after, *limit);
    return samples_answer(office, *office.store.read(), found.samples, found.more, found.count);
  }
  std::vector<model::Sample> samples;
  bool more = false;
  const auto view = office.store.read();
  const auto state = states->empty() ? std::nullopt : std::optional{*states->begin()};
  tables::scan_samples(*view, after, state, [&](const model::Sample& sample) {
    more = samples.size() == *limit;
    if (!more) samples.push_back(sample);
    return !more;
  });
  const auto counted = tables::counters(*view).samples;
  return samples_answer(office, *view, samples, more,
                        state ? counted[static_cast<std::size_t>(*state)]
                              : std::accumulate(counted.begin(), counted.end(), std::uint64_t{0}));
}

http::Response worklist(const Office& office, SharedEditions& shared, const http::Request& request) {
  const auto limit = limit_in(request);
  if (!limit) return problem_of(limit.error());
  json lines = json::array();
  const auto view = office.store.read();
  const std::lock_guard lock{shared.mutex};
  for (const auto state : {model::SampleState::received, model::SampleState::measuring, model::SampleState::judged}) {
    tables::scan_samples(*view, {}, state, [&](const model::Sample& sample) {
      if (lines.size() == *limit) return false;
      if (state == model::SampleState::judged && !judging::is_provisional(sample)) return true;
      lines.push_back({{"number", sample.grant.number.text()},
                       {"blind_code", sample.grant.blind_code},
                       {"commodity", sample.grant.commodity},
                       {"panel", sample.grant.panel.value()},
                       {"due", to_text(sample.grant.due)},
                       {"state", name_of(sample.state)},
                       {"returned", judging::is_reopened(sample)},
                       {"note", sample.note},
                       {"lot", lot_of(sample)},
                       {"missing", missing_analytes(*view, shared.editions, sample)},
                       {"unconfirmed", unconfirmed_analytes(*view, shared.editions, sample)}});
      return true;
    });
  }
  return answer({{"samples", std::move(lines)}});
}

json worksheet_values(const journal::View& store, judging::Editions& editions, const model::Sample& sample) {
  json values = json::object();
  for (json& item : items_as_judged_now(store, editions, sample)) {
    if (!item.contains("value")) continue;
    const std::string analyte = item.at("analyte");
    values[analyte] = std::move(item);
  }
  return values;
}

json analytes_of(const model::Panel& panel) {
  json analytes = json::array();
  for (const model::PanelItem& item : panel.items) {
    analytes.push_back({{"analyte", item.analyte},
                        {"unit", item.unit},
                        {"method", item.method},
                        {"lod", item.lod ? item.lod->to_text() : ""},
                        {"loq", item.loq ? item.loq->to_text() : ""},
                        {"reference_only", item.reference_only}});
  }
  return analytes;
}

// Samples that take results now, of one panel as the edition in use has it.
http::Response worksheet(const Office& office, SharedEditions& shared, const http::Request& request) {
  const model::PanelCode code{service::text_in(request, "panel")};
  const auto limit = limit_in(request);
  if (!limit) return problem_of(limit.error());
  model::TaskId after;
  if (const std::string cursor = service::text_in(request, "after"); !cursor.empty()) {
    const auto task = model::parse_task_id(cursor);
    if (!task) return bad_request("after 须为上一页给出的 next");
    after = *task;
  }
  const auto found = office.index.find(
      {.waits = {Waits::to_measure, Waits::returned, Waits::to_confirm}, .panel = code}, after, *limit);
  const auto view = office.store.read();
  const std::lock_guard lock{shared.mutex};
  const auto edition = shared.editions.current(*view);
  const judging::PanelIndex* panel = edition && !code.value().empty() ? edition->panel(code) : nullptr;
  if (panel == nullptr) return http::problem(404, "unknown_panel", "判定依据中没有这个检测包");
  json samples = json::array();
  for (const model::Sample& sample : found.samples) {
    json line = sample_line(sample);
    line["values"] = worksheet_values(*view, shared.editions, sample);
    samples.push_back(std::move(line));
  }
  const json next = found.more ? samples.back().at("task") : json(nullptr);
  return answer_with_names(office, {{"panel", code.value()},
                                    {"analytes", analytes_of(panel->panel())},
                                    {"samples", std::move(samples)},
                                    {"next", next},
                                    {"count", found.count}});
}

json lines_of(const std::vector<model::TreeHead>& heads) {
  json lines = json::array();
  for (const model::TreeHead& head : heads) lines.push_back(evidence::to_text(head));
  return lines;
}

// What this laboratory can bear witness of.
http::Response kept_heads(const Office& office) {
  const auto view = office.store.read();
  const auto last = session::last_head(*view);
  return answer({{"head", last ? evidence::to_text(*last) : ""},
                 {"of_late", lines_of(session::heads_of_late(*view))},
                 {"odd", lines_of(session::odd_heads(*view))}});
}

}  // namespace

void add_read_routes(http::Router& router, const Office& office, const std::shared_ptr<SharedEditions>& shared) {
  router.add("GET", "/api/v1/status", [&office](const http::Request&, const http::Respond& respond) {
    service::guard_store(respond, office.damaged, [&] { respond(status(office)); });
  });
  const auto add = [&](std::string_view pattern, std::function<http::Response(const http::Request&)> look) {
    add_look(router, office, pattern, std::move(look));
  };
  add("/api/v1/evidence/head", [&office](const http::Request&) { return kept_heads(office); });
  add("/api/v1/samples", [&office](const http::Request& request) { return sample_list(office, request); });
  add("/api/v1/samples/{number}", [&office, shared](const http::Request& request) {
    const auto view = office.store.read();
    const auto sample = tables::sample_named(*view, request.parameters.at("number"));
    if (!sample) return unknown_sample();
    const std::lock_guard lock{shared->mutex};
    json page = sample_page(*view, shared->editions, *sample);
    page["shelf"] = shelf_of(*view, *sample, wall_clock());
    page["reports"] = reports_of(*view, *sample);
    return answer_with_names(office, std::move(page));
  });
  add("/api/v1/worklist",
      [&office, shared](const http::Request& request) { return worklist(office, *shared, request); });
  add("/api/v1/worksheet",
      [&office, shared](const http::Request& request) { return worksheet(office, *shared, request); });
  add("/api/v1/waiting", [&office](const http::Request&) { return waiting_list(office); });
}

}  // namespace lab::desk
