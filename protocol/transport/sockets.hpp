#pragma once
// Shared by both ends: the context, socket options, the monitor, the wake-up. Private to this folder.

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>
#include <zmq.hpp>

#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"
#include "protocol/transport/keys.hpp"

namespace lab::transport {

/// The one context of this process, alive as long as somebody holds it. More than one breaks CURVE in libzmq 4.3.4:
/// ending one closes the random source of the others (fixed in 4.3.5).
std::shared_ptr<zmq::context_t> process_context();

/// Limits, heartbeats, no lingering: what every socket of ours has.
void set_common_options(zmq::socket_t& socket);
/// `domain` decides what the authentication lets in; without its answer nobody gets in.
void set_server_security(zmq::socket_t& socket, const CurveKeys& keys, const char* domain);
void set_client_security(zmq::socket_t& socket, const CurveKeys& keys, const std::string& server_key);

Result<void> check_keys(const CurveKeys& keys);
/// tcp://host:port, where the port may be * for any.
Result<void> check_address(const std::string& endpoint);
/// Keys and address of a client.
Result<void> check_client(const std::string& endpoint, const std::string& server_key, const CurveKeys& keys);
Error to_error(const zmq::error_t& error, const std::string& where);

/// Waits at most `timeout` for any of the items; an interrupting signal counts as a time-out.
void wait_for(std::vector<zmq::pollitem_t>& items, std::chrono::milliseconds timeout);

/// The next message when it is exactly one frame. Nothing: none is there. Empty optional inside: it had more frames.
struct Incoming {
  zmq::message_t routing_id;  // router only
  std::optional<zmq::message_t> frame;
};
std::optional<Incoming> receive(zmq::socket_t& socket, bool from_router);

BytesView to_view(const zmq::message_t& message);

/// What happens to the connections of a socket.
class Monitor {
 public:
  enum class Event { linked, lost, handshake_failed, attempt_ended };

  /// The watched socket must live longer.
  Monitor(zmq::context_t& context, zmq::socket_t& watched);
  ~Monitor();
  Monitor(const Monitor&) = delete;
  Monitor& operator=(const Monitor&) = delete;
  zmq::socket_t& socket() { return events_; }
  /// Events that mean nothing to us are skipped. Nothing: none is there.
  std::optional<Event> next();

 private:
  zmq::socket_t& watched_;
  zmq::socket_t events_;
};

/// Lets another thread end the wait of a transport thread.
class WakeUp {
 public:
  WakeUp();
  ~WakeUp();
  WakeUp(const WakeUp&) = delete;
  WakeUp& operator=(const WakeUp&) = delete;

  [[nodiscard]] int descriptor() const { return descriptor_; }
  void ring() const;
  void clear() const;

 private:
  int descriptor_;
};

}  // namespace lab::transport
