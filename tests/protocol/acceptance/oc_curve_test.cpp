#include "protocol/acceptance/oc_curve.hpp"

#include <gtest/gtest.h>
#include <algorithm>
#include <cmath>
#include <random>

namespace lab::acceptance {
namespace {

constexpr std::uint64_t seed = 28281;
constexpr double rounding = 1e-14;  // of a probability next to 1

struct Point {
  std::uint64_t n, ac;
  double p, binomial, poisson;
};

// Summed term by term in 40-digit arithmetic.
constexpr Point points[] = {
    {80, 2, 0.01, 0.95344681426406853, 0.95257740392850977},
    {80, 2, 0.05, 0.2306205049164924, 0.23810330555354434},
    {200, 10, 0.025, 0.98742761477761018, 0.98630473140161706},
    {200, 10, 0.08, 0.069126516219303185, 0.077396015770357085},
    {5, 0, 0.025, 0.881095693359375, 0.8824969025845954},
    {2, 0, 0.5, 0.25, 0.36787944117144232},
    {2000, 21, 0.0065, 0.98620209743381938, 0.98591864392185626},
    {1250, 3, 0.001, 0.96181259047391395, 0.96173094571037771},
    {3150, 1, 0.00025, 0.81328774920806704, 0.81327822775873514},
    {315, 14, 0.1, 0.00022705450811984611, 0.00039302095660806953},
    {32, 1, 0.9, 2.89e-30, 9.2583839078794739e-12},
};

TEST(OcCurve, AgreesWithSumsOfFortyDigits) {
  for (const Point& point : points) {
    EXPECT_NEAR(binomial_pa({point.n, point.ac}, point.p).value() / point.binomial, 1, 1e-12) << point.n;
    EXPECT_NEAR(poisson_pa({point.n, point.ac}, point.p).value() / point.poisson, 1, 1e-12) << point.n;
  }
}

struct Quantile {
  std::uint64_t n, ac;
  double pa, binomial, poisson;
};

// By bisection in 40-digit arithmetic.
constexpr Quantile quantiles[] = {
    {80, 2, 0.95, 0.010297801360077684, 0.010221143089549417},
    {80, 2, 0.5, 0.033285317768189391, 0.033425753921544504},
    {80, 2, 0.1, 0.065159666991629756, 0.066529004222927624},
    {80, 2, 0.000001, 0.21511349719277028, 0.23911460235756054},
    {200, 10, 0.95, 0.031146858789654506, 0.030845036446976611},
    {200, 10, 0.5, 0.053253554969429286, 0.053342612019181579},
    {200, 10, 0.1, 0.075989788173470843, 0.077033205859882588},
    {5, 0, 0.95, 0.010206218313011496, 0.010258658877510107},
    {5, 0, 0.1, 0.36904265551980675, 0.46051701859880914},
    {5, 0, 0.000001, 0.93690426555198068, 2.7631021115928548},
    {1250, 3, 0.95, 0.0010937699148165618, 0.0010930547173998647},
    {1250, 3, 0.1, 0.0053367613442861886, 0.0053446264546046909},
    {2, 1, 0.95, 0.22360679774997897, 0.17768075534933103},
    {2, 1, 0.1, 0.9486832980505138, 1.9448600849337145},
};

TEST(OcCurve, GivesTheQualityBehindAProbabilityToTwelveDigits) {
  for (const Quantile& quantile : quantiles) {
    const OcPlan plan{quantile.n, quantile.ac};
    EXPECT_NEAR(binomial_p(plan, quantile.pa).value() / quantile.binomial, 1, 1e-12) << plan.n << " " << quantile.pa;
    EXPECT_NEAR(poisson_p(plan, quantile.pa).value() / quantile.poisson, 1, 1e-12) << plan.n << " " << quantile.pa;
  }
}

OcPlan random_plan(std::mt19937_64& random) {
  const std::uint64_t n = 1 + random() % 2000;
  return {.n = n, .ac = random() % std::min<std::uint64_t>(n, 45)};
}

double random_share(std::mt19937_64& random) { return static_cast<double>(1 + random() % 998) / 1000; }

TEST(OcCurve, ReturnsToTheProbabilityItCameFrom) {
  std::mt19937_64 random{seed};
  for (int i = 0; i < 5'000; ++i) {
    const OcPlan plan = random_plan(random);
    const double pa = random_share(random);
    EXPECT_NEAR(binomial_pa(plan, binomial_p(plan, pa).value()).value(), pa, 1e-11) << plan.n << " " << plan.ac;
    EXPECT_NEAR(poisson_pa(plan, poisson_p(plan, pa).value()).value(), pa, 1e-11) << plan.n << " " << plan.ac;
  }
}

TEST(OcCurve, FallsWithWorseQualityAndRisesWithTheAcceptanceNumber) {
  std::mt19937_64 random{seed};
  for (int i = 0; i < 5'000; ++i) {
    const OcPlan plan = random_plan(random);
    const OcPlan lenient{.n = plan.n, .ac = plan.ac + 1};
    const double p = random_share(random);
    const double worse = std::min(1.0, p * 1.05);
    EXPECT_LE(binomial_pa(plan, worse).value(), binomial_pa(plan, p).value() + rounding);
    EXPECT_LE(poisson_pa(plan, worse).value(), poisson_pa(plan, p).value() + rounding);
    EXPECT_GE(binomial_pa(lenient, p).value() + rounding, binomial_pa(plan, p).value());
  }
}

TEST(OcCurve, BeginsAtCertaintyAndEndsAtNone) {
  EXPECT_EQ(binomial_pa({80, 2}, 0), 1);
  EXPECT_EQ(binomial_pa({80, 2}, 1), 0);
  EXPECT_EQ(binomial_pa({2, 2}, 1), 1);
  EXPECT_EQ(poisson_pa({80, 2}, 0), 1);
}

struct LotPoint {
  std::uint64_t n, ac, lot_size, defectives;
  double pa;
};

// Ratios of binomial coefficients as whole numbers.
constexpr LotPoint lot_points[] = {
    {80, 2, 1000, 10, 0.96075168155238572},
    {80, 2, 1000, 33, 0.49935616292807191},
    {5, 0, 10, 1, 0.5},
    {20, 1, 25, 6, 0.00011293054771315641},
    {200, 10, 6000, 150, 0.98883043852204289},
    {1250, 21, 500000, 6000, 0.9481936538223661},
    {50, 0, 60, 2, 0.025423728813559322},
    {50, 3, 60, 30, 0.0},
};

TEST(OcCurveOfALot, AgreesWithRatiosOfBinomialCoefficients) {
  for (const LotPoint& point : lot_points) {
    const double pa = hypergeometric_pa({point.n, point.ac}, point.lot_size, point.defectives).value();
    EXPECT_NEAR(pa, point.pa, 1e-12 * std::max(point.pa, 1e-300)) << point.n << " of " << point.lot_size;
  }
}

TEST(OcCurveOfALot, IsCertainWhereTheSampleIsTheLot) {
  for (std::uint64_t defectives = 0; defectives <= 10; ++defectives) {
    EXPECT_EQ(hypergeometric_pa({10, 3}, 10, defectives), defectives <= 3 ? 1 : 0);
  }
}

TEST(OcCurveOfALot, TendsToTheBinomialInLargeLots) {
  EXPECT_NEAR(hypergeometric_pa({80, 2}, 1'000'000'000'000, 10'000'000'000).value(), 0.95344681426406853, 1e-9);
}

TEST(OcCurveOfALot, FallsWithEveryFurtherItem) {
  double before = 1;
  for (std::uint64_t defectives = 0; defectives <= 300; ++defectives) {
    const double pa = hypergeometric_pa({50, 3}, 300, defectives).value();
    EXPECT_LE(pa, before) << defectives;
    before = pa;
  }
}

TEST(OcCurveOfALot, NamesTheLastCountThatReachesAProbability) {
  std::mt19937_64 random{seed};
  for (int i = 0; i < 500; ++i) {
    const std::uint64_t lot_size = 2 + random() % 500;
    const OcPlan plan{.n = 1 + random() % lot_size, .ac = random() % 5};
    const double pa = random_share(random);
    const std::uint64_t count = hypergeometric_defectives(plan, lot_size, pa).value();
    EXPECT_GE(hypergeometric_pa(plan, lot_size, count).value(), pa);
    if (count < lot_size) {
      EXPECT_LT(hypergeometric_pa(plan, lot_size, count + 1).value(), pa);
    }
  }
}

TEST(OcCurve, RefusesWhatMakesNoSense) {
  EXPECT_EQ(binomial_pa({0, 0}, 0.1).error().where, "n");
  EXPECT_EQ(binomial_pa({80, 2}, 1.1).error().where, "p");
  EXPECT_EQ(binomial_pa({80, 2}, -0.1).error().where, "p");
  EXPECT_EQ(binomial_pa({80, 2}, std::nan("")).error().where, "p");
  EXPECT_EQ(poisson_pa({80, 2}, -0.1).error().where, "p");
  EXPECT_EQ(poisson_pa({80, 2}, HUGE_VAL).error().where, "p");
  EXPECT_EQ(binomial_p({80, 2}, 0).error().where, "pa");
  EXPECT_EQ(poisson_p({80, 2}, 1).error().where, "pa");
  EXPECT_EQ(binomial_p({2, 2}, 0.5).error().where, "ac");
  EXPECT_EQ(hypergeometric_pa({11, 2}, 10, 0).error().where, "n");
  EXPECT_EQ(hypergeometric_pa({5, 2}, 10, 11).error().where, "defectives");
  EXPECT_EQ(hypergeometric_defectives({5, 2}, 10, 0).error().where, "pa");
}

}  // namespace
}  // namespace lab::acceptance
