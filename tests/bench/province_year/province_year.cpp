// The province's year on this machine, beside PostgreSQL doing the same work, in interleaved rounds. See README.md.

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <filesystem>
#include <memory>

#include "protocol/crypto/crypto.hpp"
#include "tests/bench/province_year/ours.hpp"
#include "tests/bench/province_year/postgres.hpp"
#include "tests/bench/province_year/report.hpp"
#include "tests/bench/province_year/workload.hpp"

namespace lab::province_year {
namespace {

namespace fs = std::filesystem;

constexpr double slow_flush_ms = 5.0;
constexpr std::uint16_t port = 17'600;
constexpr std::uint16_t database_port = 17'650;

struct Options {
  int tasks = 24'000;
  int nodes = nodes_max;
  std::vector<int> windows{32, 128, 1};
  std::string regime = "both";
  std::string pace = "line";
  int rounds = 5;
  std::string folder = fs::temp_directory_path().string();
  bool without_peer = false;
};

struct Target {
  const char* name = "";
  double ratio = 0;
};

Target target_of(int window, Regime regime) {
  if (window == 32) return {"P1, rate against PostgreSQL at batch 32", 1.5};
  if (window == 128 && regime == Regime::slow) return {"P2, rate against PostgreSQL at batch 128", 2.3};
  if (window == 1 && regime == Regime::slow) return {"P3, rate against PostgreSQL at batch 1", 0.65};
  return {};
}

// One at a time takes a hundred times as long per task.
int tasks_of(const Options& options, int window) {
  return window == 1 ? std::max(options.tasks / 10, options.nodes) : options.tasks;
}

class Bench {
 public:
  Bench(const Options& options, Regime regime)
      : options_(options),
        regime_(regime),
        folder_((regime == Regime::slow ? fs::path{"/dev/shm"} : fs::path{options.folder}) / "province-year") {}

  Result<void> run();

 private:
  Result<void> run_round(int round);
  Result<RunResult> ours(int tasks, int nodes, int window);
  void say(const char* side, const Comparison& comparison, const RunResult& result) const;

  const Options& options_;
  Regime regime_;
  fs::path folder_;
  std::optional<Postgres> peer_;
  std::vector<Comparison> comparisons_;
  Comparison alone_;
};

Result<RunResult> Bench::ours(int tasks, int nodes, int window) {
  return run_ours({.programs = process::program_folder(),
                   .folder = folder_ / "ours",
                   .first_port = port,
                   .regime = regime_,
                   .tasks = tasks,
                   .nodes = nodes,
                   .window = window,
                   .pace = options_.pace});
}

void Bench::say(const char* side, const Comparison& comparison, const RunResult& result) const {
  fmt::print("  {}, {}: {} tasks in {:.2f} s, {:.0f} us CPU per task\n", comparison.name, side, result.tasks,
             result.seconds, result.cpu_us_per_task());
  std::fflush(stdout);
}

// Both sides in turn, the first one changing from round to round.
Result<void> Bench::run_round(int round) {
  for (std::size_t i = 0; i < comparisons_.size(); ++i) {
    Comparison& comparison = comparisons_[i];
    const int window = options_.windows[i];
    const int tasks = tasks_of(options_, window);
    for (int turn = 0; turn < 2; ++turn) {
      const bool is_ours = (turn + round) % 2 == 0;
      if (!is_ours && !peer_) continue;
      auto result = is_ours ? ours(tasks, options_.nodes, window) : peer_->work(tasks, options_.nodes, window);
      if (!result) return fail(std::move(result));
      say(is_ours ? "ours" : "PostgreSQL", comparison, *result);
      (is_ours ? comparison.ours : comparison.peers).push_back(std::move(*result));
    }
  }
  constexpr int tasks_alone = 200;
  auto result = ours(tasks_alone, 1, 1);
  if (!result) return fail(std::move(result));
  say("ours", alone_, *result);
  alone_.ours.push_back(std::move(*result));
  return {};
}

Result<void> Bench::run() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
  fs::create_directories(folder_);
  fs::permissions(folder_, fs::perms{0755});  // the database's user has to get through
  const char* name = regime_ == Regime::slow ? "slow" : "disk";
  for (const int window : options_.windows) {
    const Target target = target_of(window, regime_);
    comparisons_.push_back({.name = fmt::format("{}, {} in flight per laboratory", name, window),
                            .nodes = options_.nodes,
                            .rate_target = target.ratio,
                            .target_name = target.name});
  }
  alone_ = {.name = fmt::format("{}, one task alone", name), .nodes = 1};
  if (!options_.without_peer) {
    auto peer = Postgres::start({.programs = process::program_folder(),
                                 .folder = folder_ / "postgres",
                                 .port = database_port,
                                 .regime = regime_});
    if (!peer) return fail(std::move(peer));
    peer_.emplace(std::move(*peer));
  }
  for (int round = 0; round < options_.rounds; ++round) {
    if (auto done = run_round(round); !done) return done;
  }
  for (const Comparison& comparison : comparisons_) print(comparison);
  print_latency(alone_, regime_ == Regime::slow ? slow_flush_ms : 0);
  peer_.reset();
  fs::remove_all(folder_, ignored);
  return {};
}

int run(const Options& options) {
  ::signal(SIGPIPE, SIG_IGN);
  crypto::start();
  fmt::print(
      "{} tasks with {} determinations, {} laboratories, pace {}, {} rounds. Left out on our side: parsing of HTTP "
      "requests and decoding of label pictures; the rest is the product.\n",
      options.tasks, items_of_panel, options.nodes, options.pace, options.rounds);
  for (const Regime regime : {Regime::disk, Regime::slow}) {
    if (options.regime != "both" && options.regime != (regime == Regime::slow ? "slow" : "disk")) continue;
    if (auto done = Bench{options, regime}.run(); !done) {
      fmt::print(stderr, "province_year: {}\n", to_text(done.error()));
      return 1;
    }
  }
  return 0;
}

}  // namespace
}  // namespace lab::province_year

int main(int argc, char** argv) {
  using namespace lab::province_year;
  Options options;
  CLI::App app{"The province's year: our processes beside PostgreSQL, in interleaved rounds.", "province_year"};
  app.add_option("--tasks", options.tasks, "samples of the year")->check(CLI::Range(21, 90'000))->capture_default_str();
  app.add_option("--nodes", options.nodes, "laboratories")->check(CLI::Range(1, nodes_max))->capture_default_str();
  app.add_option("--window", options.windows, "tasks in flight per laboratory, and the peer's batch")
      ->delimiter(',')
      ->check(CLI::Range(1, 500))
      ->capture_default_str();
  app.add_option("--regime", options.regime, "disk, slow (5 ms per flush, files in memory) or both")
      ->check(CLI::IsMember({"disk", "slow", "both"}))
      ->capture_default_str();
  app.add_option("--pace", options.pace, "step: each person waits for the commit before; line: one turn for all")
      ->check(CLI::IsMember({"step", "line"}))
      ->capture_default_str();
  app.add_option("--rounds", options.rounds, "rounds of both sides")->check(CLI::Range(1, 100))->capture_default_str();
  app.add_option("--dir", options.folder, "where the folder province-year is made anew; slow: in memory")
      ->capture_default_str();
  app.add_flag("--without-peer", options.without_peer, "our side only");
  CLI11_PARSE(app, argc, argv);
  return run(options);
}
