// How soon a coordinator acknowledges again after it was killed: laboratories are at work, the coordinator has so many
// results; it gets SIGKILL and is started again at once, several times over. Told: when the pages answer, and when the
// first result is counted that came after the start; its acknowledgement leaves with that commit.
//   store_restart [--tasks 34000] [--results 24000] [--nodes 21] [--rounds 5] [--dir DIR]
// A result has 50 determinations: 24,000 are 1.2 million.

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <exception>

#include "tests/bench/province_year/workload.hpp"
#include "tests/bench/store_restart/office.hpp"
#include "tests/store/options.hpp"

namespace {

using namespace lab;
using namespace lab::store_restart;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

constexpr std::uint16_t port = 19'480;
constexpr std::size_t window = 8;
constexpr auto poll = 2ms;

double seconds_since(Clock::time_point begun) { return std::chrono::duration<double>(Clock::now() - begun).count(); }

void report(const char* what, std::uint64_t results, std::vector<double> seconds) {
  std::ranges::sort(seconds);
  fmt::print("restart after SIGKILL with {} determinations: {}: {:.2f} s ({:.2f} to {:.2f}, {} rounds)\n",
             results * province_year::items_of_panel, what, seconds[seconds.size() / 2], seconds.front(),
             seconds.back(), seconds.size());
}

void run(const faults::Options& options, const fs::path& folder) {
  const auto nodes = static_cast<int>(options.number("--nodes", 21));
  const std::uint64_t results = options.number("--results", 24'000);
  Office office{folder, port, static_cast<int>(options.number("--tasks", 34'000)), nodes};
  for (int node = 1; node <= nodes; ++node) office.start_node(node, window);
  office.dispatch();
  Office::wait_for(
      "results", [&] { return office.tasks_in("judged"); }, results);
  std::vector<double> answering;
  std::vector<double> acknowledging;
  for (std::uint64_t round = 0; round < options.number("--rounds", 5); ++round) {
    office.kill_coordinator();
    const auto begun = Clock::now();
    office.launch_coordinator();
    std::uint64_t first = 0;
    while ((first = office.tasks_in("judged")) == 0) std::this_thread::sleep_for(poll);
    answering.push_back(seconds_since(begun));
    while (office.tasks_in("judged") <= first) {
      if (seconds_since(begun) > 60) throw std::runtime_error("nothing is counted after the start: no tasks are left?");
      std::this_thread::sleep_for(poll);
    }
    acknowledging.push_back(seconds_since(begun));
  }
  report("pages answer", results, answering);
  report("first result counted", results, acknowledging);
}

}  // namespace

int main(int argc, char** argv) {
  const faults::Options options{argc, argv};
  const fs::path folder{std::string{options.word("--dir", fmt::format("store-restart-{}", ::getpid()))}};
  try {
    run(options, folder);
    fs::remove_all(folder);
    return 0;
  } catch (const std::exception& failure) {
    fmt::print(stderr, "store_restart: {}\n", failure.what());
    return 1;
  }
}
