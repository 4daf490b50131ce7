#pragma once
// The coordinator's end of the wire: many peers, each known by its CURVE public key. Knows octets and keys, not
// messages.

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

struct Packet {
  std::string peer;  // CURVE public key as it was authenticated, Z85
  Bytes frame;
};

/// Somebody who was not let in, or is not any more.
struct Stranger {
  std::string key;      // as it was authenticated, Z85; empty: it did not come so far
  std::string address;  // where it is known
  const char* what;     // "connect", "frame" of a key that is no longer allowed, "handshake" that failed
};

struct ServerOptions {
  std::string endpoint;        // tcp://address:port; port * takes a free one
  std::string enrol_endpoint;  // empty: no enrolment
  CurveKeys keys;
  /// Called on the transport thread, in order for each peer, with 1 to batch_max packets; must not block or throw.
  std::function<void(std::vector<Packet>)> on_packets;
  /// The same for the enrolment socket, where every key is welcome and none is trusted.
  std::function<void(std::vector<Packet>)> on_enrol_packets;
  /// Called on the transport thread for each of them; must not block or throw. None: they are only counted.
  std::function<void(const Stranger&)> on_stranger{};
};

/// Since start. What was dropped is gone here: sessions keep what they send until it is acknowledged.
struct ServerCounters {
  std::uint64_t received = 0;
  std::uint64_t sent = 0;
  std::uint64_t refused_keys = 0;       // handshakes of keys that are not allowed
  std::uint64_t failed_handshakes = 0;  // everything else that did not become a connection: garbage, wrong server key
  std::uint64_t disconnects = 0;
  std::uint64_t revoked = 0;           // frames dropped because their key is no longer allowed
  std::uint64_t malformed = 0;         // messages that are not one frame
  std::uint64_t dropped_unknown = 0;   // sends to a peer that is not there
  std::uint64_t dropped_full = 0;      // sends over the high-water mark or the queue's limits
  std::uint64_t dropped_oversize = 0;  // sends above frame_max
  std::uint64_t moved_peers = 0;       // a known key spoke on another connection
};

/// Thread-safe except for construction and destruction. One per process, because ZeroMQ has one place for the
/// authentication of a process.
///
/// A peer can be sent to once it has spoken. When two connections use one key, the one that spoke last is the peer:
/// that is a reconnect, or a copied machine, which the session layer tells apart by boot ids (moved_peers counts).
/// Ports: take one below 32768; a client that connects to a local port of the ephemeral range while the server is away
/// can be given that very port and hold it.
class Server {
 public:
  /// Bound when it returns. malformed: keys or endpoint; conflict: port in use, or a second server; unavailable: else.
  static Result<std::unique_ptr<Server>> start(ServerOptions options);
  /// Stops the thread; no callback runs afterwards.
  ~Server();

  /// Nobody is allowed at the start.
  void allow(const std::string& public_key);
  /// Effective for the next frame in either direction, on live connections as well.
  void revoke(const std::string& public_key);

  /// Never blocks. What cannot be sent now is dropped and counted.
  void send(std::vector<Packet> packets);
  /// Answers on the enrolment socket, to those who asked there.
  void send_enrol(std::vector<Packet> packets);

  [[nodiscard]] ServerCounters counters() const;
  /// The addresses as bound.
  [[nodiscard]] const std::string& endpoint() const;
  [[nodiscard]] const std::string& enrol_endpoint() const;

 private:
  class Loop;
  explicit Server(std::unique_ptr<Loop> loop);
  std::unique_ptr<Loop> loop_;
};

}  // namespace lab::transport
