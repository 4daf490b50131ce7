#include "coordinator/planning/sampling_rules.hpp"
#include "tests/where.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

namespace lab::planning {
namespace {

using namespace std::chrono_literals;

Result<std::vector<SamplingRule>> load(const std::string& text) {
  const auto table = read_table(text, "sampling_rules.csv");
  EXPECT_TRUE(table);
  return load_sampling_rules(*table);
}

TEST(SamplingRules, AreRowsOfATableInEitherLanguage) {
  const auto rules = load(
      "规则,项目,类型,上限,起,止,依据\nB-1,*,同批次,2,2013-01-01,2013-12-31,每季度两次\n"
      "E-1,NCP,escrow,,2013-03-01,,托管\n");
  ASSERT_TRUE(rules) << to_text(rules.error());
  ASSERT_EQ(rules->size(), 2U);
  EXPECT_EQ((*rules)[0].kind, SamplingRuleKind::same_batch);
  EXPECT_EQ((*rules)[0].limit, 2U);
  EXPECT_TRUE((*rules)[0].covers(model::ProgrammeCode{"SPC"}, 2013y / 12 / 31));
  EXPECT_FALSE((*rules)[0].covers(model::ProgrammeCode{"SPC"}, 2014y / 1 / 1));
  EXPECT_EQ((*rules)[1].kind, SamplingRuleKind::escrow);
  EXPECT_TRUE((*rules)[1].covers(model::ProgrammeCode{"NCP"}, 2015y / 1 / 1));
  EXPECT_FALSE((*rules)[1].covers(model::ProgrammeCode{"NCP"}, 2013y / 2 / 28));
  EXPECT_FALSE((*rules)[1].covers(model::ProgrammeCode{"SPC"}, 2013y / 4 / 1));
}

TEST(SamplingRules, EveryMistakeIsNamed) {
  const auto rules = load(
      "rule,programme,kind,limit,from,until,reason\nB-1,*,same_batch,0,2013-01-01,,x\nS-1,*,shop_share,101,2013-01-01,,"
      "x\n"
      "S-2,*,share,1,2013-01-01,,x\nS-3,*,same_batch,1,2013-13-01,,x\nB-1,*,same_batch,1,2013-01-01,,x\n"
      "B-1,*,same_batch,1,2013-01-01,,x\n");
  ASSERT_FALSE(rules);
  EXPECT_EQ(rules.error().code, ErrorCode::malformed);
  EXPECT_FALSE(load("rule,programme,kind,limit,from,until,reason\nB-1,*,same_batch,1,2013-01-01,,\n"));  // no reason
}

TEST(SamplingRules, AProgrammesOwnComesBeforeOneForAll) {
  const auto rules = load(
      "rule,programme,kind,limit,from,until,reason\nP-1,*,publish,10,2013-01-01,,x\nP-2,NCP,publish,5,2013-06-01,,x\n");
  ASSERT_TRUE(rules);
  const auto* early = rule_for(*rules, SamplingRuleKind::publish, model::ProgrammeCode{"NCP"}, 2013y / 5 / 1);
  const auto* late = rule_for(*rules, SamplingRuleKind::publish, model::ProgrammeCode{"NCP"}, 2013y / 6 / 1);
  ASSERT_TRUE(early && late);
  EXPECT_EQ(early->code, "P-1");
  EXPECT_EQ(late->code, "P-2");
  EXPECT_EQ(rule_for(*rules, SamplingRuleKind::warning, model::ProgrammeCode{"NCP"}, 2013y / 6 / 1), nullptr);
}

TEST(SamplingRules, TheExamplesCanBeRead) {
  for (const char* name : {"sampling_rules/sampling_rules.csv", "sichuan_2013/sampling_rules.csv"}) {
    std::ifstream file(fmt::format("{}/coordinator/reference/{}", QLIMS_SOURCE_DIR, name), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const auto rules = load(text);
    ASSERT_TRUE(rules) << to_text(rules.error());
    EXPECT_EQ(rules->size(), 5U) << name;
  }
}

}  // namespace
}  // namespace lab::planning
