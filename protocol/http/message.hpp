#pragma once
// What the coordinator's and the nodes' pages say and hear: one request, one answer, both whole and in memory.

#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace lab::http {

/// Names are lower-case; several fields of one name are joined by ", ".
using Headers = std::map<std::string, std::string>;

struct Request {
  std::string method{};                        // "GET", as sent
  std::string path{};                          // percent-decoded UTF-8; begins with '/', has no "." or ".." segment
  std::map<std::string, std::string> query{};  // decoded
  std::map<std::string, std::string> parameters{};  // what the {names} of the route stand for; filled in by Router
  Headers headers{};
  std::string body{};
  std::string peer{};  // "127.0.0.1:53422"
};

struct Response {
  int status = 200;
  std::string content_type = "application/json; charset=utf-8";
  std::string body{};
  Headers headers{};  // the server adds length, connection and the protective fields that are not named here
};

/// Answers a request. May be called from any thread, also after the handler has returned; only the first call counts.
/// When every copy is dropped without a call, the client gets 500 `no_answer`: a request never hangs.
using Respond = std::function<void(Response)>;

/// Called on one of the server's threads, which is kept until it returns: work that waits belongs elsewhere, with
/// `respond` handed on. An exception that leaves it is answered with 500 and logged, so that one request cannot end the
/// others; whoever reads a store inside must catch journal::Damage itself and stop the process.
using Handler = std::function<void(Request request, Respond respond)>;

/// An error answer as problem+json (RFC 9457): {"type","title","status","detail","code"}.
/// `code` is stable and for programs; `detail` is for the person: what is wrong and what to do, in Chinese.
Response problem(int status, std::string_view code, std::string_view detail);

}  // namespace lab::http
