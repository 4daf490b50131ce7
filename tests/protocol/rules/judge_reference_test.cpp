// Every row of the sourced tables, through the library.

#include <gtest/gtest.h>
#include <cstdlib>

#include "protocol/rules/risk.hpp"
#include "tests/protocol/rules/judging.hpp"
#include "tests/reference_csv.hpp"

namespace lab::testing {
namespace {

Limit limit_of(const NamedRow& row) {
  const std::string& lower = row.at("lower");
  const std::string& upper = row.at("upper");
  Limit made = lower.empty()   ? limit("<=", upper, "")
               : upper.empty() ? limit(">=", lower, "")
                               : limit("range", lower + "~" + upper, "");
  made.lower_inclusive = row.at("lower_inclusive") == "1";
  made.upper_inclusive = row.at("upper_inclusive") == "1";
  return made;
}

TEST(JudgingReference, FullAndRoundedComparisonGiveEveryExampleOfTheStandard) {
  const auto rows = read_table("tests/data/rounding/limit_comparison_examples.csv");
  ASSERT_EQ(rows.size(), 24U);
  for (const NamedRow& row : rows) {
    Limit against = limit_of(row);
    const auto outcome = [](const std::string& flag) { return flag == "1" ? ItemOutcome::pass : ItemOutcome::fail; };
    EXPECT_EQ(judged({row.at("measured"), ""}, against).outcome, outcome(row.at("full_value_conforms")))
        << row.at("case") << " " << row.at("measured");
    against.comparison = model::Comparison::rounded_value;
    against.rounding_unit = dec(row.at("unit"));
    EXPECT_EQ(judged({row.at("measured"), ""}, against).outcome, outcome(row.at("rounded_value_conforms")))
        << row.at("case") << " " << row.at("measured");
    EXPECT_EQ(rules::compared_value(dec(row.at("measured")), 0, against)->to_text(), row.at("rounded"));
  }
}

TEST(JudgingReference, DecisionRulesGiveEveryExampleAndItsProbability) {
  const auto rows = read_table("tests/data/qc/decision_rule_examples.csv");
  ASSERT_EQ(rows.size(), 7U);
  const std::pair<const char*, DecisionRule> columns[] = {{"simple", DecisionRule::simple},
                                                          {"guard_acceptance_w_eq_U", DecisionRule::guard_acceptance},
                                                          {"guard_rejection_w_eq_U", DecisionRule::guard_rejection},
                                                          {"nonbinary_w_eq_U", DecisionRule::nonbinary}};
  for (const NamedRow& row : rows) {
    const Limit against = limit("<=", row.at("upper_limit"));
    for (const auto& [column, rule] : columns) {
      const Finding finding = judged({row.at("y"), "mg/kg", "", "", rule, row.at("U_k2")}, against);
      EXPECT_EQ(model::name_of(finding.outcome), row.at(column)) << row.at("y") << " " << column;
    }
    const auto value = model::read_value(row.at("y"));
    const auto p =
        rules::p_conform({.value = value, .unit = "mg/kg", .expanded_uncertainty = dec(row.at("U_k2"))}, against);
    ASSERT_TRUE(p);
    EXPECT_NEAR(*p, std::strtod(row.at("p_conform_normal").c_str(), nullptr), 1e-11) << row.at("y");
  }
}

std::optional<double> probability(const char* result, const char* unit, const Limit& against, const char* u) {
  const auto value = model::read_value(result);
  return rules::p_conform({.value = value, .unit = unit, .expanded_uncertainty = dec(u)}, against);
}

TEST(ProbabilityOfConformity, CountsBothEndsOfARange) {
  const Limit range = limit("range", "5~7", "");
  EXPECT_NEAR(*probability("6", "", range, "2"), 0.682689492137086, 1e-12);  // one sigma either side
  EXPECT_NEAR(*probability("5", "", range, "2"), 0.477249868051821, 1e-12);  // half, less the far tail
  EXPECT_NEAR(*probability("4", "", range, "2"), *probability("8", "", range, "2"), 1e-15);
}

TEST(ProbabilityOfConformity, WithoutUncertaintyIsCertain) {
  EXPECT_EQ(probability("0.05", "mg/kg", limit("<=", "0.05"), "0"), 1.0);
  EXPECT_EQ(probability("0.0501", "mg/kg", limit("<=", "0.05"), "0"), 0.0);
}

TEST(ProbabilityOfConformity, ExistsOnlyForAMeasuredNumberInACommonUnit) {
  EXPECT_FALSE(probability("<0.01", "mg/kg", limit("<=", "0.05"), "0.01"));
  EXPECT_FALSE(probability("ND", "mg/kg", limit("<=", "0.05"), "0.01"));
  EXPECT_FALSE(probability("0.01", "mg/L", limit("<=", "0.05"), "0.01"));
  EXPECT_FALSE(probability("-0.01", "mg/kg", limit("<=", "0.05"), "0.01"));
  EXPECT_FALSE(probability("0.01", "mg/kg", limit("ND", "0.05"), "0.01"));
  EXPECT_FALSE(probability("0.01", "mg/kg", limit("none", ""), "0.01"));
  EXPECT_TRUE(probability("10", "ug/kg", limit("<=", "0.05"), "0.01"));
}

}  // namespace
}  // namespace lab::testing
