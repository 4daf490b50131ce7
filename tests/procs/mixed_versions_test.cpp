// Programs of two versions in one province, in real processes at work: it is upgraded in the middle of its traffic, one
// process after the other, and one of them goes back. At the end every acknowledged event must be at the coordinator,
// and an independent recount must agree.
//
//   QLIMS_OLD_PROGRAMS   folder with `coordinator` and `procs_node` of the version before; without it this one is
//                        exchanged for itself, as long as there has been no other (docs/decisions/0061)

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/procs/world_test.hpp"

namespace lab::procs {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr std::uint16_t port = 19'680;
constexpr auto between = 2s;

class MixedVersions : public WorldTest {
 protected:
  void SetUp() override {
    const char* folder = std::getenv("QLIMS_OLD_PROGRAMS");
    if (folder != nullptr) before = folder;
    make_world({.folder = fs::temp_directory_path() / fmt::format("qlims-versions-{}", ::getpid()),
                .port = port,
                .tasks = 600,
                .nodes = 3,
                .per_second = 8,
                .in_hand = 24,
                .seed = 1,
                .programs = before});
  }
  void become(int member, const fs::path& programs) {
    world().kill(member);
    world().use_programs(member, programs);
    world().start(member);
    if (member == 0) {
      for (int node = 1; node <= world().nodes(); ++node) {  // they would try again within a minute by themselves
        world().kill(node);
        world().start(node);
      }
    }
    world().wait_for_nodes();
    const auto acknowledged = world().acknowledged_verdicts();
    wait_until("work goes on", 60s,
               [&] { return world().acknowledged_verdicts() > acknowledged || world().tasks_in("judged") >= 600; });
    std::this_thread::sleep_for(between);
  }

  fs::path now = process::program_folder();
  fs::path before = now;
};

TEST_F(MixedVersions, TheProvinceFirstAndItsLaboratoriesOneByOne) try {
  become(0, now);
  become(1, now);
  become(2, now);
  become(1, before);  // what was wrong with the new one is another matter
  become(1, now);
  expect_all_counted();  // the third laboratory has not come to it
} catch (const std::runtime_error& error) {
  FAIL() << error.what();
}

TEST_F(MixedVersions, TheLaboratoriesFirstAndTheProvinceBack) try {
  become(1, now);
  become(2, now);
  become(0, now);
  become(0, before);
  expect_all_counted();
} catch (const std::runtime_error& error) {
  FAIL() << error.what();
}

}  // namespace
}  // namespace lab::procs
