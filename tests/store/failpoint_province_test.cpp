// The failpoints of both daemons, in real processes at work: a coordinator and a bench with people, instruments and
// ZeroMQ; one of the processes after the other is killed and started again with one point armed, until it has acted. At
// the end an independent recount of the raw events must agree: nothing lost, nothing counted twice.
//
//   QLIMS_FAILPOINT_MODES   "crash", or "crash,error,sleep:300"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "protocol/crypto/crypto.hpp"
#include "tests/where.hpp"
#include "tools/process/child.hpp"
#include "tools/province/run.hpp"

namespace lab::province {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr auto point_patience = std::chrono::seconds{8};
// The work that reaches a point may be done by others in that time, or the machine be busy: its turn comes again.
constexpr int turns_max = 4;

struct Try {
  std::string point;
  std::string mode;
  bool at_coordinator = true;
  int turns = 0;
};

// What only the work on a sample reaches comes first, while there is such work.
constexpr std::array coordinator_points{
    "ledger.take",        "ledger.count",          "session.intake",    "coordinator.message", "coordinator.decided",
    "coordinator.commit", "coordinator.committed", "coordinator.send",  "coordinator.sent",    "server.send",
    "server.receive",     "store.commit",          "store.committed",   "store.grow",          "store.grown",
    "coordinator.turn",   "coordinator.start",     "coordinator.nodes", "store.open"};
constexpr std::array node_points{"judging.conclude", "outbox.review",     "outbox.approve",  "outbox.acknowledged",
                                 "reception.form",   "reception.receive", "bench.capture",   "session.append",
                                 "node.decided",     "node.commit",       "node.committed",  "node.send",
                                 "node.sent",        "node.answered",     "node.message",    "client.send",
                                 "client.receive",   "blob.write",        "blob.flush",      "blob.rename",
                                 "blob.named",       "store.commit",      "store.committed", "store.grow",
                                 "store.grown",      "node.turn",         "node.linked",     "store.open"};

std::vector<Try> all_tries() {
  const char* modes = std::getenv("QLIMS_FAILPOINT_MODES");
  std::vector<Try> tries;
  for (std::string_view left = modes == nullptr ? "crash" : modes; !left.empty();) {
    const std::string mode{left.substr(0, left.find(','))};
    left.remove_prefix(std::min(left.size(), mode.size() + 1));
    for (std::size_t i = 0; i < node_points.size(); ++i) {
      if (i < coordinator_points.size()) tries.push_back({.point = coordinator_points[i], .mode = mode});
      tries.push_back({.point = node_points[i], .mode = mode, .at_coordinator = false});
    }
  }
  return tries;
}

class ArmedProvince {
 public:
  /// `give_up` is what the province was told to look at while it waits for a process.
  ArmedProvince(Province& province, std::atomic<bool>& give_up) : province_(province), give_up_(give_up) {}

  /// Arms the next point when the last one has acted.
  void go_on() {
    if (armed_ && !has_acted() && Clock::now() - since_ < point_patience) return;
    if (armed_) {
      const bool has_had_its_turns = ++tries_[next_].turns == turns_max;
      if (has_acted()) {
        ++acted_;
      } else if (has_had_its_turns) {
        silent_.push_back(now_in_words());
      } else {
        tries_.push_back(Try{now()});
      }
      restart("");
      ++next_;
    }
    armed_ = next_ < tries_.size();
    if (armed_) restart(fmt::format("{}={}", now().point, now().mode));
    since_ = Clock::now();
  }

  [[nodiscard]] std::size_t acted() const { return acted_; }
  [[nodiscard]] const std::vector<std::string>& silent() const { return silent_; }
  [[nodiscard]] std::size_t left() const { return tries_.size() - next_; }

