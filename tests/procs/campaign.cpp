#include "tests/procs/campaign.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <deque>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

namespace lab::procs {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using nlohmann::json;

constexpr std::uint64_t rounds_per_world = 20;
constexpr double seconds_per_round = 3;  // with three at once
constexpr std::uint64_t verdicts_per_round = 100;
constexpr std::uint64_t rounds_per_world_of_its_own = 250;
constexpr std::size_t look_ahead = 8;

std::int64_t steady_ms(Clock::time_point at) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(at.time_since_epoch()).count();
}

// They take half a minute, so there are fewer of them.
bool is_long(Scenario scenario) {
  constexpr std::array those{Scenario::stop_node,     Scenario::stop_coordinator,     Scenario::wire_half_open,
                             Scenario::restored_node, Scenario::restored_coordinator, Scenario::cloned_node};
  return std::ranges::find(those, scenario) != those.end();
}
bool fills_disks(Scenario scenario) {
  return scenario == Scenario::full_disk_node || scenario == Scenario::full_disk_coordinator;
}

}  // namespace

bool Campaign::is_wanted(Scenario scenario) const {
  if (!options_.only.empty()) return std::string_view{name_of(scenario)}.find(options_.only) != std::string_view::npos;
  return scenario != Scenario::both_restored && (options_.small_disks || !fills_disks(scenario));
}

// Each kind once, then at random.
std::vector<Scenario> Campaign::draw_scenarios() {
  std::vector<Scenario> once;
  std::vector<Scenario> often;
  for (std::size_t i = 0; i < scenarios; ++i) {
    const auto scenario = static_cast<Scenario>(i);
    if (!is_wanted(scenario) || scenario == Scenario::long_partition || scenario == Scenario::flood) continue;
    once.push_back(scenario);
    for (int times = 0; times < (is_long(scenario) ? 1 : 4); ++times) often.push_back(scenario);
  }
  std::vector<Scenario> drawn = once;
  std::shuffle(drawn.begin(), drawn.end(), random_);
  while (!often.empty() && drawn.size() < options_.rounds) drawn.push_back(often.at(random_() % often.size()));
  if (drawn.size() > options_.rounds) drawn.resize(options_.rounds);
  return drawn;
}

bool Campaign::run() {
  const std::uint64_t own = std::max<std::uint64_t>(1, options_.rounds / rounds_per_world_of_its_own);
  const std::uint64_t asked = options_.rounds;
  const auto special = [&](Scenario scenario) { return is_wanted(scenario) ? own : 0; };
  const std::uint64_t of_their_own = special(Scenario::long_partition) + special(Scenario::flood);
  options_.rounds = asked > of_their_own ? asked - of_their_own : 0;
  if (options_.verdicts == 0) options_.verdicts = asked * verdicts_per_round;
  const auto wanted = draw_scenarios();
  int number = 0;
  for (std::size_t done = 0; done < wanted.size(); done += rounds_per_world) {
    const auto from = wanted.begin() + static_cast<std::ptrdiff_t>(done);
    const auto length = std::min<std::size_t>(rounds_per_world, wanted.size() - done);
    run_world({from, from + static_cast<std::ptrdiff_t>(length)}, ++number);
  }
  for (std::uint64_t i = 0; i < special(Scenario::long_partition); ++i) run_partition(++number);
  for (std::uint64_t i = 0; i < special(Scenario::flood); ++i) run_flood(++number);
  return results_.complaints.empty() && results_.lost == 0 && results_.counted_twice == 0;
}

void Campaign::complain(const std::string& what) {
  fmt::print("WRONG: {}\n", what);
  results_.complaints.push_back(what);
}

WorldOptions Campaign::world_options(int number, int tasks, double per_second) {
  return {.folder = options_.folder / fmt::format("world-{}", number),
          .port = options_.port,
          .tasks = tasks,
          .nodes = options_.nodes,
          .per_second = per_second,
          .seed = random_(),
          .small_disks = options_.small_disks};
}

void Campaign::run_world(const std::vector<Scenario>& wanted, int number) {
  const auto rounds = static_cast<std::uint64_t>(wanted.size());
  const auto tasks = static_cast<int>(options_.verdicts * rounds / std::max<std::uint64_t>(1, options_.rounds));
  const double pace = std::max(1.0, tasks / (seconds_per_round * static_cast<double>(rounds)) / options_.nodes);
  const std::size_t complaints = results_.complaints.size();
  bool is_good = false;
  try {
    World world{world_options(number, tasks, pace)};
    std::vector<Past> past;
    run_rounds(world, wanted, past);
    finish(world, past, number);
    is_good = complaints == results_.complaints.size();
  } catch (const std::exception& failure) {
    complain(fmt::format("world {}: {}", number, failure.what()));
  }
  std::error_code ignored;
  if (is_good) fs::remove_all(options_.folder / fmt::format("world-{}", number), ignored);
}

