// The failpoints of files, each as a crash, an error and a sleep: the known history of a store, a backup, a restore.
// Whatever was acknowledged is there afterwards, and the same program, started again, gets through.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <csignal>
#include <cstdlib>
#include <fstream>

#include "protocol/base/failpoint.hpp"
#include "protocol/crypto/crypto.hpp"
#include "protocol/journal/backup.hpp"
#include "protocol/journal/blobs.hpp"
#include "tests/protocol/journal/child.hpp"
#include "tests/store/reading.hpp"
#include "tests/store/work_folder.hpp"

namespace lab::faults {
namespace {

namespace fs = std::filesystem;

constexpr unsigned commits = 9;
constexpr std::uint64_t seed = 5;

// As a shell tells it: 128 and the number of the signal.
int run_history(const fs::path& folder, unsigned first, const std::string& failpoints) {
  const int status = std::system(fmt::format("QLIMS_FAILPOINTS='{}' {} {} {} {} {} 2>{}", failpoints, STORE_HISTORY,
                                             folder.string(), seed, first, commits, (folder / "errors").string())
                                     .c_str());
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

std::string text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class FailpointsOfFiles : public ::testing::TestWithParam<std::tuple<const char*, const char*>> {
 protected:
  void SetUp() override { crypto::start(); }
  static std::string point() { return fmt::format("{}={}", std::get<0>(GetParam()), std::get<1>(GetParam())); }
  static bool is(const char* mode) { return std::string_view{std::get<1>(GetParam())}.starts_with(mode); }
};

// The number of the commit that the store shows; fails the test when it shows none of the history.
unsigned reached(const fs::path& folder) {
  const auto states = states_of(seed, commits);
  const auto store = journal::open_lmdb(folder / "store");
  EXPECT_TRUE(store) << to_text(store.error());
  if (!store) return 0;
  EXPECT_NO_THROW(scrub(**store));
  const Records found = read_all(**store);
  for (unsigned number = 0; number <= commits; ++number) {
    if (states[number] == found) return number;
  }
  ADD_FAILURE() << "the store shows no state of the history";
  return 0;
}

class FailpointsOfTheStore : public FailpointsOfFiles {};

TEST_P(FailpointsOfTheStore, LoseNothingThatWasAcknowledged) {
  const WorkFolder folder{"failpoint"};
  const int status = run_history(folder.path(), 1, point());
  EXPECT_NE(text_of(folder.path() / "errors").find("failpoint "), std::string::npos) << "the point was not reached";
  if (is("crash")) {
    EXPECT_EQ(status, 128 + SIGKILL);
  }
  if (is("error")) {
    EXPECT_EQ(status, 3);
  }
  if (is("sleep")) {
    EXPECT_EQ(status, 0);
  }
  unsigned acknowledged = 0;
  std::ifstream acks(folder.path() / "acks");
  for (unsigned number = 0; acks >> number;) acknowledged = number;
  const unsigned there = reached(folder.path());
  EXPECT_GE(there, acknowledged);
  EXPECT_LE(there, acknowledged + 1);
  if (there < commits) {
    EXPECT_EQ(run_history(folder.path(), there + 1, ""), 0) << text_of(folder.path() / "errors");
  }
  EXPECT_EQ(reached(folder.path()), commits);
}

INSTANTIATE_TEST_SUITE_P(
    All, FailpointsOfTheStore,
    ::testing::Combine(::testing::Values("store.open", "store.create.written", "store.create.named", "store.grow",
                                         "store.grown", "store.commit", "store.committed", "blob.write", "blob.flush",
                                         "blob.rename", "blob.named", "mark.write", "mark.rename", "mark.named"),
                       ::testing::Values("crash", "error", "sleep:20")));

class FailpointsOfBackups : public FailpointsOfFiles {};

TEST_P(FailpointsOfBackups, LeaveBothSidesAsTheyWereOrWhole) {
  const WorkFolder folder{"failpoint"};
  const fs::path data = folder.path() / "data";
  const fs::path backup = folder.path() / "backup";
  const fs::path restored = folder.path() / "restored";
  fs::create_directories(data);
  ASSERT_EQ(run_history(data, 1, ""), 0);
  const auto both = [&] {
    const auto made =
        fs::exists(backup / "manifest.txt") ? journal::verify_backup(backup) : journal::make_backup(data, backup);
    if (!made) return 3;
    if (fs::exists(restored)) fs::remove_all(restored);  // as the person who is told that it is unfinished
    return journal::restore_backup(backup, restored) ? 0 : 3;
  };
  const int outcome = journal::run_in_child([&] {
    try {
      return failpoint::arm(point().c_str()) ? both() : 2;
    } catch (const InjectedFailure&) {
      return 4;
    }
  });
  if (is("crash")) {
    EXPECT_EQ(outcome, -SIGKILL);
  }
  if (is("error")) {
    EXPECT_TRUE(outcome == 3 || outcome == 4) << outcome;
  }
  if (is("sleep")) {
    EXPECT_EQ(outcome, 0);
  }
  EXPECT_EQ(reached(data), commits) << "the data were touched";
  if (fs::exists(backup / "manifest.txt")) {
    EXPECT_TRUE(journal::verify_backup(backup));
  }
  if (fs::exists(restored) && !fs::is_empty(restored)) {
    EXPECT_TRUE(fs::exists(restored / "restored")) << "half a restore could be started without its mark";
  }
  EXPECT_EQ(both(), 0);
  EXPECT_EQ(reached(restored), commits);
}

INSTANTIATE_TEST_SUITE_P(All, FailpointsOfBackups,
                         ::testing::Combine(::testing::Values("backup.store", "backup.rest", "backup.manifest",
                                                              "backup.done", "restore.mark", "restore.store",
                                                              "restore.rest", "restore.done"),
                                            ::testing::Values("crash", "error", "sleep:20")));

}  // namespace
}  // namespace lab::faults
