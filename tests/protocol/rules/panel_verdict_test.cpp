#include "protocol/rules/panel_verdict.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>

#include "protocol/rules/residue_sum.hpp"
#include "tests/protocol/rules/judging.hpp"

namespace lab::testing {
namespace {

using rules::PanelQuestion;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

model::PanelItem item(const char* analyte, const char* definition = "", const char* factor = "1",
                      model::NonDetects non_detects = model::NonDetects::unstated) {
  model::PanelItem made{.analyte = analyte, .method = {}, .unit = "mg/kg", .lod = dec("0.01"), .loq = {}};
  made.definition = definition;
  made.factor = dec(factor);
  made.non_detects = non_detects;
  return made;
}

// Aldicarb with its sulfone as aldicarb, lead, and mercury with its total: 0 and 2 are parts of one sum, 1 is alone,
// 3 is the species of 4.
struct Panel {
  std::vector<model::PanelItem> items{item("涕灭威", "涕灭威之和", "1", model::NonDetects::zero), item("铅"),
                                      item("涕灭威砜", "涕灭威之和", "0.856", model::NonDetects::zero), item("甲基汞"),
                                      item("总汞")};
  std::vector<model::Limit> limits{limit("<=", "0.03"), limit("<=", "0.3"), limit("<=", "0.03"), limit("<=", "0.5"),
                                   model::Limit{}};
  std::deque<model::Determination> determinations{};
  std::vector<std::uint8_t> portions{};