void Campaign::run_rounds(World& world, const std::vector<Scenario>& wanted, std::vector<Past>& past) {
  std::deque<Scenario> left(wanted.begin(), wanted.end());
  std::vector<std::unique_ptr<Round>> waiting;
  std::vector<std::unique_ptr<Round>> active;
  while (!left.empty() || !waiting.empty() || !active.empty()) {
    while (waiting.size() < look_ahead && !left.empty()) {
      waiting.push_back(std::make_unique<Round>(world, left.front(), random_));
      left.pop_front();
    }
    Needs busy = 0;
    for (const auto& round : active) busy |= round->needs();
    const auto next = std::ranges::find_if(waiting, [busy](const auto& round) { return (round->needs() & busy) == 0; });
    if (next != waiting.end() && active.size() < options_.at_once) {
      active.push_back(std::move(*next));
      waiting.erase(next);
      active.back()->begin();
    }
    for (auto& round : active) {
      if (round->go_on()) continue;
      const auto now = Clock::now();
      Row& row = results_.rows.at(static_cast<std::size_t>(round->scenario()));
      ++row.rounds;
      ++results_.rounds;
      row.fired += round->fired();
      past.push_back({round->scenario(), steady_ms(round->began()), steady_ms(now)});
      if (options_.verbose) {
        fmt::print("{:6.2f} s, fired {}:{}\n", std::chrono::duration<double>(now - round->began()).count(),
                   round->fired(), round->what());
        std::fflush(stdout);
      }
      if (!round->complaint().empty()) complain(round->complaint());
      round.reset();
    }
    std::erase(active, nullptr);
    std::this_thread::sleep_for(10ms);
  }
}

void Campaign::finish(World& world, const std::vector<Past>& past, int number) {
  come_to_rest(world);
  const Judgement judgement = judge(world);
  for (const Past& round : past) {
    Row& row = results_.rows.at(static_cast<std::size_t>(round.scenario));
    const auto within = [&round](std::int64_t at) { return at >= round.from_ms && at <= round.to_ms; };
    row.acknowledged += static_cast<std::uint64_t>(std::ranges::count_if(judgement.verdicts_at_ms, within));
    row.lost += static_cast<std::uint64_t>(
        std::ranges::count_if(judgement.lost, [&](const Finding& finding) { return within(finding.at_ms); }));
  }
  results_.acknowledged += judgement.acknowledged;
  results_.events += judgement.events;
  results_.lost += judgement.lost.size();
  results_.counted += judgement.counted;
  results_.counted_twice += judgement.counted_twice;
  results_.late += judgement.late;
  results_.cells += judgement.cells;
  for (const auto& complaint : judgement.complaints) complain(fmt::format("world {}: {}", number, complaint));
  fmt::print(
      "world {}: {} rounds, {} verdicts counted, {} acknowledged ({} events), lost {} (told: {} to {}), twice {}, late "
      "{}, "
      "{} cells\n",
      number, past.size(), judgement.counted, judgement.acknowledged, judgement.events, judgement.lost.size(),
      judgement.told_lost_at_least, judgement.told_lost, judgement.counted_twice, judgement.late, judgement.cells);
  std::fflush(stdout);
}

void Campaign::print() const {
  fmt::print("\n| scenario | rounds | faults fired | verdicts acknowledged | lost |\n|---|---|---|---|---|\n");
  for (std::size_t i = 0; i < scenarios; ++i) {
    const Row& row = results_.rows.at(i);
    if (row.rounds == 0) continue;
    fmt::print("| {} | {} | {} | {} | {} |\n", name_of(static_cast<Scenario>(i)), row.rounds, row.fired,
               row.acknowledged, row.lost);
  }
  fmt::print(
      "\nall: {} rounds, {} verdicts counted, {} verdicts acknowledged ({} events), lost {}, counted twice {}, late "
      "{}, "
      "{} cells compared, {} complaints\n",
      results_.rounds, results_.counted, results_.acknowledged, results_.events, results_.lost, results_.counted_twice,
      results_.late, results_.cells, results_.complaints.size());
  for (const std::string& figure : results_.figures) fmt::print("{}\n", figure);
}

}  // namespace lab::procs
