// What holds of every interval and test, over random counts.

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <cmath>

#include "coordinator/statistics/counts.hpp"
#include "coordinator/statistics/interval.hpp"
#include "coordinator/statistics/trend.hpp"

namespace lab::statistics {
namespace {

constexpr IntervalMethod methods[] = {IntervalMethod::wilson, IntervalMethod::wilson_cc,
                                      IntervalMethod::clopper_pearson, IntervalMethod::jeffreys};

struct Sample {
  std::uint64_t passed = 0;
  std::uint64_t total = 1;
};

Sample any_sample() {
  const auto total = *rc::gen::inRange<std::uint64_t>(1, 20'000);
  return {.passed = *rc::gen::inRange<std::uint64_t>(0, total + 1), .total = total};
}

double any_confidence() { return *rc::gen::inRange(50, 1000) / 1000.0; }

TEST(IntervalProperty, FailuresMirrorPasses) {
  EXPECT_TRUE(rc::check([] {
    const auto [passed, total] = any_sample();
    const double confidence = any_confidence();
    for (const auto method : methods) {
      const auto passes = interval(passed, total, confidence, method);
      const auto failures = interval(total - passed, total, confidence, method);
      RC_ASSERT(std::abs(passes->low - (1 - failures->high)) < 1e-9);
      RC_ASSERT(std::abs(passes->high - (1 - failures->low)) < 1e-9);
    }
  }));
}

TEST(IntervalProperty, MoreConfidenceIsNeverNarrower) {
  EXPECT_TRUE(rc::check([] {
    const auto [passed, total] = any_sample();
    const double confidence = any_confidence();
    for (const auto method : methods) {
      const auto narrow = interval(passed, total, confidence, method);
      const auto wide = interval(passed, total, confidence + 0.0009, method);
      RC_ASSERT(wide->low <= narrow->low + 1e-12);
      RC_ASSERT(wide->high >= narrow->high - 1e-12);
    }
  }));
}

TEST(IntervalProperty, OneMorePassMovesBothEndsUp) {
  EXPECT_TRUE(rc::check([] {
    const auto [passed, total] = any_sample();
    RC_PRE(passed < total);
    const double confidence = any_confidence();
    for (const auto method : methods) {
      const auto before = interval(passed, total, confidence, method);
      const auto after = interval(passed + 1, total, confidence, method);
      RC_ASSERT(after->low >= before->low);
      RC_ASSERT(after->high >= before->high);
    }
  }));
}

TEST(IntervalProperty, TheCorrectedOneHoldsTheUncorrectedAndTheExactOneHoldsJeffreys) {
  EXPECT_TRUE(rc::check([] {
    const auto [passed, total] = any_sample();
    const double confidence = any_confidence();
    const auto holds = [passed = passed, total = total, confidence](IntervalMethod outer, IntervalMethod inner) {
      const auto wide = interval(passed, total, confidence, outer);
      const auto narrow = interval(passed, total, confidence, inner);
      return wide->low <= narrow->low + 1e-12 && narrow->high <= wide->high + 1e-12;
    };
    RC_ASSERT(holds(IntervalMethod::wilson_cc, IntervalMethod::wilson));
    RC_ASSERT(holds(IntervalMethod::clopper_pearson, IntervalMethod::jeffreys));
  }));
}

TEST(IntervalProperty, TheEndsOfTheExactOneAreWhereTheExactTestTurns) {
  EXPECT_TRUE(rc::check([] {
    const auto [passed, total] = any_sample();
    const double confidence = any_confidence();
    const double tail = (1 - confidence) / 2;
    const auto exact = interval(passed, total, confidence, IntervalMethod::clopper_pearson);
    if (passed > 0) {
      RC_ASSERT(std::abs(*binomial_p_value(passed, total, exact->low, Alternative::greater) - tail) < 1e-9);
    }
    if (passed < total) {
      RC_ASSERT(std::abs(*binomial_p_value(passed, total, exact->high, Alternative::less) - tail) < 1e-9);
    }
  }));
}

TEST(BinomialTestProperty, TheTwoTailsShareOnlyTheCountItself) {
  EXPECT_TRUE(rc::check([] {
    const auto [passed, total] = any_sample();
    const double target = *rc::gen::inRange(0, 1001) / 1000.0;
    const double less = *binomial_p_value(passed, total, target, Alternative::less);
    RC_ASSERT(less >= 0);
    RC_ASSERT(less <= 1);
    if (passed < total) {
      RC_ASSERT(std::abs(less + *binomial_p_value(passed + 1, total, target, Alternative::greater) - 1) < 1e-9);
    }
  }));
}

TEST(TargetProperty, EvidenceNeverContradictsTheRate) {
  EXPECT_TRUE(rc::check([] {
    const auto [passed, total] = any_sample();
    const Decimal target{*rc::gen::inRange(1, 1000), -3};
    const auto met = reaches({passed, total}, target);
    const auto evidence = evidence_for_target(passed, total, static_cast<double>(target.mantissa()) / 1000, 0.05);
    RC_ASSERT(met.has_value());
    RC_ASSERT((*evidence != Evidence::against || !*met));
    RC_ASSERT((*evidence != Evidence::in_favour || *met));
  }));
}

TEST(StratifiedProperty, WeightsInProportionToTheSamplesGiveThePooledRate) {
  EXPECT_TRUE(rc::check([] {
    const auto factor = *rc::gen::inRange<std::uint64_t>(1, 50);
    std::vector<Stratum> strata(*rc::gen::inRange<std::size_t>(1, 8));
    for (Stratum& stratum : strata) {
      stratum.sampled = *rc::gen::inRange<std::uint64_t>(2, 500);
      stratum.passed = *rc::gen::inRange<std::uint64_t>(0, stratum.sampled + 1);
      stratum.population = factor * stratum.sampled;
    }
    const auto rate = stratified_rate(strata);
    RC_ASSERT(rate.has_value());
    RC_ASSERT(std::abs(rate->pooled - rate->weighted) < 1e-12);
    RC_ASSERT(rate->standard_error >= 0);
    RC_ASSERT((factor > 1 || rate->standard_error == 0));
  }));
}

TEST(CusumProperty, OneMoreFindingNeverLowersThePath) {
  EXPECT_TRUE(rc::check([] {
    auto observations = *rc::gen::container<std::vector<bool>>(rc::gen::arbitrary<bool>());
    RC_PRE(!observations.empty());
    const auto before = bernoulli_cusum(observations, 0.04, 0.08, 3);
    observations[*rc::gen::inRange<std::size_t>(0, observations.size())] = true;
    const auto after = bernoulli_cusum(observations, 0.04, 0.08, 3);
    for (std::size_t i = 0; i < observations.size(); ++i) RC_ASSERT(after->path[i] >= before->path[i]);
    RC_ASSERT((!before->at || (after->at && *after->at <= *before->at)));
  }));
}

}  // namespace
}  // namespace lab::statistics
