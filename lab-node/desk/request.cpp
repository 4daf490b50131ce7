#include "lab-node/desk/request.hpp"

#include <algorithm>
#include <utility>

#include "lab-node/tables/tables.hpp"
#include "protocol/session/stream.hpp"

namespace lab::desk {

using nlohmann::json;

namespace {

using Handling = std::function<void(const Caller& caller, http::Request request, const http::Respond& respond)>;

http::Handler guarded(const Office& office, Action action, Handling handling) {
  return [&office, action, handling = std::move(handling)](http::Request request, const http::Respond& respond) {
    const auto visitor =
        office.access.admit(request, [&](const service::Person& person) { return may(person, action); });
    if (!visitor) return respond(visitor.error());
    const Caller caller{
        .id = visitor->person->id, .signing = visitor->person->signing, .visitor = *visitor, .action = action};
    service::guard_store(respond, office.damaged, [&] { handling(caller, std::move(request), respond); });
  };
}

}  // namespace

void add_look(http::Router& router, const Office& office, std::string_view pattern,
              std::function<http::Response(const http::Request&)> look) {
  router.add("GET", pattern,
             guarded(office, Action::look,
                     [look = std::move(look)](const Caller&, const http::Request& request,
                                              const http::Respond& respond) { respond(look(request)); }));
}

void add_action(http::Router& router, const Office& office, std::string_view pattern, Action action, Handle handle) {
  router.add("POST", pattern,
             guarded(office, action,
                     [&office, handle = std::move(handle)](const Caller& caller, http::Request request,
                                                           const http::Respond& respond) {
                       handle(office, caller, std::move(request), respond);
                     }));
}

Result<Page> page_in(const http::Request& request) {
  const auto limit = limit_in(request);
  if (!limit) return tl::unexpected(limit.error());
  const auto open = number_in(request, "open", 1);
  if (!open) return tl::unexpected(open.error());
  const auto after = number_in(request, "after", 0);
  if (!after) return tl::unexpected(after.error());
  return Page{.limit = *limit, .open = *open != 0, .after = *after};
}

std::optional<ReasonedEntry> reasoned_entry(const http::Request& request, const http::Respond& respond) {
  const auto body = body_of(request);
  if (!body) {
    respond(bad_request("请求须为 {reason}"));
    return std::nullopt;
  }
  const auto entry = number_in(request, "entry", 0);
  if (!entry) {
    respond(problem_of(entry.error()));
    return std::nullopt;
  }
  return ReasonedEntry{.entry = *entry, .reason = text_in(*body, "reason")};
}

std::string text_in(const json& object, const char* field) {
  const auto found = object.find(field);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

std::optional<std::vector<json>> list_in(const json& object, const char* field) {
  const auto found = object.find(field);
  if (found == object.end() || !found->is_array() || found->size() > batch_max) return std::nullopt;
  if (!std::ranges::all_of(*found, [](const json& entry) { return entry.is_object(); })) return std::nullopt;
  return std::vector<json>(found->begin(), found->end());
}

http::Response bad_request(const char* detail) { return http::problem(400, "bad_request", detail); }

http::Response refused(const node::Refusal& refusal) {
  if (refusal.params.empty()) return http::problem(422, refusal.code, refusal.detail);
  return problem_with(422, refusal.code, refusal.detail, {{"params", refusal.params}});
}

http::Response problem_with(int status, std::string_view code, std::string_view detail, const json& more) {
  http::Response response = http::problem(status, code, detail);
  json body = json::parse(response.body);
  body.update(more);
  response.body = body.dump(-1, ' ', false, json::error_handler_t::replace);
  return response;
}

http::Response not_enrolled() {
  return http::problem(409, "not_enrolled", "本站尚未入网，请用协调端发放的凭证（--enrol）启动后再工作");
}

http::Response not_kept() { return http::problem(503, "not_stored", "文件未能保存，请检查磁盘空间后重试"); }

Result<Bytes> raw_bytes(const Office& office, const journal::View& view, const Hash& raw) {
  if (auto bytes = node::tables::raw(view, raw)) return std::move(*bytes);
  return office.blobs.get(raw);
}

namespace {

void hand_on(journal::Effects effects, journal::Draft& draft) {
  for (journal::Effect& effect : effects) {
    if (auto* put = std::get_if<journal::Put>(&effect)) draft.put(std::move(put->key), std::move(put->record));
    if (auto* erase = std::get_if<journal::Erase>(&effect)) draft.erase(std::move(erase->key));
    if (auto* send = std::get_if<journal::Send>(&effect)) draft.send(send->to, std::move(send->message), send->session);
    if (auto* tell = std::get_if<journal::Tell>(&effect)) draft.tell(std::move(tell->about), std::move(tell->note));
    if (const auto* wake = std::get_if<journal::WakeAt>(&effect)) draft.wake_at(wake->at);
  }
}

}  // namespace

void decide_in_loop(const Office& office, const Caller& caller, const http::Respond& respond, Decide decide) {
  const bool taken = office.post([respond, action = caller.action, decide = std::move(decide)](
                                     node::Node& node, journal::Draft& draft, UtcTime now) -> After {
    if (!session::identity(draft)) {
      return [respond](bool) { respond(not_enrolled()); };
    }
    const journal::View& before = draft;
    journal::Draft decided{before};
    Decision decision = decide(node, decided, now);
    http::Response& response = decision.response;
    if (!decision.is_stored) {
      return [respond, response = std::move(response)](bool) { respond(response); };
    }
    journal::Effects effects = decided.take();
    if (const auto problem = forbidden(before, action, effects)) {
      return [respond, problem = *problem](bool) { respond(refused(problem)); };
    }
    hand_on(std::move(effects), draft);
    return [respond, response = std::move(response)](bool stored) {
      respond(stored ? response : http::problem(503, "not_stored", "未能保存，什么也没有改变；请检查磁盘空间后重试"));
    };
  });
  if (!taken) respond(service::busy());
}

}  // namespace lab::desk
