#include "lab-node/desk/instrument_routes.hpp"

#include <algorithm>
#include <span>
#include <tuple>

#include "lab-node/desk/capture_file.hpp"
#include "lab-node/desk/names.hpp"
#include "lab-node/desk/request.hpp"
#include "lab-node/desk/views.hpp"
#include "lab-node/tables/instruments.hpp"

namespace lab::desk {
namespace {

namespace tables = node::tables;
using nlohmann::json;

json device_line(const tables::Device& device) {
  const bool is_decided = !device.decided_by.value().empty();
  return {{"instrument", device.instrument},
          {"device", device.device},
          {"state", name_of(device.state)},
          {"first", device.is_first},
          {"waiting", tables::is_waiting(device)},
          {"first_seen", to_text(device.first_seen)},
          {"last_contact", to_text(device.last_contact)},
          {"last_port", device.last_port},
          {"decided_by", device.decided_by.value()},
          {"decided_at", is_decided ? to_text(device.decided_at) : ""},
          {"reason", device.reason},
          {"captures", device.counts.captures},
          {"observations", device.counts.observations},
          {"taken", device.counts.taken},
          {"quarantined", device.counts.quarantined},
          {"refused_captures", device.counts.refused},
          {"repeated_captures", device.counts.repeated}};
}

// Those that wait for a person come first. The cursor is the id of the last device of the page before.
http::Response instrument_list(const Office& office, const http::Request& request) {
  const auto limit = limit_in(request);
  if (!limit) return problem_of(limit.error());
  std::vector<tables::Device> devices;
  const auto view = office.store.read();
  tables::scan_devices(*view, [&](const tables::Device& device) {
    devices.push_back(device);
    return true;
  });
  std::ranges::sort(devices, {}, [](const tables::Device& device) {
    return std::tuple{!tables::is_waiting(device), device.instrument, device.device};
  });
  auto from = devices.begin();
  if (const std::string after = service::text_in(request, "after"); !after.empty()) {
    from = std::ranges::find(devices, after, [](const tables::Device& device) { return to_hex(id_of(device).view()); });
    if (from == devices.end()) return bad_request("after 须为上一页给出的 next");
    ++from;
  }
  const auto rest = static_cast<std::size_t>(devices.end() - from);
  const std::span page{from, std::min(*limit, rest)};
  json lines = json::array();
  for (const tables::Device& device : page) lines.push_back(device_line(device));
  const json next = page.size() < rest ? json(to_hex(id_of(page.back()).view())) : json();
  return answer_with_names(office, {{"instruments", std::move(lines)}, {"count", devices.size()}, {"next", next}});
}

json decided_answer(const bench::DeviceDecided& decided) {
  json body = device_line(decided.device);
  json captures = json::array();
  std::uint64_t entries = 0;
  for (const auto& [capture, count] : decided.waiting) {
    captures.push_back({{"capture", capture}, {"entries", count}});
    entries += count;
  }
  body["waiting_entries"] = entries;
  body["waiting_captures"] = std::move(captures);
  return body;
}

void decide_device(const Office& office, const Caller& caller, const http::Request& request,
                   const http::Respond& respond) {
  const auto body = body_of(request);
  const auto is_text = [&](const char* field) { return body->contains(field) && body->at(field).is_string(); };
  if (!body || !is_text("instrument") || !is_text("device") || !body->contains("confirm") ||
      !body->at("confirm").is_boolean()) {
    return respond(bad_request("请求须为 {instrument, device, confirm, reason}"));
  }
  const bench::DeviceDecision decision{.instrument = text_in(*body, "instrument"),
                                       .device = text_in(*body, "device"),
                                       .confirm = body->at("confirm").get<bool>(),
                                       .reason = text_in(*body, "reason")};
  decide_in_loop(office, caller, respond, [decision, person = caller.id](auto& node, auto& draft, UtcTime now) {
    const auto decided = node.on_device_decision(draft, decision, person, now);
    return decided ? answer(decided_answer(*decided)) : refused(decided.error());
  });
}

json replayed_answer(const journal::View& store, std::uint64_t capture, const bench::ReplayOutcome& outcome) {
  json body{{"capture", capture},      {"profile", outcome.entry.profile}, {"changed", outcome.changed},
            {"whole", outcome.whole},  {"taken", outcome.taken},           {"same", outcome.same},
            {"checks", outcome.checks}};
  json open = json::array();
  for (const std::uint64_t id : outcome.open) {
    if (open.size() == page_max) break;
    if (const auto entry = tables::quarantined(store, id)) open.push_back(quarantine_line(store, id, *entry));
  }
  body["open"] = outcome.open.size();
  body["quarantined"] = std::move(open);
  json judged = json::array();
  for (const model::TaskId& task : outcome.judged) {
    if (const auto sample = tables::sample(store, task)) judged.push_back(sample->grant.number.text());
  }
  body["judged"] = std::move(judged);
  return body;
}

// Decoding is pure and may take a while: here, not on the loop.
void replay(const Office& office, const Caller& caller, const http::Request& request, const http::Respond& respond) {
  const auto body = body_of(request);
  if (!body) return respond(bad_request("请求须为 {profile}，profile 可以省略"));
  const auto file = file_of(office, request);
  if (!file) return respond(file.error());
  bench::Replay wanted{.capture = file->capture.id,
                       .decoding = read_again(*file, text_in(*body, "profile"), office.profiles()).decoding};
  decide_in_loop(office, caller, respond,
                 [wanted = std::move(wanted), person = caller.id](auto& node, auto& draft, UtcTime now) {
                   const auto outcome = node.on_replay(draft, wanted, person, now);
                   return outcome ? answer(replayed_answer(draft, wanted.capture, *outcome)) : refused(outcome.error());
                 });
}

}  // namespace

void add_instrument_routes(http::Router& router, const Office& office) {
  add_look(router, office, "/api/v1/instruments",
           [&office](const http::Request& request) { return instrument_list(office, request); });
  add_action(router, office, "/api/v1/instruments/decision", Action::confirm_instrument, decide_device);
  add_action(router, office, "/api/v1/captures/{capture}/replay", Action::replay, replay);
}

}  // namespace lab::desk
