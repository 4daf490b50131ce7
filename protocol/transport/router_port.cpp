#include "protocol/transport/router_port.hpp"

#include <cerrno>
#include <thread>

#include "protocol/transport/limits.hpp"

namespace lab::transport {

RouterPort::RouterPort(zmq::context_t& context, const CurveKeys& keys, RouterPortOptions options,
                       LiveCounters& counters)
    : options_(std::move(options)),
      counters_(counters),
      socket_(context, zmq::socket_type::router),
      monitor_(context, socket_) {
  set_common_options(socket_);
  set_server_security(socket_, keys, options_.domain);
  // Without MANDATORY a full or vanished peer swallows frames silently; with HANDOVER one peer could take another's
  // place by guessing its routing id.
  socket_.set(zmq::sockopt::router_mandatory, true);
  socket_.set(zmq::sockopt::router_handover, false);
  bind_patiently(options_.endpoint);
  endpoint_ = socket_.get(zmq::sockopt::last_endpoint);
}

void RouterPort::bind_patiently(const std::string& endpoint) {
  constexpr std::chrono::milliseconds pause{20};
  const auto deadline = std::chrono::steady_clock::now() + bind_patience;
  for (;;) {
    try {
      socket_.bind(endpoint);
      return;
    } catch (const zmq::error_t& error) {
      if (error.num() != EADDRINUSE || std::chrono::steady_clock::now() >= deadline) throw;
    }
    std::this_thread::sleep_for(pause);
  }
}

std::vector<Packet> RouterPort::receive_batch() {
  std::vector<Packet> packets;
  for (std::size_t i = 0; i < batch_max; ++i) {
    const auto incoming = receive(socket_, true);
    if (!incoming) break;
    if (!incoming->frame) {
      ++counters_.malformed;
      continue;
    }
    std::string key = sender_of(*incoming->frame);
    if (key.empty()) {
      ++counters_.revoked;
      continue;
    }
    learn(key, incoming->routing_id);
    packets.push_back({std::move(key), Bytes{to_view(*incoming->frame)}});
  }
  counters_.received += packets.size();
  return packets;
}

std::string RouterPort::sender_of(const zmq::message_t& frame) {
  // Set by our own gate at the handshake; the peer has no say in it.
  const char* const key = zmq_msg_gets(frame.handle(), "User-Id");
  if (key != nullptr && options_.is_welcome(key)) return key;
  if (options_.on_stranger) options_.on_stranger({.key = key != nullptr ? key : "", .address = {}, .what = "frame"});
  return {};
}

void RouterPort::learn(const std::string& key, const zmq::message_t& routing_id) {
  const BytesView route = to_view(routing_id);
  if (const auto known = routes_.find(key); known != routes_.end()) {
    if (known->second == route) return;
    known->second = route;
    ++counters_.moved_peers;
    return;
  }
  if (routes_.size() >= options_.peers_max) forget(Bytes{known_since_.front()});
  routes_.emplace(key, route);
  known_since_.push_back(key);
}

void RouterPort::forget(const std::string& key) {
  routes_.erase(key);
  std::erase(known_since_, key);
}

void RouterPort::send(const std::vector<Packet>& packets) {
  for (const Packet& packet : packets) send_one(packet);
}

void RouterPort::send_one(const Packet& packet) {
  const auto route = options_.is_welcome(packet.peer) ? routes_.find(packet.peer) : routes_.end();
  if (route == routes_.end()) {
    ++counters_.dropped_unknown;
    return;
  }
  try {
    const auto addressed =
        socket_.send(zmq::buffer(route->second), zmq::send_flags::sndmore | zmq::send_flags::dontwait);
    const bool sent = addressed && socket_.send(zmq::buffer(packet.frame), zmq::send_flags::dontwait);
    ++(sent ? counters_.sent : counters_.dropped_full);
  } catch (const zmq::error_t& error) {
    if (error.num() != EHOSTUNREACH) throw;
    ++counters_.dropped_unknown;
    forget(packet.peer);
  }
}

void RouterPort::count_events() {
  while (const auto event = monitor_.next()) {
    if (*event == Monitor::Event::lost) ++counters_.disconnects;
    if (*event != Monitor::Event::handshake_failed) continue;
    ++counters_.failed_handshakes;
    if (options_.on_stranger) options_.on_stranger({.key = {}, .address = {}, .what = "handshake"});
  }
}

}  // namespace lab::transport
