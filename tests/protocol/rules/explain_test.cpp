#include "protocol/rules/explain.hpp"

#include <gtest/gtest.h>
#include <set>

#include "tests/protocol/rules/judging.hpp"

namespace lab::testing {
namespace {

std::string explained(const Question& question, const Limit& against, bool reference_only = false) {
  const auto value = rules::read_value(question.result);
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

TEST(Explanation, SaysThatAReferenceItemDoesNotCount) {
  EXPECT_NE(explained({"0.1"}, limit("<=", "0.3"), true).find("仅供参考"), std::string::npos);
}

TEST(Explanation, NamesTheDecisionRuleAndItsGuardBand) {
  const auto text = explained({"0.0421", "mg/kg", "", "", DecisionRule::nonbinary, "0.008"}, limit("<=", "0.05"));
  EXPECT_NE(text.find("ILAC-G8:09/2019"), std::string::npos) << text;
  EXPECT_NE(text.find("0.008 mg/kg"), std::string::npos) << text;
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
  for (int i = 0; i <= static_cast<int>(Reason::no_uncertainty); ++i) {
    words.insert(rules::chinese_name_of(static_cast<Reason>(i)));
  }
  EXPECT_EQ(words.size(), static_cast<std::size_t>(Reason::no_uncertainty) + 1);
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
