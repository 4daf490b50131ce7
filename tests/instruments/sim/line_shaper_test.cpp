// Each fault of the line shaper alone, at chance 1, and that a seed is all there is to chance.

#include "instruments/sim/line_shaper.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>

namespace lab::sim {
namespace {

using namespace std::chrono_literals;

constexpr UtcTime start{1'000'000ms};
const Bytes frame =
    "\x02"
    "1H|text\r\x03"
    "00\r\n";

Bytes through(LineQuality quality, const Bytes& segment = frame) {
  LineShaper shaper{quality, 7};
  shaper.push(segment, start);
  return shaper.take(start + 1h);
}

TEST(LineShaper, AGoodLineChangesNothing) {
  LineShaper shaper{{}, 7};
  shaper.push(frame, start);
  EXPECT_EQ(shaper.take(start), frame);
  EXPECT_FALSE(shaper.wake_at());
  EXPECT_EQ(shaper.take(start + 1h), "");
}

TEST(LineShaper, EachOctetTakesTenBitsOfTheBaudRate) {
  LineShaper shaper{{.baud = 1200}, 7};
  shaper.push(Bytes(120, 'x'), start);
  EXPECT_EQ(shaper.wake_at(), start + 8ms);
  EXPECT_EQ(shaper.take(start + 500ms).size(), 60U);
  EXPECT_EQ(shaper.take(start + 999ms).size(), 59U);
  EXPECT_EQ(shaper.take(start + 1000ms).size(), 1U);
}

TEST(LineShaper, AFlipChangesOneBit) {
  const Bytes got = through({.flip = 1});
  ASSERT_EQ(got.size(), frame.size());
  int bits = 0;
  for (std::size_t i = 0; i < frame.size(); ++i) bits += std::popcount(static_cast<unsigned char>(got[i] ^ frame[i]));
  EXPECT_EQ(bits, 1);
}

TEST(LineShaper, ADropLosesOneOctetAndALossEverything) {
  EXPECT_EQ(through({.drop = 1}).size(), frame.size() - 1);
  EXPECT_EQ(through({.drop = 1}, "\x06"), "");
  EXPECT_EQ(through({.lose = 1}), "");
}

TEST(LineShaper, ADuplicateAndStrayOctetsAdd) {
  EXPECT_EQ(through({.duplicate = 1}).size(), frame.size() + 1);
  const Bytes got = through({.stray = 1});
  EXPECT_GT(got.size(), frame.size());
  EXPECT_LE(got.size(), frame.size() + 3);
  EXPECT_TRUE(got.ends_with(frame));
}

TEST(LineShaper, ASplitComesInTwoPieces) {
  LineShaper shaper{{.split = 1, .gap = 5ms}, 7};
  shaper.push(frame, start);
  const Bytes first = shaper.take(start);
  EXPECT_LT(first.size(), frame.size());
  EXPECT_FALSE(first.empty());
  EXPECT_EQ(first + shaper.take(start + 5ms), frame);
}

TEST(LineShaper, AMergedSegmentComesWithTheNextOrAfterItsTime) {
  LineShaper shaper{{.merge = 1, .held = 50ms}, 7};
  shaper.push(frame, start);
  EXPECT_EQ(shaper.take(start + 49ms), "");
  EXPECT_EQ(shaper.wake_at(), start + 50ms);
  shaper.push("next", start + 49ms);
  EXPECT_EQ(shaper.take(start + 99ms), frame + "next");
}

TEST(LineShaper, AStallDelaysTheSegmentAndWhatFollows) {
  LineShaper shaper{{.stall = 1, .stalled = 500ms}, 7};
  shaper.push("a", start);
  EXPECT_EQ(shaper.take(start + 499ms), "");
  shaper.push("b", start + 499ms);
  EXPECT_EQ(shaper.take(start + 500ms), "a");
  EXPECT_EQ(shaper.take(start + 1000ms), "b");
}

TEST(LineShaper, ABreakEndsTheSegmentWithANul) {
  const Bytes got = through({.line_break = 1});
  ASSERT_FALSE(got.empty());
  EXPECT_EQ(got.back(), '\0');
  EXPECT_TRUE(frame.starts_with(got.substr(0, got.size() - 1)));
}

TEST(LineShaper, AVanishedLineCarriesNothingUntilItIsNew) {
  LineShaper shaper{{.vanish = 1}, 7};
  shaper.push(frame, start);
  EXPECT_TRUE(shaper.vanished());
  EXPECT_EQ(shaper.take(start + 1h), "");
  shaper.reset();
  EXPECT_FALSE(shaper.vanished());
}

TEST(LineShaper, TheSameSeedGivesTheSameFaultsAndChancesAreMet) {
  const LineQuality quality{.flip = 0.01, .drop = 0.01, .lose = 0.01};
  LineShaper one{quality, 42};
  LineShaper two{quality, 42};
  LineShaper other{quality, 43};
  Bytes from_one;
  Bytes from_two;
  Bytes from_other;
  for (int i = 0; i < 20'000; ++i) {
    for (auto& [shaper, bytes] :
         {std::pair{&one, &from_one}, std::pair{&two, &from_two}, std::pair{&other, &from_other}}) {
      shaper->push(frame, start);
      *bytes += shaper->take(start);
    }
  }
  EXPECT_EQ(from_one, from_two);
  EXPECT_NE(from_one, from_other);
  for (const std::uint64_t count : {one.counts().flips, one.counts().drops, one.counts().losses}) {
    EXPECT_GT(count, 140U);  // 200 expected, standard deviation 14
    EXPECT_LT(count, 260U);
  }
}

}  // namespace
}  // namespace lab::sim
