#include "protocol/transport/client.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <deque>
#include <random>
#include <thread>

#include "protocol/base/failpoint.hpp"
#include "protocol/transport/send_queue.hpp"
#include "protocol/transport/sockets.hpp"

namespace lab::transport {
namespace {

using Clock = std::chrono::steady_clock;

/// After this, an attempt that ZeroMQ told nothing about is given up.
constexpr std::chrono::milliseconds attempt_max = 3 * handshake_timeout;
constexpr std::chrono::milliseconds longest_wait{1000};

enum class Link { waiting, trying, up };

}  // namespace

class Client::Loop {
 public:
  explicit Loop(ClientOptions options)
      : options_(std::move(options)),
        context_(process_context()),
        socket_(*context_, zmq::socket_type::dealer),
        monitor_(*context_, socket_),
        random_(std::random_device{}()) {
    set_common_options(socket_);
    set_client_security(socket_, options_.keys, options_.server_key);
    socket_.set(zmq::sockopt::connect_timeout, static_cast<int>(handshake_timeout.count()));
    // ZeroMQ's own reconnection has no jitter, and gives up for ever after a refused handshake.
    socket_.set(zmq::sockopt::reconnect_ivl, -1);
    options_.keys.secret_key.clear();
    try_to_connect();  // here, so that a bad address is the caller's
    thread_ = std::jthread([this] { run(); });
  }
  ~Loop() {
    stopping_ = true;
    wake_up_.ring();
  }

  void send(std::vector<Bytes> frames) {
    const auto itself = [](const Bytes& frame) -> const Bytes& { return frame; };
    if (queue_.add(std::move(frames), itself)) wake_up_.ring();
  }
  [[nodiscard]] ClientCounters counters() const;

 private:
  void run();
  void try_to_connect();
  void end_attempt();
  void on_event(Monitor::Event event);
  void on_time();
  void take_queue();
  void send_waiting();
  void receive_batch();
  [[nodiscard]] std::chrono::milliseconds time_to_wait() const;

  ClientOptions options_;
  std::shared_ptr<zmq::context_t> context_;  // outlives the sockets below
  zmq::socket_t socket_;
  Monitor monitor_;
  std::minstd_rand random_;

  Link link_ = Link::waiting;
  Clock::time_point deadline_;  // of the next attempt, or of the running one
  std::chrono::milliseconds pause_ = reconnect_first;
  std::deque<Bytes> waiting_;

  SendQueue<Bytes> queue_;
  std::atomic<std::uint64_t> received_ = 0;
  std::atomic<std::uint64_t> sent_ = 0;
  std::atomic<std::uint64_t> connects_ = 0;
  std::atomic<std::uint64_t> failed_attempts_ = 0;
  std::atomic<std::uint64_t> malformed_ = 0;
  std::atomic<std::uint64_t> dropped_unlinked_ = 0;
  std::atomic<std::uint64_t> dropped_full_ = 0;
  WakeUp wake_up_;
  std::atomic<bool> stopping_ = false;
  std::jthread thread_;  // last: joined first
};

void Client::Loop::run() {
  std::vector<zmq::pollitem_t> items = {{nullptr, wake_up_.descriptor(), ZMQ_POLLIN, 0},
                                        {monitor_.socket().handle(), 0, ZMQ_POLLIN, 0},
                                        {socket_.handle(), 0, ZMQ_POLLIN, 0}};
  while (!stopping_) {
    items.back().events = static_cast<short>(waiting_.empty() ? ZMQ_POLLIN : ZMQ_POLLIN | ZMQ_POLLOUT);
    wait_for(items, time_to_wait());
    wake_up_.clear();
    while (const auto event = monitor_.next()) on_event(*event);
    take_queue();
    send_waiting();
    receive_batch();
    on_time();
  }
}

std::chrono::milliseconds Client::Loop::time_to_wait() const {
  if (link_ == Link::up) return longest_wait;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline_ - Clock::now());
  return std::clamp(left, std::chrono::milliseconds{0}, longest_wait);
}

