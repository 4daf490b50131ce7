#include "protocol/acceptance/variables.hpp"

#include <gtest/gtest.h>
#include <cmath>
#include <random>

#include "tests/reference_csv.hpp"

namespace lab::acceptance {
namespace {

Decimal dec(std::string_view text) { return Decimal::parse(text).value(); }
OneLimit at_most(std::string_view text) { return {.side = Side::upper, .value = dec(text)}; }
OneLimit at_least(std::string_view text) { return {.side = Side::lower, .value = dec(text)}; }

std::vector<Decimal> decimals(std::initializer_list<const char*> texts) {
  std::vector<Decimal> values;
  for (const char* text : texts) values.push_back(dec(text));
  return values;
}

TEST(VariablesPlans, AreThoseOfMilStd414) {
  const Milstd414 table = Milstd414::load();
  const auto rows = lab::testing::read_table("tests/data/sampling/variables_k_milstd414.csv");
  ASSERT_EQ(rows.size(), 432U);
  for (const auto& row : rows) {
    const auto plan = table.plan(parse_inspection(row.at("inspection")).value(), row.at("code_letter_milstd414"),
                                 Aql::of(dec(row.at("aql"))).value());
    ASSERT_TRUE(plan.has_value());
    EXPECT_EQ(std::to_string(plan->n), row.at("n"));
    EXPECT_EQ(plan->k, dec(row.at("k")));
    EXPECT_NEAR(max_percent_nonconforming(plan->n, plan->k).value(),
                std::stod(row.at("max_pct_nonconforming_M_from_k")), 0.0005001);
  }
}

TEST(VariablesPlans, AreNotThereForOtherLettersAqlsAndReducedInspection) {
  const Milstd414 table = Milstd414::load();
  const Aql one = Aql::of(dec("1.0")).value();
  EXPECT_TRUE(table.plan(Inspection::normal, "I", one).has_value());
  EXPECT_FALSE(table.plan(Inspection::normal, "A", one).has_value());
  EXPECT_FALSE(table.plan(Inspection::reduced, "I", one).has_value());
  EXPECT_FALSE(table.plan(Inspection::normal, "I", Aql::of(dec("25")).value()).has_value());
  EXPECT_FALSE(table.plan(Inspection::tightened, "I", Aql::of(dec("0.040")).value()).has_value());
}

TEST(VariablesSampling, ComparesTheQualityIndexWithK) {
  // Mean 195, s^2 = 77.5, so Q = 14 / 8.8034 = 1.590.
  const auto values = decimals({"197", "188", "184", "205", "201"});
  const auto outcome = judge_variables(values, dec("1.53"), at_most("209")).value();
  EXPECT_NEAR(outcome.q, 14 / std::sqrt(77.5), 1e-12);
  EXPECT_TRUE(outcome.accepted);
  EXPECT_FALSE(judge_variables(values, dec("1.60"), at_most("209"))->accepted);
  const auto lower = judge_variables(values, dec("1.53"), at_least("180")).value();
  EXPECT_NEAR(lower.q, 15 / std::sqrt(77.5), 1e-12);
  EXPECT_TRUE(lower.accepted);
}

TEST(VariablesSampling, AcceptsExactlyOnTheBorder) {
  // Mean 1 and s 1, so Q = 1.3 for a limit of 2.3; a double of 1.3 is not 1.3.
  const auto values = decimals({"0", "1", "2"});
  EXPECT_TRUE(judge_variables(values, dec("1.3"), at_most("2.3"))->accepted);
  EXPECT_FALSE(judge_variables(values, dec("1.3000000000001"), at_most("2.3"))->accepted);
  EXPECT_TRUE(judge_variables(dec("0.1"), dec("0.1"), dec("2"), at_most("0.3"))->accepted);
  EXPECT_FALSE(judge_variables(dec("0.1"), dec("0.1"), dec("2.00000000000000000001"), at_most("0.3"))->accepted);
}

TEST(VariablesSampling, OfAMeanOutsideTheLimitAcceptsOnlyANegativeK) {
  const auto values = decimals({"0", "1", "2"});
  EXPECT_FALSE(judge_variables(values, dec("0"), at_most("0.5"))->accepted);
  EXPECT_FALSE(judge_variables(values, dec("-0.4"), at_most("0.5"))->accepted);
  EXPECT_TRUE(judge_variables(values, dec("-0.5"), at_most("0.5"))->accepted);
  EXPECT_TRUE(judge_variables(values, dec("-0.5"), at_most("5"))->accepted);
}

TEST(VariablesSampling, OfEqualValuesDependsOnTheSideOfTheLimitOnly) {
  const auto values = decimals({"5", "5.0", "5.00"});
  const auto inside = judge_variables(values, dec("1.5"), at_most("5.1")).value();
  EXPECT_TRUE(inside.accepted);
  EXPECT_TRUE(std::isinf(inside.q));
  EXPECT_FALSE(judge_variables(values, dec("1.5"), at_most("4.9"))->accepted);
  EXPECT_TRUE(judge_variables(values, dec("1.5"), at_least("5"))->accepted);
}

TEST(VariablesSampling, MayKnowTheStandardDeviation) {
  const auto one = decimals({"7"});
  EXPECT_TRUE(judge_variables(one, dec("1.5"), at_most("10"), dec("2"))->accepted);
  EXPECT_FALSE(judge_variables(one, dec("1.51"), at_most("10"), dec("2"))->accepted);
  EXPECT_EQ(judge_variables(one, dec("1.5"), at_most("10"), dec("2"))->q, 1.5);
}

TEST(VariablesSampling, OfLongValuesCountsTheDigitsInWhichTheyDiffer) {
  std::mt19937_64 random{414};
  const Decimal far = dec("1234.5000000000000000000001");
  for (int i = 0; i < 2'000; ++i) {
    std::vector<Decimal> brief;
    std::vector<Decimal> lengthy;
    for (int v = 0; v < 10; ++v) {
      brief.emplace_back(static_cast<Decimal::Mantissa>(1'000 + random() % 9'000), -3);
      lengthy.push_back(brief.back().plus(far).value());
    }
    const Decimal k{static_cast<Decimal::Mantissa>(random() % 300), -2};
    for (const OneLimit& limit : {at_most("9.7"), at_least("1.3")}) {
      const auto near_zero = judge_variables(brief, k, limit).value();
      const auto moved = judge_variables(lengthy, k, {limit.side, limit.value.plus(far).value()}).value();
      EXPECT_EQ(near_zero.q, moved.q);
      EXPECT_EQ(near_zero.accepted, moved.accepted) << near_zero.q << " " << k.to_text();
    }
  }
}

TEST(VariablesSampling, AcceptsExactlyOnTheBorderWhereverTheValuesAre) {
  // Mean 1 and s 1 as above, moved by 10^20 and made 10^-70 of it.
  const auto moved = decimals({"100000000000000000000", "100000000000000000001", "100000000000000000002"});
  EXPECT_TRUE(judge_variables(moved, dec("1.3"), at_most("100000000000000000002.3")).value().accepted);
  EXPECT_FALSE(judge_variables(moved, dec("1.3000000000001"), at_most("100000000000000000002.3")).value().accepted);
  const auto tiny = decimals({"0e-70", "1e-70", "2.000e-70"});
  EXPECT_TRUE(judge_variables(tiny, dec("1.3"), at_most("2.3e-70")).value().accepted);
  EXPECT_FALSE(judge_variables(tiny, dec("1.3000000000001"), at_most("2.3e-70")).value().accepted);
}

TEST(VariablesSampling, IsNeverDecidedByRoundedSquares) {
  // Q = 1.3 but for a digit in the 26th place, which no floating point sees.
  const auto values = decimals({"0", "1", "2.00000000000000000000000001"});
  EXPECT_EQ(judge_variables(values, dec("1.3"), at_most("2.3")).error().code, ErrorCode::too_large);
  const auto apart = decimals({"1e-60", "1e60", "2"});
  EXPECT_EQ(judge_variables(apart, dec("1.3"), at_most("2.3")).error().code, ErrorCode::too_large);
}

TEST(VariablesSampling, RefusesWhatCannotBeJudged) {
  EXPECT_EQ(judge_variables(decimals({"1"}), dec("1"), at_most("2")).error().where, "values");
  EXPECT_EQ(judge_variables(decimals({}), dec("1"), at_most("2"), dec("1")).error().where, "values");
  EXPECT_EQ(judge_variables(decimals({"1"}), dec("1"), at_most("2"), dec("-1")).error().where, "sigma");
  EXPECT_EQ(judge_variables(dec("1"), dec("-1"), dec("1"), at_most("2")).error().where, "s");
  const Decimal lengthy = dec("0.1234567890123456789012345");
  EXPECT_EQ(judge_variables(dec("1"), lengthy, lengthy, at_most("2")).error().code, ErrorCode::too_large);
}

struct Point {
  std::uint64_t n;
  const char* k;
  double p, unknown, known;
};

// The integral over the chi distribution of s, in 25-digit arithmetic.
constexpr Point points[] = {
    {5, "1.53", 0.01, 0.898317047416736, 0.962518281071934},
    {5, "1.53", 0.1, 0.421526971179691, 0.289260084687665},
    {25, "1.85", 0.01, 0.929938722566325, 0.991384456017426},
    {25, "1.85", 0.05, 0.291087505868876, 0.152508994964731},
    {200, "1.07", 0.1, 0.991591803523584, 0.998613269350947},
    {200, "1.07", 0.18, 0.0416977394968302, 0.0143760844449404},
    {3, "0.341", 0.5, 0.307310514891229, 0.277384405752653},
    {100, "2.92", 0.0004, 0.970663711553977, 0.999992474743829},
    {10, "1.72", 0.3, 0.00935088015446919, 7.81571005161975e-5},
};

TEST(VariablesOcCurve, AgreesWithTheIntegralToNineDigits) {
  for (const Point& point : points) {
    EXPECT_NEAR(variables_pa(point.n, dec(point.k), point.p).value(), point.unknown, 1e-10) << point.n;
    EXPECT_NEAR(variables_pa_known_sigma(point.n, dec(point.k), point.p).value(), point.known, 1e-12) << point.n;
  }
}

TEST(VariablesOcCurve, FallsWithWorseQuality) {
  for (const std::uint64_t n : {3, 10, 50, 200}) {
    double before = 1;
    for (int percent = 1; percent < 100; ++percent) {
      const double pa = variables_pa(n, dec("1.5"), percent / 100.0).value();
      EXPECT_LE(pa, before + 1e-12) << n << " " << percent;
      before = pa;
    }
  }
}

TEST(VariablesOcCurve, RefusesWhatMakesNoSense) {
  EXPECT_EQ(variables_pa(1, dec("1"), 0.1).error().where, "n");
  EXPECT_EQ(variables_pa(5, dec("1"), 0).error().where, "p");
  EXPECT_EQ(variables_pa(5, dec("1"), 1).error().where, "p");
  EXPECT_EQ(variables_pa_known_sigma(0, dec("1"), 0.1).error().where, "n");
  EXPECT_EQ(max_percent_nonconforming(2, dec("1")).error().where, "n");
}

}  // namespace
}  // namespace lab::acceptance
