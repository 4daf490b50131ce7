#include "coordinator/statistics/trend.hpp"

#include <gtest/gtest.h>
#include <cmath>

namespace lab::statistics {
namespace {

TEST(StratifiedRate, WeighsByProductionNotBySamples) {
  const std::vector<Stratum> strata{{"甲", 9'000, 10, 9}, {"乙", 1'000, 90, 45}};
  const auto rate = stratified_rate(strata);
  ASSERT_TRUE(rate.has_value());
  EXPECT_NEAR(rate->pooled, 0.54, 1e-12);
  EXPECT_NEAR(rate->weighted, 0.9 * 0.9 + 0.1 * 0.5, 1e-12);
  const double variance = 0.81 * (1 - 10.0 / 9000) * 0.9 * 0.1 / 9 + 0.01 * (1 - 90.0 / 1000) * 0.25 / 89;
  EXPECT_NEAR(rate->standard_error, std::sqrt(variance), 1e-12);
}

TEST(StratifiedRate, OfACensusDoesNotVary) {
  const std::vector<Stratum> strata{{"甲", 20, 20, 19}, {"乙", 1, 1, 1}};
  EXPECT_EQ(stratified_rate(strata)->standard_error, 0);
}

TEST(StratifiedRate, NamesTheStratumThatMakesNoSense) {
  for (const Stratum& bad : {Stratum{"乙", 10, 0, 0}, {"乙", 10, 5, 6}, {"乙", 4, 5, 5}, {"乙", 10, 1, 1}}) {
    const std::vector<Stratum> strata{{"甲", 10, 5, 5}, bad};
    const auto rate = stratified_rate(strata);
    ASSERT_FALSE(rate.has_value());
    EXPECT_EQ(rate.error().where, "stratum 乙");
  }
  EXPECT_FALSE(stratified_rate({}).has_value());
}

TEST(Cusum, ClimbsByWhatIsLeftOfOneAndNeverFallsBelowZero) {
  const auto signal = bernoulli_cusum({false, true, false}, 0.04, 0.08, 10);
  ASSERT_TRUE(signal.has_value());
  const double k = 0.0578486085887;  // for 4 % against 8 %
  EXPECT_EQ(signal->path[0], 0);
  EXPECT_NEAR(signal->path[1], 1 - k, 1e-12);
  EXPECT_NEAR(signal->path[2], 1 - 2 * k, 1e-12);
  EXPECT_FALSE(signal->at.has_value());
}

TEST(Cusum, GivesAlarmAtTheFirstCrossingOnly) {
  const auto signal = bernoulli_cusum({false, true, true, true}, 0.04, 0.08, 1.5);
  EXPECT_EQ(signal->at, 2U);
}

TEST(Cusum, RefusesRatesOutOfOrder) {
  EXPECT_FALSE(bernoulli_cusum({true}, 0.08, 0.04, 1).has_value());
  EXPECT_FALSE(bernoulli_cusum({true}, 0, 0.04, 1).has_value());
  EXPECT_FALSE(bernoulli_cusum({true}, 0.04, 0.08, 0).has_value());
}

TEST(Ewma, UsesTheExactVarianceOfTheFirstSteps) {
  // After one step the level is 0.04 + 0.1 x 0.96 and sigma is 0.1 sqrt(0.04 x 0.96).
  const double sigma = 0.1 * std::sqrt(0.04 * 0.96);
  EXPECT_EQ(ewma({true}, 0.04, 0.1, 0.096 / sigma * 0.999)->at, 0U);
  EXPECT_FALSE(ewma({true}, 0.04, 0.1, 0.096 / sigma * 1.001)->at.has_value());
  EXPECT_NEAR(ewma({true, false}, 0.04, 0.1, 3)->path[1], 0.9 * 0.136, 1e-12);
}

TEST(Ewma, RefusesParametersOutOfRange) {
  EXPECT_FALSE(ewma({true}, 0.04, 0, 3).has_value());
  EXPECT_FALSE(ewma({true}, 1, 0.1, 3).has_value());
  EXPECT_FALSE(ewma({true}, 0.04, 0.1, 0).has_value());
}

}  // namespace
}  // namespace lab::statistics
