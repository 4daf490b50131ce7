#pragma once
// A province in one thread: one coordinator, several bench PCs, the network between them, the people, and what goes
// wrong. Everything that happens is drawn from one seed.

#include <functional>
#include <memory>
#include <queue>
#include <string>
#include <vector>

#include "tests/sim/faults.hpp"
#include "tests/sim/office.hpp"
#include "tests/sim/oracle.hpp"
#include "tests/sim/station.hpp"

namespace lab::sim {

struct Settings {
  std::uint64_t seed = 1;
  std::uint64_t minutes = 40;  // of bad weather; then everything has to come to rest
  session::Policy policy{};
  bool escrow = true;  // off: the rule that holds shares of quota cells in escrow is removed
  /// What came to the simulation later, from dice of its own: failpoints, and people in two roles.
  bool later_faults = true;
  bool verbose = false;
};

/// Histories in which people also draw from shares of quota cells (decision 0055). The others are what they were before
/// there were any, so that the seeds that are written down go on showing what they showed.
constexpr bool has_shares(const Settings& settings) { return settings.seed % 5 == 1; }

struct Report {
  std::uint64_t seed = 0;
  std::uint64_t steps = 0;
  std::uint64_t messages = 0;
  std::uint64_t log_hash = 0;
  Milliseconds simulated{0};
  std::uint64_t acknowledged = 0;
  std::uint64_t counted = 0;
  std::uint64_t declared_lost = 0;
  std::uint64_t evidence = 0;
  std::uint64_t orphaned = 0;
  std::uint64_t heads_compared = 0;
  std::uint64_t departures = 0;
  std::uint64_t contested = 0;
  std::uint64_t losses_told = 0;
  std::uint64_t losses_exact = 0;
  std::uint64_t silent_losses = 0;
  std::uint64_t given_anew = 0;
  std::uint64_t given_unheard = 0;
  std::uint64_t done_without = 0;
  std::uint64_t given_unaware = 0;
  std::uint64_t numbers_forgotten = 0;
  std::uint64_t cancelled = 0;
  std::uint64_t cancellations_forgotten = 0;
  std::uint64_t repeated_batches = 0;
  Bags bags{};
  FaultCounts faults{};
  std::string failpoint;  // the one that acted, if it did
  std::string violation;  // empty: none
};

Report simulate(const Settings& settings);
/// How many of them the simulation draws from.
std::size_t failpoint_count();

/// One run of a seed.
class World {
 public:
  explicit World(const Settings& settings);
  Report run();

 private:
  struct Link {
    bool up = false;
    std::uint64_t epoch = 0;  // of the connection: what was under way in an earlier one is lost
    bool cut_to_office = false;
    bool cut_to_station = false;
    UtcTime stalled_until{};
  };
  struct Step {
    UtcTime at;
    std::uint64_t order = 0;
    std::function<void()> what;
    bool operator>(const Step& other) const { return std::tie(at, order) > std::tie(other.at, other.order); }
  };

  // ---- time
  void after(Milliseconds delay, std::function<void()> what);
  void run_until(UtcTime end);
  void log(const std::string& line);

  // ---- set-up
  void set_up();
  void enrol(std::size_t station);
  void add_plan();
  void command(std::function<void(coordinator::Coordinator&, journal::Draft&, UtcTime)> what);

  // ---- processes
  void wake_station(std::size_t station);
  void station_turn(std::size_t station, bool people_work);
  void end_station(std::size_t station, Milliseconds rest);
  void start_station(std::size_t station);
  void people_at(std::size_t station);
  void wake_office();
  void office_turn();
  void end_office(Milliseconds rest);
  void start_office();

  // ---- the network
  void connect(std::size_t station);
  void drop(std::size_t station);
  void post(std::size_t station, bool to_office, Bytes frame);
  void deliver(std::size_t station, bool to_office, const Bytes& frame);
  Milliseconds travel_time();
  void keep_for_later(std::size_t station, bool to_office, const Bytes& frame);

  // ---- what goes wrong
  void trouble_network();
  void trouble_stations();
  void trouble_office();
  void operators();
  void add_shares();
  void share_out(const journal::View& office);
  void lease(const coordinator::tables::PlanRef& plan, std::uint32_t cell, std::uint32_t count);
  void recall_some(const journal::View& office, const coordinator::tables::PlanRef& plan);
  void decide_on_task(const model::Task& task);
  void waive_somebody(const journal::View& office);
  void put_back_station(std::size_t station, Fault how);
  void copy_station(std::size_t station);
  void put_back_office(Fault how);
  void choose_station();
  void forge(std::size_t station);

  void arm_failpoint();
  static void disarm_failpoint();
  /// Does it; true when a failpoint acted on the way, and nothing of it is stored.
  bool dies_of_failpoint(const std::function<void()>& act);

  // ---- the end
  void heal();
  [[nodiscard]] std::string unrest();
  [[nodiscard]] UtcTime office_time() const { return now_ + office_.clock; }
  [[nodiscard]] UtcTime station_time(std::size_t i) const { return now_ + stations_[i].clock; }

  Settings settings_;
  Dice dice_;
  Weather weather_;
  Office office_;
  std::vector<Station> stations_;
  std::vector<Link> links_;
  std::vector<UtcTime> station_wakes_;
  UtcTime office_wake_{};
  Oracle oracle_;
  std::priority_queue<Step, std::vector<Step>, std::greater<>> steps_;
  UtcTime now_ = *parse_utc("2013-07-01T00:00:00Z");
  UtcTime begun_ = now_;
  std::uint64_t order_ = 0;
  std::uint64_t commits_ = 0;
  std::uint64_t log_hash_ = 1469598103934665603U;  // FNV-1a
  std::uint64_t steps_made_ = 0;
  std::uint64_t messages_ = 0;
  std::uint64_t plans_ = 0;
  std::uint32_t office_lives_ = 0;
  std::uint32_t office_restores_ = 0;
  bool healing_ = false;
  std::string failpoint_;
  bool has_failed_ = false;
  std::size_t first_nodes_ = 0;
};

}  // namespace lab::sim
