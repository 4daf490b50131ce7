#pragma once
// A node's end of the wire: one server, kept in reach.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"
#include "protocol/transport/keys.hpp"
#include "protocol/transport/limits.hpp"

namespace lab::transport {

struct ClientOptions {
  std::string endpoint;    // tcp://host:port
  std::string server_key;  // Z85; a server that does not hold its secret is not spoken to
  CurveKeys keys;
  /// Called on the transport thread, in order, with 1 to batch_max frames; must not block or throw.
  std::function<void(std::vector<Bytes>)> on_frames;
  /// Called on the transport thread when the link comes up (both sides authenticated) and when it is lost.
  std::function<void(bool connected)> on_link;
};

struct ClientCounters {
  std::uint64_t received = 0;
  std::uint64_t sent = 0;
  std::uint64_t connects = 0;          // links that came up
  std::uint64_t failed_attempts = 0;   // nobody there, not allowed, wrong server key
  std::uint64_t malformed = 0;         // messages that are not one frame
  std::uint64_t dropped_unlinked = 0;  // sends while there was no link, or lost with it
  std::uint64_t dropped_full = 0;      // sends over the queue's limits
  std::uint64_t dropped_oversize = 0;  // sends above frame_max
};

/// Thread-safe except for construction and destruction. Reconnects for ever by itself.
class Client {
 public:
  /// Does not wait for the link. malformed: keys or endpoint.
  static Result<std::unique_ptr<Client>> start(ClientOptions options);
  /// Stops the thread; no callback runs afterwards.
  ~Client();

  /// Never blocks. Frames wait while the connection is full, and are dropped and counted when there is none: the
  /// session sends them again after the next on_link(true).
  void send(std::vector<Bytes> frames);

  [[nodiscard]] ClientCounters counters() const;

 private:
  class Loop;
  explicit Client(std::unique_ptr<Loop> loop);
  std::unique_ptr<Loop> loop_;
};

/// Sends one frame on a fresh connection and waits for one answer (enrolment). Blocks for at most `timeout`.
/// unavailable: no answer in time, whatever the reason; a refused key and a wrong server key look the same from here.
Result<Bytes> ask_once(const std::string& endpoint, const std::string& server_key, const CurveKeys& keys,
                       BytesView frame, std::chrono::milliseconds timeout);

}  // namespace lab::transport
