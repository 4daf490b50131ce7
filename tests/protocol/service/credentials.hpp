#pragma once
// Credentials that must not open anything: none, wrong ones, expired, revoked and forged ones, by the role they pretend
// to. A test asks every address with every one of them.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/clock.hpp"
#include "protocol/http/message.hpp"
#include "protocol/journal/store.hpp"
#include "protocol/service/access.hpp"
#include "protocol/service/security_log.hpp"

namespace lab::service::testing {

struct Credential {
  std::string kind;
  std::string role;  // empty: nobody's
  http::Headers headers;
  std::string code;              // how it is refused
  bool on_changes_only = false;  // it is a good one for looking
};

/// Somebody of one role, with what they can show.
struct Somebody {
  std::string role;
  std::string token;    // of a person who may come
  std::string revoked;  // of one whose account was closed
  model::PersonId active;
  model::PersonId closed;
};

inline http::Headers bearer(const std::string& token) { return {{"authorization", "Bearer " + token}}; }

inline http::Headers browser(const std::string& token, const std::string& csrf, const std::string& origin = {}) {
  http::Headers headers{{"host", "127.0.0.1:7080"}, {"cookie", "qlims_session=" + token}};
  if (!csrf.empty()) headers["x-csrf-token"] = csrf;
  if (!origin.empty()) headers["origin"] = origin;
  return headers;
}

inline std::string with_other_first(std::string text) {
  text[0] = text[0] == 'A' ? 'B' : 'A';
  return text;
}

inline std::vector<Credential> credentials_of_nobody() {
  const std::string unknown(43, 'A');
  return {{"none", "", {}, "not_signed_in"},
          {"an empty token", "", bearer(""), "not_signed_in"},
          {"a token nobody has", "", bearer(unknown), "not_signed_in"},
          {"a token of another scheme", "", {{"authorization", "Basic " + unknown}}, "not_signed_in"},
          {"an empty cookie", "", browser("", unknown), "not_signed_in"},
          {"a cookie nobody has", "", browser(unknown, unknown), "session_expired"}};
}

/// Good at the node of another laboratory.
inline std::vector<Credential> credentials_of_elsewhere() {
  People people;
  Access elsewhere{people, {}};
  const auto open = elsewhere.sessions().open(model::PersonId{"p-approver"}, monotonic_clock());
  return {{"a session of another laboratory", "", browser(open.token, open.csrf), "session_expired"},
          {"a session of another laboratory as a token", "", bearer(open.token), "not_signed_in"}};
}

/// Sessions are opened for it at `access`, whose clock is the machine's.
inline std::vector<Credential> credentials_of(Access& access, const Somebody& one) {
  const UtcTime now = monotonic_clock();
  Sessions& sessions = access.sessions();
  const auto open = sessions.open(one.active, now);
  const auto idle = sessions.open(one.active, now - session_idle_max - std::chrono::minutes{1});
  const auto closed = sessions.open(one.active, now);
  sessions.close(sessions.find(closed.token, Sessions::Use::by_page, now)->key);
  const auto revoked = sessions.open(one.closed, now);
  const auto other = sessions.open(one.active, now);
  const std::string& role = one.role;
  return {{"a token with another first character", role, bearer(with_other_first(one.token)), "not_signed_in"},
          {"a token cut short", role, bearer(one.token.substr(0, one.token.size() - 1)), "not_signed_in"},
          {"a token with something behind it", role, bearer(one.token + "A"), "not_signed_in"},
          {"a token of a closed account", role, bearer(one.revoked), "not_signed_in"},
          {"a token as a cookie", role, browser(one.token, one.token), "session_expired"},
          {"a session that was not used for long", role, browser(idle.token, idle.csrf), "session_expired"},
          {"a session that was ended", role, browser(closed.token, closed.csrf), "session_expired"},
          {"a session of a closed account", role, browser(revoked.token, revoked.csrf), "session_expired"},
          {"a session with another first character", role, browser(with_other_first(open.token), open.csrf),
           "session_expired"},
          {"a cookie as a token", role, bearer(open.token), "not_signed_in"},
          {"a session without its mark", role, browser(open.token, ""), "csrf", true},
          {"a session with the mark of another", role, browser(open.token, other.csrf), "csrf", true},
          {"a session from another page", role, browser(open.token, open.csrf, "http://evil.example"), "csrf", true}};
}

/// One address, and who may ask it; an open one is not in the matrix.
struct Address {
  std::string method;
  std::string path;
  std::vector<std::string> roles;  // that may

