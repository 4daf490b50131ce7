#include "protocol/quality/precision.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <cmath>

#include "tests/protocol/quality/values.hpp"

namespace lab::testing {
namespace {

using quality::horwitz_rsd;
using quality::recovery;
using quality::relative_difference;

TEST(RelativeDifference, IsOfTheMean) {
  EXPECT_NEAR(relative_difference(dec("0.050"), dec("0.054"))->percent(), 0.004 / 0.052 * 100, 1e-12);
  EXPECT_EQ(relative_difference(dec("3"), dec("3.0"))->percent(), 0);
  EXPECT_EQ(relative_difference(dec("0"), dec("3"))->percent(), 200);
}

TEST(RelativeDifference, MeetsItsLimitExactly) {
  // 9 and 11: the difference is exactly 20 % of the mean.
  const auto ratio = relative_difference(dec("0.9"), dec("1.1"));
  EXPECT_EQ(ratio->at_most(dec("20")), true);
  EXPECT_EQ(ratio->at_least(dec("20")), true);
  EXPECT_EQ(ratio->at_most(dec("19.9999999999999999999")), false);
}

TEST(RelativeDifference, IsUndefinedWithoutAPositiveMean) {
  EXPECT_FALSE(relative_difference(dec("0"), dec("0.00")).has_value());
  EXPECT_FALSE(relative_difference(dec("-3"), dec("1")).has_value());
  EXPECT_EQ(relative_difference(dec("1e40"), dec("1e-40")).error().code, ErrorCode::too_large);
}

TEST(Recovery, SubtractsWhatWasThereBefore) {
  EXPECT_NEAR(recovery(dec("0.095"), dec("0.010"), dec("0.100"))->percent(), 85, 1e-12);
  EXPECT_NEAR(recovery(dec("0.005"), dec("0.010"), dec("0.100"))->percent(), -5, 1e-12);
}

TEST(Recovery, MeetsItsLimitExactly) {
  // 0.09 - 0.01 is not 0.08 in binary; the decimal is exactly 80 %.
  EXPECT_EQ(recovery(dec("0.09"), dec("0.01"), dec("0.1"))->at_least(dec("80")), true);
  EXPECT_EQ(recovery(dec("0.09"), dec("0.01"), dec("0.1"))->at_most(dec("80")), true);
}

TEST(Recovery, NeedsSomethingAdded) {
  EXPECT_EQ(recovery(dec("1"), dec("1"), dec("0.0")).error().where, "added");
  EXPECT_FALSE(recovery(dec("1"), dec("1"), dec("-1")).has_value());
}

TEST(Horwitz, FollowsTheCurveAndStopsRisingAtTheTrace) {
  EXPECT_NEAR(*horwitz_rsd(dec("1")), 2, 1e-12);
  EXPECT_NEAR(*horwitz_rsd(dec("0.01")), 4, 1e-12);
  EXPECT_NEAR(*horwitz_rsd(dec("0.000001")), 16, 1e-12);
  EXPECT_NEAR(*horwitz_rsd(dec("1.2e-7")), std::exp2(1 - 0.5 * std::log10(1.2e-7)), 1e-12);
  EXPECT_EQ(*horwitz_rsd(dec("0.000000119999")), 22);
  EXPECT_EQ(*horwitz_rsd(dec("1e-9")), 22);
  EXPECT_EQ(quality::horrat(12, 16), 0.75);
}

TEST(Horwitz, RefusesWhatIsNoMassFraction) {
  for (const char* text : {"0", "-0.1", "1.0000001", "50"}) EXPECT_FALSE(horwitz_rsd(dec(text)).has_value()) << text;
}

TEST(PrecisionProperty, DuplicatesMayBeSwappedAndScaled) {
  EXPECT_TRUE(rc::check([] {
    const auto a = *rc::gen::inRange(0, 1'000'000);
    const auto b = *rc::gen::inRange(1, 1'000'000);
    const auto limit = Decimal{*rc::gen::inRange(0, 250), 0};
    const auto shift = *rc::gen::inRange(-9, 9);
    const auto one = relative_difference(Decimal{a, 0}, Decimal{b, 0});
    const auto other = relative_difference(Decimal{b, shift}, Decimal{a, shift});
    RC_ASSERT(one.has_value());
    RC_ASSERT(other.has_value());
    RC_ASSERT(one->percent() >= 0);
    RC_ASSERT(one->percent() <= 200);
    RC_ASSERT(one->at_most(limit).has_value());
    RC_ASSERT(one->at_most(limit) == other->at_most(limit));
    RC_ASSERT(one->at_least(limit) == other->at_least(limit));
    RC_ASSERT((*one->at_most(limit) || *one->at_least(limit)));
  }));
}

TEST(PrecisionProperty, ARecoveryOfWhatWasAddedIsAHundredPercent) {
  EXPECT_TRUE(rc::check([] {
    const Decimal native{*rc::gen::inRange(0, 1'000'000), *rc::gen::inRange(-6, 3)};
    const Decimal added{*rc::gen::inRange(1, 1'000'000), *rc::gen::inRange(-6, 3)};
    const auto recovered = recovery(native.plus(added).value(), native, added);
    RC_ASSERT(recovered.has_value());
    RC_ASSERT(*recovered->at_least(Decimal{100, 0}));
    RC_ASSERT(*recovered->at_most(Decimal{100, 0}));
  }));
}

}  // namespace
}  // namespace lab::testing
