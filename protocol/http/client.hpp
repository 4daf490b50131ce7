#pragma once
// A blocking HTTP/1.1 client for scripts, webhooks, the demo and tests. No redirects, no proxy. Of https it takes no
// certificate that the system does not trust, or that names another host.

#include <chrono>
#include <memory>
#include <string>

#include "protocol/base/result.hpp"
#include "protocol/http/message.hpp"

namespace lab::http {

struct Call {
  std::string method = "GET";
  std::string url{};  // "http://127.0.0.1:8080/api/v1/tasks"; a Client also takes a target, "/api/v1/tasks"
  std::string body{};
  std::string content_type = "application/json; charset=utf-8";  // sent when there is a body
  Headers headers{};
  std::chrono::milliseconds timeout{30'000};  // for the whole call; looking up a name has the system's own limit
};

constexpr std::size_t response_body_max = 64 << 20;  // octets: the largest export of a province is half of it

/// One call on a connection of its own. An answer of 400 or 500 is a Response, not an Error.
/// unavailable: nobody answers there, or not in time, or it is not who the address names; malformed: it is not HTTP, or
/// not such an address.
Result<Response> fetch(const Call& call);

/// Calls to one origin over one kept connection. One thread at a time.
class Client {
 public:
  /// "http://127.0.0.1:8080". Connects at the first call.
  static Result<Client> to(std::string_view origin);

  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;
  ~Client();

  /// A kept connection that the server has closed meanwhile is replaced and the call sent once more. A call that must
  /// not be carried out twice names an Idempotency-Key, for here nobody knows how far the first one came.
  Result<Response> send(const Call& call);

 private:
  class Connection;
  explicit Client(std::unique_ptr<Connection> connection);
  std::unique_ptr<Connection> connection_;
};

}  // namespace lab::http
