#pragma once
// What the coordinator's and the nodes' pages say and hear: one request, one answer, whole and in memory; or an answer
// that goes on, fed piece by piece.

#include <functional>
#include <map>
#include <memory>
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
  std::string peer{};         // "127.0.0.1:53422"
  bool is_encrypted = false;  // it came over this server's own TLS
};

/// The way to a client whose answer goes on after its head.
class Channel {
 public:
  virtual ~Channel() = default;
  /// Octets for the client, written in order. From any thread, never waiting. False when the client has gone, or has
  /// left so much untaken that no more may wait for it: then its connection is closed.
  virtual bool push(std::string octets) = 0;
  /// Whether the client is still there, as far as is known. From any thread.
  [[nodiscard]] virtual bool is_open() const = 0;
  /// Ends the answer. From any thread.
  virtual void close() = 0;
};

struct Response {
  int status = 200;
  std::string content_type = "application/json; charset=utf-8";
  std::string body{};
  Headers headers{};  // the server adds length, connection and the protective fields that are not named here
  /// Named: the answer has no length and goes on until either side closes. Called once when `body` has been written, on
  /// one of the server's threads, which it must not keep. Such a client holds a connection but no thread.
  std::function<void(std::shared_ptr<Channel>)> opened{};
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
