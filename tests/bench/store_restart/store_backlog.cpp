// A backlog after a partition: one laboratory is cut off with its tasks in hand and works on; when nothing is left for
// it to do, the wire is healed, and its results drain while the other laboratories go on with one sample at a time.
// Told: how long the draining took, and the others' 99th percentile from approval to acknowledgement before and during
// it.
//   store_backlog [--backlog 10000] [--nodes 4] [--dir DIR]

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <exception>
#include <nlohmann/json.hpp>

#include "tests/bench/province_year/measure.hpp"
#include "tests/bench/store_restart/cut_wire.hpp"
#include "tests/bench/store_restart/office.hpp"
#include "tests/store/options.hpp"

namespace {

using namespace lab;
using namespace lab::store_restart;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

constexpr std::uint16_t port = 19'580;
constexpr std::uint64_t events_of_sample = 6;

std::int64_t microseconds_of(Clock::time_point at) {
  return std::chrono::duration_cast<std::chrono::microseconds>(at.time_since_epoch()).count();
}

// Its robot has nothing left to do.
void wait_until_idle(pid_t process) {
  for (double before = -1, now = 0; now - before > 0.03; std::this_thread::sleep_for(1s)) {
    before = now;
    now = province_year::cpu_seconds_of_tree(process);
  }
}

double seconds_between(Clock::time_point from, Clock::time_point to) {
  return std::chrono::duration<double>(to - from).count();
}

struct Drained {
  Clock::time_point first;  // something has come
  Clock::time_point last;   // everything has come
};

Drained drain(const Office& office, std::uint64_t before, std::uint64_t all) {
  Drained drained;
  Office::wait_for(
      "events after the partition", [&] { return office.of_node(1, "events"); }, before + 1);
  drained.first = Clock::now();
  Office::wait_for(
      "events of the backlog", [&] { return office.of_node(1, "events"); }, all);
  drained.last = Clock::now();
  return drained;
}

// Acknowledged in this time, by the laboratories that were never cut off.
std::vector<double> milliseconds_between(const std::vector<nlohmann::json>& reports, Clock::time_point from,
                                         Clock::time_point to) {
  std::vector<double> found;
  for (std::size_t i = 1; i < reports.size(); ++i) {
    const auto& times = reports[i].at("approval_us");
    const auto& ends = reports[i].at("finished_us");
    for (std::size_t n = 0; n < times.size(); ++n) {
      const auto end = ends[n].get<std::int64_t>();
      if (end >= microseconds_of(from) && end < microseconds_of(to)) found.push_back(times[n].get<double>() / 1e3);
    }
  }
  return found;
}

void run(const faults::Options& options, const fs::path& folder) {
  const auto nodes = static_cast<int>(options.number("--nodes", 4));
  const std::uint64_t backlog = options.number("--backlog", 10'000);
  const auto share = static_cast<int>(backlog);
  Office office{folder, port, share * nodes, nodes};
  CutWire wire{office.link_port()};
  office.start_node(1, static_cast<std::size_t>(share), fmt::format("tcp://127.0.0.1:{}", wire.port()), "held");
  for (int node = 2; node <= nodes; ++node) office.start_node(node, 1);
  office.dispatch();
  Office::wait_for(
      "orders", [&] { return office.of_node(1, "orders_acknowledged"); }, static_cast<std::uint64_t>(share));
  wire.cut();
  ::kill(office.node_process(1), SIGUSR1);
  std::this_thread::sleep_for(1s);  // until it has begun
  wait_until_idle(office.node_process(1));
  const auto quiet = Clock::now();
  std::this_thread::sleep_for(5s);  // the others alone
  const std::uint64_t before = office.of_node(1, "events");
  const auto healed = Clock::now();
  wire.heal();
  const Drained drained = drain(office, before, backlog * events_of_sample);
  const auto reports = office.stop_nodes();
  const double alone = province_year::quantile(milliseconds_between(reports, quiet, healed), 0.99);
  const double beside = province_year::quantile(milliseconds_between(reports, drained.first, drained.last), 0.99);
  fmt::print("backlog of {} results drained in {:.2f} s, {:.2f} s after the wire was whole again\n",
             backlog - before / events_of_sample, seconds_between(drained.first, drained.last),
             seconds_between(healed, drained.first));
  fmt::print("other laboratories, approval to acknowledgement, p99: {:.1f} ms alone, {:.1f} ms meanwhile ({:.1f} x)\n",
             alone, beside, alone > 0 ? beside / alone : 0.0);
}

}  // namespace

int main(int argc, char** argv) {
  const faults::Options options{argc, argv};
  const fs::path folder{std::string{options.word("--dir", fmt::format("store-backlog-{}", ::getpid()))}};
  try {
    run(options, folder);
    fs::remove_all(folder);
    return 0;
  } catch (const std::exception& failure) {
    fmt::print(stderr, "store_backlog: {}\n", failure.what());
    return 1;
  }
}
