#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <charconv>
#include <chrono>
#include <cstdlib>

#include "tests/protocol/journal/folder.hpp"

namespace lab::journal {
namespace {

struct Counts {
  int flushes = 0;
  int dsync_writes = 0;
  long long bytes = 0;
  std::chrono::duration<double, std::milli> took{};
};

class FlushShim : public testing::Test {
 protected:
  Counts run(int commits, const char* settings) {
    const auto folder = folder_.path() / fmt::format("store-{}", ++runs_);
    const auto log = folder_.path() / fmt::format("log-{}", runs_);
    const std::string command =
        fmt::format("{} QLIMS_FLUSH_LOG={} LD_PRELOAD={} ASAN_OPTIONS=verify_asan_link_order=0 {} {} {}", settings,
                    log.string(), FLUSH_SHIM, FLUSH_PROBE, folder.string(), commits);
    const auto begun = std::chrono::steady_clock::now();
    const int status = std::system(command.c_str());
    Counts counts{.took = std::chrono::steady_clock::now() - begun};
    EXPECT_EQ(WEXITSTATUS(status), 0) << command;
    const Bytes text = read_file(log);
    counts.flushes = static_cast<int>(number_after(text, "flushes="));
    counts.dsync_writes = static_cast<int>(number_after(text, "dsync_writes="));
    counts.bytes = number_after(text, "bytes=");
    return counts;
  }

  static long long number_after(const Bytes& text, std::string_view name) {
    const std::size_t at = text.find(name);
    long long number = -1;
    if (at != Bytes::npos) std::from_chars(text.data() + at + name.size(), text.data() + text.size(), number);
    return number;
  }

 private:
  TestFolder folder_;
  int runs_ = 0;
};

TEST_F(FlushShim, ACommitIsExactlyTwoFlushesOneOfThemTheHeaderPage) {
  for (const char* settings : {"QLIMS_FLUSH_MS=0", "QLIMS_FLUSH_REAL=1"}) {
    const Counts few = run(10, settings);
    const Counts many = run(60, settings);
    EXPECT_EQ(many.flushes - few.flushes, 100) << settings;
    EXPECT_EQ(many.dsync_writes - few.dsync_writes, 50) << settings;
    EXPECT_GT(many.bytes - few.bytes, 50 * 10 * 200) << settings;
  }
}

// A lower bound only: a busy machine may always take longer.
TEST_F(FlushShim, EachFlushCostsWhatWasAskedFor) {
  const Counts counts = run(20, "QLIMS_FLUSH_MS=10");
  EXPECT_GE(counts.took.count(), 20 * 2 * 10.0);
}

}  // namespace
}  // namespace lab::journal
