#include "coordinator/app/telling.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace lab::coordinator::app {
namespace {

const UtcTime start = *parse_utc("2013-06-05T02:00:00Z");

// 10,000 lies a second for a minute.
std::size_t lines_of_a_liar(Telling& telling, UtcTime from) {
  std::size_t lines = 0;
  for (int i = 0; i < 600'000; ++i) {
    lines += telling.line("node 7", "say hello", from + Milliseconds{i / 10}).has_value();
  }
  return lines;
}

TEST(Telling, OfOneThatRepeatsItselfIsBounded) {
  Telling telling;
  EXPECT_EQ(lines_of_a_liar(telling, start), lines_per_subject);
}

TEST(Telling, OfOthersIsNotLeftOut) {
  Telling telling;
  lines_of_a_liar(telling, start);
  EXPECT_EQ(telling.line("node 8", "its store was put back", start + Milliseconds{59'999}),
            "node 8: its store was put back");
}

TEST(Telling, SaysHowMuchWasLeftOut) {
  Telling telling;
  lines_of_a_liar(telling, start);
  EXPECT_EQ(telling.line("node 7", "say hello", start + telling_interval),
            "node 7: say hello (599980 lines about it were left out)");
  EXPECT_EQ(telling.line("node 7", "say hello", start + telling_interval), "node 7: say hello");
}

TEST(Telling, ForgetsSubjects) {
  Telling telling;
  for (int i = 0; i < 100'000; ++i) {
    EXPECT_TRUE(telling.line(fmt::format("sample {}", i), "late", start + Milliseconds{i})) << i;
  }
}

}  // namespace
}  // namespace lab::coordinator::app
