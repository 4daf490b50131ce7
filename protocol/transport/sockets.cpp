#include "protocol/transport/sockets.hpp"

#include <fmt/format.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <mutex>

#include "protocol/base/check.hpp"
#include "protocol/transport/limits.hpp"

namespace lab::transport {
namespace {

// ZeroMQ measures the frame as it travels: CURVE adds the command name, a nonce, a flag and the authenticator.
constexpr std::size_t curve_overhead = 64;

// The library has the option; Debian's header hides its name (ZMQ_ZAP_ENFORCE_DOMAIN) as not yet final.
constexpr int zap_enforce_domain = 93;

int in_ms(std::chrono::milliseconds time) { return static_cast<int>(time.count()); }

}  // namespace

std::shared_ptr<zmq::context_t> process_context() {
  // The library forces something shared by the whole process; a weak pointer keeps its end with its last user.
  static std::mutex mutex;
  static std::weak_ptr<zmq::context_t> current;
  const std::lock_guard lock(mutex);
  auto context = current.lock();
  if (!context) {
    context = std::make_shared<zmq::context_t>();
    current = context;
  }
  return context;
}

void set_common_options(zmq::socket_t& socket) {
  socket.set(zmq::sockopt::linger, 0);
  socket.set(zmq::sockopt::sndhwm, high_water_mark);
  socket.set(zmq::sockopt::rcvhwm, high_water_mark);
  socket.set(zmq::sockopt::maxmsgsize, static_cast<std::int64_t>(frame_read_max + curve_overhead));
  socket.set(zmq::sockopt::immediate, true);
  socket.set(zmq::sockopt::handshake_ivl, in_ms(handshake_timeout));
  socket.set(zmq::sockopt::heartbeat_ivl, in_ms(heartbeat_interval));
  socket.set(zmq::sockopt::heartbeat_timeout, in_ms(heartbeat_timeout));
  socket.set(zmq::sockopt::heartbeat_ttl, in_ms(heartbeat_timeout));
}

void set_server_security(zmq::socket_t& socket, const CurveKeys& keys, const char* domain) {
  socket.set(zmq::sockopt::curve_server, true);
  socket.set(zmq::sockopt::curve_secretkey, keys.secret_key);
  socket.set(zmq::sockopt::zap_domain, domain);
  // Without this, a missing answer would let everybody in.
  const int enforced = 1;
  if (zmq_setsockopt(socket.handle(), zap_enforce_domain, &enforced, sizeof enforced) != 0) throw zmq::error_t();
}

void set_client_security(zmq::socket_t& socket, const CurveKeys& keys, const std::string& server_key) {
  socket.set(zmq::sockopt::curve_serverkey, server_key);
  socket.set(zmq::sockopt::curve_publickey, keys.public_key);
  socket.set(zmq::sockopt::curve_secretkey, keys.secret_key);
}

Result<void> check_keys(const CurveKeys& keys) {
  if (is_curve_key(keys.public_key) && is_curve_key(keys.secret_key)) return {};
  return fail(ErrorCode::malformed, "a CURVE key has 40 characters of Z85; make a new key pair");
}

Result<void> check_address(const std::string& endpoint) {
  const std::size_t colon = endpoint.rfind(':');
  const std::string_view prefix = "tcp://";
  const auto malformed =
      fail(ErrorCode::malformed, "an address is written tcp://host:port, the port at most 65535", endpoint);
  if (!endpoint.starts_with(prefix) || colon <= prefix.size()) return malformed;
  // ZeroMQ would silently take the port modulo 65536.
  const std::string_view port = std::string_view(endpoint).substr(colon + 1);
  if (port == "*") return {};
  std::uint16_t number = 0;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
  if (error != std::errc{} || end != port.data() + port.size()) return malformed;
  return {};
}

Result<void> check_client(const std::string& endpoint, const std::string& server_key, const CurveKeys& keys) {
  if (auto checked = check_keys(keys); !checked) return checked;
  if (!is_curve_key(server_key)) {
    return fail(ErrorCode::malformed, "the server's key has 40 characters of Z85; copy it again", endpoint);
  }
  return check_address(endpoint);
}

Error to_error(const zmq::error_t& error, const std::string& where) {
  if (error.num() == EADDRINUSE) {
    return {ErrorCode::conflict,
            "the address is in use, by another program or a second server in this one; stop it or choose another port",
            where};
  }
  const bool malformed = error.num() == EINVAL || error.num() == EPROTONOSUPPORT || error.num() == ENODEV;
  return {malformed ? ErrorCode::malformed : ErrorCode::unavailable,
          fmt::format("{}; an address is written tcp://host:port", error.what()), where};
}

void wait_for(std::vector<zmq::pollitem_t>& items, std::chrono::milliseconds timeout) {
  try {
    zmq::poll(items, timeout);
  } catch (const zmq::error_t& error) {
    LAB_CHECK(error.num() == EINTR);
    for (auto& item : items) item.revents = 0;
  }
}

std::optional<Incoming> receive(zmq::socket_t& socket, bool from_router) {
  Incoming incoming;
  if (from_router && !socket.recv(incoming.routing_id, zmq::recv_flags::dontwait)) return std::nullopt;
  zmq::message_t frame;
  if (!socket.recv(frame, zmq::recv_flags::dontwait)) return std::nullopt;
  if (!frame.more()) {
    incoming.frame = std::move(frame);
    return incoming;
  }
  while (frame.more() && socket.recv(frame, zmq::recv_flags::dontwait)) {
  }
  return incoming;
}

BytesView to_view(const zmq::message_t& message) { return {message.data<char>(), message.size()}; }

Monitor::Monitor(zmq::context_t& context, zmq::socket_t& watched)
    : watched_(watched), events_(context, zmq::socket_type::pair) {
  static std::atomic<unsigned> count = 0;  // inproc names are shared by the whole context
  const std::string name = fmt::format("inproc://monitor-{}", ++count);
  constexpr int wanted = ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_DISCONNECTED | ZMQ_EVENT_CLOSED |
                         ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL |
                         ZMQ_EVENT_HANDSHAKE_FAILED_AUTH;
  if (zmq_socket_monitor(watched.handle(), name.c_str(), wanted) != 0) throw zmq::error_t();
  events_.set(zmq::sockopt::linger, 0);
  events_.connect(name);
}

// In this order: an event without a listener blocks ZeroMQ's own thread, and with it every socket of the process.
Monitor::~Monitor() { zmq_socket_monitor(watched_.handle(), nullptr, 0); }

std::optional<Monitor::Event> Monitor::next() {
  zmq::message_t event;
  zmq::message_t address;
  while (events_.recv(event, zmq::recv_flags::dontwait)) {
    [[maybe_unused]] const auto received = events_.recv(address, zmq::recv_flags::dontwait);
    std::uint16_t number = 0;
    LAB_CHECK(event.size() >= sizeof number);
    std::memcpy(&number, event.data(), sizeof number);
    if (number == ZMQ_EVENT_HANDSHAKE_SUCCEEDED) return Event::linked;
    if (number == ZMQ_EVENT_DISCONNECTED) return Event::lost;
    if (number == ZMQ_EVENT_CLOSED) return Event::attempt_ended;
    return Event::handshake_failed;
  }
  return std::nullopt;
}

WakeUp::WakeUp() : descriptor_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) { LAB_CHECK(descriptor_ >= 0); }

WakeUp::~WakeUp() { ::close(descriptor_); }

void WakeUp::ring() const {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(descriptor_, &one, sizeof one);
}

void WakeUp::clear() const {
  std::uint64_t rings = 0;
  [[maybe_unused]] const auto read = ::read(descriptor_, &rings, sizeof rings);
}

}  // namespace lab::transport
