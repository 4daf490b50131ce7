#include "protocol/rules/residue_sum.hpp"

#include <gtest/gtest.h>
#include <algorithm>
#include <deque>

#include "tests/protocol/rules/judging.hpp"

namespace lab::testing {
namespace {

using rules::NonDetects;
using rules::ResidueSum;
using rules::SumRule;

struct Part {
  std::string result;
  std::string lod = "";
  std::string factor = "1";
  std::string unit = "mg/kg";
  std::string loq = "";
};

ResidueSum summed(const std::vector<Part>& parts, const Limit& against, const SumRule& rule = {},
                  std::string* explanation = nullptr) {
  std::deque<model::ReadValue> values;
  std::vector<rules::Component> components;
  for (const Part& part : parts) {
    values.push_back(model::read_value(part.result));
    components.push_back(
        {.name = "部分",
         .evidence = {.value = values.back(), .unit = part.unit, .lod = maybe(part.lod), .loq = maybe(part.loq)},
         .factor = dec(part.factor)});
  }
  const ResidueSum sum = rules::judge_sum(components, against, rule);
  if (explanation) *explanation = rules::explain_sum(components, against, rule, sum);
  return sum;
}

Finding found(const std::vector<Part>& parts, const Limit& against, NonDetects non_detects = NonDetects::unstated) {
  return summed(parts, against, {.non_detects = non_detects}).finding;
}

TEST(ResidueSum, AddsExactlyWithConversionFactorsAcrossUnits) {
  const Limit maximum = limit("<=", "0.05");
  EXPECT_EQ(found({{"0.02"}, {"0.03"}}, maximum), passed(Reason::within_limit));
  EXPECT_EQ(found({{"0.02"}, {"0.0300000000000000000001"}}, maximum), failed(Reason::beyond_limit));
  EXPECT_EQ(found({{.result = "20", .unit = "μg/kg"}, {.result = "0.0250", .factor = "1.2"}}, maximum),
            passed(Reason::within_limit));
  EXPECT_EQ(found({{.result = "20", .unit = "μg/kg"}, {.result = "0.02501", .factor = "1.2"}}, maximum),
            failed(Reason::beyond_limit));
  const ResidueSum sum = summed({{"0.1"}, {.result = "0.02", .factor = "1.11"}}, limit("<=", "1"));
  EXPECT_EQ(sum.low->to_text(), "0.1222");
  EXPECT_EQ(sum.high, sum.low);
}

TEST(ResidueSum, WithoutAStatedTreatmentTheVerdictStandsOnlyWhenZeroAndLodGiveTheSame) {
  const Limit maximum = limit("<=", "0.05");
  EXPECT_EQ(found({{"0.03"}, {"ND", "0.02"}}, maximum), passed(Reason::within_limit));  // 0.03 .. below 0.05
  EXPECT_EQ(found({{"0.031"}, {"ND", "0.02"}}, maximum), open(Reason::bound_undecided));
  EXPECT_EQ(found({{"0.051"}, {"ND", "0.02"}}, maximum), failed(Reason::beyond_limit));
  EXPECT_EQ(found({{"ND", "0.02"}, {"<0.02"}, {"0.001", "0.01"}}, maximum), passed(Reason::not_detected));
  EXPECT_EQ(found({{"ND", "0.02"}, {"ND", "0.02"}, {"ND", "0.02"}}, maximum), open(Reason::bound_undecided));
  const ResidueSum sum = summed({{"0.03"}, {"ND", "0.02"}}, maximum);
  EXPECT_EQ(sum.low->to_text(), "0.03");
  EXPECT_EQ(sum.high->to_text(), "0.05");
}

TEST(ResidueSum, AStatedTreatmentDecidesWhatTheIntervalLeavesOpen) {
  const Limit maximum = limit("<=", "0.05");
  const std::vector<Part> parts{{"0.035"}, {"ND", "0.02"}};
  EXPECT_EQ(found(parts, maximum, NonDetects::zero), passed(Reason::within_limit));
  EXPECT_EQ(found(parts, maximum, NonDetects::half), passed(Reason::within_limit));
  EXPECT_EQ(found(parts, maximum, NonDetects::full), failed(Reason::beyond_limit));
  EXPECT_EQ(summed(parts, maximum, {.non_detects = NonDetects::half}).low->to_text(), "0.045");
  EXPECT_EQ(found({{"ND", "0.03"}, {"ND", "0.03"}}, maximum, NonDetects::zero), passed(Reason::not_detected));
  EXPECT_EQ(found({{"ND", "0.03"}, {"ND", "0.03"}}, maximum, NonDetects::full), failed(Reason::beyond_limit));
}

TEST(ResidueSum, BelowTheQuantificationLimitLiesBetweenTheTwoLimitsOfTheMethod) {
  const Limit maximum = limit("<=", "0.05");
  const Part trace{.result = "<LOQ", .lod = "0.01", .loq = "0.03"};
  EXPECT_EQ(summed({trace}, maximum).low->to_text(), "0.01");
  EXPECT_EQ(summed({trace}, maximum).high->to_text(), "0.03");
  EXPECT_EQ(summed({trace}, maximum, {.non_detects = NonDetects::half}).low->to_text(), "0.020");
  EXPECT_EQ(found({{.result = "<LOQ"}}, maximum), open(Reason::bound_undecided));
}

TEST(ResidueSum, APartThatCannotBeUsedNeverHelpsItToPass) {
  const Limit maximum = limit("<=", "0.05");
  for (const NonDetects non_detects : {NonDetects::unstated, NonDetects::zero, NonDetects::half, NonDetects::full}) {
    EXPECT_EQ(found({{"0.01"}, {""}}, maximum, non_detects), open(Reason::missing_result));
    EXPECT_EQ(found({{"0.01"}, {"abc"}}, maximum, non_detects), open(Reason::not_a_number));
    EXPECT_EQ(found({{"0.01"}, {"阴性"}}, maximum, non_detects), open(Reason::qualitative));
    EXPECT_EQ(found({{"0.01"}, {"-0.01"}}, maximum, non_detects), open(Reason::negative_result));
    EXPECT_EQ(found({{"0.01"}, {"ND"}}, maximum, non_detects), open(Reason::lod_missing));
    EXPECT_EQ(found({{"0.01"}, {"OVER"}}, maximum, non_detects), open(Reason::over_range));
    EXPECT_EQ(found({{"0.01"}, {"ND", "0.06"}}, maximum, non_detects), open(Reason::method_unfit));
    EXPECT_EQ(found({{"0.01"}, {"ND", "0.03", "2"}}, maximum, non_detects), open(Reason::method_unfit));
    EXPECT_EQ(found({{"0.01"}, {.result = "0.01", .unit = "mg/L"}}, maximum, non_detects), open(Reason::unit_mismatch));
    EXPECT_EQ(found({{"0.01"}, {">0.01"}}, maximum, non_detects), open(Reason::bound_undecided));
    // What was measured may already be too much, whatever the other part is.
    EXPECT_EQ(found({{"0.06"}, {""}}, maximum, non_detects), failed(Reason::beyond_limit));
    EXPECT_EQ(found({{"0.06"}, {"ND", "0.06"}}, maximum, non_detects), failed(Reason::beyond_limit));
    EXPECT_EQ(found({{"0.04"}, {">0.01"}}, maximum, non_detects), failed(Reason::beyond_limit));
    // A minimum is not reached by guessing either.
    EXPECT_EQ(found({{"46"}, {""}}, limit(">=", "45"), non_detects), open(Reason::missing_result));
  }
}

TEST(ResidueSum, WhatMustNotBeDetectedIsJudgedPartByPart) {
  for (const char* op : {"ND", "banned"}) {
    const Limit forbidden = limit(op, "");
    EXPECT_EQ(found({{"ND", "0.01"}, {"0.004", "0.01"}}, forbidden), passed(Reason::not_detected));
    EXPECT_EQ(found({{"ND", "0.01"}, {"0.01", "0.01"}}, forbidden), failed(Reason::detected));
    EXPECT_EQ(found({{"ND"}, {"0.01", "0.01"}}, forbidden), failed(Reason::detected));
    EXPECT_EQ(found({{"ND"}, {"ND", "0.01"}}, forbidden), open(Reason::lod_missing));
  }
}

TEST(ResidueSum, NoBasisAndUnreadableLimitsAreNeverAPass) {
  EXPECT_EQ(found({{"0"}}, Limit{}), open(Reason::no_basis));
  EXPECT_EQ(found({{"0"}}, limit("<=", "abc")), open(Reason::limit_malformed));
  EXPECT_EQ(found({{"0", "", "0"}}, limit("<=", "1")), open(Reason::limit_malformed));
  EXPECT_EQ(found({{"0", "", "-1"}}, limit("<=", "1")), open(Reason::limit_malformed));
  EXPECT_EQ(found({{"99999999999999999999999999999999999999", "", "1.1"}}, limit("<=", "1")),
            open(Reason::limit_malformed));
}

TEST(ResidueSum, RoundsTheSumOnceAndAppliesTheDecisionRuleToIt) {
  Limit rounded = limit("<=", "0.1");
  rounded.comparison = model::Comparison::rounded_value;
  // Rounded one by one they would be 0.1 + 0.1.
  EXPECT_EQ(found({{"0.06"}, {"0.06"}}, rounded), passed(Reason::within_limit));
  const SumRule guarded{.rule = DecisionRule::guard_acceptance, .expanded_uncertainty = dec("0.008")};
  EXPECT_EQ(summed({{"0.02"}, {"0.022"}}, limit("<=", "0.05"), guarded).finding, passed(Reason::within_limit));
  EXPECT_EQ(summed({{"0.02"}, {"0.0221"}}, limit("<=", "0.05"), guarded).finding, failed(Reason::in_guard_band));
  EXPECT_EQ(summed({{"0.02"}}, limit("<=", "0.05"), {.rule = DecisionRule::nonbinary}).finding,
            open(Reason::no_uncertainty));
}

TEST(ResidueSum, IsExplainedPartByPart) {
  std::string text;
  summed({{"0.035"}, {"ND", "0.02", "1.11"}}, limit("<=", "0.05"), {}, &text);
  EXPECT_EQ(
      text,
      "残留物按定义为下列各项之和：部分 0.035 mg/kg、部分 ND（检出限 0.02 mg/kg）×1.11；未检出按 0 至检出限的区间计；"
      "总和在 0.035 与 0.0572 mg/kg 之间；限量 ≤0.05 mg/kg；按全数值比较法（GB/T 8170-2008 4.3.2），"
      "下端 0.035 < 0.05，上端 0.0572 > 0.05；结果只给出界值，不足以与限量比较：不予判定。");
}

}  // namespace
}  // namespace lab::testing
