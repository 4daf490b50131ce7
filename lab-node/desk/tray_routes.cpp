#include "lab-node/desk/tray_routes.hpp"

#include "instruments/label/payload.hpp"
#include "lab-node/desk/names.hpp"
#include "lab-node/desk/reception_request.hpp"
#include "lab-node/desk/request.hpp"
#include "lab-node/desk/views.hpp"
#include "lab-node/reception/tray.hpp"
#include "lab-node/tables/tray.hpp"

namespace lab::desk {
namespace {

namespace tables = node::tables;
using nlohmann::json;

std::string hex_or_empty(const Hash& hash) { return hash.is_zero() ? std::string{} : to_hex(hash.view()); }

json tray_line(std::uint64_t id, const model::TrayEntry& entry) {
  return {{"entry", id},
          {"code", entry.code},
          {"detail", entry.detail},
          {"photo", hex_or_empty(entry.seen.photo)},
          {"thumbnail", hex_or_empty(entry.seen.thumbnail)},
          {"number", entry.seen.number.text()},
          {"copy", entry.seen.copy},
          {"laboratory", entry.laboratory},
          {"reader", entry.seen.reader},
          {"printed_number", {{"text", entry.seen.printed}, {"agrees", name_of(entry.seen.printed_is)}}},
          {"port", entry.port},
          {"at", to_text(entry.at)},
          {"person", entry.person.value()},
          {"decided_by", entry.decided_by.value()},
          {"decision", entry.decision}};
}

http::Response tray_list(const Office& office, const http::Request& request) {
  const auto page = page_in(request);
  if (!page) return problem_of(page.error());
  json entries = json::array();
  json next = nullptr;
  const auto view = office.store.read();
  tables::scan_tray(*view, page->open, page->after, [&](std::uint64_t id, const model::TrayEntry& entry) {
    if (entries.size() == page->limit) {
      next = entries.back().at("entry");
      return false;
    }
    entries.push_back(tray_line(id, entry));
    return true;
  });
  return answer_with_names(office, {{"entries", std::move(entries)}, {"next", next}});
}

// What a person adds to what was read. Nothing when it is in order, else the answer.
std::optional<http::Response> complete(const Office& office, const json& body, reception::Label& label) {
  // Where and when the picture was taken is known already.
  const std::string device = label.device;
  const UtcTime captured = label.captured;
  if (auto problem = add_particulars(office, fields_of(body), label)) return problem;
  label.device = device;
  label.captured = captured;
  const std::string typed = text_in(body, "number");
  if (typed.empty()) return std::nullopt;
  const auto number = label::sample_in(typed);
  if (!number) return http::problem(422, "unknown_sample", "样品编号有误（校验位不符），请对照标签重新录入");
  if (number == label.number) return std::nullopt;
  const std::string reason = text_in(body, "reason");
  if (reason.empty()) return http::problem(422, "missing_field", "手工录入时必须填写原因");
  label.number = number;
  label.reader = "typed";
  label.condition += "；手工录入：" + reason;
  return std::nullopt;
}

void receive_from_tray(const Office& office, const Caller& caller, const http::Request& request,
                       const http::Respond& respond) {
  const auto body = body_of(request);
  if (!body) return respond(bad_request("请求须为 {number?, condition, reason}"));
  const auto entry = number_in(request, "entry", 0);
  if (!entry) return respond(problem_of(entry.error()));
  auto label = reception::label_in_tray(*office.store.read(), *entry);
  if (!label) return respond(refused(label.error()));
  if (auto problem = complete(office, *body, *label)) return respond(*problem);
  decide_in_loop(office, caller, respond,
                 [&office, label = *label, entry = *entry, person = caller.id](auto& node, auto& draft, UtcTime now) {
                   const auto received = node.on_tray_received(draft, entry, label, person, now);
                   return received ? answer(sample_line(*received))
                                   : not_received(office, draft, label, received.error(), json::array());
                 });
}

void dismiss(const Office& office, const Caller& caller, const http::Request& request, const http::Respond& respond) {
  const auto decided = reasoned_entry(request, respond);
  if (!decided) return;
  decide_in_loop(office, caller, respond,
                 [decided = *decided, person = caller.id](auto& node, auto& draft, UtcTime now) {
                   const auto dismissed = node.on_tray_dismissed(draft, decided.entry, decided.reason, person, now);
                   return dismissed ? answer(tray_line(decided.entry, *dismissed)) : refused(dismissed.error());
                 });
}

}  // namespace

void add_tray_routes(http::Router& router, const Office& office) {
  add_look(router, office, "/api/v1/tray",
           [&office](const http::Request& request) { return tray_list(office, request); });
  add_action(router, office, "/api/v1/tray/{entry}/receive", Action::receive, receive_from_tray);
  add_action(router, office, "/api/v1/tray/{entry}/dismiss", Action::receive, dismiss);
}

}  // namespace lab::desk
