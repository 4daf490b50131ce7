#include "protocol/service/people_routes.hpp"

#include "protocol/base/clock.hpp"
#include "protocol/service/request.hpp"
#include "protocol/service/request_body.hpp"

namespace lab::service {

using nlohmann::json;

namespace {

constexpr std::size_t changes_page_max = 1'000;

// A list of texts; nothing when it is anything else.
std::optional<std::vector<std::string>> texts_in(const json& object, const char* field) {
  const auto found = object.find(field);
  if (found == object.end() || !found->is_array()) return std::nullopt;
  std::vector<std::string> texts;
  for (const json& word : *found) {
    if (!word.is_string()) return std::nullopt;
    texts.push_back(word.get<std::string>());
  }
  return texts;
}

http::Response list_people(Access& access) {
  json people = json::array();
  for (const PersonPtr& person : access.people().all()) people.push_back(person_line(*person));
  return answer({{"people", std::move(people)}});
}

http::Response list_changes(Access& access, const http::Request& request) {
  const auto limit = limit_in(request, changes_page_max);
  if (!limit) return problem_of(limit.error());
  json changes = json::array();
  for (const PersonChange& change : access.people().changes(*limit)) {
    changes.push_back({{"at", to_text(change.at)},
                       {"by", change.by.value()},
                       {"person", change.person.value()},
                       {"what", change.what},
                       {"before", change.before},
                       {"after", change.after}});
  }
  return answer({{"changes", std::move(changes)}});
}

// With `order=newest` from the end backwards, under the filters of the query; otherwise from the beginning on.
Result<std::vector<Refused>> refused_asked_for(const journal::View& store, const http::Request& request) {
  const auto limit = limit_in(request, changes_page_max);
  if (!limit) return tl::unexpected(limit.error());
  if (text_in(request, "order") != "newest") {
    const auto after = number_in(request, "after", 0);
    if (!after) return tl::unexpected(after.error());
    return security_entries(store, *after, *limit);
  }
  const auto before = number_in(request, "before", 0);
  if (!before) return tl::unexpected(before.error());
  const std::string why = text_in(request, "why");
  const std::string words = text_in(request, "q");
  return newest_security_entries(store, *before, *limit, [&](const Refused& one) {
    const Attempt& attempt = one.attempt;
    const auto has = [&](const std::string& text) { return text.find(words) != std::string::npos; };
    return (why.empty() || attempt.why == why) && (has(attempt.who) || has(attempt.from) || has(attempt.what));
  });
}

http::Response list_refused(const Place& place, const http::Request& request) {
  json entries = json::array();
  json totals = json::object();
  if (place.store == nullptr) return answer({{"entries", std::move(entries)}, {"totals", std::move(totals)}});
  try {
    const auto view = place.store->read();
    const auto asked = refused_asked_for(*view, request);
    if (!asked) return problem_of(asked.error());
    for (const Refused& one : *asked) {
      entries.push_back({{"sequence", one.sequence},
                         {"first", to_text(one.first)},
                         {"last", to_text(one.last)},
                         {"count", one.count},
                         {"who", one.attempt.who},
                         {"from", one.attempt.from},
                         {"what", one.attempt.what},
                         {"why", one.attempt.why}});
    }
    for (const auto& [why, count] : security_totals(*view)) totals[why] = count;
  } catch (const journal::Damage& damage) {
    if (place.damaged) place.damaged(damage.what());
    return store_damaged();
  }
  return answer({{"entries", std::move(entries)}, {"totals", std::move(totals)}});
}

http::Response add_one(Access& access, const model::PersonId& by, const http::Request& request) {
  const auto body = json_body(request);
  if (!body) return body.error();
  const auto roles = texts_in(*body, "roles");
  if (!roles) return http::problem(422, "bad_person", "请给出岗位列表 roles");
  Person person{.id = model::PersonId{text_of(*body, "person")}, .name = text_of(*body, "name"), .roles = *roles};
  const auto hash = hash_of_new(text_of(*body, "password"), person.id.value());
  if (!hash) return hash.error();
  person.password = *hash;
  const auto added = access.people().add(person, by, wall_clock());
  return added ? answer(person_line(**added), 201) : not_accepted(added.error());
}

// The parts of an edit that have the right form; nothing when one has not.
tl::expected<PersonEdit, http::Response> edit_in(const json& body, const std::string& person) {
  PersonEdit edit;
  const auto bad = [] {
    return tl::unexpected(http::problem(422, "bad_person", "请求须为 {name?, roles?, active?, password?}"));
  };
  if (body.contains("name")) {
    if (!body["name"].is_string()) return bad();
    edit.name = body["name"].get<std::string>();
  }
  if (body.contains("roles")) {
    edit.roles = texts_in(body, "roles");
    if (!edit.roles) return bad();
  }
  if (body.contains("active")) {
    if (!body["active"].is_boolean()) return bad();
    edit.active = body["active"].get<bool>();
  }
  if (body.contains("password")) {
    auto hash = hash_of_new(text_of(body, "password"), person);
    if (!hash) return tl::unexpected(std::move(hash.error()));
    edit.password = std::move(*hash);
  }
  return edit;
}

// Allowed, and where somebody who looks for what was done in another's name would look.
void note_allowed(const Place& place, const model::PersonId& by, const http::Request& request, const std::string& what,
                  const char* why) {
  if (place.security == nullptr) return;
  place.security->note(
      {.who = by.value(), .from = request.peer.substr(0, request.peer.rfind(':')), .what = what, .why = why},
      wall_clock());
}

http::Response new_token(Access& access, const Place& place, const model::PersonId& by, const http::Request& request) {
  const model::PersonId id{text_in(request, "person")};
  const auto token = access.people().new_token(id, by, wall_clock());
  if (!token && token.error().code == ErrorCode::conflict) {
    return http::problem(409, "signs_in",
                         "此人以密码登录，他人不能替其取得令牌；请在本机用 --new-token 更换，或注销令牌");
  }
  if (!token) return not_accepted(token.error());
  note_allowed(place, by, request, "token of " + id.value(), "token_made");
  return answer({{"token", *token}}, 201);
}

http::Response revoke_token(Access& access, const model::PersonId& by, const http::Request& request) {
  const auto changed =
      access.people().change(model::PersonId{text_in(request, "person")}, {.revoke_token = true}, by, wall_clock());
  return changed ? http::Response{.status = 204} : not_accepted(changed.error());
}

http::Response change_one(Access& access, const Place& place, const model::PersonId& by, const http::Request& request) {
  const auto body = json_body(request);
  if (!body) return body.error();
  const model::PersonId id{text_in(request, "person")};
  const auto edit = edit_in(*body, id.value());
  if (!edit) return edit.error();
  const auto changed = access.people().change(id, *edit, by, wall_clock());
  if (!changed) return not_accepted(changed.error());
  if (edit->password || edit->active == false) access.sessions().close_all_of(id);
  if (edit->password) note_allowed(place, by, request, "password of " + id.value(), "password_set");
  return answer(person_line(**changed));
}

}  // namespace

json person_line(const Person& person) {
  return {{"id", person.id.value()},
          {"name", person.name},
          {"roles", person.roles},
          {"active", person.active},
          {"signs_in", !person.password.empty()},
          {"has_token", person.token.has_value()}};
}

void add_people_routes(http::Router& router, Access& access, const Place& place) {
  using Handle = std::function<http::Response(const model::PersonId& by, const http::Request& request)>;
  const auto add = [&](const char* method, const char* path, const std::function<bool(const Person&)>& may,
                       Handle handle) {
    router.add(method, path,
               [&access, may, handle = std::move(handle)](const http::Request& request, const http::Respond& respond) {
                 const auto visitor = access.admit(request, may);
                 respond(visitor ? handle(visitor->person->id, request) : visitor.error());
               });
  };
  add("GET", "/api/v1/people", place.may_see_people,
      [&access](const model::PersonId&, const http::Request&) { return list_people(access); });
  add("GET", "/api/v1/people/changes", place.may_see_people,
      [&access](const model::PersonId&, const http::Request& request) { return list_changes(access, request); });
  add("GET", "/api/v1/security-log", place.may_see_people,
      [place](const model::PersonId&, const http::Request& request) { return list_refused(place, request); });
  add("POST", "/api/v1/people", place.may_manage_people,
      [&access](const model::PersonId& by, const http::Request& request) { return add_one(access, by, request); });
  add("PATCH", "/api/v1/people/{person}", place.may_manage_people,
      [&access, place](const model::PersonId& by, const http::Request& request) {
        return change_one(access, place, by, request);
      });
  add("POST", "/api/v1/people/{person}/token", place.may_manage_people,
      [&access, place](const model::PersonId& by, const http::Request& request) {
        return new_token(access, place, by, request);
      });
  add("DELETE", "/api/v1/people/{person}/token", place.may_manage_people,
      [&access](const model::PersonId& by, const http::Request& request) { return revoke_token(access, by, request); });
}

}  // namespace lab::service
