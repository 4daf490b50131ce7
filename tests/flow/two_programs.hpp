#pragma once
// Both programs over stores in memory, and the people around them. A turn decides, commits, and only then lets messages
// leave; what is sent travels through its bytes. Only the wire and the disks are missing.

#include <gtest/gtest.h>

#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "coordinator/coordinator.hpp"
#include "coordinator/planning/import.hpp"
#include "lab-node/node.hpp"
#include "lab-node/tables/tables.hpp"
#include "protocol/journal/store.hpp"
#include "protocol/session/node_link.hpp"
#include "protocol/wire/codec.hpp"

namespace lab::flow {

/// Of the repository.
std::string file_of(const std::string& path);
planning::Table table_of(const std::string& path);

class TwoPrograms : public ::testing::Test {
 protected:
  template <class Decide, class Pump>
  auto turn(journal::Store& store, Decide decide, Pump pump, std::vector<model::Message>& sent) {
    auto batch = store.write();
    const auto apply = [&](journal::Effects effects) {
      auto rest = journal::apply(std::move(effects), *batch);
      EXPECT_TRUE(rest);
      for (auto& effect : *rest) {
        if (auto* send = std::get_if<journal::Send>(&effect)) sent.push_back(std::move(send->message));
      }
    };
    journal::Draft draft{*batch};
    const auto finish = [&] {
      apply(draft.take());
      if (link) apply(pump(*batch));
      EXPECT_TRUE(batch->commit());
    };
    if constexpr (std::is_void_v<decltype(decide(draft))>) {
      decide(draft);
      finish();
    } else {
      auto result = decide(draft);
      finish();
      return result;
    }
  }

  template <class Decide>
  auto at_coordinator(Decide decide) {
    return turn(
        *coordinator_store, decide, [&](const journal::View& view) { return coordinator.pump(view, now); }, to_node);
  }

  template <class Decide>
  auto at_node(Decide decide) {
    return turn(
        *node_store, decide, [&](const journal::View& view) { return link->pump(view, now); }, to_coordinator);
  }

  void SetUp() override {
    at_coordinator([&](journal::Draft& draft) { coordinator.on_start(draft, crypto::random_bytes(32)); });
  }

  // Carries messages both ways, through their bytes, until nobody has anything to say.
  void talk() {
    while (!to_node.empty() || !to_coordinator.empty()) {
      for (const auto& message : std::exchange(to_coordinator, {})) {
        const auto received = wire::decode_message(wire::encode(message));
        ASSERT_TRUE(received) << received.error().message;
        at_coordinator([&](journal::Draft& draft) { coordinator.on_message(draft, bench_pc, *received, now); });
      }
      for (const auto& message : std::exchange(to_node, {})) {
        const auto received = wire::decode_message(wire::encode(message));
        ASSERT_TRUE(received) << received.error().message;
        at_node([&](journal::Draft& draft) { take(draft, *received); });
      }
    }
  }

  void take(journal::Draft& draft, const model::Message& message) {
    const session::Delivery delivery = link->on_message(draft, message, now);
    if (const auto* orders = std::get_if<session::NewOrders>(&delivery)) node.on_orders(draft, orders->orders, now);
    if (const auto* ack = std::get_if<model::Ack>(&delivery)) node.on_ack(draft, *ack);
    if (const auto* set = std::get_if<session::NewReference>(&delivery))
      node.on_reference(draft, set->hash, set->bytes);
  }

  /// The reference set of 2013, and one laboratory in Chengdu that tests vegetables and appliances.
  void the_province_sets_up();
  void a_bench_pc_enrols_and_says_hello();
  /// The plan becomes grants that the node holds; its numbers are returned in the order of tasks.
  std::vector<std::string> a_plan_is_imported_allocated_and_granted(const std::string& csv);
  /// Jobs and lots that are due, until nothing is left to do, and what follows from them at the node.
  void the_coordinator_works();
  void the_sample_is_drawn(const std::string& number, const std::string& name);
  void review_and_approval_by_two_other_people(const std::string& number);

  model::Sample sample(const std::string& number) const {
    return *node::tables::sample_by_number(*node_store->read(), number);
  }
  std::vector<std::string> numbers_at_the_node() const;

  UtcTime now = *parse_utc("2013-06-05T02:00:00Z");
  crypto::KeyPair coordinator_keys = crypto::make_key_pair();
  crypto::KeyPair node_keys = crypto::make_key_pair();
  crypto::KeyPair approver_keys = crypto::make_key_pair();
  std::unique_ptr<journal::Store> coordinator_store = journal::make_memory_store();
  std::unique_ptr<journal::Store> node_store = journal::make_memory_store();
  coordinator::Coordinator coordinator{coordinator_keys};
  node::Node node;
  std::unique_ptr<session::NodeLink> link;
  model::NodeEntry bench_pc;
  std::vector<model::Message> to_node;
  std::vector<model::Message> to_coordinator;
  std::vector<model::Panel> panels = *planning::load_panels(table_of("coordinator/reference/sichuan_2013/panels.csv"));
};

}  // namespace lab::flow
