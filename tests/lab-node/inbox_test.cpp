#include <gtest/gtest.h>

#include "tests/lab-node/world.hpp"

namespace lab::node {
namespace {

using model::SampleState;

TEST(Inbox, AGrantIsFoundByItsNumberAndByItsBlindCode) {
  World world;
  const std::string number = world.grant(42);
  EXPECT_EQ(world.sample(number).state, SampleState::assigned);
  EXPECT_EQ(tables::task_of_blind_code(*world.store->read(), "BLIND042")->number, 42u);
  EXPECT_EQ(tables::counters(*world.store->read()).samples[0], 1u);
}

TEST(Inbox, ARepeatedGrantChangesNothing) {
  World world;
  const std::string number = world.received(42);
  world.grant(42);
  EXPECT_EQ(world.sample(number).state, SampleState::received);
}

TEST(Inbox, ANewerTokenKeepsTheMeasurementsAndAsksForANewVerdict) {
  World world;
  const std::string number = world.judged(42);
  world.grant(42, "VEG", 9);
  const model::Sample sample = world.sample(number);
  EXPECT_EQ(sample.grant.token.counter, 9u);
  EXPECT_EQ(sample.state, SampleState::measuring);
  EXPECT_EQ(sample.measured.size(), 1u);
  EXPECT_TRUE(judging::is_reopened(sample));
}

TEST(Inbox, ARevocationKeepsWhatWasMeasured) {
  World world;
  const std::string number = world.judged(42);
  world.order(model::Revocation{.task = world.sample(number).grant.task, .token = {1, 1}, .reason = "样品破损"});
  const model::Sample sample = world.sample(number);
  EXPECT_EQ(sample.state, SampleState::revoked);
  EXPECT_EQ(sample.note, "样品破损");
  EXPECT_EQ(sample.measured.size(), 1u);
}

TEST(Inbox, ARevocationOfAnOlderTokenIsIgnored) {
  World world;
  const std::string number = world.grant(42, "VEG", 5);
  world.order(model::Revocation{.task = world.sample(number).grant.task, .token = {1, 4}, .reason = "x"});
  EXPECT_EQ(world.sample(number).state, SampleState::assigned);
}

TEST(Inbox, ANumberOfAnotherTaskIsAnIncidentAndNoGrant) {
  World world;
  const std::string number = world.grant(42);
  model::Grant intruder = world.make_grant(42, "VEG", 2);
  intruder.task.number = 43;
  intruder.blind_code = "OTHER";
  world.order(intruder);
  EXPECT_EQ(world.sample(number).grant.task.number, 42u);
  ASSERT_EQ(world.events().size(), 1u);
  EXPECT_TRUE(std::holds_alternative<model::Incident>(world.events().front().what));
}

TEST(Reference, ASetThatDoesNotOpenIsKeptOutOfUse) {
  World world;
  const Hash before = tables::current_reference(*world.store->read());
  world.decide([&](auto& draft) {
    world.node.on_reference(draft, Hash{{1}}, "not a bundle");
    return 0;
  });
  EXPECT_EQ(tables::current_reference(*world.store->read()), before);
}

TEST(Reference, ASetLargerThanARecordComesBackWhole) {
  World world;
  const Bytes large(3'000'000, 'x');
  world.decide([&](auto& draft) {
    tables::put_reference(draft, Hash{{9}}, large);
    return 0;
  });
  EXPECT_EQ(tables::reference(*world.store->read(), Hash{{9}}), large);
}

TEST(Inbox, ARetestBeginsAtReceptionWithNothingMeasured) {
  World world;
  const std::string number = world.judged(1);
  const std::size_t events = world.sample(number).history.size();
  model::Grant grant = world.make_grant(1, "VEG", 2);
  grant.retest = model::Retest{.version = 2, .sampled_on = *parse_date("2013-06-20"), .analytes = {"铅"}};
  world.order(grant);
  const model::Sample reserve = world.sample(number);
  EXPECT_EQ(reserve.state, model::SampleState::sampled);
  EXPECT_EQ(reserve.sampled.sampled_on, *parse_date("2013-06-20"));
  EXPECT_TRUE(reserve.measured.empty());
  EXPECT_TRUE(reserve.record.is_zero());
  EXPECT_EQ(reserve.history.size(), events);
  ASSERT_TRUE(world.receive(number).has_value());
  world.capture({observation(number, "铅", "0.1")});
  const model::Sample judged = world.sample(number);
  EXPECT_EQ(judged.state, model::SampleState::judged);
  EXPECT_EQ(judged.judged.version, 2);
  ASSERT_EQ(judged.judged.items.size(), 1u);
  EXPECT_EQ(judged.judged.items[0].item, 0u);
}

}  // namespace
}  // namespace lab::node
