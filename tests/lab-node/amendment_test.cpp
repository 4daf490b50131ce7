#include "lab-node/outbox/amendment.hpp"

#include <gtest/gtest.h>

#include "tests/lab-node/world.hpp"

namespace lab::node {
namespace {

using model::SampleOutcome;
using model::SampleState;

class Amendment : public testing::Test {
 protected:
  World world;
  std::string number = world.judged(1);

  void approve() {
    ASSERT_TRUE(world.review(number, "li"));
    ASSERT_TRUE(world.approve(number, "sun"));
  }
  std::string amend(const std::string& reason = "原始记录抄录有误", const Hash* record = nullptr) {
    const outbox::Amendment amendment{
        .number = number, .record = record ? *record : world.sample(number).record, .reason = reason};
    const auto decided = world.decide(
        [&](auto& draft) { return world.node.on_amended(draft, amendment, model::PersonId{"sun"}, world.now); });
    return decided ? "" : decided.error().code;
  }
  void replace_lead(const std::string& value) {
    const bench::Typed typed{
        .key = "k" + value,
        .instrument = "manual",
        .person = model::PersonId{"chen"},
        .cells = {{.number = number, .analyte = "铅", .value = value, .unit = "mg/kg", .reason = "更正"}}};
    const auto saved = world.decide([&](auto& draft) { return world.node.on_typed(draft, typed, world.now); });
    ASSERT_TRUE(saved);
    const auto judged = world.decide([&](auto& draft) {
      return world.node.on_judge_again(draft, number, "更正后重新判定", model::PersonId{"chen"}, world.now);
    });
    ASSERT_TRUE(judged) << judged.error().detail;
  }
  std::vector<outbox::ReportVersion> versions() {
    return outbox::report_versions(*world.store->read(), world.sample(number));
  }
};

TEST_F(Amendment, GivesTheNextReportTheNextVersionAndKeepsTheFirst) {
  approve();
  const Hash first = world.sample(number).record;
  ASSERT_EQ(amend(), "");
  EXPECT_EQ(world.sample(number).state, SampleState::measuring);
  const auto said = std::get<model::Amended>(world.events().back().what);
  EXPECT_EQ(said.record, first);
  EXPECT_EQ(said.version, 1);
  ASSERT_EQ(versions().size(), 1U) << "until the new one is approved";
  EXPECT_EQ(versions()[0].sample.state, SampleState::approved) << "the report was one of an approved sample";
  replace_lead("0.45");
  approve();
  EXPECT_EQ(world.sample(number).judged.version, 2);

  const auto both = versions();
  ASSERT_EQ(both.size(), 2U);
  EXPECT_EQ(both[0].version(), 1);
  EXPECT_EQ(both[0].judged.hash, first);
  EXPECT_EQ(both[0].sample.judged.outcome, SampleOutcome::pass);
  EXPECT_EQ(both[0].sample.measured.size(), 1U) << "as it was measured then";
  EXPECT_FALSE(both[0].amended);
  EXPECT_EQ(both[1].version(), 2);
  EXPECT_EQ(both[1].sample.judged.outcome, SampleOutcome::fail);
  EXPECT_EQ(both[1].reason, "原始记录抄录有误");
  ASSERT_TRUE(both[1].amended);
  EXPECT_EQ(both[1].amended->person, model::PersonId{"sun"});
}

TEST_F(Amendment, IsOfAnApprovedReportWithAReason) {
  EXPECT_EQ(amend(), "wrong_state");
  approve();
  const Hash other;
  EXPECT_EQ(amend("x", &other), "stale_record");
  EXPECT_EQ(amend(""), "missing_field");
  EXPECT_EQ(amend(std::string(201, 'x')), "bad_text");
  EXPECT_EQ(amend(), "");
  EXPECT_EQ(amend(), "wrong_state");
}

TEST_F(Amendment, WaitsForAnObjectionToEnd) {
  approve();
  world.order(model::Hold{.task = world.sample(number).grant.task, .held = true, .reason = "异议登记"});
  EXPECT_EQ(amend(), "held");
  world.order(model::Hold{.task = world.sample(number).grant.task, .held = false, .reason = ""});
  EXPECT_EQ(amend(), "");
}

TEST_F(Amendment, OfAnAmendedReportCountsOn) {
  approve();
  ASSERT_EQ(amend(), "");
  replace_lead("0.45");
  approve();
  ASSERT_EQ(amend("再次更正"), "");
  replace_lead("0.20");
  approve();
  const auto all = versions();
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[2].version(), 3);
  EXPECT_EQ(all[2].reason, "再次更正");
}

}  // namespace
}  // namespace lab::node
