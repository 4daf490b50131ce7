#include "lab-node/judging/lot.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocol/crypto/crypto.hpp"
#include "protocol/wire/codec.hpp"
#include "tests/lab-node/world.hpp"

namespace lab::node {
namespace {

using model::SampleOutcome;
using model::SampleState;
using ::testing::HasSubstr;

TEST(Lot, IsJudgedByItsCountAsSoonAsThatIsEntered) {
  World world;
  const std::string number = world.received_lot(1);
  const auto judged = world.inspect(number, 80, 2);
  ASSERT_TRUE(judged) << judged.error().detail;
  const model::Sample sample = world.sample(number);
  EXPECT_EQ(sample.state, SampleState::judged);
  EXPECT_EQ(sample.analyst, model::PersonId{"chen"});
  EXPECT_EQ(sample.judged.outcome, SampleOutcome::pass);
  EXPECT_EQ(sample.judged.lot, (model::LotCount{80, 2}));
  EXPECT_EQ(sample.judged.judged_for, *parse_date("2013-06-20"));
  ASSERT_EQ(sample.judged.items.size(), 1U);
  EXPECT_EQ(sample.judged.items[0].item, model::whole_sample);
  EXPECT_EQ(sample.judged.items[0].reason, model::Reason::lot_accepted);
  const auto events = world.events();
  EXPECT_EQ(std::get<model::LotInspected>(events[events.size() - 2].what).count, (model::LotCount{80, 2}));
  EXPECT_EQ(sample.record, crypto::sha256(wire::encode(events.back())));
}

TEST(Lot, IsNotAcceptedFromTheRejectionNumber) {
  World world;
  const std::string number = world.received_lot(1);
  ASSERT_TRUE(world.inspect(number, 80, 3));
  const model::Sample sample = world.sample(number);
  EXPECT_EQ(sample.judged.outcome, SampleOutcome::fail);
  EXPECT_EQ(sample.judged.items[0].reason, model::Reason::lot_not_accepted);
  EXPECT_THAT(judging::explain_lot(sample), HasSubstr("正常检验，字码 J，随机抽检 80 件，接收数 Ac=2，拒收数 Re=3"));
  EXPECT_THAT(judging::explain_lot(sample), HasSubstr("不合格数 3，3 ≥ Re，批不接收：不合格"));
}

TEST(Lot, SaysHowManyItemsToInspectBeforeItIsCounted) {
  World world;
  const model::Sample sample = world.sample(world.received_lot(1));
  EXPECT_THAT(judging::explain_lot(sample), HasSubstr("随机抽检 80 件"));
}

TEST(Lot, ACountThatItsOrderDoesNotAllowChangesNothing) {
  World world;
  const std::string number = world.received_lot(1);
  const auto before = world.events();
  const auto few = world.inspect(number, 79, 0);
  ASSERT_FALSE(few);
  EXPECT_EQ(few.error().code, "bad_count");
  EXPECT_THAT(few.error().detail, HasSubstr("要求检验 80 件，填写的是 79 件"));
  const auto many = world.inspect(number, 80, 81);
  ASSERT_FALSE(many);
  EXPECT_EQ(many.error().code, "bad_count");
  EXPECT_THAT(many.error().detail, HasSubstr("多于实检 80 件"));
  EXPECT_EQ(world.events(), before);
  EXPECT_EQ(world.sample(number).state, SampleState::received);
}

TEST(Lot, AnOrderThatCannotBeReadIsToldToThePerson) {
  World world;
  model::Grant grant = world.make_lot_grant(1);
  grant.lot->re = 9;
  world.order(grant);
  ASSERT_TRUE(world.fill_in(grant.number.text()));
  ASSERT_TRUE(world.receive(grant.number.text()));
  EXPECT_EQ(world.inspect(grant.number.text(), 80, 0).error().code, "bad_order");
}

TEST(Lot, IsInspectedOnlyBetweenReceptionAndVerdict) {
  World world;
  const model::Grant grant = world.make_lot_grant(1);
  world.order(grant);
  EXPECT_EQ(world.inspect(grant.number.text(), 80, 0).error().code, "not_received");
  const std::string number = world.received_lot(2);
  ASSERT_TRUE(world.inspect(number, 80, 0));
  EXPECT_EQ(world.inspect(number, 80, 3).error().code, "already_judged");
  EXPECT_EQ(world.inspect("SC13NCP00099X", 80, 0).error().code, "unknown_sample");
}

TEST(Lot, AnOrdinarySampleHasNoItemsToCount) {
  World world;
  EXPECT_EQ(world.inspect(world.received(1), 80, 0).error().code, "not_a_lot");
}

TEST(Lot, ResultsOfInstrumentsForALotGoToQuarantine) {
  World world;
  const std::string number = world.received_lot(1);
  world.capture({observation(number, "铅", "0.12")});
  ASSERT_EQ(world.quarantine().size(), 1U);
  EXPECT_EQ(world.quarantine().front().reason, "lot_task");
  EXPECT_EQ(world.sample(number).state, SampleState::received);
}

TEST(Lot, NeedsTheSameThreePeopleAsEverySample) {
  World world;
  const std::string number = world.received_lot(1);
  ASSERT_TRUE(world.inspect(number, 80, 0, "chen"));
  EXPECT_EQ(world.review(number, "chen").error().code, "four_eyes");
  ASSERT_TRUE(world.review(number, "li"));
  EXPECT_EQ(world.approve(number, "li").error().code, "four_eyes");
  ASSERT_TRUE(world.approve(number, "zhou"));
  EXPECT_EQ(std::get<model::Approved>(world.events().back().what).outcome, SampleOutcome::pass);
}

TEST(Lot, AReturnedOneIsCountedAnewAndJudgedWhenSomebodySaysWhy) {
  World world;
  const std::string number = world.received_lot(1);
  ASSERT_TRUE(world.inspect(number, 80, 0));
  ASSERT_TRUE(world.review(number, "li", false, "请复数不合格品"));
  ASSERT_TRUE(world.inspect(number, 80, 3));
  EXPECT_EQ(world.sample(number).state, SampleState::measuring);
  const auto again = world.decide([&](auto& draft) {
    return world.node.on_judge_again(draft, number, "复数后更正", model::PersonId{"chen"}, world.now);
  });
  ASSERT_TRUE(again) << again.error().detail;
  EXPECT_EQ(world.sample(number).judged.outcome, SampleOutcome::fail);
  EXPECT_EQ(world.sample(number).judged.lot, (model::LotCount{80, 3}));
}

TEST(Lot, GrantedAnewUnderTheSamePlanKeepsItsCount) {
  World world;
  const std::string number = world.received_lot(1);
  ASSERT_TRUE(world.inspect(number, 80, 2));
  world.order(world.make_lot_grant(1, 2));
  EXPECT_EQ(world.sample(number).state, SampleState::measuring);
  EXPECT_EQ(world.sample(number).lot, (model::LotCount{80, 2}));
}

TEST(Lot, GrantedAnewUnderAnotherPlanIsCountedAnew) {
  World world;
  const std::string number = world.received_lot(1);
  ASSERT_TRUE(world.inspect(number, 80, 2));
  world.order(world.make_lot_grant(1, 2, true));
  EXPECT_EQ(world.sample(number).state, SampleState::received);
  EXPECT_EQ(world.sample(number).lot, std::nullopt);
  ASSERT_TRUE(world.inspect(number, 80, 2));
  EXPECT_EQ(world.sample(number).judged.outcome, SampleOutcome::fail) << "tightened: Ac 1";
}

}  // namespace
}  // namespace lab::node
