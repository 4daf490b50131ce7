#pragma once
// The coordinator and its stations over stores in memory, and the people around them. A turn decides, commits, and only
// then lets messages leave; what is sent travels through its bytes. Only the wire and the disks are missing.

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "coordinator/coordinator.hpp"
#include "lab-node/node.hpp"
#include "protocol/journal/store.hpp"
#include "protocol/session/node_link.hpp"

namespace lab::flow {

/// Of the repository.
std::string file_of(const std::string& path);

/// One bench PC with its own store.
struct Station {
  model::NodeEntry entry;
  crypto::KeyPair keys = crypto::make_key_pair();
  std::unique_ptr<journal::Store> store = journal::make_memory_store();
  node::Node node;
  std::unique_ptr<session::NodeLink> link{};
  std::vector<journal::Send> sent{};  // to the coordinator, not yet carried
};

class LinkedPrograms {
 public:
  /// A coordinator that has started and knows nothing yet.
  LinkedPrograms();

  /// The result of `decide(draft)`, which may be nothing, after the commit.
  template <class Decide>
  auto at_coordinator(Decide decide) {
    const auto keep = [&](journal::Send&& send) { sent_.push_back(std::move(send)); };
    return turn(
        *store, decide, [&](const journal::View& view) { return coordinator.pump(view, now); }, keep);
  }
  template <class Decide>
  auto at(Station& station, Decide decide) {
    const auto keep = [&](journal::Send&& send) { station.sent.push_back(std::move(send)); };
    const auto pump = [&](const journal::View& view) {
      return station.link ? station.link->pump(view, now) : journal::Effects{};
    };
    return turn(*station.store, decide, pump, keep);
  }

  void use(const Bytes& reference_set, const std::vector<model::Laboratory>& laboratories);
  /// With a ticket of that laboratory; says hello. `station` must outlive the programs.
  void enrol(Station& station, model::LaboratoryId laboratory);
  /// Jobs and lots that are due, until nothing is left to do, and what follows from them at the stations.
  void the_coordinator_works();
  /// Carries messages both ways until nobody has anything to say.
  void talk();
  /// Only what the station has said; what the coordinator answers stays under way.
  void carry_from(Station& station);
  /// The station's program dies and begins again with its store: what was under way in both directions is lost.
  void restart(Station& station);

  /// Drawn on 2013-06-04.
  void draw(Station& station, const std::string& number, const std::string& name);
  /// With the number typed from the label.
  void receive(Station& station, const std::string& number, const std::string& condition);
  /// The code with which the station refuses the review; empty when it is accepted.
  std::string review(Station& station, const std::string& number);
  void approve(Station& station, const std::string& number);

  [[nodiscard]] static model::Sample sample(const Station& station, const std::string& number);

  UtcTime now = *parse_utc("2013-06-05T02:00:00Z");
  crypto::KeyPair keys = crypto::make_key_pair();
  std::unique_ptr<journal::Store> store = journal::make_memory_store();
  coordinator::Coordinator coordinator{keys};

 private:
  template <class Decide, class Pump, class Keep>
  auto turn(journal::Store& where, Decide& decide, Pump pump, Keep keep) {
    auto batch = where.write();
    const auto apply = [&](journal::Effects effects) {
      auto rest = journal::apply(std::move(effects), *batch);
      EXPECT_TRUE(rest.has_value());
      for (auto& effect : *rest) {
        if (auto* send = std::get_if<journal::Send>(&effect)) keep(std::move(*send));
      }
    };
    journal::Draft draft{*batch};
    const auto finish = [&] {
      apply(draft.take());
      apply(pump(*batch));
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

  void link_up(Station& station);
  void hear(const Station& station, const journal::Send& sent);
  void carry_to(Station& station, const journal::Send& sent);

  std::uint64_t boots_ = 0;  // of all stations: no two processes have the same
  std::vector<Station*> stations_;
  std::vector<journal::Send> sent_;  // by the coordinator, not yet carried
  crypto::KeyPair approver_keys_ = crypto::make_key_pair();
};

}  // namespace lab::flow
