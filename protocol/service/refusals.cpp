#include "protocol/service/refusals.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string_view>

#include "protocol/base/clock.hpp"
#include "protocol/service/request.hpp"

namespace lab::service {
namespace {

using nlohmann::json;

constexpr std::size_t sign_in_max = 4'096;  // a longer body names nobody

// Of the status 422 and of entries of a batch: somebody may not do this, or not now. The others are mistakes.
constexpr std::array<std::string_view, 9> guarded{"wrong_state",  "four_eyes",    "other_laboratory",
                                                  "same_sampler", "stale_record", "already_decided",
                                                  "revoked",      "run_held",     "must_change_password"};

bool is_guarded(std::string_view code) { return std::ranges::find(guarded, code) != guarded.end(); }

std::string text_of(const json& object, const char* field) {
  const auto found = object.is_object() ? object.find(field) : object.end();
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

// Whom somebody said they were who was not let in.
std::string claimed(const http::Request& request) {
  if (request.method != "POST" || !request.path.starts_with("/api/v1/session") || request.body.size() > sign_in_max) {
    return {};
  }
  const std::string person = text_of(json::parse(request.body, nullptr, false), "person");
  return person.empty() ? person : "?" + person;
}

void note(SecurityLog& log, const Attempt& attempt, const http::Response& response) {
  constexpr int unprocessable = 422;
  constexpr std::array always{401, 403, 409, 429};
  const bool may_be = std::ranges::find(always, response.status) != always.end() || response.status == unprocessable;
  const bool is_batch = response.status < 300 && response.body.find("\"ok\":false") != std::string::npos;
  if (!may_be && !is_batch) return;
  const json body = json::parse(response.body, nullptr, false);
  Attempt refused = attempt;
  if (may_be) {
    refused.why = text_of(body, "code");
    if (response.status != unprocessable || is_guarded(refused.why)) log.note(std::move(refused), wall_clock());
    return;
  }
  const auto lines = body.is_object() ? body.find("results") : body.end();
  if (lines == body.end() || !lines->is_array()) return;
  for (const json& line : *lines) {
    refused.why = text_of(line, "code");
    refused.what = attempt.what + " " + text_of(line, "number");
    if (is_guarded(refused.why)) log.note(refused, wall_clock());
  }
}

}  // namespace

http::Respond watched(Access& access, SecurityLog& log, const http::Request& request, http::Respond respond) {
  // Who it is, is looked for only when it is wanted; the handler takes the request away with it.
  http::Request seen{.method = request.method, .path = request.path, .headers = {}, .peer = request.peer};
  for (const char* name : {"authorization", "cookie"}) {
    const auto field = request.headers.find(name);
    if (field != request.headers.end()) seen.headers.insert(*field);
  }
  return [&access, &log, seen = std::move(seen), claim = claimed(request),
          respond = std::move(respond)](http::Response response) {
    if (response.status >= 400 || response.body.find("\"ok\":false") != std::string::npos) {
      const std::string who = access.name_of(seen);
      note(log,
           {.who = who.empty() ? claim : who,
            .from = seen.peer.substr(0, seen.peer.rfind(':')),
            .what = seen.method + " " + seen.path,
            .why = {}},
           response);
    }
    respond(std::move(response));
  };
}

}  // namespace lab::service
