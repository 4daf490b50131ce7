#include "tests/lab-node/app/fake_coordinator.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <thread>

#include "protocol/base/clock.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/session/intake.hpp"
#include "protocol/wire/codec.hpp"

namespace lab::node::app {
namespace {

constexpr const char* secret = "ONE-TIME-SECRET";

}  // namespace

FakeCoordinator::FakeCoordinator(std::uint16_t first_port, Bytes reference)
    : reference_(std::move(reference)),
      link_(node_.id, {.signing_key = signing_.secret_key, .generation = 1, .reference = crypto::sha256(reference_)}) {
  auto server = transport::Server::start(
      {.endpoint = fmt::format("tcp://127.0.0.1:{}", first_port),
       .enrol_endpoint = fmt::format("tcp://127.0.0.1:{}", first_port + 1),
       .keys = keys_,
       .on_packets = [this](const std::vector<transport::Packet>& packets) { on_packets(packets); },
       .on_enrol_packets = [this](const std::vector<transport::Packet>& packets) { on_enrol(packets); }});
  if (!server) ADD_FAILURE() << to_text(server.error());
  const std::lock_guard lock{mutex_};
  server_ = std::move(*server);
}

FakeCoordinator::~FakeCoordinator() { server_.reset(); }

std::string FakeCoordinator::ticket() const {
  return fmt::format("{}@{}#{}", secret, server_->enrol_endpoint(), keys_.public_key);
}

std::string FakeCoordinator::endpoint() const { return server_->endpoint(); }

void FakeCoordinator::grant(const model::Grant& grant) {
  const std::lock_guard lock{mutex_};
  const auto view = store_->read();
  journal::Draft draft{*view};
  session::append_order(draft, node_.id, grant, wall_clock());
  commit(draft);
  pump();
}

void FakeCoordinator::say_octets(Bytes frame) {
  const std::lock_guard lock{mutex_};
  server_->send({{.peer = node_.curve_key, .frame = std::move(frame)}});
}

std::vector<model::Event> FakeCoordinator::events() const {
  const std::lock_guard lock{mutex_};
  return events_;
}

std::string FakeCoordinator::refused() const {
  const std::lock_guard lock{mutex_};
  return refused_;
}

void FakeCoordinator::on_enrol(const std::vector<transport::Packet>& packets) {
  const std::lock_guard lock{mutex_};
  for (const transport::Packet& packet : packets) {
    const auto message = wire::decode_message(packet.frame);
    const auto* enrol = message ? std::get_if<model::Enrol>(&*message) : nullptr;
    if (!enrol) continue;
    model::Message answer = model::Refuse{.reason = model::RefuseReason::unknown_node, .explanation = "unknown ticket"};
    if (enrol->ticket == secret && enrol->curve_key == packet.peer) {
      node_.curve_key = packet.peer;
      node_.signing_key = enrol->signing_key;
      server_->allow(packet.peer);
      answer = model::Enrolled{.node = node_.id,
                               .laboratory = node_.laboratory,
                               .laboratory_name = "成都站",
                               .signing_key = Bytes(signing_.public_key.begin(), signing_.public_key.end())};
    }
    server_->send_enrol({{.peer = packet.peer, .frame = wire::encode(answer)}});
  }
}

void FakeCoordinator::on_packets(const std::vector<transport::Packet>& packets) {
  const std::lock_guard lock{mutex_};
  for (const transport::Packet& packet : packets) {
    const auto message = wire::decode_message(packet.frame);
    if (!message) continue;
    const auto view = store_->read();
    journal::Draft draft{*view};
    take(draft, *message);
    commit(draft);
  }
  pump();
}

void FakeCoordinator::take(journal::Draft& draft, const model::Message& message) {
  link_.on_heard(wall_clock());
  if (const auto* hello = std::get_if<model::Hello>(&message)) {
    link_.on_hello(draft, *hello, wall_clock());
  } else if (const auto* events = std::get_if<model::Events>(&message)) {
    take_events(draft, *events);
  } else if (const auto* held = std::get_if<model::OrdersAck>(&message)) {
    link_.on_orders_held(draft, held->upto, wall_clock());
  } else if (const auto* ping = std::get_if<model::Ping>(&message)) {
    link_.on_ping(draft, *ping, wall_clock());
  } else if (const auto* want = std::get_if<model::BlobWant>(&message)) {
    draft.send(node_.id, model::BlobChunk{.hash = want->hash,
                                          .offset = want->offset,
                                          .total = reference_.size(),
                                          .bytes = reference_.substr(want->offset, wire::blob_chunk_max)});
  }
}

void FakeCoordinator::take_events(journal::Draft& draft, const model::Events& events) {
  auto taken = session::take_events(draft, node_, events);
  if (const auto* refuse = std::get_if<model::Refuse>(&taken)) {
    refused_ = refuse->explanation;
    return;
  }
  model::Ack ack{.incarnation = events.incarnation,
                 .upto = session::cursor(draft, node_.id, events.incarnation).sequence};
  for (auto& accepted : std::get<std::vector<session::Accepted>>(taken)) {
    ASSERT_TRUE(accepted.event.has_value()) << accepted.problem;
    if (std::holds_alternative<model::Approved>(accepted.event->what)) {
      ack.notes.push_back({.sequence = accepted.sequence, .disposition = model::Disposition::counted});
    }
    events_.push_back(std::move(*accepted.event));
  }
  draft.send(node_.id, ack);
}

void FakeCoordinator::commit(journal::Draft& draft) {
  auto batch = store_->write();
  auto rest = journal::apply(draft.take(), *batch);
  ASSERT_TRUE(rest && batch->commit());
  if (!server_) return;
  for (const journal::Effect& effect : *rest) {
    const auto* send = std::get_if<journal::Send>(&effect);
    if (send) server_->send({{.peer = node_.curve_key, .frame = wire::encode(send->message)}});
  }
}

void FakeCoordinator::pump() {
  const auto view = store_->read();
  journal::Draft draft{*view};
  auto effects = link_.pump(*view, wall_clock());
  for (journal::Effect& effect : effects) {
    if (auto* send = std::get_if<journal::Send>(&effect)) draft.send(send->to, std::move(send->message));
  }
  commit(draft);
}

bool wait_until(const std::function<bool()>& ready, std::chrono::seconds patience) {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (!ready()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
  }
  return true;
}

}  // namespace lab::node::app
