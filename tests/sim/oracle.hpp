#pragma once
// Looks at both sides from outside and says what is wrong. It reads raw events, orders and rows, keeps its own books
// over every life of every store, and takes no count, cursor or ruling of the product for true.

#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "protocol/journal/view.hpp"
#include "protocol/model/event.hpp"
#include "protocol/model/message.hpp"
#include "tests/sim/station.hpp"

namespace lab::sim {

/// An invariant of sync.md section 7 does not hold.
class Violation : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class Oracle {
 public:
  // ---- the coordinator
  void on_office_committed(const journal::View& store);
  void on_office_said(const journal::View& store, model::NodeId node, const model::Message& message,
                      const Bytes& frame);
  /// Its store is another one from now on. What nobody holds any more is declared lost.
  void on_office_put_back(const journal::View& store, const std::vector<Station>& stations);
  /// Aggregates, states and rows, from raw events.
  void recount(const journal::View& store) const;

  // ---- the nodes
  void on_station_committed(const Station& station);
  /// Its store is another one from now on, or it is gone for good.
  void on_station_lost(const journal::View& office, const std::vector<Station>& stations);

  // ---- the end
  void check_end(const journal::View& office, const std::vector<Station>& stations);
  /// Heads of the tree of events that nodes have kept.
  void check_trees(const journal::View& office, const std::vector<Station>& stations);

  [[nodiscard]] std::uint64_t acknowledged() const { return acknowledged_; }
  [[nodiscard]] std::uint64_t counted() const { return counted_.size(); }
  [[nodiscard]] std::uint64_t declared_lost() const { return lost_.size(); }
  [[nodiscard]] std::uint64_t evidence() const { return evidence_; }
  /// Verdicts on tasks of plans that were imported after the backup the coordinator was put back from.
  [[nodiscard]] std::uint64_t orphaned() const { return orphaned_; }
  [[nodiscard]] std::uint64_t heads_compared() const { return heads_compared_; }
  /// Heads that nodes keep as evidence that the coordinator had forgotten something.
  [[nodiscard]] std::uint64_t departures() const { return departures_; }
  /// A word that must never reach a laboratory.
  static constexpr const char* canary = "成都金丝雀食品厂";

 private:
  struct Place {
    std::uint32_t node = 0;
    std::uint32_t incarnation = 1;
    std::uint64_t sequence = 0;
    auto operator<=>(const Place&) const = default;
  };
  struct Head {
    std::uint64_t sequence = 0;
    Hash hash;
  };

  struct Verdicts;
  static Verdicts read_verdicts(const journal::View& store);
  static std::set<model::TaskId> recount_cells(const journal::View& store);
  static void recount_states(const journal::View& store, const std::set<model::TaskId>& judged);
  static std::optional<Bytes> event_at_office(const journal::View& store, const Place& place);
  static std::optional<Bytes> event_at_station(const Station& station, const Place& place);
  void read_new_events(const journal::View& store);
  void read_new_orders(const journal::View& store);
  void read_order(model::NodeId node, const Bytes& flat);
  void note_said(const model::Orders& orders);
  void forget_unsaid_tokens(const journal::View& store);
  void declare_lost(const journal::View& office, const std::vector<Station>& stations);
  void take_number(const Station& station, const std::string& number, const model::TaskId& task);

  std::map<std::pair<std::uint32_t, std::uint32_t>, Head> heads_;  // of the coordinator's streams, in this life
  std::map<std::uint32_t, std::uint64_t> orders_;                  // read so far, in this life
  std::map<model::TaskId, model::Token> newest_token_;             // in all lives
  std::map<model::Token, model::TaskId> tokens_;                   // in all lives
  std::set<model::Token> said_;                                    // in a message that left
  std::map<Place, Hash> acked_;
  std::map<model::TaskId, Place> counted_;  // acknowledged as counted
  std::set<Place> lost_;
  std::map<std::pair<std::size_t, std::uint32_t>, std::uint64_t> seen_at_station_;
  std::map<std::string, model::TaskId> numbers_;
  std::uint64_t acknowledged_ = 0;
  std::uint64_t evidence_ = 0;
  std::uint64_t orphaned_ = 0;
  std::uint64_t heads_compared_ = 0;
  std::uint64_t departures_ = 0;
  bool reading_anew_ = false;
};

}  // namespace lab::sim
