#pragma once
// What can go wrong, how often it does in one seed, and how often it did.

#include <array>
#include <cstdint>
#include <random>

namespace lab::sim {

enum class Fault : std::uint8_t {
  // the network
  message_lost,
  message_repeated,
  message_reordered,
  message_delayed,
  cut_to_coordinator,
  cut_to_node,
  partition,
  links_swizzled,
  link_stalled,
  link_dropped,
  reconnect_storm,
  stale_message,
  coordinator_isolated,
  // processes
  node_died_before_commit,
  node_died_after_commit,
  node_died_after_sending,
  node_restarted,
  node_restarted_at_once,
  node_paused,
  coordinator_died_before_commit,
  coordinator_died_after_commit,
  coordinator_died_after_sending,
  coordinator_paused,
  // disks
  node_commit_refused,
  node_commit_unknown_stored,
  node_commit_unknown_lost,
  node_disk_full,
  coordinator_commit_refused,
  coordinator_commit_unknown_stored,
  coordinator_commit_unknown_lost,
  // clocks
  node_clock_jumped_ahead,
  node_clock_jumped_back,
  coordinator_clock_jumped,
  node_clock_skewed,
  // people
  node_put_back,
  node_put_back_noticed,
  node_put_back_offline,
  node_copied,
  coordinator_put_back,
  coordinator_put_back_unnoticed,
  node_and_coordinator_put_back,
  node_waived,
  task_revoked,
  task_reassigned,
  task_given_to_node,
  task_cancelled,
  verdict_returned,
  sample_renumbered,
  sample_declined,
  plan_added,
  // what comes in
  poison_event,
  forged_events,
  // people and shares of quota cells, in every fifth history
  share_leased,
  share_recalled,
  share_handed_back,
  share_looked_at,
  share_drawn,
  // a named place in the product at which something fails that nobody has thought of, once in a history
  failpoint,
  // one person in two roles of a verdict, which the node must refuse
  signed_in_two_roles,
  count_
};

constexpr std::size_t fault_kinds = static_cast<std::size_t>(Fault::count_);
constexpr std::size_t fault_kinds_of_all = static_cast<std::size_t>(Fault::share_leased);  // in every history
const char* name_of(Fault fault);

using FaultCounts = std::array<std::uint64_t, fault_kinds>;

/// All chance of one seed comes from here, in one order.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}
  std::uint64_t number(std::uint64_t below) { return below == 0 ? 0 : engine_() % below; }
  std::uint64_t between(std::uint64_t low, std::uint64_t high) { return low + number(high - low + 1); }
  /// In so many of a million.
  bool chance(std::uint64_t ppm) { return engine_() % 1'000'000 < ppm; }
  std::uint64_t bits() { return engine_(); }

 private:
  std::mt19937_64 engine_;
};

/// Swarm: each seed turns about half of the faults off and draws the rate of the others anew, so that what hides
/// behind one fault is found by another seed. 0 to 1000.
class Weather {
 public:
  explicit Weather(Dice& dice);
  /// What people do with shares; from dice of their own, so that histories without them stay as they are.
  void add_shares(std::uint64_t seed);
  /// Whether this fault happens now, and counts it. `scale_ppm` is how often it does at the full rate.
  bool strikes(Fault fault, std::uint64_t scale_ppm);
  void calm(bool calm = true) { calm_ = calm; }
  [[nodiscard]] bool is_calm() const { return calm_; }
  void note(Fault fault) { ++counts_[static_cast<std::size_t>(fault)]; }
  [[nodiscard]] const FaultCounts& counts() const { return counts_; }

 private:
  Dice& dice_;
  std::array<std::uint32_t, fault_kinds> rates_{};
  FaultCounts counts_{};
  bool calm_ = false;
};

}  // namespace lab::sim
