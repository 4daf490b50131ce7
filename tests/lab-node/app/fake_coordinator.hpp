#pragma once
// A coordinator of one node, in the test's own process: real transport, real link, a store in memory.

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "protocol/journal/store.hpp"
#include "protocol/model/event.hpp"
#include "protocol/session/coordinator_link.hpp"
#include "protocol/transport/server.hpp"

namespace lab::node::app {

class FakeCoordinator {
 public:
  /// Listens on two ports from `first_port`; judges by `reference`.
  FakeCoordinator(std::uint16_t first_port, Bytes reference);
  ~FakeCoordinator();

  [[nodiscard]] std::string ticket() const;
  [[nodiscard]] std::string endpoint() const;
  [[nodiscard]] std::string key() const { return keys_.public_key; }

  void grant(const model::Grant& grant);
  /// Anything at all in one frame.
  void say_octets(Bytes frame);
  /// Events accepted so far: signed, chained and in order.
  [[nodiscard]] std::vector<model::Event> events() const;
  [[nodiscard]] std::string refused() const;

 private:
  void on_packets(const std::vector<transport::Packet>& packets);
  void on_enrol(const std::vector<transport::Packet>& packets);
  void take(journal::Draft& draft, const model::Message& message);
  void take_events(journal::Draft& draft, const model::Events& events);
  void commit(journal::Draft& draft);
  void pump();

  mutable std::mutex mutex_;
  std::unique_ptr<journal::Store> store_ = journal::make_memory_store();
  transport::CurveKeys keys_ = transport::make_curve_keys();
  crypto::KeyPair signing_ = crypto::make_key_pair();
  Bytes reference_;
  model::NodeEntry node_{.id = model::NodeId{7}, .laboratory = model::LaboratoryId{3}};
  session::CoordinatorLink link_;
  std::vector<model::Event> events_;
  std::string refused_;
  std::unique_ptr<transport::Server> server_;
};

/// Whether `ready` comes true within the patience of a test on a busy machine.
bool wait_until(const std::function<bool()>& ready, std::chrono::seconds patience = std::chrono::seconds{30});

}  // namespace lab::node::app
