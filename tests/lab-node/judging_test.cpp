#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lab-node/judging/explained.hpp"
#include "protocol/crypto/crypto.hpp"
#include "protocol/wire/codec.hpp"
#include "tests/lab-node/world.hpp"

namespace lab::node {
namespace {

using model::ItemOutcome;
using model::SampleOutcome;
using model::SampleState;

model::Sample measured(World& world, const std::string& lead, const std::string& chlorpyrifos,
                       const std::string& unit = "mg/kg") {
  const std::string number = world.received(1);
  world.capture({observation(number, "铅", lead, unit), observation(number, "毒死蜱", chlorpyrifos, unit)});
  return world.sample(number);
}

TEST(Judging, HappensByItselfWhenTheLastItemHasAResult) {
  World world;
  const std::string number = world.received(1);
  world.capture({observation(number, "铅", "0.12")}, "chen");
  EXPECT_EQ(world.sample(number).state, SampleState::measuring);
  world.capture({observation(number, "毒死蜱", "ND")}, "liu");
  const model::Sample sample = world.sample(number);
  EXPECT_EQ(sample.state, SampleState::judged);
  EXPECT_EQ(sample.analyst, model::PersonId{"liu"});
  EXPECT_EQ(sample.judged.outcome, SampleOutcome::pass);
  EXPECT_EQ(sample.judged.edition, crypto::sha256(rules::bundle(small_reference())));
  EXPECT_EQ(sample.judged.judged_for, *parse_date("2013-06-20"));
}

TEST(Judging, TheRecordIsTheHashOfTheEventAsItIsSent) {
  World world;
  const model::Sample sample = measured(world, "0.1", "0.1");
  EXPECT_EQ(sample.record, crypto::sha256(wire::encode(world.events().back())));
}

TEST(Judging, TheFullValueIsCompared) {
  World world;
  EXPECT_EQ(measured(world, "0.3001", "ND").judged.outcome, SampleOutcome::fail);
}

TEST(Judging, UnitsOfTheInstrumentAreConvertedWithTheMethodsLimits) {
  World world;
  const model::Sample sample = measured(world, "300", "ND", "ug/kg");
  EXPECT_EQ(sample.judged.outcome, SampleOutcome::pass);
  EXPECT_EQ(sample.judged.items[1].reason, model::Reason::not_detected);
}

TEST(Judging, AnUnknownUnitIsNeverGuessed) {
  World world;
  const model::Sample sample = measured(world, "0.1", "ND", "");
  EXPECT_EQ(sample.judged.outcome, SampleOutcome::undetermined);
  EXPECT_EQ(sample.judged.items[0].reason, model::Reason::unit_mismatch);
}

TEST(Judging, NoBasisIsNeverAPass) {
  World world;
  const std::string number = world.received(1, "NOB");
  world.capture({observation(number, "百菌清", "0.01")});
  const model::Sample sample = world.sample(number);
  ASSERT_EQ(sample.state, SampleState::judged);
  EXPECT_EQ(sample.judged.outcome, SampleOutcome::undetermined);
  EXPECT_EQ(sample.judged.items[0].reason, model::Reason::no_basis);
}

TEST(Judging, TheSamplingDateChoosesTheLimit) {
  World world;
  const std::string number = world.grant(1);
  ASSERT_TRUE(world.fill_in(number, "2013-05-31").has_value());  // the limit for lead begins the day after
  ASSERT_TRUE(world.receive(number).has_value());
  world.capture({observation(number, "铅", "0.1"), observation(number, "毒死蜱", "ND")});
  EXPECT_EQ(world.sample(number).judged.items[0].reason, model::Reason::no_basis);
}

TEST(Judging, IsExplainedInChineseByLimitAndStandard) {
  World world;
  const model::Sample sample = measured(world, "0.31", "ND");
  judging::Editions editions;
  const auto view = world.store->read();
  const auto lines = judging::explained(sample, *editions.current(*view));
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0].verdict->outcome, ItemOutcome::fail);
  EXPECT_EQ(lines[0].limit->standard, "GB 2762-2012");
  EXPECT_THAT(lines[0].explanation, testing::AllOf(testing::HasSubstr("0.31"), testing::HasSubstr("GB 2762-2012"),
                                                   testing::HasSubstr("不合格")));
}

TEST(Judging, TheStoredSampleGivesTheSameVerdictAgain) {
  World world;
  const model::Sample sample = measured(world, "0.31", "<0.01");
  judging::Editions fresh;
  const auto view = world.store->read();
  EXPECT_EQ(judging::verdict_of(sample, *fresh.at(*view, sample.judged.edition)), sample.judged);
}

TEST(Judging, ASampleKeepsTheEditionItWasBegunUnder) {
  World world;
  const std::string number = world.received(1);
  world.capture({observation(number, "毒死蜱", "ND")});  // item 1 of the panel
  auto files = small_reference();
  files[3].text =
      "panel,panel_name,analyte,method,unit,lod,loq,reference_only\n"
      "VEG,蔬菜,毒死蜱,NY/T 761,mg/kg,0.01,0.03,0\n"
      "VEG,蔬菜,铅,GB 5009.12,mg/kg,0.005,0.02,0\n";
  const Bytes bytes = rules::bundle(files);
  world.decide([&](auto& draft) {
    world.node.on_reference(draft, crypto::sha256(bytes), bytes);
    return 0;
  });
  world.capture({observation(number, "铅", "0.1")});
  const model::Sample sample = world.sample(number);
  ASSERT_EQ(sample.state, SampleState::judged);
  EXPECT_NE(sample.judged.edition, crypto::sha256(bytes));
  EXPECT_EQ(sample.measured[1].determinations[0].item, 0u);
  const std::string next = world.received(2);
  world.capture({observation(next, "铅", "0.1")});
  EXPECT_EQ(world.sample(next).measured[0].determinations[0].item, 1u);
}

}  // namespace
}  // namespace lab::node
