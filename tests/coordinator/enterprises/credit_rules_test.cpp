#include "coordinator/enterprises/credit_rules.hpp"

#include <gtest/gtest.h>

namespace lab::enterprises {
namespace {

using namespace std::chrono_literals;
using model::SampleOutcome;

constexpr CivilDate today = 2013y / 12 / 20;
constexpr const char* header =
    "rule,from,to,class,blacklisted,programmes,role,measure,at_least,window_months,text_zh,text_en,basis,assumption\n";

std::uint32_t next_number = 0;

FinalVerdict verdict(CivilDate day, SampleOutcome outcome, const char* programme = "LTS") {
  return {.task = {.plan = model::PlanId{1}, .revision = 1, .number = ++next_number},
          .programme = model::ProgrammeCode{programme},
          .as_unit = true,
          .as_producer = false,
          .month = to_month_number(day),
          .outcome = outcome};
}
FinalVerdict fails(CivilDate day, const char* programme = "LTS") {
  return verdict(day, SampleOutcome::fail, programme);
}
FinalVerdict passes(CivilDate day, const char* programme = "LTS") {
  return verdict(day, SampleOutcome::pass, programme);
}

std::string class_of(const std::vector<FinalVerdict>& verdicts, CivilDate on = today) {
  const Evaluation evaluation = CreditRules::load("")->evaluate(verdicts, on);
  return evaluation.rule ? evaluation.rule->rule : "";
}

TEST(CreditRules, TheClassComesWithTheVerdictsThatLedToIt) {
  const auto old = fails(2012y / 11 / 5);
  const auto newest = fails(2013y / 12 / 1);
  const auto earlier = fails(2013y / 2 / 1);
  const auto good = passes(2013y / 6 / 1);
  const Evaluation evaluation = CreditRules::load("")->evaluate(std::vector{old, earlier, newest, good}, today);
  ASSERT_TRUE(evaluation.rule);
  EXPECT_EQ(evaluation.rule->rule, "C1");
  EXPECT_EQ(evaluation.rule->credit_class, "C");
  EXPECT_FALSE(evaluation.rule->blacklisted);
  EXPECT_EQ(evaluation.verdicts, (std::vector{newest.task, earlier.task})) << "November 2012 is out of the window";
  EXPECT_NE(evaluation.unmet.find("D1（NCJ、SPC、LTS、NZS，12 个月内需 3 次，有 2 次）"), std::string::npos)
      << evaluation.unmet;
}

TEST(CreditRules, EachRuleOfTheFileThatComesWithTheProgram) {
  EXPECT_EQ(class_of({}), "");
  EXPECT_EQ(class_of({passes(2013y / 6 / 1)}), "B1");
  EXPECT_EQ(class_of({passes(2010y / 6 / 1)}), "") << "too long ago to say anything";
  EXPECT_EQ(class_of(std::vector(5, passes(2013y / 6 / 1))), "A1");
  EXPECT_EQ(class_of(std::vector(4, passes(2013y / 6 / 1))), "B1");
  EXPECT_EQ(class_of({fails(2013y / 1 / 1)}), "C1") << "the window is twelve months with that of the day";
  EXPECT_EQ(class_of({fails(2012y / 12 / 31)}), "B1");
  EXPECT_EQ(class_of({fails(2013y / 5 / 1), fails(2013y / 6 / 1)}), "D2") << "the last two";
  EXPECT_EQ(class_of({fails(2013y / 5 / 1), fails(2013y / 6 / 1), passes(2013y / 7 / 1)}), "C1");
  EXPECT_EQ(class_of({fails(2013y / 5 / 1), fails(2013y / 6 / 1), passes(2013y / 7 / 1), fails(2013y / 8 / 1)}), "D1");
}

TEST(CreditRules, RoutineMonitoringLeadsToNoClass) {
  EXPECT_EQ(class_of(std::vector(3, fails(2013y / 6 / 1, "NCP"))), "");
  EXPECT_EQ(class_of({fails(2013y / 6 / 1, "NCP"), passes(2013y / 6 / 1, "NZS")}), "B1");
}

TEST(CreditRules, ARuleIsInForceFromItsFirstDayToItsLast) {
  const auto rules = CreditRules::load(std::string{header} +
                                       "OLD,2013-01-01,2013-06-30,C,0,*,any,judged,1,12,旧,old,x,\n"
                                       "NEW,2013-07-01,,B,0,*,any,judged,1,12,新,new,x,\n");
  ASSERT_TRUE(rules) << to_text(rules.error());
  const std::vector verdicts{passes(2013y / 1 / 1)};
  EXPECT_FALSE(rules->evaluate(verdicts, 2012y / 12 / 31).rule);
  EXPECT_EQ(rules->evaluate(verdicts, 2013y / 6 / 30).rule->rule, "OLD");
  EXPECT_EQ(rules->evaluate(verdicts, 2013y / 7 / 1).rule->rule, "NEW");
}

TEST(CreditRules, ARuleAboutProducersDoesNotSeeWhatAShopDid) {
  const auto rules = CreditRules::load(std::string{header} + "P,2013-01-01,,C,0,*,producer,failed,1,12,x,x,x,\n");
  ASSERT_TRUE(rules) << to_text(rules.error());
  auto one = fails(2013y / 6 / 1);
  EXPECT_FALSE(rules->evaluate(std::vector{one}, today).rule);
  one.as_producer = true;
  EXPECT_TRUE(rules->evaluate(std::vector{one}, today).rule);
}

TEST(CreditRules, WhatIsNotOfItsKindIsRefusedWithItsLine) {
  const auto refused = [](const std::string& rows) {
    const auto rules = CreditRules::load(header + rows);
    return rules ? std::string{"taken"} : rules.error().where;
  };
  const std::string good = "R,2013-01-01,,C,0,*,any,failed,1,12,x,x,x,\n";
  EXPECT_EQ(refused(good), "taken");
  EXPECT_NE(refused(good + good).find("第 3 行"), std::string::npos) << "twice";
  EXPECT_NE(refused("R,2013-13-01,,C,0,*,any,failed,1,12,x,x,x,\n").find("from"), std::string::npos);
  EXPECT_NE(refused("R,2013-01-01,,,0,*,any,failed,1,12,x,x,x,\n").find("class"), std::string::npos);
  EXPECT_NE(refused("R,2013-01-01,,C,2,*,any,failed,1,12,x,x,x,\n").find("blacklisted"), std::string::npos);
  EXPECT_NE(refused("R,2013-01-01,,C,0,,any,failed,1,12,x,x,x,\n").find("programmes"), std::string::npos);
  EXPECT_NE(refused("R,2013-01-01,,C,0,*,all,failed,1,12,x,x,x,\n").find("role"), std::string::npos);
  EXPECT_NE(refused("R,2013-01-01,,C,0,*,any,bad,1,12,x,x,x,\n").find("measure"), std::string::npos);
  EXPECT_NE(refused("R,2013-01-01,,C,0,*,any,failed,0,12,x,x,x,\n").find("at_least"), std::string::npos);
  EXPECT_NE(refused("R,2013-01-01,,C,0,*,any,failed,1,many,x,x,x,\n").find("window_months"), std::string::npos);
  EXPECT_FALSE(CreditRules::load("rule,class\nR,C\n"));
}

}  // namespace
}  // namespace lab::enterprises
