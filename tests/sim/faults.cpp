#include "tests/sim/faults.hpp"

namespace lab::sim {

const char* name_of(Fault fault) {
  static constexpr std::array names{"message_lost",
                                    "message_repeated",
                                    "message_reordered",
                                    "message_delayed",
                                    "cut_to_coordinator",
                                    "cut_to_node",
                                    "partition",
                                    "links_swizzled",
                                    "link_stalled",
                                    "link_dropped",
                                    "reconnect_storm",
                                    "stale_message",
                                    "coordinator_isolated",
                                    "node_died_before_commit",
                                    "node_died_after_commit",
                                    "node_died_after_sending",
                                    "node_restarted",
                                    "node_restarted_at_once",
                                    "node_paused",
                                    "coordinator_died_before_commit",
                                    "coordinator_died_after_commit",
                                    "coordinator_died_after_sending",
                                    "coordinator_paused",
                                    "node_commit_refused",
                                    "node_commit_unknown_stored",
                                    "node_commit_unknown_lost",
                                    "node_disk_full",
                                    "coordinator_commit_refused",
                                    "coordinator_commit_unknown_stored",
                                    "coordinator_commit_unknown_lost",
                                    "node_clock_jumped_ahead",
                                    "node_clock_jumped_back",
                                    "coordinator_clock_jumped",
                                    "node_clock_skewed",
                                    "node_put_back",
                                    "node_put_back_noticed",
                                    "node_put_back_offline",
                                    "node_copied",
                                    "coordinator_put_back",
                                    "coordinator_put_back_unnoticed",
                                    "node_and_coordinator_put_back",
                                    "node_waived",
                                    "task_revoked",
                                    "task_reassigned",
                                    "task_given_to_node",
                                    "task_cancelled",
                                    "verdict_returned",
                                    "sample_renumbered",
                                    "sample_declined",
                                    "plan_added",
                                    "poison_event",
                                    "forged_events",
                                    "share_leased",
                                    "share_recalled",
                                    "share_handed_back",
                                    "share_looked_at",
                                    "share_drawn",
                                    "failpoint",
                                    "signed_in_two_roles"};
  static_assert(names.size() == fault_kinds);
  return names[static_cast<std::size_t>(fault)];
}

Weather::Weather(Dice& dice) : dice_(dice) {
  for (std::size_t i = 0; i < fault_kinds_of_all; ++i) {
    const bool on = dice_.chance(550'000);
    rates_.at(i) = static_cast<std::uint32_t>(dice_.number(1'000) + 1) * (on ? 1U : 0U);
  }
}

void Weather::add_shares(std::uint64_t seed) {
  Dice own{~seed};
  for (std::size_t i = fault_kinds_of_all; i < static_cast<std::size_t>(Fault::failpoint); ++i) {
    const bool on = own.chance(800'000);
    rates_.at(i) = static_cast<std::uint32_t>(own.number(800) + 201) * (on ? 1U : 0U);
  }
}

bool Weather::strikes(Fault fault, std::uint64_t scale_ppm) {
  if (calm_) return false;
  if (!dice_.chance(scale_ppm * rates_[static_cast<std::size_t>(fault)] / 1'000)) return false;
  note(fault);
  return true;
}

}  // namespace lab::sim
