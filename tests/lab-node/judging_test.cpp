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

// More editions than are kept open, all needed by one capture.
TEST(Judging, OneCaptureMayHoldSamplesOfManyEditions) {
  World world;
  std::vector<std::string> numbers;
  std::vector<model::Observation> rest;
  for (std::uint32_t edition = 1; edition <= 7; ++edition) {
    auto files = small_reference();
    files[0].text += "镉,cadmium,叶菜类蔬菜,<=,0." + std::to_string(edition) + ",mg/kg,S,,,,t,A,\n";
    const Bytes bytes = rules::bundle(std::move(files));
    world.decide([&](journal::Draft& draft) {
      world.node.on_reference(draft, crypto::sha256(bytes), bytes);
      return 0;
    });
    numbers.push_back(world.received(edition));
    world.capture({observation(numbers.back(), "铅", "0.2")});
    ASSERT_EQ(world.sample(numbers.back()).edition, crypto::sha256(bytes));
    rest.push_back(observation(numbers.back(), "毒死蜱", "0.05"));
  }
  EXPECT_EQ(world.capture(rest).judged.size(), numbers.size());
  for (const std::string& number : numbers) {
    const model::Sample sample = world.sample(number);
    EXPECT_EQ(sample.state, model::SampleState::judged);
    EXPECT_EQ(sample.judged.edition, sample.edition);
  }
}

std::vector<judging::ExplainedItem> explained(World& world, judging::Editions& editions, const model::Sample& sample) {
  return judging::explained(sample, *editions.current(*world.store->read()));
}

TEST(Judging, ASumIsOneVerdictAndNamesItsParts) {
  World world;
  const std::string number = world.received(1, "SUM");
  world.capture({observation(number, "涕灭威", "0.02"), observation(number, "总汞", "0.4")});
  EXPECT_EQ(world.sample(number).state, SampleState::measuring);
  world.capture({observation(number, "涕灭威砜", "0.0117")});
  const model::Sample sample = world.sample(number);
  ASSERT_EQ(sample.state, SampleState::judged);
  EXPECT_EQ(sample.judged.outcome, SampleOutcome::fail);
  EXPECT_EQ(sample.judged.items[0].reason, model::Reason::beyond_limit);
  EXPECT_EQ(sample.judged.items[1].reason, model::Reason::part_of_sum);
  judging::Editions editions;
  const auto lines = explained(world, editions, sample);
  EXPECT_THAT(lines[0].explanation,
              testing::AllOf(testing::HasSubstr("涕灭威砜 0.0117 mg/kg"), testing::HasSubstr("×0.856"),
                             testing::HasSubstr("未检出按 0 计"), testing::HasSubstr("总和 0.0300152 mg/kg")));
  EXPECT_THAT(lines[1].explanation, testing::HasSubstr("一并判定：涕灭威"));
  EXPECT_EQ(lines[1].limit->standard, "GB 2763-2012");
}

TEST(Judging, ATotalThatSufficesSparesTheSpecies) {
  World world;
  const std::string number = world.received(1, "SUM");
  world.capture(
      {observation(number, "涕灭威", "ND"), observation(number, "涕灭威砜", "ND"), observation(number, "总汞", "0.5")});
  const model::Sample sample = world.sample(number);
  ASSERT_EQ(sample.state, SampleState::judged);
  EXPECT_EQ(sample.judged.outcome, SampleOutcome::pass);
  EXPECT_EQ(sample.judged.items[3].reason, model::Reason::total_suffices);
  judging::Editions editions;
  EXPECT_THAT(explained(world, editions, sample)[3].explanation, testing::HasSubstr("第一步，以总量对照"));
}

TEST(Judging, ATotalThatDoesNotSufficeWaitsForTheSpecies) {
  World world;
  const std::string number = world.received(1, "SUM");
  world.capture({observation(number, "涕灭威", "ND"), observation(number, "涕灭威砜", "ND"),
                 observation(number, "总汞", "0.51")});
  EXPECT_EQ(world.sample(number).state, SampleState::measuring);
  judging::Editions editions;
  const auto view = world.store->read();
  EXPECT_THAT(judging::missing_items(world.sample(number), *editions.current(*view)), testing::ElementsAre(3));
  world.capture({observation(number, "甲基汞", "0.51")});
  const model::Sample sample = world.sample(number);
  ASSERT_EQ(sample.state, SampleState::judged);
  EXPECT_EQ(sample.judged.outcome, SampleOutcome::fail);
  EXPECT_THAT(explained(world, editions, sample)[3].explanation, testing::HasSubstr("第二步，测定该形态"));
}

}  // namespace
}  // namespace lab::node
