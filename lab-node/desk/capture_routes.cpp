#include "lab-node/desk/capture_routes.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "lab-node/bench/match.hpp"
#include "lab-node/desk/capture_file.hpp"
#include "lab-node/desk/names.hpp"
#include "lab-node/desk/request.hpp"
#include "lab-node/desk/views.hpp"
#include "lab-node/tables/instruments.hpp"
#include "protocol/base/text.hpp"

namespace lab::desk {
namespace {

namespace tables = node::tables;
using nlohmann::json;

/// Bytes that a record is about to name: small ones go into the turn's commit, large ones must be safe before it.
/// Nothing when they could not be kept.
bool keep_large(const Office& office, BytesView bytes) {
  return bytes.size() <= tables::raw_record_max || office.blobs.put(bytes).has_value();
}

// ---- which captures

using IsShown = bool (*)(const model::CaptureEntry& entry);

// By the word that asks for them.
IsShown shown_by(std::string_view word) {
  if (word.empty()) return [](const model::CaptureEntry&) { return true; };
  if (word == "quarantined") return [](const model::CaptureEntry& entry) { return entry.quarantined > 0; };
  if (word == "refused") return [](const model::CaptureEntry& entry) { return !entry.refused.empty(); };
  if (word == "same") return [](const model::CaptureEntry& entry) { return entry.same > 0; };
  if (word == "unplaced") return bench::is_unplaced;
  if (word == "readings") {
    return [](const model::CaptureEntry& entry) { return bench::is_unplaced(entry) && !bench::is_mass(entry); };
  }
  return nullptr;
}

// What somebody looks for may be rare: a page ends here all the same, and goes on from the last one looked at.
constexpr std::size_t captures_per_page = 2'000;

http::Response capture_list(const Office& office, const http::Request& request) {
  const auto limit = limit_in(request);
  if (!limit) return problem_of(limit.error());
  const auto before = number_in(request, "before", 0);
  if (!before) return problem_of(before.error());
  const IsShown is_shown = shown_by(service::text_in(request, "show"));
  if (is_shown == nullptr) return bad_request("show 须为 quarantined、refused、same、unplaced 或 readings");
  json captures = json::array();
  json next = nullptr;
  std::size_t looked_at = 0;
  std::uint64_t last = 0;
  const auto view = office.store.read();
  tables::scan_captures(*view, *before, [&](const tables::StoredCapture& capture) {
    if (captures.size() == *limit || looked_at == captures_per_page) {
      next = last;
      return false;
    }
    ++looked_at;
    last = capture.id;
    if (is_shown(capture.entry)) captures.push_back(capture_line(capture));
    return true;
  });
  return answer_with_names(office, {{"captures", std::move(captures)}, {"next", next}});
}

http::Response raw_capture(const Office& office, const http::Request& request) {
  auto file = file_of(office, request);
  if (!file) return std::move(file.error());
  return {.content_type = "application/octet-stream", .body = std::move(file->bytes)};
}

// ---- how one was read

json observation_line(const model::Observation& observation) {
  return {{"offset", observation.offset},
          {"sample", observation.sample_id},
          {"sample_type", observation.sample_type},
          {"analyte", observation.analyte},
          {"value", observation.value.text},
          {"value_state", name_of(observation.value.state)},
          {"unit", observation.unit},
          {"flags", observation.flags},
          {"device", observation.instrument},
          {"run", observation.run},
          {"time", observation.time}};
}

// The names that a sample has on a worksheet; without a sample every row is meant.
std::set<std::string> names_of(const journal::View& store, const std::string& number) {
  std::set<std::string> names;
  if (number.empty()) return names;
  names.insert(bench::portion_in(number).sample);
  const auto sample = tables::sample_by_number(store, number);
  if (!sample) return names;
  names.insert(bench::normalised_id(sample->grant.blind_code));
  for (const model::SampleNumber& former : sample->former) names.insert(bench::normalised_id(former.text()));
  return names;
}

json rows_of(const model::Decoding& decoding, const std::set<std::string>& names) {
  json rows = json::array();
  for (const model::Observation& observation : decoding.observations) {
    if (rows.size() == page_max) break;
    if (names.empty() || names.contains(bench::portion_in(observation.sample_id).sample)) {
      rows.push_back(observation_line(observation));
    }
  }
  return rows;
}

// Pure: the octets are read once more and nothing is kept, so that a reviewer sees what the first reading saw.
http::Response reading(const Office& office, const http::Request& request) {
  const auto file = file_of(office, request);
  if (!file) return file.error();
  if (file->capture.entry.profile == bench::typed_profile) {
    return refused({"is_typed", "这是手工录入的结果，没有仪器文件，请在样品的历史中查看"});
  }
  const profiles::Decoded read = read_again(*file, service::text_in(request, "profile"), office.profiles());
  const model::Decoding& decoding = read.decoding;
  const auto names = names_of(*office.store.read(), service::text_in(request, "sample"));
  return answer_with_names(
      office,
      {{"capture", capture_line(file->capture)},
       {"taken_as", file->capture.entry.profile},
       {"profile", decoding.profile},
       {"reason", read.reason},
       {"refused", decoding.refused},
       {"covered_octets", decoding.covered_bytes},
       {"octets", decoding.total_bytes},
       {"diagnostics", diagnostics_of(decoding)},
       {"diagnostics_count", decoding.diagnostics.size()},
       {"observations", rows_of(decoding, names)},
       {"observations_count", decoding.observations.size()},
       {"candidates", decoding.refused.empty() ? json::array() : candidates_of(file->bytes, office.profiles())}});
}

// ---- a file that a person brings

// What is left of a name without the ways in which people write it differently.
std::string folded(std::string_view name) {
  std::string fold;
  for (const char c : name) {
    if (c == ' ' || c == '-' || c == '_' || c == '.') continue;
    fold += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return fold;
}

// Instruments that a port has, or that have sent something.
std::set<std::string> instruments_here(const Office& office) {
  std::set<std::string> names;
  for (const PortStatus& port : office.ports()) {
    if (!port.instrument.empty()) names.insert(port.instrument);
  }
  const auto view = office.store.read();
  tables::scan_devices(*view, [&](const tables::Device& device) {
    names.insert(device.instrument);
    return true;
  });
  return names;
}

// The first device of an instrument is taken at its word: a slip of the pen would be such an instrument.
std::optional<http::Response> unknown_instrument(const Office& office, const std::string& instrument) {
  const auto known = instruments_here(office);
  if (known.contains(tidy(instrument))) return std::nullopt;
  std::vector<std::string> similar;
  std::ranges::copy_if(known, std::back_inserter(similar),
                       [&](const std::string& one) { return folded(one) == folded(instrument); });
  const std::string meant = similar.empty() ? "" : fmt::format("是否为 {}？", fmt::join(similar, "、"));
  return problem_with(409, "new_instrument",
                      fmt::format("本站还没有名为“{}”的仪器。{}请改用原有的仪器名称；确是新仪器，请确认后再上传",
                                  tidy(instrument), meant),
                      {{"similar", similar}, {"known", known}, {"params", {{"instrument", tidy(instrument)}}}});
}

http::Response not_taken(const bench::CaptureOutcome& taken, const json& candidates) {
  const std::string again = taken.repeated ? "；如已有适用的方案，请对此数据选择“重新读取”" : "";
  return problem_with(422, "capture_refused", "文件未能采用，已原样保存：" + taken.entry.refused + again,
                      {{"capture", taken.capture}, {"candidates", candidates}});
}

void upload(const Office& office, const Caller& caller, http::Request request, const http::Respond& respond) {
  if (request.body.empty()) return respond(bad_request("文件是空的"));
  const std::string instrument = service::text_in(request, "instrument");
  if (instrument.empty()) return respond(bad_request("请在参数 instrument 中写明仪器"));
  if (service::text_in(request, "new") != "1") {
    if (auto unknown = unknown_instrument(office, instrument)) return respond(std::move(*unknown));
  }
  // Decoding is pure and may take a while: here, not on the loop.
  profiles::Decoded read = profiles::decode_and_explain(
      request.body, {.profile = service::text_in(request, "profile"), .file_name = service::text_in(request, "name")},
      office.profiles());
  json candidates = read.decoding.refused.empty() ? json::array() : candidates_of(request.body, office.profiles());
  bench::Capture capture{.raw = crypto::sha256(request.body),
                         .octets = request.body.size(),
                         .instrument = instrument,
                         .port = std::string{upload_port} + service::text_in(request, "name"),
                         .person = caller.id,
                         .decoding = std::move(read.decoding)};
  if (!keep_large(office, request.body)) return respond(not_kept());
  decide_in_loop(office, caller, respond,
                 [capture = std::move(capture), raw = std::move(request.body), reason = std::move(read.reason),
                  candidates = std::move(candidates)](auto& node, auto& draft, UtcTime now) -> Decision {
                   tables::keep_raw(draft, capture.raw, raw);
                   const auto taken = node.on_capture(draft, capture, now);
                   if (!taken) return refused(taken.error());
                   if (!taken->entry.refused.empty()) return Decision::kept(not_taken(*taken, candidates));
                   json body = outcome_of(draft, *taken);
                   body["reason"] = reason;
                   body["covered_octets"] = capture.decoding.covered_bytes;
                   body["octets"] = capture.decoding.total_bytes;
                   body["diagnostics"] = diagnostics_of(capture.decoding);
                   return answer(body);
                 });
}

// ---- weights

http::Response weighing_list(const Office& office) {
  constexpr std::size_t captures_looked_at = 1'000;  // a balance among busy instruments still shows its last day
  json weighings = json::array();
  std::size_t looked_at = 0;
  const auto view = office.store.read();
  tables::scan_captures(*view, 0, [&](const tables::StoredCapture& capture) {
    if (!capture.entry.reading.empty()) weighings.push_back(capture_line(capture));
    return weighings.size() < weighings_shown && ++looked_at < captures_looked_at;
  });
  return answer_with_names(office, {{"weighings", std::move(weighings)}});
}

// A weight or a reading that came without its sample, and where a person says that it belongs.
struct Placement {
  std::uint64_t capture = 0;
  std::string number;
  std::string analyte;  // empty: it is noted with the sample, and is no result
};

json placed_answer(const journal::View& store, const Placement& placement) {
  const auto capture = tables::capture(store, placement.capture);
  return {{"capture", placement.capture},
          {"number", capture ? capture->entry.sample : ""},
          {"reading", capture ? capture->entry.reading : ""}};
}

void place_weight(const Office& office, const Caller& caller, const Placement& placement,
                  const http::Respond& respond) {
  decide_in_loop(office, caller, respond, [placement, person = caller.id](auto& node, auto& draft, UtcTime now) {
    const auto placed = node.on_weight_placed(draft, placement.capture, placement.number, person, now);
    return placed ? answer(placed_answer(draft, placement)) : refused(placed.error());
  });
}

void take_reading(const Office& office, const Caller& caller, const Placement& placement,
                  const http::Respond& respond) {
  const auto file = file_of(office, placement.capture);
  if (!file) return respond(file.error());
  bench::MeterReading reading{.capture = placement.capture,
                              .number = placement.number,
                              .analyte = placement.analyte,
                              .decoding = read_again(*file, {}, office.profiles()).decoding};
  decide_in_loop(office, caller, respond,
                 [reading = std::move(reading), placement, person = caller.id](auto& node, auto& draft, UtcTime now) {
                   const auto taken = node.on_reading_taken(draft, reading, person, now);
                   return taken ? answer(placed_answer(draft, placement)) : refused(taken.error());
                 });
}

// Either a balance is asked for a weight now, or what is here already is given to the sample.
void weighing(const Office& office, const Caller& caller, const http::Request& request, const http::Respond& respond) {
  constexpr const char* form =
      "请求须为 {number, instrument}，或 {number, capture, analyte?}：把已有的称量或读数归到样品";
  const auto body = body_of(request);
  if (!body) return respond(bad_request(form));
  if (const auto capture = body->find("capture"); capture != body->end()) {
    if (!capture->is_number_unsigned()) return respond(bad_request(form));
    const Placement placement{.capture = capture->get<std::uint64_t>(),
                              .number = text_in(*body, "number"),
                              .analyte = text_in(*body, "analyte")};
    return placement.analyte.empty() ? place_weight(office, caller, placement, respond)
                                     : take_reading(office, caller, placement, respond);
  }
  office.weigh({.number = text_in(*body, "number"),
                .instrument = text_in(*body, "instrument"),
                .person = caller.id,
                .respond = respond});
}

}  // namespace

void add_capture_routes(http::Router& router, const Office& office) {
  const auto look = [&](std::string_view pattern, std::function<http::Response(const http::Request&)> handle) {
    add_look(router, office, pattern, std::move(handle));
  };
  look("/api/v1/profiles", [&office](const http::Request&) {
    return answer({{"profiles", profile_list(office.profiles())}});
  });
  look("/api/v1/captures", [&office](const http::Request& request) { return capture_list(office, request); });
  look("/api/v1/captures/{capture}/raw",
       [&office](const http::Request& request) { return raw_capture(office, request); });
  look("/api/v1/captures/{capture}/reading",
       [&office](const http::Request& request) { return reading(office, request); });
  look("/api/v1/weighings", [&office](const http::Request&) { return weighing_list(office); });
  add_action(router, office, "/api/v1/captures", Action::measure, upload);
  add_action(router, office, "/api/v1/weighings", Action::measure, weighing);
}

}  // namespace lab::desk
