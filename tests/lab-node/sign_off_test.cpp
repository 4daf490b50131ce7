#include <gtest/gtest.h>

#include <algorithm>

#include "protocol/session/stream.hpp"
#include "tests/lab-node/world.hpp"

namespace lab::node {
namespace {

using model::SampleState;

std::string refusal(const Decided<model::Sample>& decided) { return decided ? "accepted" : decided.error().code; }

TEST(SignOff, ThreeDifferentPeopleAndThenItIsApproved) {
  World world;
  const std::string number = world.judged(1);  // by chen
  EXPECT_EQ(refusal(world.approve(number, "sun")), "wrong_state");
  EXPECT_EQ(refusal(world.review(number, "chen")), "four_eyes");
  EXPECT_EQ(refusal(world.review(number, "li")), "accepted");
  EXPECT_EQ(refusal(world.review(number, "zhou")), "wrong_state");
  EXPECT_EQ(refusal(world.approve(number, "chen")), "four_eyes");
  EXPECT_EQ(refusal(world.approve(number, "li")), "four_eyes");
  EXPECT_EQ(refusal(world.approve(number, "sun")), "accepted");
  const model::Sample sample = world.sample(number);
  EXPECT_EQ(sample.state, SampleState::approved);
  const auto approved = std::get<model::Approved>(world.events().back().what);
  EXPECT_EQ(approved.record, sample.record);
  EXPECT_EQ(approved.reviewer, model::PersonId{"li"});
  EXPECT_EQ(world.events().back().person, model::PersonId{"sun"});
  EXPECT_EQ(refusal(world.approve(number, "sun")), "wrong_state");
}

TEST(SignOff, WhoRanTheInstrumentMeasuredWhoeverAssignedTheResult) {
  World world;
  const std::string number = world.received(1);
  const auto lost = world.capture({observation("写错的编号", "铅", "0.12")}, "chen");
  ASSERT_EQ(lost.quarantined.size(), 1U);
  world.capture({observation(number, "毒死蜱", "ND")}, "liu");
  const bench::Assignment found{.entry = lost.quarantined[0], .number = number, .analyte = {}, .reason = "标签写错"};
  ASSERT_EQ(refusal(world.decide(
                [&](auto& draft) { return world.node.on_resolved(draft, found, model::PersonId{"wang"}, world.now); })),
            "accepted");
  ASSERT_EQ(world.sample(number).state, SampleState::judged);
  for (const char* person : {"chen", "liu", "wang"}) EXPECT_EQ(refusal(world.review(number, person)), "four_eyes");
  EXPECT_EQ(refusal(world.review(number, "li")), "accepted");
  for (const char* person : {"chen", "liu", "wang", "li"}) {
    EXPECT_EQ(refusal(world.approve(number, person)), "four_eyes");
  }
  EXPECT_EQ(refusal(world.approve(number, "sun")), "accepted");
}

TEST(SignOff, ASignatureUnderAnOldRecordIsRefused) {
  World world;
  const std::string number = world.judged(1);
  const outbox::Review review{.number = number, .record = Hash{{1}}};
  const auto results = world.decide([&](auto& draft) {
    return world.node.on_reviews(draft, {&review, 1}, model::PersonId{"li"}, world.now);
  });
  EXPECT_EQ(refusal(results.front()), "stale_record");
}

TEST(SignOff, ARefusedEntryDoesNotHoldUpTheOthers) {
  World world;
  const std::string a = world.judged(1);
  const std::string b = world.judged(2);
  const std::vector<outbox::Review> reviews{{.number = a, .record = world.sample(a).record},
                                            {.number = "SC13NCP99999X", .record = {}},
                                            {.number = b, .record = world.sample(b).record}};
  const auto results = world.decide(
      [&](auto& draft) { return world.node.on_reviews(draft, reviews, model::PersonId{"li"}, world.now); });
  ASSERT_EQ(results.size(), 3u);
  EXPECT_EQ(refusal(results[1]), "unknown_sample");
  EXPECT_EQ(world.sample(a).state, SampleState::reviewed);
  EXPECT_EQ(world.sample(b).state, SampleState::reviewed);
}

TEST(Returned, NewValuesReplaceOldOnesAndATechnicianAsksForTheVerdict) {
  World world;
  const std::string number = world.judged(1);
  const Hash first = world.sample(number).record;
  EXPECT_EQ(refusal(world.review(number, "li", false, "")), "missing_field");
  ASSERT_EQ(refusal(world.review(number, "li", false, "峰形异常")), "accepted");
  EXPECT_EQ(world.sample(number).state, SampleState::measuring);
  world.capture({observation(number, "铅", "0.5")});
  EXPECT_EQ(world.sample(number).state, SampleState::measuring);
  EXPECT_TRUE(world.quarantine().empty());
  const auto again = [&](const std::string& reason) {
    return refusal(world.decide([&](auto& draft) {
      return world.node.on_judge_again(draft, number, reason, model::PersonId{"liu"}, world.now);
    }));
  };
  EXPECT_EQ(again(""), "missing_field");
  EXPECT_EQ(again("重新进样"), "accepted");
  EXPECT_EQ(again("重新进样"), "wrong_state");
  const model::Sample sample = world.sample(number);
  EXPECT_EQ(sample.state, SampleState::judged);
  EXPECT_EQ(sample.judged.outcome, model::SampleOutcome::fail);
  EXPECT_EQ(sample.analyst, model::PersonId{"liu"});
  EXPECT_NE(sample.record, first);
  EXPECT_EQ(refusal(world.review(number, "liu")), "four_eyes");
}

TEST(Acknowledgement, WhatTheCoordinatorSaidOfTheApprovalIsShown) {
  World world;
  const std::string number = world.judged(1);
  ASSERT_TRUE(world.review(number, "li").has_value());
  ASSERT_TRUE(world.approve(number, "sun").has_value());
  const std::uint64_t last = session::stream_head(*world.store->read()).sequence;
  const model::Ack ack{.upto = last, .notes = {{.sequence = last, .disposition = model::Disposition::counted}}};
  world.decide([&](auto& draft) {
    world.node.on_ack(draft, ack);
    return 0;
  });
  EXPECT_EQ(world.sample(number).disposition, model::Disposition::counted);
}

TEST(Acknowledgement, ALateVerdictIsToldToAPerson) {
  World world;
  const std::string number = world.judged(1);
  const std::uint64_t last = session::stream_head(*world.store->read()).sequence;
  const auto view = world.store->read();
  journal::Draft draft{*view};
  world.node.on_ack(draft, {.upto = last, .notes = {{.sequence = last, .disposition = model::Disposition::late}}});
  const auto effects = draft.take();
  EXPECT_TRUE(std::ranges::any_of(effects, [&](const journal::Effect& effect) {
    const auto* tell = std::get_if<journal::Tell>(&effect);
    return tell && tell->about == number;
  }));
}

}  // namespace
}  // namespace lab::node
