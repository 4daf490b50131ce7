#include "protocol/transport/server.hpp"

#include <atomic>
#include <charconv>
#include <optional>
#include <thread>

#include "protocol/base/failpoint.hpp"
#include "protocol/base/log.hpp"
#include "protocol/transport/gate.hpp"
#include "protocol/transport/router_port.hpp"
#include "protocol/transport/send_queue.hpp"
#include "protocol/transport/sockets.hpp"

namespace lab::transport {
namespace {

/// Nothing is lost when a wake-up is; this only bounds how long it would go unnoticed.
constexpr std::chrono::milliseconds longest_wait{1000};

/// On Linux the system hands out ports from here on to clients.
constexpr unsigned first_ephemeral_port = 32768;

const Bytes& frame_of(const Packet& packet) { return packet.frame; }

void warn_about_port(const std::string& endpoint) {
  const std::size_t colon = endpoint.rfind(':');
  unsigned port = 0;
  std::from_chars(endpoint.data() + colon + 1, endpoint.data() + endpoint.size(), port);
  if (port < first_ephemeral_port) return;
  log::warning("port {} may be taken by any program that connects somewhere; choose one below {}", port,
               first_ephemeral_port);
}

Result<void> check_endpoint(const std::string& endpoint) {
  if (auto checked = check_address(endpoint); !checked) return checked;
  warn_about_port(endpoint);
  return {};
}

Result<void> check(const ServerOptions& options) {
  if (auto checked = check_keys(options.keys); !checked) return checked;
  if (auto checked = check_endpoint(options.endpoint); !checked) return checked;
  if (!options.enrol_endpoint.empty()) return check_endpoint(options.enrol_endpoint);
  return {};
}

}  // namespace

class Server::Loop {
 public:
  explicit Loop(ServerOptions options)
      : options_(std::move(options)),
        context_(process_context()),
        gate_(*context_, options_.on_stranger),
        lab_(*context_, options_.keys, lab_port(), counters_) {
    if (!options_.enrol_endpoint.empty()) enrol_.emplace(*context_, options_.keys, enrol_port(), counters_);
    options_.keys.secret_key.clear();
    thread_ = std::jthread([this] { run(); });
  }
  ~Loop() {
    stopping_ = true;
    wake_up_.ring();
  }

  Gate& gate() { return gate_; }
  void send(std::vector<Packet> packets) {
    if (to_lab_.add(std::move(packets), frame_of)) wake_up_.ring();
  }
  void send_enrol(std::vector<Packet> packets) {
    if (to_enrol_.add(std::move(packets), frame_of)) wake_up_.ring();
  }
  [[nodiscard]] const std::string& endpoint() const { return lab_.endpoint(); }
  [[nodiscard]] const std::string& enrol_endpoint() const {
    return enrol_ ? enrol_->endpoint() : options_.enrol_endpoint;
  }
  [[nodiscard]] ServerCounters counters() const;

 private:
  RouterPortOptions lab_port() {
    return {.endpoint = options_.endpoint,
            .domain = lab_domain,
            .peers_max = SIZE_MAX,  // bounded by the keys allowed
            .is_welcome = [this](const std::string& key) { return gate_.is_allowed(key); },
            .on_stranger = options_.on_stranger};
  }
  RouterPortOptions enrol_port() const {
    return {.endpoint = options_.enrol_endpoint,
            .domain = enrol_domain,
            .peers_max = enrol_peers_max,
            .is_welcome = [](const std::string&) { return true; },
            .on_stranger = options_.on_stranger};
  }

  void run();
  static void serve(RouterPort& port, const std::function<void(std::vector<Packet>)>& hand_over);

  ServerOptions options_;
  LiveCounters counters_;
  std::shared_ptr<zmq::context_t> context_;  // outlives the sockets below
  Gate gate_;                                // answers before any port is open
  RouterPort lab_;
  std::optional<RouterPort> enrol_;
  SendQueue<Packet> to_lab_;
  SendQueue<Packet> to_enrol_;
  WakeUp wake_up_;
  std::atomic<bool> stopping_ = false;
  std::jthread thread_;  // last: joined first
};

void Server::Loop::run() {
  std::vector<zmq::pollitem_t> items = {{nullptr, wake_up_.descriptor(), ZMQ_POLLIN, 0},
                                        {gate_.socket().handle(), 0, ZMQ_POLLIN, 0},
                                        {lab_.monitor().handle(), 0, ZMQ_POLLIN, 0},
                                        {lab_.socket().handle(), 0, ZMQ_POLLIN, 0}};
  if (enrol_) {
    items.push_back({enrol_->monitor().handle(), 0, ZMQ_POLLIN, 0});
    items.push_back({enrol_->socket().handle(), 0, ZMQ_POLLIN, 0});
  }
  while (!stopping_) {
    wait_for(items, longest_wait);
    wake_up_.clear();
    gate_.answer_all();
    auto outgoing = to_lab_.take();
    if (!outgoing.empty() && fails_at("server.send")) outgoing.clear();  // as a wire that is cut
    lab_.send(outgoing);
    serve(lab_, options_.on_packets);
    if (!enrol_) continue;
    enrol_->send(to_enrol_.take());
    serve(*enrol_, options_.on_enrol_packets);
  }
}

void Server::Loop::serve(RouterPort& port, const std::function<void(std::vector<Packet>)>& hand_over) {
  port.count_events();
  auto packets = port.receive_batch();
  if (!packets.empty() && hand_over && !fails_at("server.receive")) hand_over(std::move(packets));
}

ServerCounters Server::Loop::counters() const {
  return {.received = counters_.received,
          .sent = counters_.sent,
          .refused_keys = gate_.refused(),
          .failed_handshakes = counters_.failed_handshakes,
          .disconnects = counters_.disconnects,
          .revoked = counters_.revoked,
          .malformed = counters_.malformed,
          .dropped_unknown = counters_.dropped_unknown,
          .dropped_full = counters_.dropped_full + to_lab_.dropped_full() + to_enrol_.dropped_full(),
          .dropped_oversize = to_lab_.dropped_oversize() + to_enrol_.dropped_oversize(),
          .moved_peers = counters_.moved_peers};
}

Server::Server(std::unique_ptr<Loop> loop) : loop_(std::move(loop)) {}
Server::~Server() = default;

Result<std::unique_ptr<Server>> Server::start(ServerOptions options) {
  if (auto checked = check(options); !checked) return fail(std::move(checked));
  const std::string where = options.endpoint;
  try {
    return std::unique_ptr<Server>(new Server(std::make_unique<Loop>(std::move(options))));
  } catch (const zmq::error_t& error) {
    return tl::unexpected(to_error(error, where));
  }
}

void Server::allow(const std::string& public_key) { loop_->gate().allow(public_key); }
void Server::revoke(const std::string& public_key) { loop_->gate().revoke(public_key); }
void Server::send(std::vector<Packet> packets) { loop_->send(std::move(packets)); }
void Server::send_enrol(std::vector<Packet> packets) { loop_->send_enrol(std::move(packets)); }
ServerCounters Server::counters() const { return loop_->counters(); }
const std::string& Server::endpoint() const { return loop_->endpoint(); }
const std::string& Server::enrol_endpoint() const { return loop_->enrol_endpoint(); }

}  // namespace lab::transport
