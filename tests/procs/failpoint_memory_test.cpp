// The failpoints of forgetting, in real processes at work: a bench PC that was put back and whose stream is sealed, and
// a coordinator that was put back and collects before it gives. One of the processes dies at each point of the way, is
// started again, and finishes what it began. At the end every acknowledged event must be at the coordinator, and an
// independent recount of the raw events must agree with what it counts.
//
//   QLIMS_FAILPOINT_MODES   "crash", or "crash,error,sleep:300" (default: crash)

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/procs/world_test.hpp"

namespace lab::procs {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using nlohmann::json;

constexpr std::uint16_t port = 19'480;
constexpr auto healing_time = 60s;
constexpr auto between = 1'200ms;  // of work, between a backup and what becomes of it

struct Point {
  const char* name;
  bool at_coordinator;
};

// In the order in which they are passed.
constexpr std::array points_of_a_node{
    Point{"rehydration.begin", false}, Point{"resync.give", true},       Point{"rehydration.held", false},
    Point{"rebuilding.forget", false}, Point{"session.seal", false},     Point{"rehydration.fork", false},
    Point{"rebuilding.replay", false}, Point{"rebuilding.aside", false}, Point{"mark.write", false},
    Point{"mark.rename", false},       Point{"mark.named", false},
};
constexpr std::array points_of_the_coordinator{
    "recovery.begin", "coordinator.generation", "mark.write",         "mark.rename",
    "mark.named",     "coordinator.noted",      "recovery.inventory", "recovery.complete",
    "recovery.look",  "recovery.decide",        "recovery.regrant",   "recovery.end"};

class FailpointsOfForgetting : public WorldTest, public ::testing::WithParamInterface<std::string> {
 protected:
  void SetUp() override {
    const auto tries = points_of_a_node.size() + points_of_the_coordinator.size();
    make_world({.folder = fs::temp_directory_path() / fmt::format("qlims-forgetting-{}", ::getpid()),
                .port = port,
                .tasks = static_cast<int>(100 * tries),
                .nodes = 2,
                .per_second = 6,
                .in_hand = 24,
                .seed = 1});
  }

  void restart_nodes() {
    for (int node = 1; node <= world().nodes(); ++node) {
      world().kill(node);
      world().start(node);
    }
  }

  // A backup of a bench PC is put back; a process dies on the way to its next incarnation.
  void put_back_node(int node, const Point& point, const std::string& mode) {
    SCOPED_TRACE(fmt::format("{}={}", point.name, mode));
    const fs::path copy = world().options().folder / "old-node";
    fs::remove_all(copy);
    world().kill(node);
    fs::copy(world().data(node), copy, fs::copy_options::recursive);
    world().start(node);
    std::this_thread::sleep_for(between);
    const auto resyncs = resyncs_of(node);
    world().kill(node);
    fs::remove_all(world().data(node));
    fs::copy(copy, world().data(node), fs::copy_options::recursive);
    // Of a session that it does not know any more the coordinator does not think that it may still be alive.
    if (!point.at_coordinator) {
      world().kill(0);
      world().start(0);
    }
    Armed armed{world(), point.at_coordinator ? 0 : node, {point.name}, mode};
    if (point.at_coordinator) {
      world().wait_for_coordinator();
      world().start(node);
    }
    tally_.note(armed.wait(), point.name, mode);
    armed.disarm();
    if (point.at_coordinator) restart_nodes();  // they would try again within a minute by themselves
    wait_until(fmt::format("node {} goes on", node), healing_time,
               [&] { return resyncs_of(node) > resyncs && world().acks(node).state().rehydrating == 0; });
  }

  // A backup of the coordinator is put back; it dies while it collects what it has forgotten.
  void put_back_coordinator(const std::string& point, const std::string& mode) {
    SCOPED_TRACE(fmt::format("{}={}", point, mode));
    const fs::path backup = world().options().folder / "backup";
    fs::remove_all(backup);
    world().qlims({"backup", "--data", world().data(0).string(), "--out", backup.string()});
    std::this_thread::sleep_for(between);
    world().save_orders();
    const auto generation = world().status().at("generation").get<std::uint64_t>();
    world().kill(0);
    fs::remove_all(world().data(0));
    world().qlims({"restore", "--backup", backup.string(), "--data", world().data(0).string()});
    Armed armed{world(), 0, {point}, mode};
    restart_nodes();
    tally_.note(armed.wait(), point, mode);
    armed.disarm();
    restart_nodes();
    wait_until("the coordinator has recovered", healing_time, [&] {
      const json now = world().status();
      return !now.is_null() && now.at("mode") == "normal" && now.at("generation").get<std::uint64_t>() > generation;
    });
    EXPECT_FALSE(fs::exists(world().data(0) / "restored")) << "the mark of the restore is answered and stays";
  }

  std::uint64_t resyncs_of(int node) {
    const json one = World::node_in(world().status(), node);
    return one.is_null() ? 0 : one.at("resyncs").get<std::uint64_t>();
  }

  Tally tally_;
};

TEST_P(FailpointsOfForgetting, LoseNoVerdictAndCountNoneTwice) try {
  int node = 1;
  for (const Point& point : points_of_a_node) {
    put_back_node(node, point, GetParam());
    node = node % world().nodes() + 1;
  }
  for (const char* point : points_of_the_coordinator) put_back_coordinator(point, GetParam());
  expect_all_counted();
  expect_all_acted(tally_);
} catch (const std::runtime_error& error) {
  FAIL() << error.what();
}

INSTANTIATE_TEST_SUITE_P(Modes, FailpointsOfForgetting, ::testing::ValuesIn(failpoint_modes()),
                         [](const auto& one) { return one.param.substr(0, one.param.find(':')); });

}  // namespace
}  // namespace lab::procs