 private:
  [[nodiscard]] const Try& now() const { return tries_[next_]; }
  [[nodiscard]] std::string now_in_words() const {
    return fmt::format("{}={} at the {}", now().point, now().mode, now().at_coordinator ? "coordinator" : "node");
  }
  [[nodiscard]] fs::path log() const {
    const std::string name = now().at_coordinator ? "coordinator" : province_.benches()[0].name;
    return province_.options().directory / "logs" / (name + ".log");
  }
  [[nodiscard]] bool has_acted() const {
    std::ifstream in(log(), std::ios::binary);
    in.seekg(static_cast<std::streamoff>(log_begin_));
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    return text.find("failpoint " + now().point + ":") != std::string::npos;
  }

  // Children inherit our environment. A process that dies while it starts would be waited for in vain.
  void restart(const std::string& points) {
    std::error_code ignored;
    if (!points.empty()) log_begin_ = fs::exists(log()) ? fs::file_size(log(), ignored) : 0;
    ::setenv("QLIMS_FAILPOINTS", points.c_str(), 1);
    std::jthread watcher;
    if (!points.empty()) {
      watcher = std::jthread{[this](const std::stop_token& stop) {
        while (!stop.stop_requested()) {
          std::this_thread::sleep_for(std::chrono::milliseconds{50});
          if (has_acted() && !now().mode.starts_with("sleep")) give_up_ = true;
        }
      }};
    }
    const auto started =
        now().at_coordinator ? province_.kill_and_restart_coordinator() : province_.kill_and_restart_node(0);
    ::setenv("QLIMS_FAILPOINTS", "", 1);
    if (watcher.joinable()) {
      watcher.request_stop();
      watcher.join();
    }
    const bool may_have_died = give_up_.exchange(false);
    EXPECT_TRUE(started || may_have_died) << points << ": " << to_text(started.error());
  }

  Province& province_;
  std::atomic<bool>& give_up_;
  std::vector<Try> tries_ = all_tries();
  std::size_t next_ = 0;
  bool armed_ = false;
  std::uintmax_t log_begin_ = 0;
  Clock::time_point since_;
  std::size_t acted_ = 0;
  std::vector<std::string> silent_;
};

TEST(FailpointsOfTheDaemons, LoseNoVerdictAndCountNoneTwice) {
  crypto::start();
  const fs::path directory = fs::temp_directory_path() / fmt::format("qlims-failpoints-{}", getpid());
  fs::remove_all(directory);
  std::atomic<bool> give_up = false;
  auto province = Province::start({.programs = process::program_folder(),
                                   .reference = QLIMS_SOURCE_DIR,
                                   .directory = directory,
                                   .laboratories = 1,
                                   .divide_by = 40,
                                   .first_port = 18'380,
                                   .stop = &give_up},
                                  [](const std::string&) {});
  ASSERT_TRUE(province) << to_text(province.error());
  const auto reference = (*province)->reference_set();
  ASSERT_TRUE(reference) << to_text(reference.error());
  const std::atomic<bool> stop = false;
  ArmedProvince armed{**province, give_up};
  StaffCounts counts;
  const auto known = work_until_done(**province, *reference, {.photo_share_percent = 2, .weighed_share_percent = 10},
                                     counts, stop, [&](std::uint64_t) { armed.go_on(); });
  ASSERT_TRUE(known) << to_text(known.error());
  const auto check = check_against_recount(**province, *known);
  ASSERT_TRUE(check) << to_text(check.error());
  for (const auto& complaint : check->complaints) ADD_FAILURE() << complaint;
  EXPECT_EQ(check->counted, (*province)->task_count());
  for (const auto& silent : armed.silent()) fmt::print("not reached: {}\n", silent);
  fmt::print("{} failpoints acted, {} were not reached, {} were left when the work was done; {} events, {} verdicts\n",
             armed.acted(), armed.silent().size(), armed.left(), check->events, check->counted);
  EXPECT_GE(armed.acted(), 40U);
  if (!::testing::Test::HasFailure()) fs::remove_all(directory);
}

}  // namespace
}  // namespace lab::province
