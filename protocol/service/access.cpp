#include "protocol/service/access.hpp"

#include <fmt/format.h>

#include <array>
#include <chrono>

#include "protocol/base/clock.hpp"
#include "protocol/base/text.hpp"
#include "protocol/crypto/password.hpp"
#include "protocol/service/password_rules.hpp"
#include "protocol/service/request.hpp"

namespace lab::service {
namespace {

std::string header_of(const http::Request& request, const char* name) {
  const auto found = request.headers.find(name);
  return found == request.headers.end() ? std::string{} : found->second;
}

bool only_looks(const http::Request& request) { return request.method == "GET" || request.method == "HEAD"; }

// "http://127.0.0.1:7081" against "127.0.0.1:7081". A browser names the origin with everything that changes something.
bool is_from_another_page(const http::Request& request) {
  const std::string origin = header_of(request, "origin");
  if (origin.empty()) return false;
  const auto scheme = origin.find("://");
  return scheme == std::string::npos || origin.substr(scheme + 3) != header_of(request, "host");
}

std::string address_of(const http::Request& request) { return request.peer.substr(0, request.peer.rfind(':')); }

http::Response wrong_credentials() {
  return http::problem(401, "wrong_credentials", "人员编号或密码不正确，请核对后重试");
}

http::Response too_many_attempts(Milliseconds wait) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(wait).count();
  auto answer = http::problem(429, "too_many_attempts", fmt::format("错误次数过多，请在 {} 秒后重试", seconds));
  answer.headers["retry-after"] = fmt::format("{}", seconds);
  return answer;
}

}  // namespace

std::string cookie_in(const http::Request& request, std::string_view name) {
  const std::string all = header_of(request, "cookie");
  for (std::string_view rest = all; !rest.empty();) {
    const auto end = std::min(rest.find_first_of(";,"), rest.size());
    const std::string_view pair = trim(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=') {
      return std::string{pair.substr(name.size() + 1)};
    }
  }
  return {};
}

Access::Access(People& people, Options options) : people_(people), options_(std::move(options)) {
  if (!options_.clock) options_.clock = monotonic_clock;
}

tl::expected<Visitor, http::Response> Access::visitor_of(const http::Request& request) {
  constexpr std::string_view scheme = "Bearer ";
  const auto not_signed_in = [] {
    return tl::unexpected(http::problem(401, "not_signed_in", "请先登录：请求中没有有效的人员令牌"));
  };
  if (const std::string authorization = header_of(request, "authorization"); !authorization.empty()) {
    if (!authorization.starts_with(scheme)) return not_signed_in();
    auto person = people_.by_token(std::string_view{authorization}.substr(scheme.size()));
    if (!person) return not_signed_in();
    return Visitor{.person = std::move(person)};
  }
  const std::string token = cookie_in(request, options_.cookie);
  if (token.empty()) return not_signed_in();
  const auto use = header_of(request, "x-background") == "1" ? Sessions::Use::by_page : Sessions::Use::by_person;
  auto session = sessions_.find(token, use, options_.clock());
  auto person = session ? people_.by_id(session->person.value()) : nullptr;
  if (!person || !person->active) {
    return tl::unexpected(http::problem(401, "session_expired", "登录已过期，请重新登录"));
  }
  if (only_looks(request)) return Visitor{.person = std::move(person), .session = std::move(session)};
  if (is_from_another_page(request) || !crypto::equal_secrets(session->csrf, header_of(request, "x-csrf-token"))) {
    return tl::unexpected(http::problem(403, "csrf", "请求不是从本系统的页面发出的，请刷新页面后重试"));
  }
  return Visitor{.person = std::move(person), .session = std::move(session)};
}

tl::expected<Visitor, http::Response> Access::admit(const http::Request& request,
                                                    const std::function<bool(const Person&)>& may) {
  auto visitor = visitor_of(request);
  // Before anything else: whoever set that password could be the one who asks.
  if (visitor && visitor->session && visitor->person->must_change) {
    return tl::unexpected(http::problem(403, "must_change_password", "密码是他人设置的，请先改为只有您知道的密码"));
  }
  if (visitor && !may(*visitor->person)) {
    return tl::unexpected(not_allowed());
  }
  return visitor;
}

tl::expected<PersonPtr, http::Response> Access::check(const std::string& person, const std::string& password,
                                                      const http::Request& request) {
  // Nobody has such a password, and whoever forgot it has not guessed.
  if (password.empty() || password.size() > password_octets_max) return tl::unexpected(wrong_credentials());
  // Bounded: what a stranger names goes into a table.
  const std::array keys{"person " + person.substr(0, text_octets_max), "address " + address_of(request)};
  if (const auto wait = throttle_.begin(keys, options_.clock()); wait > Milliseconds{0}) {
    return tl::unexpected(too_many_attempts(wait));
  }
  auto account = people_.by_id(person);
  const bool may_sign_in = account && account->active;
  if (!crypto::is_password(password, may_sign_in ? account->password : std::string{})) {
    return tl::unexpected(wrong_credentials());
  }
  throttle_.right(keys[0]);
  throttle_.take_back(keys[1]);
  return account;
}

std::optional<http::Response> Access::check_signature(const Visitor& visitor, const std::string& password,
                                                      const http::Request& request) {
  if (!visitor.session) return std::nullopt;
  auto checked = check(visitor.person->id.value(), password, request);
  if (!checked) return std::move(checked.error());
  return std::nullopt;
}

std::string Access::name_of(const http::Request& request) {
  constexpr std::string_view scheme = "Bearer ";
  if (const std::string authorization = header_of(request, "authorization"); authorization.starts_with(scheme)) {
    const auto person = people_.owner_of(std::string_view{authorization}.substr(scheme.size()));
    return person ? person->id.value() : std::string{};
  }
  const std::string token = cookie_in(request, options_.cookie);
  const auto session = sessions_.find(token, Sessions::Use::by_page, options_.clock());
  return session ? session->person.value() : std::string{};
}

Sessions::Opened Access::open(const Person& person) { return sessions_.open(person.id, options_.clock()); }

std::string Access::cookie(const std::string& token, const http::Request& request) const {
  const bool is_encrypted = request.is_encrypted || header_of(request, "x-forwarded-proto") == "https";
  return fmt::format("{}={}; Path=/; HttpOnly; SameSite=Strict{}{}", options_.cookie, token,
                     is_encrypted ? "; Secure" : "", token.empty() ? "; Max-Age=0" : "");
}

bool Access::goes_on(const Visitor& visitor) const {
  const auto person = people_.by_id(visitor.person->id.value());
  if (!person || !person->active) return false;
  if (!visitor.session) return person->token == visitor.person->token;
  return sessions_.goes_on(visitor.session->key, options_.clock());
}

}  // namespace lab::service
