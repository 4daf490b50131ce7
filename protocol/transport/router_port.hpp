#pragma once
// One server socket: frames in from known keys, frames out to them. Private to this folder; transport thread only.

#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>
#include <zmq.hpp>

#include "protocol/transport/server.hpp"
#include "protocol/transport/sockets.hpp"

namespace lab::transport {

/// Written by the transport thread, read by any.
struct LiveCounters {
  std::atomic<std::uint64_t> received = 0;
  std::atomic<std::uint64_t> sent = 0;
  std::atomic<std::uint64_t> failed_handshakes = 0;
  std::atomic<std::uint64_t> disconnects = 0;
  std::atomic<std::uint64_t> revoked = 0;
  std::atomic<std::uint64_t> malformed = 0;
  std::atomic<std::uint64_t> dropped_unknown = 0;
  std::atomic<std::uint64_t> dropped_full = 0;
  std::atomic<std::uint64_t> moved_peers = 0;
};

struct RouterPortOptions {
  std::string endpoint;
  const char* domain = nullptr;
  std::size_t peers_max = 0;  // remembered at once; the one that came first is forgotten first
  std::function<bool(const std::string& key)> is_welcome;
  std::function<void(const Stranger&)> on_stranger;
};

class RouterPort {
 public:
  /// Binds. Throws zmq::error_t.
  RouterPort(zmq::context_t& context, const CurveKeys& keys, RouterPortOptions options, LiveCounters& counters);

  [[nodiscard]] const std::string& endpoint() const { return endpoint_; }
  zmq::socket_t& socket() { return socket_; }
  zmq::socket_t& monitor() { return monitor_.socket(); }

  /// At most batch_max packets, from welcome keys only.
  std::vector<Packet> receive_batch();
  void send(const std::vector<Packet>& packets);
  void count_events();

 private:
  void bind_patiently(const std::string& endpoint);
  /// The sender's key, or empty when it is not welcome (any more).
  std::string sender_of(const zmq::message_t& frame);
  void learn(const std::string& key, const zmq::message_t& routing_id);
  void forget(const std::string& key);
  void send_one(const Packet& packet);

  RouterPortOptions options_;
  LiveCounters& counters_;
  zmq::socket_t socket_;
  Monitor monitor_;
  std::string endpoint_;
  // A peer is its key; ZeroMQ's routing id changes with every connection and is never chosen by the peer.
  std::map<std::string, Bytes, std::less<>> routes_;
  std::deque<std::string> known_since_;  // keys of routes_, the first to come first
};

}  // namespace lab::transport
