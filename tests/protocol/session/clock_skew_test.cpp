// How far the clock of the other side is off, whatever it says.

#include "protocol/session/clock_skew.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace lab::session {
namespace {

using std::chrono::minutes;

const UtcTime ours = *parse_utc("2013-07-01T02:00:00Z");

TEST(ClockSkew, IsNewsOnceWhileItIsLarge) {
  ClockSkew skew;
  EXPECT_FALSE(skew.hear(ours + clock_skew_max, ours));
  EXPECT_EQ(skew.ahead(), Milliseconds{0});
  EXPECT_TRUE(skew.hear(ours - minutes{6}, ours));
  EXPECT_EQ(skew.ahead(), -minutes{6});
  EXPECT_FALSE(skew.hear(ours - minutes{7}, ours));
  EXPECT_FALSE(skew.hear(UtcTime{}, ours)) << "one that has not said";
  EXPECT_EQ(skew.ahead(), -minutes{7});
}

TEST(ClockSkew, OfAClockThatShowsNoTimeAtAllIsBounded) {
  constexpr auto most = std::numeric_limits<Milliseconds::rep>::max();
  constexpr auto least = std::numeric_limits<Milliseconds::rep>::min();
  ClockSkew skew;
  EXPECT_TRUE(skew.hear(UtcTime{Milliseconds{least}}, ours));
  EXPECT_EQ(skew.ahead(), UtcTime{} - ours);
  EXPECT_FALSE(skew.hear(UtcTime{Milliseconds{most}}, ours));
  EXPECT_EQ(skew.ahead(), ClockSkew::clock_last - ours);
}

TEST(ClockSkew, IsSaidInWholeSecondsWithoutASign) {
  EXPECT_EQ(words_of(minutes{6} + Milliseconds{999}), "360 s ahead of");
  EXPECT_EQ(words_of(-minutes{6}), "360 s behind");
}

}  // namespace
}  // namespace lab::session
