#include "coordinator/statistics/interval.hpp"

#include <gtest/gtest.h>
#include <cmath>
#include <fstream>
#include <iterator>
#include <numbers>

#include "protocol/base/csv.hpp"
#include "tests/where.hpp"

namespace lab::statistics {
namespace {

std::vector<CsvRow> examples() {
  std::ifstream file{QLIMS_SOURCE_DIR "/tests/coordinator/statistics/data/interval_examples.csv", std::ios::binary};
  EXPECT_TRUE(file.good());
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  return *parse_csv(text);
}

void expect_example(const std::vector<std::string>& cells, IntervalMethod method, std::size_t column) {
  const auto got = interval(std::stoull(cells[0]), std::stoull(cells[1]), std::stod(cells[2]), method);
  ASSERT_TRUE(got.has_value());
  EXPECT_NEAR(got->low, std::stod(cells[column]), 1e-9) << name_of(method) << " " << cells[0] << "/" << cells[1];
  EXPECT_NEAR(got->high, std::stod(cells[column + 1]), 1e-9) << name_of(method) << " " << cells[0] << "/" << cells[1];
}

TEST(Intervals, AgreeWithTheExamplesToNineDigits) {
  const auto rows = examples();
  ASSERT_EQ(rows.size(), 5U);
  for (std::size_t i = 1; i < rows.size(); ++i) {
    expect_example(rows[i].cells, IntervalMethod::wilson, 3);
    expect_example(rows[i].cells, IntervalMethod::wilson_cc, 5);
    expect_example(rows[i].cells, IntervalMethod::clopper_pearson, 7);
    expect_example(rows[i].cells, IntervalMethod::jeffreys, 9);
  }
}

TEST(Intervals, ContainTheRateAndStayWithinZeroAndOne) {
  for (const auto method :
       {IntervalMethod::wilson, IntervalMethod::wilson_cc, IntervalMethod::clopper_pearson, IntervalMethod::jeffreys}) {
    for (std::uint64_t total = 1; total <= 30; ++total) {
      for (std::uint64_t passed = 0; passed <= total; ++passed) {
        const auto got = interval(passed, total, 0.95, method);
        ASSERT_TRUE(got.has_value());
        const double rate = static_cast<double>(passed) / static_cast<double>(total);
        EXPECT_TRUE(0 <= got->low && got->low <= rate && rate <= got->high && got->high <= 1)
            << name_of(method) << " " << passed << "/" << total;
      }
    }
  }
}

TEST(Intervals, ShowWhyACellOfTwentyNineIsSmall) {
  EXPECT_NEAR(interval(29, 30)->low, 0.83, 0.005);
  EXPECT_NEAR(interval(29, 30)->high, 0.99, 0.005);
}

TEST(Intervals, OfOneSampleAreDefined) {
  EXPECT_NEAR(interval(1, 1, 0.95, IntervalMethod::clopper_pearson)->low, 0.025, 1e-12);
  EXPECT_NEAR(interval(0, 1, 0.95, IntervalMethod::clopper_pearson)->high, 0.975, 1e-12);
}

TEST(Intervals, AreRefusedWithoutSenseInTheInput) {
  EXPECT_EQ(interval(0, 0).error().where, "total");
  EXPECT_EQ(interval(5, 4).error().where, "passed");
  EXPECT_EQ(interval(1, samples_max + 1).error().code, ErrorCode::too_large);
  for (const double confidence : {0.0, 1.0, -0.5, 95.0, std::nan("")}) {
    EXPECT_FALSE(interval(1, 2, confidence).has_value()) << confidence;
  }
}

TEST(BinomialTest, AgreesWithTheSumOfTheTerms) {
  // P(X <= 1), X ~ B(3, 1/2) = 4/8; P(X >= 2) = 4/8; P(X >= 3) = 1/8.
  EXPECT_NEAR(*binomial_p_value(1, 3, 0.5, Alternative::less), 0.5, 1e-12);
  EXPECT_NEAR(*binomial_p_value(2, 3, 0.5, Alternative::greater), 0.5, 1e-12);
  EXPECT_NEAR(*binomial_p_value(3, 3, 0.5, Alternative::greater), 0.125, 1e-12);
  EXPECT_NEAR(*binomial_p_value(3, 3, 0.5, Alternative::less), 1.0, 1e-12);
  EXPECT_NEAR(*binomial_p_value(0, 3, 0.5, Alternative::greater), 1.0, 1e-12);
  EXPECT_NEAR(*binomial_p_value(50, 50, 0.96, Alternative::greater), std::pow(0.96, 50), 1e-12);
}

TEST(BinomialTest, KeepsNineDigitsUpToTheLargestCount) {
  // Half of n passed at a target of one half: 0.5 plus half of P(X = n / 2), which is sqrt(2 / (pi n)) to 1e-10.
  const double n = static_cast<double>(samples_max);
  const double expected = 0.5 + std::sqrt(2 / (std::numbers::pi * n)) / 2;
  EXPECT_NEAR(*binomial_p_value(samples_max / 2, samples_max, 0.5, Alternative::less), expected, 1e-9);
  EXPECT_NEAR(*binomial_p_value(samples_max / 2, samples_max, 0.5, Alternative::greater), expected, 1e-9);
}

TEST(BinomialTest, IsRefusedForATargetThatIsNoProbability) {
  EXPECT_FALSE(binomial_p_value(1, 2, 96, Alternative::less).has_value());
  EXPECT_FALSE(binomial_p_value(1, 2, std::nan(""), Alternative::less).has_value());
  EXPECT_TRUE(binomial_p_value(1, 2, 1, Alternative::less).has_value());
  EXPECT_TRUE(binomial_p_value(1, 2, 0, Alternative::greater).has_value());
}

TEST(TargetEvidence, NeedsALevelStrictlyBetweenZeroAndOne) {
  for (const double alpha : {0.0, 1.0, -0.1, std::nan("")}) {
    const auto evidence = evidence_for_target(43, 50, 0.96, alpha);
    ASSERT_FALSE(evidence.has_value()) << alpha;
    EXPECT_EQ(evidence.error().where, "alpha");
  }
}

TEST(TargetEvidence, IsNotGivenByFiftyOfFifty) {
  EXPECT_EQ(*evidence_for_target(50, 50, 0.96), Evidence::undecided);
  EXPECT_EQ(*evidence_for_target(100, 100, 0.96), Evidence::in_favour);
  EXPECT_EQ(*evidence_for_target(43, 50, 0.96), Evidence::against);
}

}  // namespace
}  // namespace lab::statistics
