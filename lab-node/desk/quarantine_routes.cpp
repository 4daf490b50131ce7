#include "lab-node/desk/quarantine_routes.hpp"

#include <map>
#include <set>

#include "lab-node/desk/names.hpp"
#include "lab-node/desk/request.hpp"
#include "lab-node/desk/views.hpp"

namespace lab::desk {
namespace {

namespace tables = node::tables;
using nlohmann::json;

// Of one capture, one reason, or all.
http::Response quarantine_list(const Office& office, const http::Request& request) {
  const auto page = page_in(request);
  if (!page) return problem_of(page.error());
  const auto of_capture = number_in(request, "capture", 0);
  if (!of_capture) return problem_of(of_capture.error());
  const std::string reason = service::text_in(request, "reason");
  const auto view = office.store.read();
  const auto capture = *of_capture == 0 ? std::nullopt : tables::capture(*view, *of_capture);
  if (*of_capture != 0 && !capture) return http::problem(404, "unknown_capture", "没有这个编号的仪器数据");
  json entries = json::array();
  json next = nullptr;
  tables::scan_quarantine(*view, page->open, page->after, [&](std::uint64_t id, const model::QuarantineEntry& entry) {
    if ((capture && entry.capture != capture->raw) || (!reason.empty() && entry.reason != reason)) return true;
    if (entries.size() == page->limit) {
      next = entries.back().at("entry");
      return false;
    }
    entries.push_back(quarantine_line(*view, id, entry));
    return true;
  });
  return answer_with_names(office, {{"entries", std::move(entries)}, {"next", next}});
}

// What waits, counted by capture and reason, the newest capture first: enough to see that a hundred rows are one
// calibration that nobody labelled.
http::Response waiting_captures(const Office& office) {
  const auto view = office.store.read();
  std::map<Hash, std::map<std::string, std::uint64_t>> counted;
  tables::scan_quarantine(*view, true, 0, [&](std::uint64_t, const model::QuarantineEntry& entry) {
    ++counted[entry.capture][entry.reason];
    return true;
  });
  std::map<std::uint64_t, json, std::greater<>> lines;
  for (const auto& [raw, reasons] : counted) {
    const auto id = tables::capture_of(*view, raw);
    const auto capture = id ? tables::capture(*view, *id) : std::nullopt;
    if (!capture) continue;
    json line = capture_line(*capture);
    std::uint64_t all = 0;
    line["reasons"] = json::array();
    for (const auto& [reason, count] : reasons) {
      line["reasons"].push_back(
          {{"reason", reason}, {"explanation", bench::explanation_of_name(reason)}, {"count", count}});
      all += count;
    }
    line["open"] = all;
    lines.emplace(*id, std::move(line));
  }
  json captures = json::array();
  for (auto& [id, line] : lines) {
    if (captures.size() == page_max) break;
    captures.push_back(std::move(line));
  }
  return answer_with_names(office, {{"captures", std::move(captures)},
                                    {"count", lines.size()},
                                    {"entries", tables::counters(*view).quarantine_open}});
}

void resolve(const Office& office, const Caller& caller, const http::Request& request, const http::Respond& respond) {
  const auto body = body_of(request);
  if (!body) return respond(bad_request("请求须为 {number, analyte, reason}"));
  const auto entry = number_in(request, "entry", 0);
  if (!entry) return respond(problem_of(entry.error()));
  const bench::Assignment assignment{.entry = *entry,
                                     .number = text_in(*body, "number"),
                                     .analyte = text_in(*body, "analyte"),
                                     .reason = text_in(*body, "reason")};
  decide_in_loop(office, caller, respond, [assignment, person = caller.id](auto& node, auto& draft, UtcTime now) {
    const auto resolved = node.on_resolved(draft, assignment, person, now);
    return resolved ? answer(sample_line(*resolved)) : refused(resolved.error());
  });
}

void reject(const Office& office, const Caller& caller, const http::Request& request, const http::Respond& respond) {
  const auto decided = reasoned_entry(request, respond);
  if (!decided) return;
  decide_in_loop(
      office, caller, respond, [decided = *decided, person = caller.id](auto& node, auto& draft, UtcTime now) {
        const auto rejected = node.on_rejected(draft, decided.entry, decided.reason, person, now);
        return rejected ? answer(quarantine_line(draft, decided.entry, *rejected)) : refused(rejected.error());
      });
}

// Numbers of entries, at most batch_max; nothing when they are anything else.
std::optional<std::vector<std::uint64_t>> entries_in(const Result<json>& body) {
  const auto list = body ? body->find("entries") : json::const_iterator{};
  if (!body || list == body->end() || !list->is_array() || list->empty() || list->size() > batch_max) {
    return std::nullopt;
  }
  std::vector<std::uint64_t> entries;
  for (const json& entry : *list) {
    if (!entry.is_number_unsigned()) return std::nullopt;
    entries.push_back(entry.get<std::uint64_t>());
  }
  return entries;
}

// Those that a person has ticked, with one reason: each is refused or done by itself.
void reject_several(const Office& office, const Caller& caller, const http::Request& request,
                    const http::Respond& respond) {
  const auto body = body_of(request);
  const auto entries = entries_in(body);
  if (!entries) return respond(bad_request("请求须为 {entries:[编号], reason}，每次最多500条"));
  decide_in_loop(
      office, caller, respond,
      [entries = *entries, reason = text_in(*body, "reason"), person = caller.id](auto& node, auto& draft,
                                                                                  UtcTime now) {
        json results = json::array();
        for (const std::uint64_t entry : entries) {
          results.push_back(result_line(std::to_string(entry), node.on_rejected(draft, entry, reason, person, now)));
        }
        return answer({{"results", std::move(results)}});
      });
}

// Rows of one capture that belong to one sample, with one reason: all of them or none.
void resolve_several(const Office& office, const Caller& caller, const http::Request& request,
                     const http::Respond& respond) {
  const auto body = body_of(request);
  const auto entries = entries_in(body);
  if (!entries) return respond(bad_request("请求须为 {entries:[编号], number, reason}，每次最多500条"));
  const bench::Assignment assignment{.entry = entries->front(),
                                     .number = text_in(*body, "number"),
                                     .analyte = {},
                                     .reason = text_in(*body, "reason"),
                                     .further = *entries};
  decide_in_loop(office, caller, respond, [assignment, person = caller.id](auto& node, auto& draft, UtcTime now) {
    const auto resolved = node.on_resolved(draft, assignment, person, now);
    if (!resolved) return refused(resolved.error());
    const std::set<std::uint64_t> once{assignment.further.begin(), assignment.further.end()};
    return answer({{"sample", sample_line(*resolved)}, {"resolved", once.size()}});
  });
}

void reject_of_capture(const Office& office, const Caller& caller, const http::Request& request,
                       const http::Respond& respond) {
  const auto body = body_of(request);
  if (!body) return respond(bad_request("请求须为 {reason_code?, reason}，没有 reason_code 时为此数据的全部隔离记录"));
  const auto capture = number_in(request, "capture", 0);
  if (!capture) return respond(problem_of(capture.error()));
  const bench::CaptureRejection rejection{
      .capture = *capture, .obstacle = text_in(*body, "reason_code"), .reason = text_in(*body, "reason")};
  decide_in_loop(office, caller, respond, [rejection, person = caller.id](auto& node, auto& draft, UtcTime now) {
    const auto rejected = node.on_capture_rejected(draft, rejection, person, now);
    if (!rejected) return refused(rejected.error());
    return answer({{"capture", rejection.capture}, {"rejected", rejected->size()}});
  });
}

}  // namespace

void add_quarantine_routes(http::Router& router, const Office& office) {
  add_look(router, office, "/api/v1/quarantine",
           [&office](const http::Request& request) { return quarantine_list(office, request); });
  add_look(router, office, "/api/v1/quarantine/captures",
           [&office](const http::Request&) { return waiting_captures(office); });
  const auto add = [&](std::string_view pattern, Handle handle) {
    add_action(router, office, pattern, Action::decide_quarantine, std::move(handle));
  };
  add("/api/v1/quarantine/{entry}/resolve", resolve);
  add("/api/v1/quarantine/{entry}/reject", reject);
  add("/api/v1/quarantine/resolve", resolve_several);
  add("/api/v1/quarantine/reject", reject_several);
  add("/api/v1/captures/{capture}/quarantine/reject", reject_of_capture);
}

}  // namespace lab::desk
