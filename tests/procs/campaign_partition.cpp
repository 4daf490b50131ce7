// The round in which everybody is cut off for a month.

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "tests/procs/campaign.hpp"

namespace lab::procs {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

constexpr int laboratories = 5;
constexpr int days = 30;

std::int64_t steady_ms(Clock::time_point at) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(at.time_since_epoch()).count();
}

double seconds_between(Clock::time_point from, Clock::time_point to) {
  return std::chrono::duration<double>(to - from).count();
}

template <class Is>
bool is_so_at_all(World& world, Is is) {
  for (int node = 1; node <= laboratories; ++node) {
    if (!is(world.acks(node).state())) return false;
  }
  return true;
}

std::uint64_t events_of(const World& world) {
  std::uint64_t events = 0;
  const json now = world.status();
  for (int node = 1; node <= laboratories; ++node) {
    const json one = World::node_in(now, node);
    if (!one.is_null()) events += one.at("events").get<std::uint64_t>();
  }
  return events;
}

void wait_for_orders(const World& world) {
  wait_until("orders", 120s, [&world] {
    const json now = world.status();
    for (int node = 1; node <= laboratories; ++node) {
      const json one = World::node_in(now, node);
      if (one.is_null() || one.at("backlog") != 0) return false;
    }
    return true;
  });
}

// Everybody is cut off and works through everything, while days go by.
void work_apart(World& world) {
  for (int node = 1; node <= laboratories; ++node) world.wire(node).set(WireFault::partition);
  for (int node = 1; node <= laboratories; ++node) world.hurry(node);
  for (int day = 1; day <= days; ++day) {
    for (int member = 0; member <= laboratories; ++member) world.move_clock(member, std::chrono::hours{24 * day});
    std::this_thread::sleep_for(20ms);
  }
  wait_until("work in the partition", 600s, [&world] {
    return is_so_at_all(world, [](const NodeState& state) { return state.open == 0 && state.approved > 0; });
  });
}

}  // namespace

void Campaign::run_partition(int number) {
  const int tasks = laboratories * static_cast<int>(options_.partition_results);
  Row& row = results_.rows.at(static_cast<std::size_t>(Scenario::long_partition));
  try {
    WorldOptions wanted = world_options(number, tasks, 0.01);
    wanted.nodes = laboratories;
    World world{wanted};
    const auto began = Clock::now();
    wait_for_orders(world);
    work_apart(world);
    const std::uint64_t before = events_of(world);
    const auto healed = Clock::now();
    for (int node = 1; node <= laboratories; ++node) world.wire(node).heal();
    wait_until("somebody comes back", 120s, [&] { return events_of(world) > before; });
    const auto first = Clock::now();
    wait_until("the draining", 300s, [&world] {
      return is_so_at_all(world, [](const NodeState& state) { return state.open == 0 && state.unheard == 0; });
    });
    const auto drained = Clock::now();
    const std::uint64_t events = events_of(world) - before;
    results_.figures.push_back(fmt::format(
        "long partition: {} results of {} laboratories, {} events, {} days: drained {:.1f} s after healing, of which "
        "{:.1f} s until the first came back; {:.0f} events/s since then, durable",
        tasks, laboratories, events, days, seconds_between(healed, drained), seconds_between(healed, first),
        static_cast<double>(events) / seconds_between(first, drained)));
    ++row.rounds;
    ++results_.rounds;
    for (int node = 1; node <= laboratories; ++node) row.fired += world.wire(node).fired(WireFault::partition);
    finish(world, {{Scenario::long_partition, steady_ms(began), steady_ms(Clock::now())}}, number);
  } catch (const std::exception& failure) {
    complain(fmt::format("world {}, partition: {}", number, failure.what()));
  }
}

}  // namespace lab::procs
