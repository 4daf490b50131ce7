// Real processes, killed with SIGKILL twenty times at random moments in the middle of a run: every acknowledged verdict
// is there in the end, and none is counted twice. The oracle recounts from raw bytes.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>
#include <atomic>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <random>
#include <thread>

#include "protocol/crypto/crypto.hpp"
#include "tests/where.hpp"
#include "tools/process/child.hpp"
#include "tools/province/run.hpp"

namespace lab::province {
namespace {

namespace fs = std::filesystem;

constexpr int kills = 20;

class KilledProvince : public ::testing::Test {
 protected:
  void SetUp() override {
    crypto::start();
    fs::remove_all(directory);
  }
  void TearDown() override {
    if (!HasFailure()) fs::remove_all(directory);
  }

  ProvinceOptions options() const {
    return {.programs = process::program_folder(),
            .reference = QLIMS_SOURCE_DIR,
            .directory = directory,
            .laboratories = 5,
            .divide_by = 100,
            .first_port = 18'080};
  }

  fs::path directory = fs::temp_directory_path() / fmt::format("qlims-kill-test-{}", getpid());
};

// Small appliances are inspected as lots.
std::uint64_t lots_in(const Province& province) {
  const auto summary = province.coordinator_api().get("/api/v1/summary?by=category");
  EXPECT_TRUE(summary) << to_text(summary.error());
  std::uint64_t lots = 0;
  for (const auto& row : summary->at("rows")) {
    if (row.at("category") != "C3") continue;
    for (const char* outcome : {"pass", "fail", "problem", "undetermined"}) {
      lots += row.at(outcome).get<std::uint64_t>();
    }
  }
  return lots;
}

TEST_F(KilledProvince, LosesNoVerdictAndCountsNoneTwice) {
  auto province = Province::start(options(), [](const std::string&) {});
  ASSERT_TRUE(province) << to_text(province.error());
  const auto reference = (*province)->reference_set();
  ASSERT_TRUE(reference) << to_text(reference.error());

  std::random_device seed_source;
  const std::uint64_t seed = seed_source();
  std::mt19937_64 random{seed};
  SCOPED_TRACE(fmt::format("seed {}", seed));
  int killed = 0;
  const auto kill_something = [&](std::uint64_t) {
    if (killed == kills) return;
    std::this_thread::sleep_for(std::chrono::milliseconds{random() % 700});
    const auto victim = random() % ((*province)->benches().size() + 1);
    const auto restarted =
        victim == 0 ? (*province)->kill_and_restart_coordinator() : (*province)->kill_and_restart_node(victim - 1);
    ASSERT_TRUE(restarted) << to_text(restarted.error());
    ++killed;
  };
  StaffCounts counts;
  const std::atomic<bool> stop = false;
  const auto known = work_until_done(**province, *reference, {.photo_share_percent = 20}, counts, stop, kill_something);
  ASSERT_TRUE(known) << to_text(known.error());
  EXPECT_EQ(killed, kills) << "the run was over before every kill could be made";
  const auto check = check_against_recount(**province, *known);
  ASSERT_TRUE(check) << to_text(check.error());
  for (const auto& complaint : check->complaints) ADD_FAILURE() << complaint;
  EXPECT_EQ(check->counted, (*province)->task_count());
  EXPECT_EQ(check->weighed + lots_in(**province), (*province)->task_count()) << "of lots nothing is weighed";
  fmt::print("{} kills, {} events, {} verdicts, {} cells compared\n", killed, check->events, check->counted,
             check->cells);
}

}  // namespace
}  // namespace lab::province
