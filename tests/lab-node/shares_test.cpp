#include "lab-node/inbox/shares.hpp"

#include <gtest/gtest.h>

#include "tests/lab-node/world.hpp"

namespace lab::node {
namespace {

using model::SampleState;

class NodeShares : public ::testing::Test {
 protected:
  [[nodiscard]] inbox::Wanted wanted() const {
    const model::Grant like = world.make_grant(1, "VEG", 1);
    return {.programme = like.programme, .county = like.county, .commodity = like.commodity, .stage = like.stage};
  }
  Decided<model::Sample> find() {
    return world.decide([&](journal::Draft& draft) {
      return world.node.on_found(draft, wanted(),
                                 {.sampled_on = "2013-06-20",
                                  .sample_name = "菠菜",
                                  .quantity = "2 kg",
                                  .reserve = "1 kg",
                                  .storage = "冷藏",
                                  .second_sampler = "wang"},
                                 model::PersonId{"zhao"}, world.now);
    });
  }
  Decided<std::uint32_t> hand_back(std::uint32_t count, const std::string& reason = "市场停业") {
    return world.decide([&](journal::Draft& draft) {
      return world.node.on_handed_back(draft, wanted(), count, reason, model::PersonId{"zhao"}, world.now);
    });
  }
  [[nodiscard]] std::size_t words_of_handing_back() const {
    std::size_t count = 0;
    for (const model::Event& event : world.events()) {
      const auto* declined = std::get_if<model::Declined>(&event.what);
      count += declined != nullptr && declined->cause == inbox::handed_back_cause ? 1 : 0;
    }
    return count;
  }

  World world;
};

TEST_F(NodeShares, TheLowestSampleIsDrawnFirstUntilNothingIsLeft) {
  EXPECT_EQ(find().error().code, "no_share");
  const std::string first = world.grant(1);
  const std::string second = world.grant(2);
  EXPECT_EQ(find()->grant.number.text(), first);
  EXPECT_EQ(find()->grant.number.text(), second);
  const auto none = find();
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, "share_used_up");
  EXPECT_EQ(none.error().params.at("granted"), "2");
  EXPECT_EQ(none.error().params.at("left"), "0");
}

TEST_F(NodeShares, AnotherCountyOrProductIsAnotherShare) {
  world.grant(1);
  inbox::Wanted other = wanted();
  other.county = model::CountyCode{510199};
  EXPECT_EQ(inbox::next_of_share(*world.store->read(), other).error().code, "no_share");
  other = wanted();
  other.commodity = "鸡蛋";
  EXPECT_EQ(inbox::next_of_share(*world.store->read(), other).error().code, "no_share");
}

TEST_F(NodeShares, WhatIsHandedBackCannotBeDrawnUntilItIsGrantedAgain) {
  world.grant(1);
  const std::string second = world.grant(2);
  EXPECT_EQ(hand_back(0).error().code, "missing_field");
  EXPECT_EQ(hand_back(1, "").error().code, "missing_field");
  EXPECT_EQ(hand_back(3).error().code, "share_used_up");
  EXPECT_EQ(hand_back(1), 1U);
  EXPECT_EQ(world.sample(second).state, SampleState::declined);
  EXPECT_EQ(words_of_handing_back(), 1U);
  EXPECT_TRUE(find().has_value());
  EXPECT_EQ(find().error().code, "share_used_up");
  world.grant(2, "VEG", 9);
  EXPECT_EQ(find()->grant.number.text(), second);
  const auto all = inbox::shares(*world.store->read());
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].drawn, 2U);
  EXPECT_EQ(all[0].left, 0U);
}

TEST_F(NodeShares, AskedBackItIsAnsweredOnceForEachTimeAndNeverAfterItWasDrawn) {
  const std::string first = world.grant(1);
  const model::TaskId task = world.sample(first).grant.task;
  world.order(model::Revocation{.task = task, .token = {1, 1}, .reason = "另作安排"});
  EXPECT_EQ(world.sample(first).state, SampleState::revoked);
  EXPECT_EQ(words_of_handing_back(), 1U);
  world.order(model::Revocation{.task = task, .token = {1, 1}, .reason = "再问"});
  EXPECT_EQ(words_of_handing_back(), 2U);
  EXPECT_EQ(find().error().code, "share_used_up");
  world.grant(2);
  const auto drawn = find();
  ASSERT_TRUE(drawn);
  world.order(model::Revocation{.task = drawn->grant.task, .token = {1, 1}, .reason = "另作安排"});
  EXPECT_EQ(words_of_handing_back(), 2U);
}

TEST_F(NodeShares, AStoreThatWasPutBackSaysNothingByItself) {
  const std::string first = world.grant(1);
  world.decide([&](journal::Draft& draft) {
    inbox::doubt_what_was_granted(draft, world.now);
    return 0;
  });
  EXPECT_EQ(hand_back(1).error().code, "share_used_up");
  world.order(model::Revocation{.task = world.sample(first).grant.task, .token = {1, 1}, .reason = "另作安排"});
  EXPECT_EQ(words_of_handing_back(), 0U);
  const auto looked = world.decide([&](journal::Draft& draft) {
    return world.node.on_found_undrawn(draft, first, "到场核对", model::PersonId{"zhao"}, world.now);
  });
  ASSERT_TRUE(looked) << looked.error().detail;
  EXPECT_EQ(words_of_handing_back(), 1U);
}

}  // namespace
}  // namespace lab::node
