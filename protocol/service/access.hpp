#pragma once
// Who asks, and whether it is really that person: by the token of a script, by the cookie of a browser, and once more
// by the password where something is signed.

#include <functional>
#include <optional>
#include <string>
#include <tl/expected.hpp>

#include "protocol/http/message.hpp"
#include "protocol/service/people.hpp"
#include "protocol/service/sessions.hpp"
#include "protocol/service/throttle.hpp"

namespace lab::service {

/// A request's person.
struct Visitor {
  PersonPtr person;
  std::optional<Sessions::Found> session{};  // none: by the token of a script
};

/// From any thread; `people` outlives it.
class Access {
 public:
  struct Options {
    /// Browsers give a cookie to every port of a host, so that each daemon of a machine needs a name of its own.
    std::string cookie = "qlims_session";
    std::function<UtcTime()> clock{};  // one that does not jump; the machine's own when there is none
  };
  Access(People& people, Options options);

  /// Whoever is signed in, for what concerns their session alone: who they are, signing out, another password.
  tl::expected<Visitor, http::Response> visitor(const http::Request& request) { return visitor_of(request); }

  /// The person who asks, when `may` says yes. Otherwise the answer: 401 not_signed_in, 401 session_expired, 403 csrf
  /// (a browser's request that changes something needs X-CSRF-Token, and no other page's Origin), 403 not_allowed, 403
  /// must_change_password (somebody else has set it, and its owner has not changed it yet). A
  /// proxy in front has to hand on Host as the browser said it.
  tl::expected<Visitor, http::Response> admit(const http::Request& request,
                                              const std::function<bool(const Person&)>& may);

  /// Checks a password. 401 wrong_credentials, the same and as slow for nobody, for somebody inactive or without a
  /// password, and for a wrong one; 429 too_many_attempts with Retry-After.
  tl::expected<PersonPtr, http::Response> check(const std::string& person, const std::string& password,
                                                const http::Request& request);

  /// The signature of a person at the browser is their password, given again; a script's is its token. The answer when
  /// it is not theirs.
  std::optional<http::Response> check_signature(const Visitor& visitor, const std::string& password,
                                                const http::Request& request);

  /// Whose token or session a request shows, let in or not; empty when nobody knows it. Of a closed account as well.
  std::string name_of(const http::Request& request);

  /// Opens a session; its cookie is `cookie(token, request)`.
  Sessions::Opened open(const Person& person);
  /// Set-Cookie for a token; empty takes the cookie back. Secure over https, also a proxy's.
  [[nodiscard]] std::string cookie(const std::string& token, const http::Request& request) const;
  /// Whether a visitor may still be served what was asked for earlier: a stream that goes on.
  [[nodiscard]] bool goes_on(const Visitor& visitor) const;

  [[nodiscard]] People& people() { return people_; }
  [[nodiscard]] Sessions& sessions() { return sessions_; }

 private:
  tl::expected<Visitor, http::Response> visitor_of(const http::Request& request);

  People& people_;
  Options options_;
  Sessions sessions_;
  Throttle throttle_;
};

/// A cookie of a Cookie field by its name; empty when there is none.
std::string cookie_in(const http::Request& request, std::string_view name);

}  // namespace lab::service
