#include "protocol/rules/explain.hpp"

#include <gtest/gtest.h>
#include <set>

#include "tests/protocol/rules/judging.hpp"

namespace lab::testing {
namespace {

std::string explained(const Question& question, const Limit& against, bool reference_only = false) {
  const auto value = model::read_value(question.result);
  const rules::Evidence evidence{.value = value,
                                 .unit = question.unit,
                                 .lod = maybe(question.lod),
                                 .loq = maybe(question.loq),
                                 .rule = question.rule,
                                 .expanded_uncertainty = maybe(question.uncertainty)};
  return rules::explain(evidence, against, rules::judge(evidence, against), {.reference_only = reference_only});
}

TEST(Explanation, NamesResultLimitStandardClauseComparisonAndOutcome) {
  Limit lead = limit("<=", "0.3");
  lead.standard = "GB 2762-2012";
  lead.clause = "4.1 表1";
  lead.commodity = "新鲜蔬菜:叶菜蔬菜";
  EXPECT_EQ(explained({"310", "μg/kg", "5"}, lead),
            "检测结果 310 μg/kg，方法检出限 5 μg/kg；限量 ≤0.3 mg/kg（GB 2762-2012 4.1 表1，新鲜蔬菜:叶菜蔬菜）；"
            "按全数值比较法（GB/T 8170-2008 4.3.2），换算为 0.310 mg/kg，0.310 > 0.3；结果不符合限量：不合格。");
}

TEST(Explanation, SaysWhatStoodBesideTheLimitWhenNothingWasFound) {
  EXPECT_EQ(explained({.result = "未检出", .unit = "μg/kg", .lod = "10"}, limit("<=", "0.05")),
            "检测结果 未检出，方法检出限 10 μg/kg；限量 ≤0.05 mg/kg；按全数值比较法（GB/T 8170-2008 4.3.2），"
            "检出限换算为 0.010 mg/kg，检出限 0.010 < 0.05；未检出，且方法检出能力满足限量要求：合格。");
  EXPECT_EQ(explained({.result = "0.004", .lod = "0.01"}, limit("<=", "0.05")),
            "检测结果 0.004 mg/kg，方法检出限 0.01 mg/kg；限量 ≤0.05 mg/kg；结果低于方法检出限，视为未检出；"
            "按全数值比较法（GB/T 8170-2008 4.3.2），检出限 0.01 < 0.05；未检出，且方法检出能力满足限量要求：合格。");
}

TEST(Explanation, OfWhatMustNotBeDetectedComparesWithTheDetectionLimit) {
  EXPECT_EQ(explained({.result = "0.02", .lod = "0.01"}, limit("ND", "")),
            "检测结果 0.02 mg/kg，方法检出限 0.01 mg/kg；限量 不得检出；与方法检出限比较，0.02 > 0.01；"
            "检出不得检出的物质（结果不低于方法检出限）：不合格。");
  EXPECT_EQ(explained({.result = "ND", .lod = "0.1"}, limit("ND", "0.05")),
            "检测结果 ND，方法检出限 0.1 mg/kg；限量 不得检出（要求检出限≤0.05 mg/kg）；"
            "方法检出限 0.1 mg/kg > 要求的 0.05；方法检出限或定量限高于限量，方法不适用：不予判定。");
}

TEST(Explanation, NamesTheRoundedValueThatWasCompared) {
  Limit rounded = limit("<=", "0.05");
  rounded.comparison = model::Comparison::rounded_value;
  EXPECT_EQ(
      explained({"0.0549"}, rounded),
      "检测结果 0.0549 mg/kg；限量 ≤0.05 mg/kg；按修约值比较法（GB/T 8170-2008 4.3.3），修约为 0.05，0.05 = 0.05；"
      "结果符合限量：合格。");
}

TEST(Explanation, SaysThatAReferenceItemDoesNotCount) {
  EXPECT_NE(explained({"0.1"}, limit("<=", "0.3"), true).find("仅供参考"), std::string::npos);
}

TEST(Explanation, NamesTheDecisionRuleAndItsGuardBand) {
  const auto text = explained({"0.0421", "mg/kg", "", "", DecisionRule::nonbinary, "0.008"}, limit("<=", "0.05"));
  EXPECT_NE(text.find("ILAC-G8:09/2019"), std::string::npos) << text;
  EXPECT_NE(text.find("0.008 mg/kg"), std::string::npos) << text;
  EXPECT_NE(text.find("上限 0.05 的保护带为 0.042～0.058"), std::string::npos) << text;
  EXPECT_NE(text.find("符合概率 0.9759"), std::string::npos) << text;
  EXPECT_NE(text.find("有条件合格"), std::string::npos) << text;
}

TEST(Explanation, ShowsABoundAsABoundAndNeverAsTheResult) {
  const auto text = explained({"<0.06"}, limit("<=", "0.05"));
  EXPECT_NE(text.find("检测结果 <0.06 mg/kg"), std::string::npos) << text;
  EXPECT_NE(text.find("界值 0.06 > 0.05"), std::string::npos) << text;
  EXPECT_NE(text.find("不予判定"), std::string::npos) << text;
}

TEST(Explanation, EveryReasonHasWordsOfItsOwn) {
  std::set<std::string> words;
  for (int i = 0; i <= static_cast<int>(model::reason_last); ++i) {
    words.insert(rules::chinese_name_of(static_cast<Reason>(i)));
  }
  EXPECT_EQ(words.size(), static_cast<std::size_t>(model::reason_last) + 1);
}

TEST(Explanation, NeverSaysPassedWhenItDidNot) {
  const std::string good = "：合格。";
  for (const char* op : {"<=", ">=", "range", "ND", "banned", "none"}) {
    for (const char* result : {"0.01", "5", "ND", "<0.01", "OVER", "", "abc", "阴性", "-1"}) {
      for (const char* lod : {"", "0.02", "9"}) {
        const Limit against = limit(op, std::string_view{op} == "range" ? "0.005~1" : "0.05");
        const Question question{.result = result, .lod = lod};
        const bool passes = judged(question, against).outcome == ItemOutcome::pass;
        EXPECT_EQ(explained(question, against).ends_with(good), passes) << op << result << lod;
      }
    }
  }
}

}  // namespace
}  // namespace lab::testing