  Panel() {
    items[4].total_of = "甲基汞";
    for (std::uint32_t i = 0; i < limits.size(); ++i)
      limits[i].row = limits[i].kind == model::LimitKind::none ? 0 : i + 1;
  }
  void found(std::uint16_t at, const char* result, std::uint8_t portion = 1) {
    determinations.push_back({.item = at, .value = model::read_value(result), .unit = "mg/kg"});
    portions.push_back(portion);
  }
  rules::PanelResults results() const {
    rules::PanelResults made{items.size()};
    for (std::size_t i = 0; i < determinations.size(); ++i) made.add(determinations[i], portions[i]);
    return made;
  }
  std::vector<model::ItemVerdict> verdicts() const {
    return rules::judge_panel(rules::questions_of(items), {items, limits}, results());
  }
  Finding of(std::uint16_t at) const {
    const auto all = verdicts();
    return {all[at].outcome, all[at].reason};
  }
  std::vector<std::uint16_t> missing() const {
    const auto set = rules::missing_items(rules::questions_of(items), {items, limits}, results());
    return {set.begin(), set.end()};
  }
  std::string explained(std::uint16_t at) const {
    for (const PanelQuestion& question : rules::questions_of(items)) {
      if (question.item() == at) return rules::explain_question(question, {items, limits}, results(), of(at));
    }
    return {};
  }
};

TEST(PanelVerdict, ItemsAreGroupedByDefinitionAndByTotal) {
  using Kind = PanelQuestion::Kind;
  EXPECT_THAT(rules::questions_of(Panel{}.items),
              ElementsAre(PanelQuestion{Kind::sum, {0, 2}}, PanelQuestion{Kind::alone, {1}},
                          PanelQuestion{Kind::two_steps, {3, 4}}, PanelQuestion{Kind::alone, {4}}));
}

TEST(PanelVerdict, ASumIsJudgedOnceAtItsFirstPart) {
  Panel panel;
  panel.found(0, "0.02");
  panel.found(1, "0.1");
  panel.found(2, "0.0117");  // 0.02 + 0.0117 x 0.856 = 0.0300152
  EXPECT_EQ(panel.of(0), failed(Reason::beyond_limit));
  EXPECT_EQ(panel.of(1), passed(Reason::within_limit));
  EXPECT_EQ(panel.verdicts()[2], (model::ItemVerdict{2, ItemOutcome::undetermined, Reason::part_of_sum, 3}));
  EXPECT_EQ(panel.verdicts()[0].limit_row, 1U);
}

TEST(PanelVerdict, TheFactorAndTheStatedTreatmentOfNonDetectsCount) {
  Panel panel;
  panel.found(0, "0.02");
  panel.found(2, "0.0116");  // 0.0299296
  EXPECT_EQ(panel.of(0), passed(Reason::within_limit));
  Panel unseen;
  unseen.found(0, "0.03");
  unseen.found(2, "ND");
  EXPECT_EQ(unseen.of(0), passed(Reason::within_limit));
  for (model::PanelItem& part : unseen.items) part.non_detects = model::NonDetects::full;
  EXPECT_EQ(unseen.of(0), failed(Reason::beyond_limit));
  for (model::PanelItem& part : unseen.items) part.non_detects = model::NonDetects::unstated;
  EXPECT_EQ(unseen.of(0), open(Reason::bound_undecided));
}

TEST(PanelVerdict, WhatIsNotNumericalInAPartNeverPassesTheSum) {
  Panel panel;
  panel.found(0, "0.001");
  EXPECT_EQ(panel.of(0), open(Reason::missing_result));
  panel.found(2, "abc");
  EXPECT_EQ(panel.of(0), open(Reason::not_a_number));
}

TEST(PanelVerdict, ASpeciesIsAskedForOnlyWhenItsTotalDoesNotSuffice) {
  Panel panel;
  for (std::uint16_t at = 0; at < 3; ++at) panel.found(at, "ND");
  EXPECT_THAT(panel.missing(), ElementsAre(4));
  panel.found(4, "0.5");
  EXPECT_TRUE(panel.missing().empty());
  EXPECT_EQ(panel.of(3), passed(Reason::total_suffices));
  EXPECT_EQ(panel.of(4), open(Reason::no_basis));
  panel.found(4, "0.51");
  EXPECT_THAT(panel.missing(), ElementsAre(3));
  EXPECT_EQ(panel.of(3), open(Reason::species_needed));
  panel.found(3, "0.49");
  EXPECT_TRUE(panel.missing().empty());
  EXPECT_EQ(panel.of(3), passed(Reason::within_limit));
}

TEST(PanelVerdict, ASpeciesWithoutALimitIsNotAskedFor) {
  Panel panel;
  panel.limits[3] = Limit{};
  for (std::uint16_t at = 0; at < 3; ++at) panel.found(at, "ND");
  panel.found(4, "9");
  EXPECT_TRUE(panel.missing().empty());
  EXPECT_EQ(panel.of(3), open(Reason::no_basis));
}

TEST(PanelVerdict, APartThatWasNotMeasuredIsMissing) {
  Panel panel;
  panel.found(0, "ND");
  panel.found(4, "ND");
  EXPECT_THAT(panel.missing(), ElementsAre(1, 2));
}

TEST(PanelVerdict, TheDecisionRuleOfTheItemWidensItsOwnLimit) {
  Panel panel;
  panel.items[1].rule = DecisionRule::nonbinary;
  panel.items[1].relative_uncertainty = dec("0.16");  // of 0.3: 0.048
  panel.found(1, "0.252");
  EXPECT_EQ(panel.of(1).outcome, ItemOutcome::pass);
  panel.found(1, "0.2521");
  EXPECT_EQ(panel.of(1), (Finding{ItemOutcome::conditional_pass, Reason::in_guard_band}));
  panel.found(1, "0.3001");
  EXPECT_EQ(panel.of(1), (Finding{ItemOutcome::conditional_fail, Reason::in_guard_band}));
  panel.found(1, "0.3481");
  EXPECT_EQ(panel.of(1).outcome, ItemOutcome::fail);
}

TEST(PanelVerdict, ASuspectedResultCountsOnlyWhenAFurtherPortionConfirmsIt) {
  Panel panel;
  panel.items[1].confirmations = 1;
  panel.found(1, "0.31");
  EXPECT_EQ(panel.of(1), open(Reason::unconfirmed));
  Panel refuted = panel;
  panel.found(1, "0.32", 2);
  EXPECT_EQ(panel.of(1), failed(Reason::beyond_limit));
  panel.found(1, "0.29", 3);
  EXPECT_EQ(panel.of(1), open(Reason::confirmation_disagrees));
  refuted.found(1, "0.29", 2);
  EXPECT_EQ(refuted.of(1), passed(Reason::within_limit));
}

TEST(PanelVerdict, AHalfMeasuredPortionConfirmsNothing) {
  Panel panel;
  panel.items[0].confirmations = panel.items[2].confirmations = 1;
  panel.found(0, "0.02");
  panel.found(2, "0.02");
  panel.found(0, "0.02", 2);
  EXPECT_EQ(panel.of(0), open(Reason::unconfirmed));
  panel.found(2, "0.02", 2);
  EXPECT_EQ(panel.of(0), failed(Reason::beyond_limit));
}

TEST(PanelVerdict, ASpeciesIsConfirmedByItsTotalOnlyWhereThatSuffices) {
  Panel panel;
  panel.items[3].confirmations = 1;
  panel.found(4, "0.8");
  panel.found(3, "0.6");
  EXPECT_EQ(panel.of(3), open(Reason::unconfirmed));
  Panel refuted = panel;
  panel.found(4, "0.7", 2);
  EXPECT_EQ(panel.of(3), open(Reason::unconfirmed));
  panel.found(3, "0.61", 2);
  EXPECT_EQ(panel.of(3), failed(Reason::beyond_limit));
  refuted.found(4, "0.4", 2);
  EXPECT_EQ(refuted.of(3), passed(Reason::total_suffices));
}

TEST(PanelVerdict, ASumIsExplainedWithPartsFactorsAndNonDetects) {
  Panel panel;
  panel.found(0, "0.02");
  panel.found(2, "ND");
  EXPECT_EQ(
      panel.explained(0),
      "残留物按定义为下列各项之和：涕灭威 0.02 mg/kg（检出限 0.01 mg/kg）、涕灭威砜 ND（检出限 0.01 mg/kg）×0.856；"
      "未检出按 0 计；总和 0.020 mg/kg；限量 ≤0.03 mg/kg；按全数值比较法（GB/T 8170-2008 4.3.2），0.020 < 0.03；"
      "结果符合限量：合格。");
}

TEST(PanelVerdict, BothStepsAndEveryPortionAreExplained) {
  Panel panel;
  panel.items[3].confirmations = 1;
  panel.found(4, "0.8");
  panel.found(3, "0.6");
  const std::string provisional = panel.explained(3);
  EXPECT_THAT(provisional, HasSubstr("第 1 份试样：第一步，以总量对照：检测结果 0.8 mg/kg"));
  EXPECT_THAT(provisional, HasSubstr("第二步，测定该形态：检测结果 0.6 mg/kg"));
  EXPECT_THAT(provisional, HasSubstr("可疑结果须经另外 1 份试样确证。结论：初次结果可疑，尚未经确证，不予判定。"));
  panel.found(4, "0.8", 2);
  panel.found(3, "0.62", 2);
  EXPECT_THAT(panel.explained(3), HasSubstr("第 2 份试样：第一步"));
  EXPECT_THAT(panel.explained(3), HasSubstr("结论：结果不符合限量，不合格。"));
}

TEST(PanelVerdict, AnItemByItselfIsExplainedAsBefore) {
  Panel panel;
  panel.items[1].reference_only = true;
  panel.found(1, "0.31");
  EXPECT_THAT(panel.explained(1), ::testing::StartsWith("检测结果 0.31 mg/kg"));
  EXPECT_THAT(panel.explained(1), ::testing::EndsWith("不合格（本项仅供参考，不参与样品判定）。"));
}

}  // namespace
}  // namespace lab::testing
