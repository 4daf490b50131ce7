#include <gtest/gtest.h>

#include "tests/lab-node/world.hpp"

namespace lab::node {
namespace {

using model::SampleState;

std::string refusal(const Decided<model::Sample>& decided) { return decided ? "accepted" : decided.error().code; }

std::string refusal_of_label(World& world, const reception::Label& label) {
  return refusal(
      world.decide([&](auto& draft) { return world.node.on_label(draft, label, model::PersonId{"q"}, world.now); }));
}

TEST(SamplingForm, TakesTheSampleFromAssignedToSampledWithAnEvent) {
  World world;
  const std::string number = world.grant(1);
  ASSERT_TRUE(world.fill_in(number).has_value());
  const model::Sample sample = world.sample(number);
  EXPECT_EQ(sample.state, SampleState::sampled);
  EXPECT_EQ(sample.sampler, model::PersonId{"zhao"});
  ASSERT_EQ(world.events().size(), 1u);
  EXPECT_EQ(std::get<model::Sampled>(world.events().front().what), sample.sampled);
  EXPECT_EQ(sample.history, (std::vector<model::EventPlace>{{.incarnation = 1, .sequence = 1}}));
}

TEST(SamplingForm, CanNameTheTaskInsteadOfTheNumber) {
  World world;
  world.grant(1);
  EXPECT_TRUE(world.fill_in("T-1.1-1").has_value());
}

TEST(SamplingForm, IsRefusedByCodeForEachMissingGuard) {
  World world;
  const std::string number = world.grant(1);
  const auto with = [&](auto change) {
    reception::SamplingForm form{.number = number,
                                 .sampled_on = "2013-06-20",
                                 .sample_name = "菠菜",
                                 .quantity = "1 kg",
                                 .second_sampler = "wang"};
    change(form);
    return refusal(world.decide(
        [&](auto& draft) { return world.node.on_sampling_form(draft, form, model::PersonId{"zhao"}, world.now); }));
  };
  EXPECT_EQ(with([](auto& form) { form.number = "SC13NCP99999X"; }), "unknown_sample");
  EXPECT_EQ(with([](auto& form) { form.sampled_on = "20130620"; }), "bad_date");
  EXPECT_EQ(with([](auto& form) { form.sampled_on = "2013-07-02"; }), "bad_date");
  EXPECT_EQ(with([](auto& form) { form.quantity = ""; }), "missing_field");
  EXPECT_EQ(with([](auto& form) { form.sample_name = ""; }), "missing_field");
  EXPECT_EQ(with([](auto& form) { form.second_sampler = "zhao"; }), "same_sampler");
  EXPECT_EQ(with([](auto& form) { form.second_sampler = ""; }), "same_sampler");
  EXPECT_EQ(with([](auto& form) { form.storage = "a\x01"; }), "bad_text");
  EXPECT_EQ(with([](auto& form) { form.storage = std::string(201, 'a'); }), "bad_text");
  EXPECT_TRUE(world.events().empty());
  EXPECT_EQ(with([](auto&) {}), "accepted");
  EXPECT_EQ(with([](auto&) {}), "wrong_state");
}

TEST(SamplingForm, TheDateIsTheOneOnTheWallInChina) {
  World world;
  world.now = *parse_utc("2013-06-30T17:00:00Z");  // already the first of July there
  EXPECT_TRUE(world.fill_in(world.grant(1), "2013-07-01").has_value());
}

TEST(Reception, BindsTheLabelToItsTask) {
  World world;
  const std::string number = world.grant(1);
  ASSERT_TRUE(world.fill_in(number).has_value());
  const reception::Label label{
      .number = model::SampleNumber::parse(number), .photo = Hash{{7}}, .reader = "zxing 1.4", .condition = "封条完好"};
  EXPECT_EQ(refusal_of_label(world, label), "accepted");
  const auto received = std::get<model::Received>(world.events().back().what);
  EXPECT_EQ(received.photo, (Hash{{7}}));
  EXPECT_EQ(received.condition, "封条完好");
}

TEST(Reception, RefusesByCodeAndLeavesNothingBehind) {
  World world;
  const std::string assigned = world.grant(1);
  const std::string received = world.received(2);
  const std::string declined = world.grant(3);
  world.decide(
      [&](auto& draft) { return world.node.on_declined(draft, declined, "拒检", model::PersonId{"z"}, world.now); });
  const std::string revoked = world.grant(4);
  world.order(model::Revocation{.task = world.sample(revoked).grant.task, .token = {1, 1}, .reason = "x"});
  const auto events = world.events().size();
  const auto number = [](const std::string& text) { return model::SampleNumber::parse(text); };
  const auto strange = model::SampleNumber::make(13, model::ProgrammeCode{"NCP"}, 99'999);
  EXPECT_EQ(refusal_of_label(world, {.unreadable = "照片太暗"}), "label_unreadable");
  EXPECT_EQ(refusal_of_label(world, {.has_foreign_code = true}), "foreign_code");
  EXPECT_EQ(refusal_of_label(world, {.has_foreign_code = true, .has_several_samples = true}), "several_samples");
  EXPECT_EQ(refusal_of_label(world, {.number = strange}), "unknown_sample");
  EXPECT_EQ(refusal_of_label(world, {.number = strange, .laboratory = "12"}), "other_laboratory");
  EXPECT_EQ(refusal_of_label(world, {.number = number(assigned)}), "not_sampled");
  EXPECT_EQ(refusal_of_label(world, {.number = number(received)}), "already_received");
  EXPECT_EQ(refusal_of_label(world, {.number = number(declined)}), "declined");
  EXPECT_EQ(refusal_of_label(world, {.number = number(revoked)}), "revoked");
  EXPECT_EQ(world.events().size(), events);
}

TEST(Reception, ARefusalIsASentenceForTheBench) {
  World world;
  const auto refused = world.receive(world.grant(1));
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().detail, "样品 SC13NCP00001" + world.sample(world.grant(1)).grant.number.text().substr(12) +
                                        " 尚未填写抽样单，请先补填再收样");
}

TEST(Decline, NeedsAReasonAndASampleThatIsNotHereYet) {
  World world;
  const auto decline = [&](const std::string& number, const std::string& reason) {
    return refusal(world.decide(
        [&](auto& draft) { return world.node.on_declined(draft, number, reason, model::PersonId{"z"}, world.now); }));
  };
  const std::string number = world.grant(1);
  EXPECT_EQ(decline(number, ""), "missing_field");
  EXPECT_EQ(decline("T-1.1-1", "停业"), "accepted");
  EXPECT_EQ(world.sample(number).state, SampleState::declined);
  EXPECT_EQ(std::get<model::Declined>(world.events().back().what).reason, "停业");
  EXPECT_EQ(decline(world.received(2), "停业"), "wrong_state");
}

}  // namespace
}  // namespace lab::node
