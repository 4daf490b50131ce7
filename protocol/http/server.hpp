#pragma once
// An HTTP/1.1 server for the pages and the REST interface, and nothing else of the web: no compression. Without TLS it
// belongs on the loopback address or behind a proxy that has it; a session cookie or a password must not cross a
// network through it.

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "protocol/base/result.hpp"
#include "protocol/http/message.hpp"

namespace lab::http {

/// Read once, when the server starts: after a renewal it is started again.
struct TlsFiles {
  std::string certificate;  // PEM: its own first, then those between it and the authority
  std::string key;          // PEM, without a password; nobody but its owner may read it
};

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  // 0: the system chooses, Server::port() tells
  TlsFiles tls{};          // named: https, TLS 1.2 or newer, and nothing but it
  int threads = 2;         // handlers run here; more helps only when handlers wait

  std::size_t header_max = 8 << 10;       // octets of request line and fields: cookies and filters stay far below
  std::size_t body_max = 16 << 20;        // octets: a photograph of 12 MiB fits, a film does not
  std::size_t connections_max = 256;      // memory is bounded by this times body_max
  std::size_t connections_per_peer = 64;  // of one address: a browser opens 6, a demo runs many nodes on loopback

  std::size_t stream_octets_max = 256 << 10;  // that wait for one reader of an answer that goes on

  // A slow client holds a connection no longer than these, whatever it trickles.
  std::chrono::milliseconds header_timeout{10'000};  // first octet of a request to the end of its fields; a handshake
  std::chrono::milliseconds body_timeout{30'000};    // 16 MiB at 5 Mbit/s
  std::chrono::milliseconds write_timeout{60'000};   // an export over a slow line
  std::chrono::milliseconds idle_timeout{60'000};    // between two requests
};

/// Reads requests one at a time per connection (a pipelined request waits for the answer before it), keeps the
/// connection afterwards, and closes it after a request that could not be read to its end.
/// Refused with problem+json before any handler sees it: Transfer-Encoding (411, or 400 beside Content-Length), a
/// version other than 1.1 (505), no or more than one Host (400), a malformed target (400), limits (413, 431). Closed
/// without a problem document: a client that is too slow, and one too many connections (an empty 503).
class Server {
 public:
  /// Listens, or says what is in the way. unavailable: the address is taken or not this machine's; not_found, malformed
  /// or conflict: a file of `tls` that cannot be used.
  static Result<std::unique_ptr<Server>> start(ServerOptions options, Handler handler);

  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  /// Closes every connection, waits for the handlers that are running, and joins the threads. A Respond that somebody
  /// still holds does nothing afterwards. Not to be called from a handler.
  ~Server();

  [[nodiscard]] std::uint16_t port() const;
  /// Where it is reached: "https://127.0.0.1:7080".
  [[nodiscard]] std::string origin() const;

 private:
  class Core;
  explicit Server(std::unique_ptr<Core> core);
  std::unique_ptr<Core> core_;
};

}  // namespace lab::http
