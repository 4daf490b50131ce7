// sim_test: the real cores of the province on a clock, a network and disks of its own. Each seed is one history.
//   sim_test                      the share of CI
//   sim_test --seed N [--verbose] one history again
//   sim_test --seeds 1..100000    a campaign, or --minutes-of-work M for as long as that
//   sim_test --without NAME       one mechanism removed: it must fail; with `later_faults` the histories of before them
// Prints one line for each seed that fails, with the command that shows it again, and exits 1.

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <chrono>
#include <map>
#include <string>
#include <string_view>

#include "protocol/base/log.hpp"
#include "protocol/crypto/crypto.hpp"
#include "tests/sim/world.hpp"

namespace {

using namespace lab;
using namespace lab::sim;

constexpr std::uint64_t ci_seeds = 100;
constexpr std::string_view later_faults = "later_faults";  // for --without: of these alone nothing fails

struct Options {
  std::uint64_t first = 1;
  std::uint64_t last = ci_seeds;
  std::uint64_t work_minutes = 0;  // 0: as long as the seeds take
  std::uint64_t reruns = 20;       // every so many seeds one is run twice and must give the same log
  std::string without;
  Settings settings;
};

std::uint64_t number_of(std::string_view text) {
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

bool remove_mechanism(Settings& settings, std::string_view name) {
  session::Policy& policy = settings.policy;
  const std::map<std::string_view, bool*> mechanisms{{"tokens", &policy.tokens},
                                                     {"seals", &policy.seals},
                                                     {"generations", &policy.generations},
                                                     {"recovery", &policy.recovery},
                                                     {"silent_recovery", &policy.silent_recovery},
                                                     {"rehydration", &policy.rehydration},
                                                     {"escrow", &settings.escrow}};
  settings.later_faults = false;  // so that the written-down seeds go on showing what they showed
  if (name == later_faults) return true;
  const auto found = mechanisms.find(name);
  if (found == mechanisms.end()) return false;
  *found->second = false;
  return true;
}

bool parse(int argc, char** argv, Options& options) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    if (name == "--verbose") {
      options.settings.verbose = true;
      continue;
    }
    if (++i == argc) return false;
    const std::string_view value = argv[i];
    if (name == "--seed") {
      options.first = options.last = number_of(value);
    } else if (name == "--seeds") {
      const auto dots = value.find("..");
      if (dots == std::string_view::npos) return false;
      options.first = number_of(value.substr(0, dots));
      options.last = number_of(value.substr(dots + 2));
    } else if (name == "--minutes") {
      options.settings.minutes = number_of(value);
    } else if (name == "--minutes-of-work") {
      options.work_minutes = number_of(value);
      options.last = UINT64_MAX;
    } else if (name == "--without") {
      options.without = value;
      if (!remove_mechanism(options.settings, value)) return false;
    } else {
      return false;
    }
  }
  return true;
}

struct Totals {
  std::uint64_t seeds = 0;
  std::uint64_t failed = 0;
  std::uint64_t steps = 0;
  std::uint64_t messages = 0;
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
  std::uint64_t run_twice = 0;
  std::int64_t simulated_ms = 0;
  std::uint64_t repeated_batches = 0;
  Bags bags{};
  FaultCounts faults{};
  std::map<std::string, std::uint64_t> failpoints;

  void add(const Report& report) {
    ++seeds;
    failed += report.violation.empty() ? 0 : 1;
    steps += report.steps;
    messages += report.messages;
    acknowledged += report.acknowledged;
    counted += report.counted;
    declared_lost += report.declared_lost;
    evidence += report.evidence;
    orphaned += report.orphaned;
    heads_compared += report.heads_compared;
    departures += report.departures;
    contested += report.contested;
    losses_told += report.losses_told;
    losses_exact += report.losses_exact;
    silent_losses += report.silent_losses;
    given_anew += report.given_anew;
    given_unheard += report.given_unheard;
    done_without += report.done_without;
    given_unaware += report.given_unaware;
    numbers_forgotten += report.numbers_forgotten;
    cancelled += report.cancelled;
    cancellations_forgotten += report.cancellations_forgotten;
    repeated_batches += report.repeated_batches;
    bags.drawn += report.bags.drawn;
    bags.moved += report.bags.moved;
    bags.before_heard += report.bags.before_heard;
    bags.at_copies += report.bags.at_copies;
    bags.unaware += report.bags.unaware;
    bags.forgotten += report.bags.forgotten;
    simulated_ms += report.simulated.count();
    for (std::size_t i = 0; i < fault_kinds; ++i) faults[i] += report.faults[i];
    if (!report.failpoint.empty()) ++failpoints[report.failpoint];
  }
};

