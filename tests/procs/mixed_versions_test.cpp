// Programs of two versions in one province, in real processes at work: it is upgraded in the middle of its traffic, one
// process after the other, and one of them goes back. At the end every acknowledged event must be at the coordinator,
// and an independent recount must agree.
//
//   QLIMS_OLD_PROGRAMS   folder with `coordinator` and `procs_node` of the version before; without it nothing is tried

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <thread>

#include "protocol/crypto/crypto.hpp"
#include "tests/procs/checker.hpp"
#include "tests/procs/world.hpp"

namespace lab::procs {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr std::uint16_t port = 19'680;
constexpr auto between = 2s;

class MixedVersions : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* folder = std::getenv("QLIMS_OLD_PROGRAMS");
    if (folder == nullptr) GTEST_SKIP() << "QLIMS_OLD_PROGRAMS names no programs of the version before";
    before = folder;
    crypto::start();
    world = std::make_unique<World>(
        WorldOptions{.folder = fs::temp_directory_path() / fmt::format("qlims-versions-{}", ::getpid()),
                     .port = port,
                     .tasks = 600,
                     .nodes = 3,
                     .per_second = 8,
                     .in_hand = 24,
                     .seed = 1,
                     .programs = before});
  }
  void become(int member, const fs::path& programs) {
    world->kill(member);
    world->use_programs(member, programs);
    world->start(member);
    if (member == 0) {
      for (int node = 1; node <= world->nodes(); ++node) {  // they would try again within a minute by themselves
        world->kill(node);
        world->start(node);
      }
    }
    world->wait_for_nodes();
    const auto acknowledged = world->acknowledged_verdicts();
    wait_until("work goes on", 60s,
               [&] { return world->acknowledged_verdicts() > acknowledged || world->tasks_in("judged") >= 600; });
    std::this_thread::sleep_for(between);
  }
  void judge_all() {
    come_to_rest(*world);
    const Judgement judgement = judge(*world);
    for (const auto& complaint : judgement.complaints) ADD_FAILURE() << complaint;
    EXPECT_EQ(judgement.counted, 600U);
    fmt::print("{} events of {} verdicts acknowledged, {} counted, {} lost, {} counted twice\n", judgement.events,
               judgement.acknowledged, judgement.counted, judgement.lost.size(), judgement.counted_twice);
  }
  void TearDown() override {
    if (!world) return;
    const fs::path folder = world->options().folder;
    world.reset();
    if (!HasFailure()) fs::remove_all(folder);
  }

  fs::path before;
  fs::path now = process::program_folder();
  std::unique_ptr<World> world;
};

TEST_F(MixedVersions, TheProvinceFirstAndItsLaboratoriesOneByOne) try {
  become(0, now);
  become(1, now);
  become(2, now);
  become(1, before);  // what was wrong with the new one is another matter
  become(1, now);
  judge_all();  // the third laboratory has not come to it
} catch (const std::runtime_error& error) {
  FAIL() << error.what();
}

TEST_F(MixedVersions, TheLaboratoriesFirstAndTheProvinceBack) try {
  become(1, now);
  become(2, now);
  become(0, now);
  become(0, before);
  judge_all();
} catch (const std::runtime_error& error) {
  FAIL() << error.what();
}

}  // namespace
}  // namespace lab::procs
