#include "protocol/rules/two_step.hpp"

#include <gtest/gtest.h>

#include "tests/protocol/rules/judging.hpp"

namespace lab::testing {
namespace {

Finding in_two_steps(const Question& total, const std::string& species, const Limit& against,
                     std::string* explanation = nullptr) {
  const auto total_value = model::read_value(total.result);
  const auto species_value = model::read_value(species);
  const rules::Evidence first{.value = total_value,
                              .unit = total.unit,
                              .lod = maybe(total.lod),
                              .rule = total.rule,
                              .expanded_uncertainty = maybe(total.uncertainty)};
  const rules::Evidence second{.value = species_value, .unit = "mg/kg", .lod = dec("0.001")};
  const Finding finding = rules::judge_two_steps(first, &second, against);
  if (explanation) *explanation = rules::explain_two_steps(first, &second, against, finding);
  return finding;
}

const Limit& methylmercury() {
  static const Limit row = limit("<=", "0.5");
  return row;
}

TEST(TwoSteps, ATotalThatKeepsTheLimitOfTheSpeciesSuffices) {
  EXPECT_EQ(in_two_steps({"0.5"}, "", methylmercury()), passed(Reason::total_suffices));
  EXPECT_EQ(in_two_steps({"500", "μg/kg"}, "", methylmercury()), passed(Reason::total_suffices));
  EXPECT_EQ(in_two_steps({.result = "ND", .lod = "0.01"}, "", methylmercury()), passed(Reason::total_suffices));
}

TEST(TwoSteps, AHigherTotalAsksForTheSpeciesAndNeverFailsByItself) {
  EXPECT_EQ(in_two_steps({"0.51"}, "", methylmercury()), open(Reason::species_needed));
  EXPECT_EQ(in_two_steps({"0.51"}, "0.5", methylmercury()), passed(Reason::within_limit));
  EXPECT_EQ(in_two_steps({"0.8"}, "0.51", methylmercury()), failed(Reason::beyond_limit));
  EXPECT_EQ(in_two_steps({"0.8"}, "abc", methylmercury()), open(Reason::not_a_number));
}

TEST(TwoSteps, ASpeciesThatBreaksTheLimitFailsWhateverTheTotalSays) {
  EXPECT_EQ(in_two_steps({"0.4"}, "0.6", methylmercury()), failed(Reason::beyond_limit));
  EXPECT_EQ(in_two_steps({""}, "0.6", methylmercury()), failed(Reason::beyond_limit));
}

TEST(TwoSteps, AnUnusableTotalShowsNothing) {
  EXPECT_EQ(in_two_steps({""}, "", methylmercury()), open(Reason::missing_result));
  EXPECT_EQ(in_two_steps({"OVER"}, "", methylmercury()), open(Reason::over_range));
  EXPECT_EQ(in_two_steps({"0.4", "mg/L"}, "", methylmercury()), open(Reason::unit_mismatch));
  EXPECT_EQ(in_two_steps({""}, "0.4", methylmercury()), passed(Reason::within_limit));
  // The total helps where the species itself could not be read.
  EXPECT_EQ(in_two_steps({"0.4"}, "abc", methylmercury()), passed(Reason::total_suffices));
}

TEST(TwoSteps, ATotalInsideTheGuardBandDoesNotSuffice) {
  EXPECT_EQ(in_two_steps({"0.49", "mg/kg", "", "", DecisionRule::nonbinary, "0.05"}, "", methylmercury()),
            open(Reason::species_needed));
}

TEST(TwoSteps, OnlyAMaximumCanBeShownByTheTotal) {
  EXPECT_EQ(in_two_steps({"0.4"}, "", limit("none", "")), open(Reason::no_basis));
  EXPECT_EQ(in_two_steps({.result = "ND", .lod = "0.01"}, "", limit("ND", "")), open(Reason::missing_result));
  EXPECT_EQ(in_two_steps({"0.4"}, "", limit(">=", "0.1")), open(Reason::missing_result));
}

TEST(TwoSteps, KnowsItsPairs) {
  EXPECT_EQ(rules::total_of("甲基汞"), "总汞");
  EXPECT_EQ(rules::total_of("无机砷"), "总砷");
  EXPECT_EQ(rules::total_of("铅"), "");
}

TEST(TwoSteps, TheFirstStepIsNotWordedAsANonconformity) {
  std::string text;
  in_two_steps({"0.51"}, "", methylmercury(), &text);
  EXPECT_EQ(
      text,
      "第一步，以总量对照：检测结果 0.51 mg/kg；限量 ≤0.5 mg/kg；按全数值比较法（GB/T 8170-2008 4.3.2），0.51 > 0.5；"
      "总量超过该形态的限量，须测定该形态后再判定：不予判定。结论：总量超过该形态的限量，须测定该形态后再判定，不予判定"
      "。");
}

}  // namespace
}  // namespace lab::testing
