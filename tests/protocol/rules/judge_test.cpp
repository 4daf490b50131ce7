#include "protocol/rules/judge.hpp"

#include <gtest/gtest.h>

#include "tests/protocol/rules/judging.hpp"

namespace lab::testing {
namespace {

TEST(Judging, ComparesAcrossUnitsByMovingThePoint) {
  EXPECT_EQ(judged({"50", "ug/kg"}, limit("<=", "0.05")), passed(Reason::within_limit));
  EXPECT_EQ(judged({"51", "ug/kg"}, limit("<=", "0.05")), failed(Reason::beyond_limit));
  EXPECT_EQ(judged({"50.0000000000000000000000001", "μg/kg"}, limit("<=", "0.05")), failed(Reason::beyond_limit));
}

TEST(Judging, TheFullValueCountsAlsoWhereItWouldPrintAsTheLimit) {
  EXPECT_EQ(judged({"0.0501"}, limit("<=", "0.05")), failed(Reason::beyond_limit));
  EXPECT_EQ(judged({"0.0500"}, limit("<=", "0.05")), passed(Reason::within_limit));
}

TEST(Judging, OneLastDigitEitherSideOfEveryLimitForm) {
  struct Case {
    const char* op;
    const char* text;
    const char* result;
    bool passes;
  };
  for (const auto& [op, text, result, passes] :
       {Case{"<=", "0.05", "0.0499999999999999999999999999", true}, Case{"<=", "0.05", "0.05", true},
        Case{"<=", "0.05", "0.0500000000000000000000000001", false},
        Case{">=", "97.0", "96.9999999999999999999999999", false}, Case{">=", "97.0", "97", true},
        Case{">=", "97.0", "97.0000000000000000000000001", true},
        Case{"range", "5.5~8.5", "5.49999999999999999999999", false}, Case{"range", "5.5~8.5", "5.50", true},
        Case{"range", "5.5~8.5", "8.50", true}, Case{"range", "5.5~8.5", "8.50000000000000000000001", false}}) {
    EXPECT_EQ(judged({result}, limit(op, text)), passes ? passed(Reason::within_limit) : failed(Reason::beyond_limit))
        << op << text << " " << result;
  }
}

TEST(Judging, AnOpenEndLeavesTheLimitItselfOutside) {
  Limit open_range = limit("range", "5.5~8.5");
  open_range.lower_inclusive = false;
  open_range.upper_inclusive = false;
  EXPECT_EQ(judged({"5.5"}, open_range), failed(Reason::beyond_limit));
  EXPECT_EQ(judged({"8.5"}, open_range), failed(Reason::beyond_limit));
  EXPECT_EQ(judged({"5.5000001"}, open_range), passed(Reason::within_limit));
  EXPECT_EQ(judged({"8.4999999"}, open_range), passed(Reason::within_limit));
}

TEST(Judging, NoBasisIsNeverAPass) {
  for (const char* result : {"0", "0.01", "ND", "<0.01", "", "abc", "阴性", "999"}) {
    EXPECT_EQ(judged({.result = result, .lod = "0.001"}, limit("none", "")), open(Reason::no_basis)) << result;
    EXPECT_EQ(judged({.result = result, .lod = "0.001"}, Limit{}), open(Reason::no_basis)) << result;
  }
}

TEST(Judging, TextIsNeverInRange) {
  for (const char* op : {"<=", ">=", "range", "ND", "banned"}) {
    const Limit against = limit(op, std::string_view{op} == "range" ? "0~1000000" : "0.05");
    for (const char* result : {"abc", "0,05", "0.05 mg/kg", "约0.05", "NaN"}) {
      EXPECT_EQ(judged({.result = result, .lod = "0.001"}, against), open(Reason::not_a_number)) << op << result;
    }
    for (const char* result : {"阴性", "阳性", "合格"}) {
      EXPECT_EQ(judged({.result = result, .lod = "0.001"}, against), open(Reason::qualitative)) << op << result;
    }
  }
}

TEST(Judging, AnEmptyCellIsNeverZero) {
  for (const char* op : {"<=", "ND", "banned"}) {
    for (const char* result : {"", " ", "-----", "/"}) {
      EXPECT_EQ(judged({.result = result, .lod = "0.001"}, limit(op, "0.05")), open(Reason::missing_result)) << op;
    }
  }
}

TEST(Judging, OverRangeIsNeverANumber) {
  EXPECT_EQ(judged({"OVER"}, limit("<=", "0.05")), open(Reason::over_range));
  EXPECT_EQ(judged({">0.01"}, limit("<=", "0.05")), open(Reason::over_range));
  EXPECT_EQ(judged({">0.05"}, limit("<=", "0.05")), failed(Reason::beyond_limit));
  EXPECT_EQ(judged({"≥0.05"}, limit("<=", "0.05")), open(Reason::over_range));
  EXPECT_EQ(judged({">100"}, limit("range", "5~8")), failed(Reason::beyond_limit));
  EXPECT_EQ(judged({">6"}, limit("range", "5~8")), open(Reason::over_range));
  EXPECT_EQ(judged({.result = "OVER", .lod = "0.01"}, limit("ND", "")), open(Reason::over_range));
}

TEST(Judging, TypedLessThanIsJudgedAsABoundAndNotAsItsNumber) {
  EXPECT_EQ(judged({"<0.01"}, limit("<=", "0.05")), passed(Reason::not_detected));
  EXPECT_EQ(judged({"<0.05"}, limit("<=", "0.05")), passed(Reason::not_detected));
  EXPECT_EQ(judged({"<0.06"}, limit("<=", "0.05")), open(Reason::bound_undecided));
  // As a number 0.01 would pass a minimum of 0.01; as a bound it is below it.
  EXPECT_EQ(judged({"<0.01"}, limit(">=", "0.01")), failed(Reason::beyond_limit));
  EXPECT_EQ(judged({"≤0.01"}, limit(">=", "0.01")), open(Reason::bound_undecided));
  EXPECT_EQ(judged({"<9"}, limit("range", "5~8")), open(Reason::bound_undecided));
  EXPECT_EQ(judged({"<5"}, limit("range", "5~8")), failed(Reason::beyond_limit));
}

TEST(Judging, NotDetectedPassesOnlyWhenTheMethodCouldHaveSeenTheLimit) {
  EXPECT_EQ(judged({.result = "未检出", .lod = "0.01"}, limit("<=", "0.05")), passed(Reason::not_detected));
  EXPECT_EQ(judged({.result = "未检出", .lod = "0.05"}, limit("<=", "0.05")), passed(Reason::not_detected));
  EXPECT_EQ(judged({.result = "未检出", .lod = "0.0501"}, limit("<=", "0.05")), open(Reason::method_unfit));
  EXPECT_EQ(judged({.result = "未检出"}, limit("<=", "0.05")), open(Reason::lod_missing));
  EXPECT_EQ(judged({.result = "未检出", .lod = "0"}, limit("<=", "0.05")), open(Reason::lod_missing));
  EXPECT_EQ(judged({"未检出", "ug/kg", "10"}, limit("<=", "0.05")), passed(Reason::not_detected));
  EXPECT_EQ(judged({"未检出", "ug/kg", "51"}, limit("<=", "0.05")), open(Reason::method_unfit));
}

TEST(Judging, AMethodThatCannotSeeTheLimitDecidesNothing) {
  for (const char* result : {"0.01", "0.2", "ND", "<0.01"}) {
    EXPECT_EQ(judged({.result = result, .lod = "0.1"}, limit("<=", "0.05")), open(Reason::method_unfit)) << result;
    EXPECT_EQ(judged({.result = result, .lod = "0.01", .loq = "0.1"}, limit("<=", "0.05")), open(Reason::method_unfit))
        << result;
  }
}

TEST(Judging, ANumberBelowTheDetectionLimitMeansNotDetected) {
  EXPECT_EQ(judged({.result = "0.004", .lod = "0.01"}, limit("<=", "0.05")), passed(Reason::not_detected));
  EXPECT_EQ(judged({.result = "0.01", .lod = "0.01"}, limit("<=", "0.05")), passed(Reason::within_limit));
  EXPECT_EQ(judged({.result = "0.004", .lod = "0.01"}, limit("ND", "")), passed(Reason::not_detected));
  EXPECT_EQ(judged({.result = "0", .lod = "0.01"}, limit("banned", "")), passed(Reason::not_detected));
}

TEST(Judging, BelowTheQuantificationLimitIsEverythingUpToIt) {
  EXPECT_EQ(judged({.result = "<LOQ", .loq = "0.03"}, limit("<=", "0.05")), passed(Reason::within_limit));
  EXPECT_EQ(judged({.result = "<LOQ"}, limit("<=", "0.05")), open(Reason::bound_undecided));
  EXPECT_EQ(judged({.result = "<LOQ", .lod = "0.01", .loq = "0.03"}, limit("ND", "")), open(Reason::bound_undecided));
}

TEST(Judging, MustNotBeDetectedFailsFromTheDetectionLimitUpwards) {
  for (const char* op : {"ND", "banned"}) {
    EXPECT_EQ(judged({.result = "0.01", .lod = "0.01"}, limit(op, "")), failed(Reason::detected)) << op;
    EXPECT_EQ(judged({.result = "0.0099", .lod = "0.01"}, limit(op, "")), passed(Reason::not_detected)) << op;
    EXPECT_EQ(judged({.result = "5"}, limit(op, "")), open(Reason::lod_missing)) << op;
    EXPECT_EQ(judged({.result = "ND"}, limit(op, "")), open(Reason::lod_missing)) << op;
    EXPECT_EQ(judged({.result = "ND", .lod = "0.01"}, limit(op, "")), passed(Reason::not_detected)) << op;
    EXPECT_EQ(judged({.result = "<0.01", .lod = "0.01"}, limit(op, "")), passed(Reason::not_detected)) << op;
    EXPECT_EQ(judged({.result = "<0.02", .lod = "0.01"}, limit(op, "")), open(Reason::bound_undecided)) << op;
    EXPECT_EQ(judged({.result = "≤0.01", .lod = "0.01"}, limit(op, "")), open(Reason::bound_undecided)) << op;
    EXPECT_EQ(judged({.result = ">1", .lod = "0.01"}, limit(op, "")), failed(Reason::detected)) << op;
  }
}

TEST(Judging, NotDetectedByAMethodCoarserThanTheStandardDemandsIsNoPass) {
  const Limit demanded = limit("ND", "0.05");
  EXPECT_EQ(judged({.result = "ND", .lod = "0.05"}, demanded), passed(Reason::not_detected));
  EXPECT_EQ(judged({.result = "ND", .lod = "0.1"}, demanded), open(Reason::method_unfit));
  EXPECT_EQ(judged({"ND", "mg/L", "0.01"}, demanded), open(Reason::unit_mismatch));
  EXPECT_EQ(judged({.result = "0.2", .lod = "0.1"}, demanded), failed(Reason::detected));  // found is found
}

TEST(Judging, ANegativeConcentrationIsNoResult) {
  EXPECT_EQ(judged({"-0.01"}, limit("<=", "0.05")), open(Reason::negative_result));
  EXPECT_EQ(judged({.result = "-5", .lod = "0.01"}, limit("ND", "")), open(Reason::negative_result));
  EXPECT_EQ(judged({"-0.00"}, limit("<=", "0.05")), passed(Reason::within_limit));
}

TEST(Judging, UnitsWithoutACommonDimensionAreNotCompared) {
  EXPECT_EQ(judged({"0.01", "mg/L"}, limit("<=", "0.05")), open(Reason::unit_mismatch));
  EXPECT_EQ(judged({"0.01", ""}, limit("<=", "0.05")), open(Reason::unit_mismatch));
  EXPECT_EQ(judged({"0.01", "mg/kg"}, limit("<=", "0.05", "")), open(Reason::unit_mismatch));
  EXPECT_EQ(judged({"0.01", "kPa"}, limit("<=", "0.05", "kPa ")), passed(Reason::within_limit));
  EXPECT_EQ(judged({"0.01", ""}, limit("<=", "0.05", "")), passed(Reason::within_limit));
  EXPECT_EQ(judged({"0.01", "kPa"}, limit("<=", "0.05", "MPa")), open(Reason::unit_mismatch));
}

TEST(Judging, ALimitThatCannotBeReadIsNoLimit) {
  for (const auto& [op, text] : {std::pair{"<=", "abc"},
                                 {"<=", ""},
                                 {">=", "0,5"},
                                 {"range", "5"},
                                 {"range", "8~5"},
                                 {"range", "~5"},
                                 {"ND", "abc"},
                                 {"banned", "x"}}) {
    EXPECT_EQ(judged({.result = "0.01", .lod = "0.001"}, limit(op, text)), open(Reason::limit_malformed)) << op << text;
  }
  EXPECT_FALSE(rules::make_limit("<", "5", ""));
  EXPECT_FALSE(rules::make_limit("", "5", ""));
}

TEST(Judging, ARangeMayBeWrittenWithATildeOrADash) {
  for (const char* text : {"5.5~8.5", "5.5 ~ 8.5", "5.5～8.5", "5.5-8.5", "5.5—8.5"}) {
    EXPECT_EQ(judged({"8.5"}, limit("range", text)), passed(Reason::within_limit)) << text;
    EXPECT_EQ(judged({"5.4"}, limit("range", text)), failed(Reason::beyond_limit)) << text;
  }
}

TEST(Judging, RoundedComparisonFollowsTheLimitsOwnLastPlaceUnlessToldOtherwise) {
  Limit rounded = limit("<=", "0.5", "");
  rounded.comparison = model::Comparison::rounded_value;
  EXPECT_EQ(judged({"0.549", ""}, rounded), passed(Reason::within_limit));
  EXPECT_EQ(judged({"0.551", ""}, rounded), failed(Reason::beyond_limit));
  rounded.rounding_unit = dec("0.01");
  EXPECT_EQ(judged({"0.504", ""}, rounded), passed(Reason::within_limit));
  EXPECT_EQ(judged({"0.506", ""}, rounded), failed(Reason::beyond_limit));
  rounded.rounding_unit = dec("0.5");
  EXPECT_EQ(judged({"0.74", ""}, rounded), passed(Reason::within_limit));
  rounded.rounding_unit = dec("0.3");
  EXPECT_EQ(judged({"0.1", ""}, rounded), open(Reason::limit_malformed));
}

TEST(Judging, ADecisionRuleWithoutUncertaintyDecidesNothing) {
  for (const DecisionRule rule :
       {DecisionRule::guard_acceptance, DecisionRule::guard_rejection, DecisionRule::nonbinary}) {
    EXPECT_EQ(judged({.result = "0.01", .rule = rule}, limit("<=", "0.05")), open(Reason::no_uncertainty));
    EXPECT_EQ(judged({.result = "0.01", .rule = rule, .uncertainty = "-1"}, limit("<=", "0.05")),
              open(Reason::no_uncertainty));
  }
  EXPECT_EQ(judged({.result = "0.049", .uncertainty = "0.01"}, limit("<=", "0.05")), passed(Reason::within_limit));
}

TEST(Judging, GuardBandsHoldOnBothEndsOfARange) {
  const Limit range = limit("range", "5~8", "");
  struct Case {
    const char* result;
    ItemOutcome outcome;
  };
  using enum ItemOutcome;
  for (const auto& [result, outcome] :
       {Case{"4.4", fail}, Case{"4.5", conditional_fail}, Case{"4.9", conditional_fail}, Case{"5", conditional_pass},
        Case{"5.49", conditional_pass}, Case{"5.5", pass}, Case{"7.5", pass}, Case{"7.51", conditional_pass},
        Case{"8", conditional_pass}, Case{"8.5", conditional_fail}, Case{"8.51", fail}}) {
    EXPECT_EQ(judged({result, "", "", "", DecisionRule::nonbinary, "0.5"}, range).outcome, outcome) << result;
  }
  // Bands wider than the range leave no place to pass.
  EXPECT_EQ(judged({"6.5", "", "", "", DecisionRule::guard_acceptance, "2"}, range), failed(Reason::in_guard_band));
}

TEST(Judging, ABoundPassesAGuardBandOnlyWhenAllOfItDoes) {
  const Limit maximum = limit("<=", "0.05");
  EXPECT_EQ(judged({"<0.042", "mg/kg", "", "", DecisionRule::guard_acceptance, "0.008"}, maximum),
            passed(Reason::not_detected));
  EXPECT_EQ(judged({"<0.043", "mg/kg", "", "", DecisionRule::guard_acceptance, "0.008"}, maximum),
            open(Reason::bound_undecided));
  EXPECT_EQ(judged({"<0.05", "mg/kg", "", "", DecisionRule::nonbinary, "0.008"}, maximum),
            open(Reason::bound_undecided));
}

}  // namespace
}  // namespace lab::testing
