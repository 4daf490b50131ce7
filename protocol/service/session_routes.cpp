#include "protocol/service/session_routes.hpp"

#include "protocol/base/clock.hpp"
#include "protocol/crypto/password.hpp"
#include "protocol/service/people_routes.hpp"
#include "protocol/service/refusals.hpp"
#include "protocol/service/request_body.hpp"

namespace lab::service {
namespace {

using http::problem;
using nlohmann::json;

json session_of(const Person& person, const std::string& csrf, const Place& place) {
  const auto may = place.actions_of ? place.actions_of(person) : std::vector<std::string>{};
  return {{"person", {{"id", person.id.value()}, {"name", person.name}, {"roles", person.roles}, {"may", may}}},
          {"csrf", csrf},
          {"laboratory", place.laboratory},
          {"node", place.node},
          {"demo", place.demo},
          {"must_change_password", person.must_change}};
}

http::Response show(Access& access, const Place& place, const http::Request& request) {
  const auto visitor = access.visitor(request);
  if (!visitor) return visitor.error();
  return answer(session_of(*visitor->person, visitor->session ? visitor->session->csrf : "", place));
}

http::Response sign_in(Access& access, const Place& place, const http::Request& request) {
  const auto body = json_body(request);
  if (!body) return body.error();
  const auto person = access.check(text_of(*body, "person"), text_of(*body, "password"), request);
  if (!person) return person.error();
  const auto opened = access.open(**person);
  auto response = answer(session_of(**person, opened.csrf, place));
  response.headers["set-cookie"] = access.cookie(opened.token, request);
  return response;
}

http::Response sign_out(Access& access, const http::Request& request) {
  const auto visitor = access.visitor(request);
  if (!visitor && visitor.error().status == 403) return visitor.error();  // another page may not do it
  if (visitor && visitor->session) access.sessions().close(visitor->session->key);
  return {.status = 204, .headers = {{"set-cookie", access.cookie("", request)}}};
}

http::Response change_own_password(Access& access, const http::Request& request) {
  const auto visitor = access.visitor(request);
  if (!visitor) return visitor.error();
  const auto body = json_body(request);
  if (!body) return body.error();
  const model::PersonId id = visitor->person->id;
  const auto old = access.check(id.value(), text_of(*body, "old"), request);
  if (!old) return old.error();
  if (text_of(*body, "new") == text_of(*body, "old")) return problem(422, "weak_password", "新密码与旧密码相同");
  const auto hash = hash_of_new(text_of(*body, "new"), id.value());
  if (!hash) return hash.error();
  const auto changed = access.people().change(id, {.password = *hash}, id, wall_clock());
  if (!changed) return problem_of(changed.error());
  access.sessions().close_all_of(id, visitor->session ? visitor->session->key : Hash{});
  return {.status = 204};
}

// ---- the first morning

// The browser stands on this machine: not behind a proxy, and not led here by another name of the same address.
bool is_local(const http::Request& request) {
  const auto header = [&](const char* name) {
    const auto found = request.headers.find(name);
    return found == request.headers.end() ? std::string{} : found->second;
  };
  const bool is_loopback = request.peer.starts_with("127.") || request.peer.starts_with("::1:");
  const bool is_forwarded = !header("forwarded").empty() || !header("x-forwarded-for").empty();
  const std::string host = header("host");
  const std::string name = host.substr(0, host.rfind(':'));
  const bool is_named_so = name == "127.0.0.1" || name == "localhost" || name == "[::1]";
  return is_loopback && !is_forwarded && is_named_so;
}

http::Response set_up(Access& access, const http::Request& request) {
  const auto taken = [] { return problem(409, "already_set_up", "已经有人员账户，请直接登录"); };
  if (!access.people().all().empty()) return taken();
  if (!is_local(request)) {
    return problem(403, "not_local", "首次设置只能在本机的浏览器上进行（http://127.0.0.1 或 http://localhost）");
  }
  const auto body = json_body(request);
  if (!body) return body.error();
  Person person{.id = model::PersonId{text_of(*body, "person")},
                .name = text_of(*body, "name"),
                .roles = {std::string{access.people().rules().administrator}}};
  const auto hash = hash_of_new(text_of(*body, "password"), person.id.value());
  if (!hash) return hash.error();
  person.password = *hash;
  const auto added = access.people().add_first(person, wall_clock());
  if (added) return answer(person_line(**added), 201);
  return added.error().code == ErrorCode::conflict ? taken() : not_accepted(added.error());
}

}  // namespace

void add_session_routes(http::Router& router, Access& access, const Place& place) {
  const auto add = [&](const char* method, const char* path,
                       std::function<http::Response(const http::Request&)> handle) {
    router.add(method, path, [handle = std::move(handle)](const http::Request& request, const http::Respond& respond) {
      respond(handle(request));
    });
  };
  add("GET", "/api/v1/session",
      [&access, place](const http::Request& request) { return show(access, place, request); });
  add("POST", "/api/v1/session",
      [&access, place](const http::Request& request) { return sign_in(access, place, request); });
  add("DELETE", "/api/v1/session", [&access](const http::Request& request) { return sign_out(access, request); });
  add("POST", "/api/v1/session/password",
      [&access](const http::Request& request) { return change_own_password(access, request); });
  add("GET", "/api/v1/setup", [&access](const http::Request&) {
    return answer({{"needed", access.people().all().empty()}});
  });
  add("POST", "/api/v1/setup", [&access](const http::Request& request) { return set_up(access, request); });
  add_people_routes(router, access, place);
  if (place.security == nullptr) return;
  router.watch([&access, &log = *place.security](const http::Request& request, http::Respond respond) {
    return watched(access, log, request, std::move(respond));
  });
}

}  // namespace lab::service
