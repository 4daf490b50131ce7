#include "coordinator/statistics/counts.hpp"

#include <gtest/gtest.h>

namespace lab::statistics {
namespace {

const Decimal target = Decimal::parse("0.96").value();

TEST(PassRate, LeavesUndeterminedSamplesOutOfTheRateButInTheTotal) {
  const Counts counts{.pass = 90, .fail = 8, .problem = 2, .undetermined = 50};
  EXPECT_EQ(passed_rate(counts), (Ratio{90, 100}));
  EXPECT_EQ(counts.total(), 150U);
}

TEST(PassRate, MergesByAddingInAnyOrder) {
  const Counts a{1, 2, 3, 4};
  const Counts b{10, 20, 30, 40};
  Counts ab = a;
  ab += b;
  Counts ba = b;
  ba += a;
  EXPECT_EQ(ab, (Counts{11, 22, 33, 44}));
  EXPECT_EQ(ab, ba);
}

TEST(PassRate, ThatPrintsTheTargetMayStillMissIt) {
  EXPECT_EQ(percent_text({17'271, 18'000}), "96.0");
  EXPECT_EQ(reaches({17'271, 18'000}, target), false);
  EXPECT_EQ(reaches({17'279, 18'000}, target), false);
  EXPECT_EQ(reaches({17'280, 18'000}, target), true);
}

TEST(PassRate, OfAFewJudgedSamplesIsMarked) {
  EXPECT_TRUE(is_small({.pass = 29, .undetermined = 50}, comparable_from_usual)) << "undetermined ones do not help";
  EXPECT_FALSE(is_small({.pass = 28, .fail = 1, .problem = 1}, comparable_from_usual));
  EXPECT_FALSE(is_small({.undetermined = 3}, comparable_from_usual)) << "there is no rate to mark";
  EXPECT_FALSE(is_small({.pass = 1}, 1));
}

TEST(PassRate, IsUndefinedWhenNothingWasJudged) {
  EXPECT_EQ(reaches({0, 0}, target), std::nullopt);
  EXPECT_EQ(percent_text({0, 0}), "—");
}

TEST(PassRate, RefusesATargetThatIsNoShare) {
  EXPECT_EQ(reaches({1, 1}, Decimal::parse("96").value()), std::nullopt);
  EXPECT_EQ(reaches({1, 1}, Decimal::parse("-0.1").value()), std::nullopt);
  EXPECT_EQ(reaches({1, 1}, Decimal::parse("0.9600000000001").value()), std::nullopt);
  EXPECT_EQ(reaches({1, 1}, Decimal::parse("1.00").value()), true);
}

TEST(PassRate, IsRoundedOnceHalfToEven) {
  EXPECT_EQ(percent_text({1, 8}, 1), "12.5");
  EXPECT_EQ(percent_text({1, 8}, 0), "12");
  EXPECT_EQ(percent_text({3, 8}, 0), "38");    // 37.5 to even
  EXPECT_EQ(percent_text({1, 16}, 1), "6.2");  // 6.25 to even
  EXPECT_EQ(percent_text({3, 16}, 1), "18.8");
  EXPECT_EQ(percent_text({2, 3}, 2), "66.67");
  EXPECT_EQ(percent_text({99'949, 100'000}, 1), "99.9");  // not 99.95 and then 100.0
  EXPECT_EQ(percent_text({1'999, 2'000}, 1), "100.0");    // 99.95 exactly, to even
  EXPECT_EQ(percent_text({0, 5}), "0.0");
  EXPECT_EQ(percent_text({5, 5}), "100.0");
}

}  // namespace
}  // namespace lab::statistics