void Client::Loop::try_to_connect() {
  link_ = Link::trying;
  deadline_ = Clock::now() + attempt_max;
  socket_.connect(options_.endpoint);
}

void Client::Loop::end_attempt() {
  // ZeroMQ has mostly forgotten the address by itself; if not, a late success would be a second connection.
  if (zmq_disconnect(socket_.handle(), options_.endpoint.c_str()) != 0 && zmq_errno() != ENOENT) throw zmq::error_t();
  link_ = Link::waiting;
  std::uniform_int_distribution<std::chrono::milliseconds::rep> spread(pause_.count() / 2, pause_.count());
  deadline_ = Clock::now() + std::chrono::milliseconds{spread(random_)};
  pause_ = std::min(2 * pause_, reconnect_max);
}

void Client::Loop::on_event(Monitor::Event event) {
  if (event == Monitor::Event::linked) {
    link_ = Link::up;
    pause_ = reconnect_first;
    ++connects_;
    if (options_.on_link) options_.on_link(true);
    return;
  }
  // One failure makes several events; the first one counts.
  if (link_ == Link::waiting) return;
  const bool was_up = link_ == Link::up;
  if (!was_up) ++failed_attempts_;
  end_attempt();
  if (was_up && options_.on_link) options_.on_link(false);
}

void Client::Loop::on_time() {
  if (link_ == Link::up || Clock::now() < deadline_) return;
  if (link_ == Link::waiting) return try_to_connect();
  ++failed_attempts_;
  end_attempt();
}

void Client::Loop::take_queue() {
  for (Bytes& frame : queue_.take()) {
    if (waiting_.size() < queue_frames_max) {
      waiting_.push_back(std::move(frame));
    } else {
      ++dropped_full_;
    }
  }
}

void Client::Loop::send_waiting() {
  if (link_ != Link::up) {
    dropped_unlinked_ += waiting_.size();
    waiting_.clear();
    return;
  }
  if (!waiting_.empty() && fails_at("client.send")) return waiting_.clear();  // as a wire that is cut
  while (!waiting_.empty() && socket_.send(zmq::buffer(waiting_.front()), zmq::send_flags::dontwait)) {
    ++sent_;
    waiting_.pop_front();
  }
}

void Client::Loop::receive_batch() {
  std::vector<Bytes> frames;
  for (std::size_t i = 0; i < batch_max; ++i) {
    const auto incoming = receive(socket_, false);
    if (!incoming) break;
    if (incoming->frame) {
      frames.emplace_back(to_view(*incoming->frame));
    } else {
      ++malformed_;
    }
  }
  received_ += frames.size();
  if (!frames.empty() && options_.on_frames && !fails_at("client.receive")) options_.on_frames(std::move(frames));
}

ClientCounters Client::Loop::counters() const {
  return {.received = received_,
          .sent = sent_,
          .connects = connects_,
          .failed_attempts = failed_attempts_,
          .malformed = malformed_,
          .dropped_unlinked = dropped_unlinked_,
          .dropped_full = queue_.dropped_full() + dropped_full_,
          .dropped_oversize = queue_.dropped_oversize()};
}

Client::Client(std::unique_ptr<Loop> loop) : loop_(std::move(loop)) {}
Client::~Client() = default;

Result<std::unique_ptr<Client>> Client::start(ClientOptions options) {
  if (auto checked = check_client(options.endpoint, options.server_key, options.keys); !checked) {
    return fail(std::move(checked));
  }
  const std::string where = options.endpoint;
  try {
    return std::unique_ptr<Client>(new Client(std::make_unique<Loop>(std::move(options))));
  } catch (const zmq::error_t& error) {
    return tl::unexpected(to_error(error, where));
  }
}

void Client::send(std::vector<Bytes> frames) { loop_->send(std::move(frames)); }
ClientCounters Client::counters() const { return loop_->counters(); }

}  // namespace lab::transport
