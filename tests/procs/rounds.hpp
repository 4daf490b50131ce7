#pragma once
// What can happen to a world, each kind as a round: it begins, lasts, ends, and is over when everybody it hit has heard
// an acknowledgement again.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "tests/procs/world.hpp"

namespace lab::procs {

enum class Scenario : std::uint8_t {
  kill_node,
  kill_coordinator,
  kill_all,
  stop_node,         // SIGSTOP for longer than heartbeat and session live
  stop_coordinator,  // the same
  wire_reset,
  wire_half_open,
  wire_stall,
  wire_trickle,
  wire_cut_in_frame,
  wire_duplicate_connect,
  wire_one_way_up,
  wire_one_way_down,
  wire_delay,
  wire_partition,
  full_disk_node,
  full_disk_coordinator,
  restored_node,
  cloned_node,
  restored_coordinator,
  clock_of_node,
  clock_of_coordinator,
  mixed,           // two to four of the short ones at once
  long_partition,  // a world of its own
  flood,           // a world of its own
  both_restored,   // what nothing can prevent: only when asked for
};
constexpr std::size_t scenarios = static_cast<std::size_t>(Scenario::both_restored) + 1;
const char* name_of(Scenario scenario);

/// What a round must have for itself: bit 0 the coordinator, bit n laboratory n.
using Needs = std::uint64_t;
/// Bit 32 + n: laboratory n forgets something. When the coordinator does, nobody else may: of an interval that both
/// have forgotten nothing is left.
constexpr Needs needs_all_memory = ~Needs{0} << 32;
constexpr Needs needs_memory_of(int node) { return Needs{1} << (32 + node); }
constexpr Needs needs_of(int member) { return Needs{1} << member; }

using Random = std::mt19937_64;

/// A wire tries again with pauses of up to a minute.
constexpr std::chrono::seconds healing_patience{200};

class Round {
 public:
  Round(World& world, Scenario scenario, Random& random);

  [[nodiscard]] Scenario scenario() const { return scenario_; }
  [[nodiscard]] Needs needs() const { return needs_; }
  void begin();
  /// Call it often. False when the round is over.
  bool go_on();

  [[nodiscard]] std::uint64_t fired() const { return fired_; }
  [[nodiscard]] Clock::time_point began() const { return began_; }
  [[nodiscard]] Clock::time_point ended() const { return ended_; }
  [[nodiscard]] const std::string& complaint() const { return complaint_; }
  /// For a line of the log.
  [[nodiscard]] const std::string& what() const { return what_; }

 private:
  /// One fault of a round; a mixed one has several.
  struct Fault {
    std::chrono::milliseconds lasts{};
    std::function<void()> begin = [] {};
    std::function<bool()> may_end = [] { return true; };  // asked when it has lasted
    std::function<void()> end = [] {};
    std::function<bool()> is_healed = [] { return true; };
    bool has_ended = false;
  };
  void add_simple(Scenario scenario, int node);
  void add_mixed();
  void add_kill(int member);
  void add_kill_all();
  void add_stop(int member);
  void add_wire(WireFault fault, int node);
  void add_full_disk(int member);
  void add_restored_node(int node);
  void add_clone(int node);
  void add_restored_coordinator();
  void add_both_restored(int node);
  void add_clock(int member);
  void put_back(int node, const std::filesystem::path& copy, std::uint64_t variant);
  [[nodiscard]] bool is_noticed(int node, int copy);
  [[nodiscard]] bool choose_station(int node, int copy, bool copy_stays);
  [[nodiscard]] bool has_heard_again(int node);
  [[nodiscard]] bool have_heard_again();
  [[nodiscard]] std::chrono::milliseconds some_ms(int from, int below) const {
    return std::chrono::milliseconds{from + static_cast<int>(random_() % static_cast<std::uint64_t>(below - from))};
  }

  World& world_;
  Scenario scenario_;
  Random& random_;
  Needs needs_ = 0;
  std::vector<Fault> faults_;
  std::vector<int> hit_;              // laboratories that must hear an acknowledgement again
  bool hits_all_ = false;             // then anybody may: some may be in a round of their own
  std::vector<std::uint64_t> heard_;  // lines each laboratory had when the faults had ended
  Clock::time_point began_;
  Clock::time_point ended_;  // of the faults
  bool has_ended_ = false;
  std::uint64_t fired_ = 0;
  std::string what_;
  std::string complaint_;
};

}  // namespace lab::procs
