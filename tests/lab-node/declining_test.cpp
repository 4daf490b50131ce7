#include "lab-node/reception/declining.hpp"

#include <gtest/gtest.h>

#include "tests/lab-node/world.hpp"

namespace lab::node {
namespace {

using model::DeclineKind;
using model::SampleState;

Hash picture() {
  Hash hash;
  hash.octets.fill(7);
  return hash;
}

class Decline : public testing::Test {
 protected:
  World world;
  std::string number = world.grant(1);
  reception::Declining refusal_of_entry{.number = number,
                                        .what = {.reason = "店主关门，不让进入",
                                                 .kind = DeclineKind::refused,
                                                 .cause = "no_entry",
                                                 .second_sampler = "wang",
                                                 .witnesses = {"村委会 刘某"},
                                                 .photos = {picture()}}};

  std::string decline(const reception::Declining& declining) {
    const auto decided = world.decide(
        [&](auto& draft) { return world.node.on_declined(draft, declining, model::PersonId{"zhao"}, world.now); });
    return decided ? "" : decided.error().code;
  }
};

TEST_F(Decline, OfARefusalKeepsTheEvidence) {
  ASSERT_EQ(decline(refusal_of_entry), "");
  const model::Sample sample = world.sample(number);
  EXPECT_EQ(sample.state, SampleState::declined);
  EXPECT_EQ(sample.note, "店主关门，不让进入");
  EXPECT_EQ(std::get<model::Declined>(world.events().back().what), refusal_of_entry.what);
}

TEST_F(Decline, OfARefusalNeedsAWitnessAndAPicture) {
  auto without = refusal_of_entry;
  without.what.witnesses.clear();
  EXPECT_EQ(decline(without), "missing_field");
  without = refusal_of_entry;
  without.what.photos.clear();
  EXPECT_EQ(decline(without), "missing_field");
  without.what.kind = DeclineKind::unable;
  without.what.cause = "closed_down";
  without.what.witnesses.clear();
  EXPECT_EQ(decline(without), "") << "where there is nothing to sample, neither is needed";
}

TEST_F(Decline, NeedsTwoSamplersAndACauseOfItsKind) {
  const auto with = [&](auto change) {
    auto declining = refusal_of_entry;
    change(declining.what);
    return decline(declining);
  };
  EXPECT_EQ(with([](auto& what) { what.reason.clear(); }), "missing_field");
  EXPECT_EQ(with([](auto& what) { what.cause.clear(); }), "missing_field");
  EXPECT_EQ(with([](auto& what) { what.second_sampler.clear(); }), "missing_field");
  EXPECT_EQ(with([](auto& what) { what.second_sampler = "zhao"; }), "same_sampler");
  EXPECT_EQ(with([](auto& what) { what.witnesses = {"wang"}; }), "same_sampler");
  EXPECT_EQ(with([](auto& what) { what.witnesses = {""}; }), "missing_field");
  EXPECT_EQ(with([](auto& what) { what.cause = "closed_down"; }), "unknown_cause") << "a cause of the other kind";
  EXPECT_EQ(with([](auto& what) { what.reason = std::string(201, 'x'); }), "bad_text");
  EXPECT_EQ(with([](auto& what) { what.photos.assign(13, picture()); }), "too_many");
  EXPECT_EQ(world.sample(number).state, SampleState::assigned);
}

TEST_F(Decline, KnowsThePersonByTheShownNameToo) {
  auto declining = refusal_of_entry;
  declining.sampler_name = "赵抽样";
  declining.what.second_sampler = "赵 抽样";
  EXPECT_EQ(decline(declining), "same_sampler");
  declining.what.second_sampler = "wang";
  declining.what.witnesses = {"赵抽样(zhao)"};
  EXPECT_EQ(decline(declining), "same_sampler") << "nor are they a witness";
  declining.what.witnesses = {"ＷＡＮＧ"};
  EXPECT_EQ(decline(declining), "same_sampler") << "nor is the second sampler";
  declining.what.witnesses = {"赵村委"};
  EXPECT_EQ(decline(declining), "");
}

TEST_F(Decline, IsForASampleThatIsNotHereYet) {
  EXPECT_EQ(world.decline("T-1.1-1").value().state, SampleState::declined) << "by its task";
  EXPECT_EQ(world.decline(number).error().code, "wrong_state");
  EXPECT_EQ(world.decline(world.received(2)).error().code, "wrong_state");
  EXPECT_EQ(world.decline("SC13NCP99999X").error().code, "unknown_sample");
}

}  // namespace
}  // namespace lab::node
