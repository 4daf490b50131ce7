#include "tests/coordinator/app/peer.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <zmq.hpp>

#include "protocol/wire/codec.hpp"

namespace lab::coordinator::app {

using nlohmann::json;

namespace {

struct EndOfConnection : zmq::monitor_t {
  void on_event_disconnected(const zmq_event_t& /*event*/, const char* /*address*/) override { seen = true; }
  bool seen = false;
};

}  // namespace

Peer::Peer(const json& ticket) : endpoint_(ticket.at("endpoint")), server_key_(ticket.at("coordinator_key")) {
  const std::string line = ticket.at("ticket");
  const model::Enrol request{.ticket = line.substr(0, line.find('@')),
                             .curve_key = curve_.public_key,
                             .signing_key = Bytes{keys_.public_key.begin(), keys_.public_key.end()},
                             .name = "bench"};
  const auto answer =
      transport::ask_once(ticket.at("enrol_endpoint"), server_key_, curve_, wire::encode(request), patience);
  EXPECT_TRUE(answer.has_value());
  const auto message = wire::decode_message(answer.value_or(Bytes{}));
  if (message && std::holds_alternative<model::Enrolled>(*message)) id_ = std::get<model::Enrolled>(*message).node;
}

void Peer::connect() {
  linked_ = false;
  client_ = transport::Client::start({.endpoint = endpoint_,
                                      .server_key = server_key_,
                                      .keys = curve_,
                                      .on_frames =
                                          [this](std::vector<Bytes> frames) {
                                            const std::lock_guard lock{mutex_};
                                            for (Bytes& frame : frames) {
                                              if (auto message = wire::decode_message(frame)) {
                                                heard_.push_back(std::move(*message));
                                              }
                                            }
                                            change_.notify_all();
                                          },
                                      .on_link =
                                          [this](bool linked) {
                                            const std::lock_guard lock{mutex_};
                                            linked_ = linked;
                                            change_.notify_all();
                                          }})
                .value();
  std::unique_lock lock{mutex_};
  EXPECT_TRUE(change_.wait_for(lock, patience, [this] { return linked_; }));
}

void Peer::say(const model::Message& message) { say_octets(wire::encode(message)); }

void Peer::say_octets(Bytes frame) { client_->send({std::move(frame)}); }

zmq::socket_t Peer::lawless_socket(zmq::context_t& context, int linger_ms) const {
  zmq::socket_t socket(context, zmq::socket_type::dealer);
  socket.set(zmq::sockopt::linger, linger_ms);
  socket.set(zmq::sockopt::curve_serverkey, server_key_);
  socket.set(zmq::sockopt::curve_publickey, curve_.public_key);
  socket.set(zmq::sockopt::curve_secretkey, curve_.secret_key);
  return socket;
}

void Peer::say_without_limits(const Bytes& frame) const {
  zmq::context_t context;
  constexpr int last_octets_ms = 10'000;
  auto socket = lawless_socket(context, last_octets_ms);
  socket.connect(endpoint_);
  socket.send(zmq::buffer(frame), zmq::send_flags::none);
}

bool Peer::connection_ends_by(const Bytes& frame) const {
  zmq::context_t context;
  auto socket = lawless_socket(context, 0);
  EndOfConnection end;
  end.init(socket, "inproc://end-of-connection", ZMQ_EVENT_DISCONNECTED);
  socket.connect(endpoint_);
  socket.send(zmq::buffer(frame), zmq::send_flags::none);
  const auto deadline = std::chrono::steady_clock::now() + patience;
  constexpr int look_again_ms = 100;
  while (!end.seen && std::chrono::steady_clock::now() < deadline) end.check_event(look_again_ms);
  return end.seen;
}

void Peer::say_hello() {
  model::Hello hello{.boot = 1};
  if (!flat_.empty()) {
    hello.streams = {{.incarnation = 1, .sequence = flat_.size(), .hash = crypto::sha256(flat_.back())}};
  }
  say(hello);
}

Hash Peer::happen(const model::Grant& grant, const char* person, model::Happening what) {
  const model::Event event{.node = id_,
                           .incarnation = 1,
                           .sequence = flat_.size() + 1,
                           .previous = flat_.empty() ? Hash{} : crypto::sha256(flat_.back()),
                           .at = *parse_utc("2013-06-03T08:00:00Z"),
                           .task = grant.task,
                           .token = grant.token,
                           .person = model::PersonId{person},
                           .what = std::move(what)};
  flat_.push_back(wire::encode(event));
  return crypto::sha256(flat_.back());
}

void Peer::conclude(const model::Grant& grant, model::SampleOutcome outcome) {
  const Hash record = happen(grant, "analyst",
                             model::Judged{.number = grant.number,
                                           .edition = {},
                                           .judged_for = *parse_date("2013-06-01"),
                                           .version = 1,
                                           .outcome = outcome,
                                           .items = {}});
  happen(grant, "reviewer", model::Reviewed{.number = grant.number, .record = record, .agreed = true, .note = {}});
  happen(grant, "approver",
         model::Approved{.number = grant.number,
                         .record = record,
                         .reviewer = model::PersonId{"reviewer"},
                         .version = 1,
                         .outcome = outcome,
                         .signature = Bytes(64, 's')});
}

model::Events Peer::events() const {
  model::Events events{.incarnation = 1, .first = 1, .events = flat_, .signature = {}};
  const auto signature = crypto::sign(
      wire::head_to_sign(id_, {.incarnation = 1, .sequence = flat_.size(), .hash = crypto::sha256(flat_.back())}),
      keys_.secret_key);
  events.signature.assign(signature.begin(), signature.end());
  return events;
}

std::vector<model::Grant> grants_in(const model::Orders& orders) {
  std::vector<model::Grant> grants;
  for (const Bytes& flat : orders.orders) grants.push_back(std::get<model::Grant>(wire::decode_order(flat)->what));
  return grants;
}

}  // namespace lab::coordinator::app
