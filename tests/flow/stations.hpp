#pragma once
// A province of two laboratories with a bench PC each, in memory: the real cores and links, every message through its
// bytes. Stories that need more than one laboratory, or rules the reference case does not have, are told with it.

#include <memory>
#include <string>
#include <vector>

#include "coordinator/coordinator.hpp"
#include "lab-node/node.hpp"
#include "protocol/journal/store.hpp"
#include "protocol/session/node_link.hpp"

namespace lab::flow {

/// One bench PC with its own store.
struct Station {
  model::NodeEntry entry;
  crypto::KeyPair keys = crypto::make_key_pair();
  std::unique_ptr<journal::Store> store = journal::make_memory_store();
  node::Node node;
  std::unique_ptr<session::NodeLink> link{};
  std::vector<model::Message> sent{};  // to the coordinator, not yet carried
};

class Stations {
 public:
  /// A coordinator with a reference set of small panels, see stations.cpp, and two enrolled stations.
  Stations();

  /// A plan of one spinach for the first station, which is granted it; the number of the sample.
  std::string granted(const std::string& panel);
  /// Drawn on 2013-06-04 and received.
  void draw(Station& at, const std::string& number);
  void receive(Station& at, const std::string& number);
  /// What an analyser says of analytes and their values, in mg/kg, over its line. Nothing may end in quarantine.
  void analyser(Station& at, const std::string& id, const std::vector<std::pair<std::string, std::string>>& results);
  /// The code with which the station refuses the review; empty when it is accepted.
  std::string review(Station& at, const std::string& number);
  void approve(Station& at, const std::string& number);
  /// Reviewed and approved, and at the coordinator.
  void sign_off(Station& at, const std::string& number);
  Result<model::NodeId> order_retest(const std::string& number, const std::string& reason);

  /// Carries messages both ways until nobody has anything to say.
  void talk();

  [[nodiscard]] static model::Sample sample(const Station& at, const std::string& number);
  [[nodiscard]] std::unique_ptr<journal::View> coordinator_view() const { return store_->read(); }

  Station first;
  Station second;

 private:
  template <class Decide>
  auto at_coordinator(Decide decide);
  template <class Decide>
  auto at_station(Station& station, Decide decide);
  void enrol(Station& station, std::uint32_t laboratory);

  UtcTime now_ = *parse_utc("2013-06-05T02:00:00Z");
  crypto::KeyPair keys_ = crypto::make_key_pair();
  std::unique_ptr<journal::Store> store_ = journal::make_memory_store();
  coordinator::Coordinator coordinator_{keys_};
  std::vector<std::pair<model::NodeId, model::Message>> sent_;  // by the coordinator, not yet carried
  std::uint32_t frames_ = 0;
};

}  // namespace lab::flow
