// A suspected result is provisional until a second portion has confirmed or refuted it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lab-node/bench/match.hpp"
#include "lab-node/judging/explained.hpp"
#include "tests/lab-node/world.hpp"

namespace lab::node {
namespace {

using model::Reason;
using model::SampleOutcome;
using model::SampleState;

std::string refusal(const Decided<model::Sample>& decided) { return decided ? "accepted" : decided.error().code; }

// Lead above its limit, chlorpyrifos not found.
std::string suspected(World& world) {
  const std::string number = world.received(1, "CNF");
  world.capture({observation(number, "铅", "0.31"), observation(number, "毒死蜱", "ND")});
  return number;
}

TEST(Confirmation, ASuspectedResultIsJudgedProvisionallyAndNobodyCanSignIt) {
  World world;
  const std::string number = suspected(world);
  const model::Sample sample = world.sample(number);
  EXPECT_EQ(sample.state, SampleState::judged);
  EXPECT_TRUE(judging::is_provisional(sample));
  EXPECT_EQ(sample.judged.outcome, SampleOutcome::undetermined);
  EXPECT_EQ(sample.judged.items[0].reason, Reason::unconfirmed);
  const auto review = world.review(number, "li");
  ASSERT_EQ(refusal(review), "unconfirmed");
  EXPECT_THAT(review.error().detail, testing::HasSubstr(number + "/2"));
}

TEST(Confirmation, ASecondPortionThatAgreesMakesItAFail) {
  World world;
  const std::string number = suspected(world);
  const Hash provisional = world.sample(number).record;
  const auto outcome = world.capture({observation(number + "/2", "铅", "0.32")}, "liu");
  EXPECT_EQ(outcome.judged.size(), 1u);
  const model::Sample sample = world.sample(number);
  EXPECT_FALSE(judging::is_provisional(sample));
  EXPECT_EQ(sample.judged.outcome, SampleOutcome::fail);
  EXPECT_NE(sample.record, provisional);
  EXPECT_EQ(sample.analyst, model::PersonId{"liu"});
  EXPECT_EQ(sample.measured.back().portion, 2);
  judging::Editions editions;
  const auto view = world.store->read();
  EXPECT_THAT(judging::explained(sample, *editions.current(*view))[0].explanation,
              testing::AllOf(testing::HasSubstr("第 1 份试样：检测结果 0.31"),
                             testing::HasSubstr("第 2 份试样：检测结果 0.32"), testing::EndsWith("不合格。")));
  EXPECT_EQ(refusal(world.review(number, "li")), "accepted");
  EXPECT_EQ(refusal(world.approve(number, "sun")), "accepted");
}

TEST(Confirmation, ASecondPortionThatPassesRefutesTheSuspicion) {
  World world;
  const std::string number = suspected(world);
  world.capture({observation(number + "/2", "铅", "0.29")});
  EXPECT_EQ(world.sample(number).judged.outcome, SampleOutcome::pass);
  EXPECT_EQ(refusal(world.review(number, "li")), "accepted");
}

TEST(Confirmation, TheFirstPortionCannotConfirmItself) {
  World world;
  const std::string number = suspected(world);
  world.capture({observation(number, "铅", "0.29")});
  EXPECT_TRUE(judging::is_provisional(world.sample(number)));
  ASSERT_EQ(world.quarantine().size(), 1u);
  EXPECT_EQ(world.quarantine()[0].reason, "already_judged");
}

TEST(Confirmation, WhatConfirmsNothingMakesNoNewVerdict) {
  World world;
  const std::string number = suspected(world);
  const Hash provisional = world.sample(number).record;
  world.capture({observation(number + "/2", "毒死蜱", "ND")});
  const model::Sample sample = world.sample(number);
  EXPECT_EQ(sample.record, provisional);
  EXPECT_EQ(sample.measured.size(), 2u);
  EXPECT_TRUE(world.quarantine().empty());
}

TEST(Confirmation, ASecondPortionMayComeBeforeTheSuspicion) {
  World world;
  const std::string number = world.received(1, "CNF");
  world.capture({observation(number, "铅", "0.31"), observation(number + "/2", "铅", "0.33")});
  EXPECT_EQ(world.sample(number).state, SampleState::measuring);
  world.capture({observation(number, "毒死蜱", "ND")});
  EXPECT_EQ(world.sample(number).judged.outcome, SampleOutcome::fail);
}

TEST(Confirmation, AConfirmedVerdictTakesNoFurtherPortion) {
  World world;
  const std::string number = suspected(world);
  world.capture({observation(number + "/2", "铅", "0.32")});
  world.capture({observation(number + "/3", "铅", "0.1")});
  EXPECT_EQ(world.sample(number).judged.outcome, SampleOutcome::fail);
  ASSERT_EQ(world.quarantine().size(), 1u);
  EXPECT_EQ(world.quarantine()[0].reason, "already_judged");
}

TEST(Confirmation, AReviewerMayStillSendAProvisionalVerdictBack) {
  World world;
  const std::string number = suspected(world);
  EXPECT_EQ(refusal(world.review(number, "li", false, "进样瓶编号有误")), "accepted");
  world.capture({observation(number, "铅", "0.1")});
  const auto again = world.decide([&](auto& draft) {
    return world.node.on_judge_again(draft, number, "已重新进样", model::PersonId{"chen"}, world.now);
  });
  ASSERT_EQ(refusal(again), "accepted");
  EXPECT_EQ(world.sample(number).judged.outcome, SampleOutcome::pass);
}

TEST(Confirmation, APersonMayAssignAReadingToTheSecondPortion) {
  World world;
  const std::string number = suspected(world);
  world.capture({observation("REPEAT 2", "铅", "0.35")});
  const bench::Assignment assignment{.entry = 1, .number = number + "/2", .reason = "瓶签漏写编号"};
  const auto resolved = world.decide(
      [&](auto& draft) { return world.node.on_resolved(draft, assignment, model::PersonId{"chen"}, world.now); });
  ASSERT_EQ(refusal(resolved), "accepted");
  EXPECT_EQ(world.sample(number).judged.outcome, SampleOutcome::fail);
}

TEST(PortionId, IsTheDigitBehindTheStroke) {
  EXPECT_EQ(bench::portion_in(" blind001/2 ").sample, "BLIND001");
  EXPECT_EQ(bench::portion_in("BLIND001/2").portion, 2);
  EXPECT_EQ(bench::portion_in("BLIND001").portion, 1);
  for (const char* const whole : {"A/1", "A/0", "A/12", "/2", "A/", "A-2"}) {
    EXPECT_EQ(bench::portion_in(whole).sample, whole);
    EXPECT_EQ(bench::portion_in(whole).portion, 1);
  }
}

}  // namespace
}  // namespace lab::node
