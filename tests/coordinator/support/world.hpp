#pragma once
// A coordinator over a store in memory, and bench PCs that are nothing but a key and a chain of events.

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "coordinator/coordinator.hpp"
#include "protocol/journal/store.hpp"
#include "protocol/model/event.hpp"

namespace lab::coordinator::testing {

using Messages = std::vector<std::pair<model::NodeId, model::Message>>;

/// One enrolled node, as the coordinator sees it: what it says, and what it has been told.
class Bench {
 public:
  static constexpr UtcTime started = from_unix_ms(1370246400000);  // 2013-06-03T08:00:00Z
  Bench(model::NodeEntry entry, crypto::SecretKey key) : entry_(std::move(entry)), key_(key), first_key_(key) {}

  /// Adds an event to the stream and returns its hash. Sent when somebody takes it with `events`.
  Hash happen(const model::Grant& grant, const std::string& person, model::Happening what, UtcTime at = started);
  /// The three events of a verdict by three different people; returns the hash of the record.
  Hash conclude(const model::Grant& grant, model::SampleOutcome outcome, std::uint16_t version = 1);
  /// The same for a lot of which so many items do not conform, by its order.
  Hash conclude_lot(const model::Grant& grant, std::uint64_t nonconforming, std::uint16_t version = 1);
  /// `count` events from `first` on, signed; fewer when the stream ends.
  [[nodiscard]] model::Events events(std::uint64_t first, std::size_t count) const;
  [[nodiscard]] model::Events all_events() const { return events(1, flat_.size()); }

  /// Signs with this key from now on.
  void sign_with(const crypto::SecretKey& key) { key_ = key; }
  /// With which it was enrolled.
  [[nodiscard]] const crypto::SecretKey& first_key() const { return first_key_; }
  /// What it says when it goes on with `fresh` keys, which show themselves.
  [[nodiscard]] model::KeysReplaced replacement(const crypto::KeyPair& fresh, const std::string& curve_key,
                                                const Bytes& former) const;

  [[nodiscard]] const model::NodeEntry& entry() const { return entry_; }
  [[nodiscard]] model::NodeId id() const { return entry_.id; }
  [[nodiscard]] std::uint64_t size() const { return flat_.size(); }

 private:
  model::NodeEntry entry_;
  crypto::SecretKey key_;
  crypto::SecretKey first_key_;
  std::vector<Bytes> flat_;
  std::vector<Hash> hashes_;
};

model::Judged judged(const model::Grant& grant, model::SampleOutcome outcome, std::uint16_t version = 1);
model::Judged judged_lot(const model::Grant& grant, std::uint64_t nonconforming, std::uint16_t version = 1);
model::Reviewed reviewed(const model::Grant& grant, const Hash& record, bool agreed = true);
model::Approved approved(const model::Grant& grant, const Hash& record, model::SampleOutcome outcome,
                         std::uint16_t version = 1, const std::string& reviewer = "reviewer");

class World {
 public:
  World();

  /// Decides and commits, as one turn does. A decision that returns an error leaves nothing behind.
  template <class Decide>
  auto turn(Decide decide) {
    const auto view = store->read();
    journal::Draft draft{*view};
    if constexpr (std::is_void_v<decltype(decide(draft))>) {
      decide(draft);
      commit(draft);
    } else {
      auto result = decide(draft);
      if constexpr (requires { result.has_value(); }) {
        if (result.has_value()) commit(draft);
      } else {
        commit(draft);
      }
      return result;
    }
  }

  void add_laboratory(std::uint32_t id, std::vector<std::string> panels = {"VEGA"});
  Bench enrol(std::uint32_t laboratory, const std::string& name = "bench");
  /// Works until no job is left; returns how many steps that took.
  int work();
  /// Imports, expands, allocates everything to `laboratory` and grants it.
  model::PlanEntry dispatched_plan(const std::vector<model::PlanCell>& cells, std::uint32_t laboratory = 1);
  Messages deliver(const Bench& bench, const model::Message& message);
  /// The acknowledgement of these events.
  model::Ack acknowledged(const Bench& bench, const model::Events& events);

  [[nodiscard]] std::vector<model::Order> orders_of(const Bench& bench) const;
  [[nodiscard]] std::vector<model::Grant> grants_of(const Bench& bench) const;
  /// The newest grant of the lot that is under way in this series, if the bench has it.
  [[nodiscard]] std::optional<model::Grant> open_lot_of(const Bench& bench, std::uint32_t series = 1) const;
  [[nodiscard]] std::unique_ptr<journal::View> view() const { return store->read(); }
  /// Every key and record of the store, one after the other.
  [[nodiscard]] Bytes everything() const;

  std::unique_ptr<journal::Store> store = journal::make_memory_store();
  crypto::KeyPair keys = crypto::make_key_pair();
  Coordinator coordinator{keys};
  UtcTime now = *parse_utc("2013-06-03T09:00:00Z");
  Messages said;  // by the last turn

 private:
  void commit(journal::Draft& draft);
};

model::PlanCell cell(std::uint32_t quota, const std::string& category = "V1", std::uint32_t city = 510100);
/// Lots of 1000 at level II and AQL 1.0: normal 80 2/3, tightened 80 1/2, reduced 32 1/2.
model::PlanCell lot_cell(std::uint32_t lots, const std::string& enterprise = "成都电缆厂");
model::Plan plan_of(const std::vector<model::PlanCell>& cells, const std::string& title = "2013");

}  // namespace lab::coordinator::testing
