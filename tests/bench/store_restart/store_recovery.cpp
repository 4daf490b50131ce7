// A coordinator whose data folder is lost, and gets a backup back: laboratories are at work, a backup is made, they go
// on, the coordinator gets SIGKILL, the backup is restored, and it is started again. Told: how long from that start to
// NORMAL, with every laboratory connected. Then the rest is worked through, and the time of a whole verification is
// told, by the coordinator itself after another start, and by `qlims verify` of its export, which counts again.
//   store_recovery [--results 24000] [--nodes 21] [--away 0] [--dir DIR]
// The longer it was away (--away, seconds), the longer laboratories wait before they try again: up to a minute.
// A result has 50 determinations: 24,000 are 1.2 million.

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <exception>
#include <nlohmann/json.hpp>
#include <optional>

#include "tests/bench/province_year/workload.hpp"
#include "tests/bench/store_restart/office.hpp"
#include "tests/store/options.hpp"

namespace {

using namespace lab;
using namespace lab::store_restart;
using namespace std::chrono_literals;
namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::uint16_t port = 19'680;
constexpr std::size_t window = 8;
constexpr auto poll = 20ms;
constexpr double seconds_max = 600;  // many times what is aimed at

struct Sizes {
  int nodes = 21;
  std::uint64_t results = 24'000;  // in the backup
  std::uint64_t later = 0;         // counted after it, and lost with the coordinator
  std::uint64_t tasks = 0;         // as many again are open then, and get new tokens
  std::chrono::seconds away{0};    // between the restore and the start
};

Sizes sizes_of(const faults::Options& options) {
  Sizes sizes{.nodes = static_cast<int>(options.number("--nodes", 21)),
              .results = options.number("--results", 24'000),
              .away = std::chrono::seconds{options.number("--away", 0)}};
  constexpr std::uint64_t later_of_node = 50;  // more than is under way there, and than comes between two looks
  sizes.later = std::max(sizes.results / 20, later_of_node * static_cast<std::uint64_t>(sizes.nodes));
  sizes.tasks = sizes.results + 2 * sizes.later;
  return sizes;
}

double seconds_since(Clock::time_point begun) { return std::chrono::duration<double>(Clock::now() - begun).count(); }

std::uint64_t determinations(std::uint64_t results) { return results * province_year::items_of_panel; }

// Starts the coordinator and asks for its status until `is_over`. Returns the seconds since the start.
template <class IsOver>
double start_until(Office& office, const char* what, const IsOver& is_over) {
  const auto begun = Clock::now();
  office.launch_coordinator();
  for (;;) {
    const json status = office.status();
    const double seconds = seconds_since(begun);
    if (!status.is_null() && is_over(status, seconds)) return seconds;
    if (seconds > seconds_max) throw std::runtime_error(fmt::format("no {}: {}", what, status.dump()));
    std::this_thread::sleep_for(poll);
  }
}

void signal_nodes(const Office& office, int nodes, int signal) {
  for (int node = 1; node <= nodes; ++node) ::kill(office.node_process(node), signal);
}

// They stand still meanwhile, so that it is known what comes after the backup.
void back_up(const Office& office, const Sizes& sizes, const fs::path& backup) {
  signal_nodes(office, sizes.nodes, SIGSTOP);
  const auto made = office.qlims({"backup", "--data", office.coordinator_data().string(), "--out", backup.string()});
  signal_nodes(office, sizes.nodes, SIGCONT);
  fmt::print("backup with {} determinations, every record read and checked: {:.1f} s\n", determinations(sizes.results),
             made.seconds);
}

int connected_in(const json& status) {
  int connected = 0;
  for (const json& laboratory : status.at("laboratories")) {
    for (const json& node : laboratory.at("nodes")) connected += node.at("connected").get<bool>() ? 1 : 0;
  }
  return connected;
}

std::uint64_t judged_in(const json& status) {
  return status.at("plans").back().at("tasks").at("judged").get<std::uint64_t>();
}

void lose_and_recover(Office& office, const Sizes& sizes, const fs::path& backup) {
  const json before = office.status();
  office.kill_coordinator();
  fs::remove_all(office.coordinator_data());
  const auto restored =
      office.qlims({"restore", "--backup", backup.string(), "--data", office.coordinator_data().string()});
  std::this_thread::sleep_for(sizes.away);
  std::optional<std::uint64_t> judged_first;
  std::optional<double> all_connected;
  std::uint64_t judged = 0;
  const double normal = start_until(office, "NORMAL", [&](const json& status, double seconds) {
    judged = judged_in(status);
    if (!judged_first) judged_first = judged;
    const bool is_whole = connected_in(status) == sizes.nodes;
    if (is_whole && !all_connected) all_connected = seconds;
    // Until its first commit, it says of itself what it was when the backup was made.
    const bool is_later = status.at("generation") > before.at("generation");
    return is_later && is_whole && status.at("mode") == "normal";
  });
  fmt::print(
      "recovery with {} determinations: restore {:.1f} s; {} laboratories connected {:.1f} s and NORMAL {:.1f} s "
      "after the start\n",
      determinations(*judged_first), restored.seconds, sizes.nodes, *all_connected, normal);
  fmt::print("results counted: {} in the backup, {} before the loss, {} in NORMAL\n", *judged_first, judged_in(before),
             judged);
  if (judged < judged_in(before)) throw std::runtime_error("results are missing after the recovery");
}

void check_by_itself(Office& office, std::uint64_t results) {
  office.kill_coordinator();
  json scrub;
  const double seconds = start_until(office, "whole pass over the store", [&scrub](const json& status, double) {
    scrub = status.at("scrub");
    if (scrub.at("damage") != "") throw std::runtime_error(scrub.at("damage").get<std::string>());
    return scrub.at("passes") > 0;
  });
  fmt::print("verification of {} determinations: by the coordinator, {} records: {:.1f} s after its start\n",
             determinations(results), scrub.at("records").get<std::uint64_t>(), seconds);
}

void verify_export(const Office& office, std::uint64_t results, const fs::path& file) {
  const auto exported = office.qlims({"export", "evidence", "--out", file.string()});
  const auto verified = office.qlims({"verify", file.string(), "--json"});
  const json report = json::parse(verified.output);
  const auto counted = report.at("verdicts").get<std::uint64_t>();
  fmt::print("verification of {} determinations: export of {:.0f} MB {:.1f} s, qlims verify {:.1f} s\n",
             determinations(results), static_cast<double>(fs::file_size(file)) / 1e6, exported.seconds,
             verified.seconds);
  if (counted != results || report.at("amended") != 0) {
    throw std::runtime_error(fmt::format("qlims verify counts {} results of {} tasks, {} of them again", counted,
                                         results, report.at("amended").dump()));
  }
  fmt::print("counted again by qlims verify: {} results of as many tasks, each once\n", counted);
}

void run(const faults::Options& options, const fs::path& folder) {
  const Sizes sizes = sizes_of(options);
  const fs::path backup = folder / "backup";
  Office office{folder, port, static_cast<int>(sizes.tasks), sizes.nodes};
  const auto wait_for_results = [&office](std::uint64_t results) {
    Office::wait_for(
        "results", [&office] { return office.tasks_in("judged"); }, results);
  };
  for (int node = 1; node <= sizes.nodes; ++node) office.start_node(node, window);
  office.dispatch();
  wait_for_results(sizes.results);
  back_up(office, sizes, backup);
  wait_for_results(sizes.results + sizes.later);
  lose_and_recover(office, sizes, backup);
  wait_for_results(sizes.tasks);
  check_by_itself(office, sizes.tasks);
  verify_export(office, sizes.tasks, folder / "province.evidence");
}

}  // namespace

int main(int argc, char** argv) {
  const faults::Options options{argc, argv};
  const fs::path folder{std::string{options.word("--dir", fmt::format("store-recovery-{}", ::getpid()))}};
  try {
    run(options, folder);
    fs::remove_all(folder);
    return 0;
  } catch (const std::exception& failure) {
    fmt::print(stderr, "store_recovery: {}\n", failure.what());
    return 1;
  }
}