void print(const Totals& totals, std::chrono::steady_clock::duration took) {
  const double seconds = std::chrono::duration<double>(took).count();
  fmt::print("{} seeds, {} failed; {} steps, {} messages, {:.1f} simulated hours in {:.0f} s\n", totals.seeds,
             totals.failed, totals.steps, totals.messages, static_cast<double>(totals.simulated_ms) / 3.6e6, seconds);
  fmt::print(
      "{} events acknowledged, {} verdicts counted, {} forked events kept, {} declared lost with both copies, {} at "
      "one of two copies, {} of plans that the backup did not have\n",
      totals.acknowledged, totals.counted, totals.evidence, totals.declared_lost - totals.contested, totals.contested,
      totals.orphaned);
  fmt::print("{} losses known at the end, {} of them exactly; {} behind which an unaware coordinator had grown\n",
             totals.losses_told, totals.losses_exact, totals.silent_losses);
  fmt::print("{} kept tree heads are of the coordinator's history, {} told that it had been put back\n",
             totals.heads_compared, totals.departures);
  fmt::print("{} tasks stayed cancelled to the end, {} cancellations were not in the backup\n", totals.cancelled,
             totals.cancellations_forgotten);
  fmt::print(
      "given anew: {} tokens that had never left, {} before anybody was heard who knew of them, {} numbers that nobody "
      "knew of any more\n",
      totals.given_anew, totals.given_unheard, totals.numbers_forgotten);
  fmt::print(
      "verdicts that had counted: {} of nodes that two people went on without, {} given away by a coordinator that "
      "nobody had told it was put back\n",
      totals.done_without, totals.given_unaware);
  fmt::print(
      "{} bags drawn of shares in escrow, {} moved with their samples; in no cell's count: {} drawn by a store that "
      "was set back and not heard yet, "
      "{} at one of two copies, {} of an unaware coordinator's grants, {} that nobody knows of any more\n",
      totals.bags.drawn, totals.bags.moved, totals.bags.before_heard, totals.bags.at_copies, totals.bags.unaware,
      totals.bags.forgotten);
  fmt::print("{} samples were set aside for another one of their batch\n", totals.repeated_batches);
  fmt::print("{} seeds were run twice\n", totals.run_twice);
  std::size_t fired = 0;
  for (std::size_t i = 0; i < fault_kinds; ++i) {
    fired += totals.faults[i] > 0;
    fmt::print("  {:<36}{:>10}\n", name_of(static_cast<Fault>(i)), totals.faults[i]);
  }
  fmt::print("{} of {} kinds of fault\n", fired, fault_kinds);
  fmt::print("{} of {} failpoints acted:", totals.failpoints.size(), failpoint_count());
  for (const auto& [name, times] : totals.failpoints) fmt::print(" {} {}", name, times);
  fmt::print("\n");
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  if (!parse(argc, argv, options)) {
    fmt::print(stderr,
               "usage: sim_test [--seed N | --seeds A..B] [--minutes M] [--minutes-of-work M] [--without NAME] "
               "[--verbose]\n");
    return 2;
  }
  crypto::start();
  const auto begun = std::chrono::steady_clock::now();
  const std::string extra = options.without.empty() ? "" : " --without " + options.without;
  Totals totals;
  for (std::uint64_t seed = options.first; seed <= options.last; ++seed) {
    const auto took = std::chrono::steady_clock::now() - begun;
    if (options.work_minutes > 0 && took > std::chrono::minutes{options.work_minutes}) break;
    options.settings.seed = seed;
    Report report = simulate(options.settings);
    if (report.violation.empty() && seed % options.reruns == 0) {
      ++totals.run_twice;
      if (simulate(options.settings).log_hash != report.log_hash)
        report.violation = "the same seed gave another history";
    }
    totals.add(report);
    if (options.first == options.last) fmt::print("seed {} log {:016x}\n", seed, report.log_hash);
    if (report.violation.empty()) continue;
    fmt::print("FAILED seed {}: {}\n  again: sim_test --seed {}{}\n", seed, report.violation, seed, extra);
    std::fflush(stdout);
    if (!options.without.empty() && options.without != later_faults) break;  // one is enough
  }
  print(totals, std::chrono::steady_clock::now() - begun);
  return totals.failed > 0 ? 1 : 0;
}
