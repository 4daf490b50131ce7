#pragma once
// A node that is a key pair and a socket, for tests of a real coordinator: what comes in is queued, what it says is up
// to the test.

#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "protocol/crypto/crypto.hpp"
#include "protocol/model/event.hpp"
#include "protocol/model/message.hpp"
#include "protocol/transport/client.hpp"

namespace zmq {
class context_t;
class socket_t;
}  // namespace zmq

namespace lab::coordinator::app {

constexpr auto patience = std::chrono::seconds{60};  // a busy machine

class Peer {
 public:
  /// Enrols with a ticket as POST /api/v1/tickets gives it out.
  explicit Peer(const nlohmann::json& ticket);

  void connect();
  void hang_up() { client_.reset(); }

  void say(const model::Message& message);
  /// Anything at all in one frame.
  void say_octets(Bytes frame);
  /// The same over a connection of its own that keeps to none of our limits. Blocks until it is handed over.
  void say_without_limits(const Bytes& frame) const;
  /// The same; whether the coordinator then ends that connection.
  [[nodiscard]] bool connection_ends_by(const Bytes& frame) const;
  void say_hello();
  /// The next message of that kind; others are passed over.
  template <class Kind>
  std::optional<Kind> hear() {
    std::unique_lock lock{mutex_};
    std::optional<Kind> found;
    change_.wait_for(lock, patience, [&] {
      while (!found && !heard_.empty()) {
        if (auto* message = std::get_if<Kind>(&heard_.front())) found = std::move(*message);
        heard_.pop_front();
      }
      return found.has_value();
    });
    return found;
  }

  /// Appends to the stream; the event's hash.
  Hash happen(const model::Grant& grant, const char* person, model::Happening what);
  /// Judged, reviewed and approved by three people.
  void conclude(const model::Grant& grant, model::SampleOutcome outcome);
  /// The whole stream, signed.
  [[nodiscard]] model::Events events() const;
  [[nodiscard]] model::NodeId id() const { return id_; }
  [[nodiscard]] const std::string& endpoint() const { return endpoint_; }
  [[nodiscard]] const std::string& server_key() const { return server_key_; }

 private:
  [[nodiscard]] zmq::socket_t lawless_socket(zmq::context_t& context, int linger_ms) const;

  std::string endpoint_;
  std::string server_key_;
  transport::CurveKeys curve_ = transport::make_curve_keys();
  crypto::KeyPair keys_ = crypto::make_key_pair();
  model::NodeId id_;
  std::vector<Bytes> flat_;
  std::mutex mutex_;
  std::condition_variable change_;
  std::deque<model::Message> heard_;
  bool linked_ = false;
  std::unique_ptr<transport::Client> client_;
};

std::vector<model::Grant> grants_in(const model::Orders& orders);

}  // namespace lab::coordinator::app
