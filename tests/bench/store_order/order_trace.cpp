#include "tests/bench/store_order/order_trace.hpp"

#include <fmt/format.h>

#include <array>
#include <cstring>
#include <map>
#include <optional>
#include <stdexcept>
#include <tuple>

#include "protocol/wire/codec.hpp"

namespace lab::store_order {
namespace {

Step::Kind kind_of(std::uint64_t letter) {
  switch (letter) {
    case 'b':
      return Step::Kind::flush_begun;
    case 'f':
      return Step::Kind::flushed;
    case 'd':
      return Step::Kind::header_flushed;
    case 'r':
      return Step::Kind::received;
    case 's':
      return Step::Kind::sent;
    default:
      throw std::runtime_error(fmt::format("a trace with a step of kind {}", letter));
  }
}

/// Whose stream: the peer's routing id (empty at a node), the incarnation, 0 for orders.
using Stream = std::tuple<std::string, std::uint32_t>;

class Checker {
 public:
  Findings check(const std::vector<Step>& trace) {
    for (const Step& step : trace) {
      ++now_;
      switch (step.kind) {
        case Step::Kind::flush_begun:
          ++found_.data_flushes;
          begun_ = now_;
          flushed_ = false;
          break;
        case Step::Kind::flushed:
          flushed_ = true;
          break;
        case Step::Kind::header_flushed:
          ++found_.commits;
          if (flushed_) newest_commit_began_ = begun_;
          break;
        case Step::Kind::received:
          take(step.frame, peer_received_, true);
          break;
        case Step::Kind::sent:
          take(step.frame, peer_sent_, false);
          break;
      }
    }
    return std::move(found_);
  }

 private:
  // A ROUTER says in a frame of five octets, the first of them zero, whom the next one is from or for.
  static bool is_routing_id(std::string_view frame) { return frame.size() == 5 && frame.front() == '\0'; }

  void take(std::string_view frame, std::string& peer, bool received) {
    if (is_routing_id(frame)) {
      peer = frame;
      return;
    }
    const auto envelope = wire::decode_envelope(Bytes{frame});
    if (!envelope) return;
    if (received) {
      on_received(envelope->message, peer);
    } else {
      on_sent(envelope->message, peer);
    }
  }

  void on_received(const model::Message& message, const std::string& peer) {
    if (const auto* events = std::get_if<model::Events>(&message)) {
      came(Stream{peer, events->incarnation}, events->first + events->events.size() - 1);
    }
    if (const auto* orders = std::get_if<model::Orders>(&message)) {
      for (const Bytes& bytes : orders->orders) {
        const auto order = wire::decode_order(bytes);
        if (order) came(Stream{peer, 0}, order->sequence);
      }
    }
  }

  void on_sent(const model::Message& message, const std::string& peer) {
    if (const auto* ack = std::get_if<model::Ack>(&message)) acknowledges(Stream{peer, ack->incarnation}, ack->upto);
    if (const auto* ack = std::get_if<model::OrdersAck>(&message)) acknowledges(Stream{peer, 0}, ack->upto);
    if (const auto* events = std::get_if<model::Events>(&message)) acknowledges(Stream{peer, 0}, events->orders);
  }

  // Only what is higher than all before is the first that brought it.
  void came(const Stream& stream, std::uint64_t upto) {
    auto& times = came_[stream];
    if (upto > 0 && (times.empty() || times.rbegin()->first < upto)) times.emplace(upto, now_);
  }

  void acknowledges(const Stream& stream, std::uint64_t upto) {
    std::uint64_t& before = acknowledged_[stream];
    if (upto <= before) return;
    const auto& times = came_[stream];
    const auto brought = times.lower_bound(upto);
    if (brought == times.end()) {
      // Of an earlier life of this process: durable before the trace began.
      before = upto;
      return;
    }
    ++found_.acknowledgements;
    found_.acknowledged += upto - before;
    before = upto;
    if (newest_commit_began_ > brought->second) return;
    found_.violations.push_back(
        fmt::format("step {} acknowledges {} of incarnation {}, which came at step {}; the last "
                    "whole commit began at step {}",
                    now_, upto, std::get<1>(stream), brought->second, newest_commit_began_));
  }

  std::uint64_t now_ = 0;
  std::uint64_t begun_ = 0;
  bool flushed_ = false;
  std::uint64_t newest_commit_began_ = 0;  // of those that are whole
  std::string peer_received_;
  std::string peer_sent_;
  std::map<Stream, std::map<std::uint64_t, std::uint64_t>> came_;
  std::map<Stream, std::uint64_t> acknowledged_;
  Findings found_;
};

}  // namespace

std::vector<Step> read_trace(std::string_view octets) {
  std::vector<Step> trace;
  std::array<std::uint64_t, 2> head{};
  while (!octets.empty()) {
    if (octets.size() < sizeof head) throw std::runtime_error("a trace that ends inside a step");
    std::memcpy(head.data(), octets.data(), sizeof head);
    octets.remove_prefix(sizeof head);
    if (octets.size() < head[1]) throw std::runtime_error("a trace that ends inside a step");
    trace.push_back({kind_of(head[0]), octets.substr(0, head[1])});
    octets.remove_prefix(head[1]);
  }
  return trace;
}

Findings check_order(const std::vector<Step>& trace) { return Checker{}.check(trace); }

}  // namespace lab::store_order
