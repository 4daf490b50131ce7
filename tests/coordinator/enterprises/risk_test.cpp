#include <gtest/gtest.h>

#include "coordinator/enterprises/weights.hpp"
#include "tests/coordinator/support/miniature.hpp"

namespace lab::enterprises {
namespace {

using namespace std::chrono_literals;
using model::SampleOutcome;

constexpr CivilDate today = 2013y / 12 / 20;

RiskNumbers usual() { return RiskRules::load("")->on(today); }

FinalVerdict verdict(CivilDate day, SampleOutcome outcome) {
  return {.task = {}, .programme = model::ProgrammeCode{"NCP"}, .month = to_month_number(day), .outcome = outcome};
}

TEST(RiskRules, OfTheProgramAreReadable) {
  const auto rules = RiskRules::load("");
  ASSERT_TRUE(rules) << to_text(rules.error());
  EXPECT_EQ(usual().fail_recent, 100U);
  EXPECT_EQ(usual().signal_window_days, 14U);
}

TEST(RiskRules, ARowIsInForceFromItsDayOn) {
  std::string text{"name,from,value,unit,what_zh,basis,assumption\n"};
  for (const char* name : {"recent_months", "older_months", "fail_recent", "fail_older", "clean_off", "weight_least",
                           "weight_most", "prior_samples", "signal_window_days"}) {
    text += std::string{name} + ",2013-01-01,100,,,,\n";
  }
  text += "signal_place_level,2013-01-01,0,,,,\n";
  EXPECT_TRUE(RiskRules::load(text));
  const auto rules = RiskRules::load(text + "fail_recent,2014-01-01,150,,,,\n");
  ASSERT_TRUE(rules) << to_text(rules.error());
  EXPECT_EQ(rules->on(2013y / 12 / 31).fail_recent, 100U);
  EXPECT_EQ(rules->on(2014y / 1 / 1).fail_recent, 150U);
  EXPECT_FALSE(RiskRules::load(text + "signal_place_level,2014-01-01,3,,,,\n"));
  EXPECT_FALSE(RiskRules::load(text + "weight_least,2014-01-01,200,,,,\n"));
  EXPECT_FALSE(RiskRules::load(text + "unknown,2014-01-01,3,,,,\n"));
  EXPECT_FALSE(RiskRules::load(text + "fail_recent,2014-01-01,-3,,,,\n"));
  EXPECT_FALSE(RiskRules::load("name,from,value,unit,what_zh,basis,assumption\nfail_recent,2013-01-01,3,,,,\n"));
}

TEST(EnterpriseWeight, GrowsWithFailsAndShrinksWithPassesWithinItsLimits) {
  const auto weight = [](std::vector<FinalVerdict> verdicts) {
    return enterprise_weight(verdicts, usual(), today).percent;
  };
  const auto recent_fail = verdict(2013y / 3 / 1, SampleOutcome::fail);
  const auto old_fail = verdict(2012y / 3 / 1, SampleOutcome::fail);
  const auto ancient_fail = verdict(2010y / 3 / 1, SampleOutcome::fail);
  const auto pass = verdict(2013y / 6 / 1, SampleOutcome::pass);
  EXPECT_EQ(weight({}), 100U);
  EXPECT_EQ(weight({recent_fail}), 200U);
  EXPECT_EQ(weight({recent_fail, old_fail, ancient_fail}), 230U);
  EXPECT_EQ(weight({recent_fail, pass, pass}), 200U) << "passes do not wash a fail away";
  EXPECT_EQ(weight(std::vector(9, recent_fail)), 400U);
  EXPECT_EQ(weight({pass, pass}), 90U);
  EXPECT_EQ(weight(std::vector(30, pass)), 50U);
}

TEST(EnterpriseWeight, SaysWhereItComesFrom) {
  const auto weight = enterprise_weight({verdict(2013y / 3 / 1, SampleOutcome::fail)}, usual(), today);
  EXPECT_NE(weight.because.find("最终不合格 1 次（每次加 100%）"), std::string::npos) << weight.because;
}

TEST(ShareWeight, IsDrawnToTheAverageAndExact) {
  const auto weight = [](auto... counts) { return share_weight(counts..., usual()).percent; };
  EXPECT_EQ(weight(0U, 0U, 40U, 1000U), 100U) << "nothing known: as the average";
  EXPECT_EQ(weight(2U, 50U, 40U, 1000U), 100U) << "just the average";
  EXPECT_EQ(weight(1U, 1U, 40U, 1000U), 147U) << "(1 + 2) / 51 over 0.04 is 1.4706";
  EXPECT_EQ(weight(20U, 100U, 40U, 1000U), 367U) << "22 / 150 over 0.04 is 3.6667";
  EXPECT_EQ(weight(0U, 5000U, 40U, 10000U), 50U) << "not below the limit";
  EXPECT_EQ(weight(3U, 10U, 0U, 0U), 100U);
}

TEST(CellWeights, AddUpToTheCountsOfTheProvince) {
  coordinator::testing::Miniature province{7};
  province.live(200);
  const auto view = province.world.view();
  const auto weights = cell_weights(*view, std::nullopt, usual());
  std::uint64_t judged = 0;
  std::uint64_t failed = 0;
  for (const CellWeight& one : weights) {
    judged += one.judged;
    failed += one.failed;
  }
  coordinator::tables::Verdicts all;
  coordinator::tables::for_each_cell_tally(*view, [&](const auto&, const coordinator::tables::Tally& tally) {
    all.pass += tally.final.pass;
    all.fail += tally.final.fail;
    all.problem += tally.final.problem;
  });
  EXPECT_EQ(judged, all.pass + all.fail + all.problem);
  EXPECT_EQ(failed, all.fail + all.problem);
  ASSERT_GT(weights.size(), 2U);
  for (std::size_t i = 1; i < weights.size(); ++i) EXPECT_GE(weights[i - 1].weight.percent, weights[i].weight.percent);
}

}  // namespace
}  // namespace lab::enterprises