  [[nodiscard]] bool changes() const { return method != "GET"; }
};

/// "/api/v1/tasks/{task}/revoke" with something in the braces.
inline std::string filled(std::string path) {
  for (std::size_t at = path.find('{'); at != std::string::npos; at = path.find('{')) {
    path.replace(at, path.find('}') - at + 1, "1");
  }
  return path;
}

struct MatrixCount {
  std::uint64_t attempts = 0;
  std::uint64_t allowed = 0;
  std::map<std::string, std::uint64_t> by_kind;
};

/// What the security log has to have: method and path, reason, and how often.
using Expected = std::map<std::pair<std::string, std::string>, std::uint64_t>;

/// Tries everything that must not work. `ask` answers a request; `version` counts what was stored or changed.
inline MatrixCount try_all(Access& access, const std::vector<Address>& addresses, const std::vector<Somebody>& people,
                           const std::function<http::Response(const http::Request&)>& ask,
                           const std::function<std::uint64_t()>& version) {
  std::vector<Credential> bad = credentials_of_nobody();
  for (Credential& credential : credentials_of_elsewhere()) bad.push_back(std::move(credential));
  std::map<std::string, std::pair<Sessions::Opened, std::string>> good;
  for (const Somebody& one : people) {
    for (Credential& credential : credentials_of(access, one)) bad.push_back(std::move(credential));
    good.emplace(one.role, std::pair{access.sessions().open(one.active, monotonic_clock()), one.token});
  }
  MatrixCount count;
  const auto attempt = [&](const Address& address, const Credential& credential, int status) {
    http::Request request{.method = address.method,
                          .path = filled(address.path),
                          .headers = credential.headers,
                          .body = "{}",
                          .peer = "127.0.0.1:5"};
    request.headers["content-type"] = "application/json";
    const std::uint64_t before = version();
    const http::Response response = ask(request);
    ++count.attempts;
    ++count.by_kind[credential.kind];
    const bool is_refused = response.status == status && version() == before &&
                            response.body.find("\"" + credential.code + "\"") != std::string::npos;
    if (is_refused) return;
    ++count.allowed;
    ADD_FAILURE() << address.method << ' ' << address.path << " with " << credential.kind << " of a " << credential.role
                  << ": " << response.status << ' ' << response.body.substr(0, 200);
  };
  for (const Address& address : addresses) {
    for (const Credential& credential : bad) {
      if (credential.on_changes_only && !address.changes()) continue;
      attempt(address, credential, credential.code == "csrf" ? 403 : 401);
    }
    for (const Somebody& one : people) {
      if (std::ranges::find(address.roles, one.role) != address.roles.end()) continue;
      const auto& [session, token] = good.at(one.role);
      attempt(address, {"a good token of another role", one.role, bearer(token), "not_allowed"}, 403);
      attempt(address,
              {"a good session of another role", one.role, browser(session.token, session.csrf), "not_allowed"}, 403);
    }
  }
  return count;
}

/// How many attempts the table asks for.
inline std::uint64_t expected_attempts(const std::vector<Address>& addresses, std::size_t roles) {
  constexpr std::uint64_t of_nobody = 8;
  constexpr std::uint64_t always = 10;
  constexpr std::uint64_t on_changes = 3;
  std::uint64_t expected = 0;
  for (const Address& address : addresses) {
    expected += of_nobody + roles * (always + (address.changes() ? on_changes : 0));
    expected += 2 * (roles - address.roles.size());
  }
  return expected;
}

/// The same, by what the security log should say of them.
inline Expected expected_entries(const std::vector<Address>& addresses, std::size_t roles) {
  Expected expected;
  for (const Address& address : addresses) {
    const std::string what = address.method + " " + filled(address.path);
    expected[{what, "not_signed_in"}] += 6 + 5 * roles;
    expected[{what, "session_expired"}] += 2 + 5 * roles;
    if (address.changes()) expected[{what, "csrf"}] += 3 * roles;
    if (address.roles.size() < roles) expected[{what, "not_allowed"}] += 2 * (roles - address.roles.size());
  }
  return expected;
}

/// What the security log says, written and read again.
inline Expected logged_entries(SecurityLog& log, journal::Store& store, UtcTime now) {
  auto batch = store.write();
  journal::Draft draft{*batch};
  log.write(draft, now);
  EXPECT_TRUE(journal::apply(draft.take(), *batch) && batch->commit());
  log.written(true);
  Expected found;
  for (const Refused& one : security_entries(*store.read(), 0, 1'000'000)) {
    found[{one.attempt.what, one.attempt.why}] += one.count;
    EXPECT_EQ(one.attempt.from, "127.0.0.1");
  }
  return found;
}

}  // namespace lab::service::testing
