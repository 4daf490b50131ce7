#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>

#include "protocol/crypto/crypto.hpp"
#include "tests/lab-node/world.hpp"

namespace lab::node {
namespace {

using model::SampleState;

std::string reason_for(World& world, model::Observation observation) {
  const auto before = world.quarantine().size();
  world.capture({std::move(observation)});
  const auto entries = world.quarantine();
  return entries.size() == before + 1 ? entries.back().reason : "not quarantined";
}

TEST(Bench, OneEventPerSampleHoldsAllItsDeterminations) {
  World world;
  const std::string a = world.received(1);
  const std::string b = world.received(2);
  world.capture({observation("X", "铅", "1")});  // the instrument's first device is told once
  const auto events = world.events().size();
  const auto outcome = world.capture({observation(a, "铅", "0.12"), observation(b, "铅", "0.050"),
                                      observation(b, "毒死蜱", "<0.01"), observation(a, "毒死蜱", "ND")});
  EXPECT_EQ(outcome.entry.taken, 4u);
  EXPECT_EQ(outcome.judged.size(), 2u);
  ASSERT_EQ(world.events().size(), events + 4);  // measured and judged, twice
  const auto measured = std::get<model::Measured>(world.events()[events].what);
  EXPECT_EQ(measured.number.text(), a);
  EXPECT_EQ(measured.determinations.size(), 2u);
  EXPECT_EQ(world.sample(b).measured[0].determinations[0].value.text, "0.050");
}

TEST(Bench, MatchesTheBlindCodeInSmallLettersAndTheEnglishName) {
  World world;
  const std::string number = world.received(1);
  world.capture({observation(" blind001 ", "Lead", "0.12"), observation("BLIND001", "2921-88-2", "0.01")});
  EXPECT_EQ(world.sample(number).state, SampleState::judged);
}

TEST(Bench, EveryObstacleHasItsReasonInQuarantine) {
  World world;
  const std::string number = world.received(1);
  const auto typed = [&](const char* type) {
    auto one = observation(number, "铅", "0.1");
    one.sample_type = type;
    return one;
  };
  const auto flagged = [&](const char* flag) {
    auto one = observation(number, "铅", "0.1");
    one.flags = {flag};
    return one;
  };
  EXPECT_EQ(reason_for(world, typed("QC")), "not_a_sample");
  EXPECT_EQ(reason_for(world, typed("Blank")), "not_a_sample");
  EXPECT_EQ(reason_for(world, flagged("response")), "not_a_result");
  EXPECT_EQ(reason_for(world, flagged("status=P")), "not_a_result");
  EXPECT_EQ(reason_for(world, observation(number, "铅", "")), "no_value");
  EXPECT_EQ(reason_for(world, observation(number, "铅", "about 3")), "no_value");
  EXPECT_EQ(reason_for(world, observation("CAL-1", "铅", "0.1")), "unknown_sample");
  EXPECT_EQ(reason_for(world, observation(world.grant(2), "铅", "0.1")), "not_received");
  EXPECT_EQ(reason_for(world, observation(world.judged(3), "铅", "0.1")), "already_judged");
  const std::string revoked = world.grant(4);
  world.order(model::Revocation{.task = world.sample(revoked).grant.task, .token = {1, 1}, .reason = "x"});
  EXPECT_EQ(reason_for(world, observation(revoked, "铅", "0.1")), "withdrawn");
  EXPECT_EQ(reason_for(world, observation(world.received(5, "NEW"), "铅", "0.1")), "no_reference");
  EXPECT_EQ(reason_for(world, observation(number, "汞", "0.1")), "unknown_analyte");
  EXPECT_EQ(world.sample(number).state, SampleState::received);
  world.capture({observation(number, "铅", "0.1")});
  EXPECT_EQ(reason_for(world, observation(number, "铅", "0.11")), "differs");
  EXPECT_EQ(tables::counters(*world.store->read()).quarantine_open, world.quarantine().size());
}

// E1394 R-9 and HL7 OBX-11: "C" corrects, "V" was verified by the operator. Both are final.
TEST(Bench, ACorrectedResultIsTakenAndNeverOverwritesOneThatCounts) {
  World world;
  const std::string number = world.received(1);
  const auto final_by = [&](const std::string& sample, const char* flag, const char* value) {
    auto one = observation(sample, "铅", value);
    one.flags = {flag};
    return one;
  };
  EXPECT_EQ(world.capture({final_by(number, "operator-verified", "0.1")}).entry.taken, 1u);
  EXPECT_EQ(reason_for(world, final_by(number, "corrected", "0.2")), "differs") << "a person decides between them";
  EXPECT_EQ(world.sample(number).measured[0].determinations[0].value.text, "0.1");
  EXPECT_EQ(world.capture({final_by(world.received(2), "corrected", "0.2")}).entry.taken, 1u);

  const std::string judged = world.judged(3);
  const model::Sample before = world.sample(judged);
  EXPECT_EQ(reason_for(world, final_by(judged, "corrected", "0.9")), "already_judged");
  EXPECT_EQ(world.sample(judged).measured.size(), before.measured.size());
}

TEST(Bench, ASecondDifferentValueNeverOverwrites) {
  World world;
  const std::string number = world.received(1);
  world.capture({observation(number, "铅", "0.1")});
  world.capture({observation(number, "铅", "0.9")});
  const model::Sample sample = world.sample(number);
  ASSERT_EQ(sample.measured.size(), 1u);
  EXPECT_EQ(sample.measured[0].determinations[0].value.text, "0.1");
  EXPECT_EQ(world.quarantine().size(), 1u);
}

TEST(Bench, ACaptureThatContradictsItselfGivesNothingForThatItem) {
  World world;
  const std::string number = world.received(1);
  const auto outcome = world.capture({observation(number, "毒死蜱", "0.01"), observation(number, "铅", "0.1"),
                                      observation("blind001", "chlorpyrifos", "0.010"),
                                      observation(number, "毒死蜱", "0.02"), observation(number, "铅", "0.10")});
  EXPECT_EQ(outcome.entry.taken, 1u) << "lead said twice is lead said once";
  EXPECT_EQ(outcome.entry.same, 1u);
  EXPECT_EQ(outcome.entry.quarantined, 3u) << "none of the three values is better than the others";
  for (const auto& entry : world.quarantine()) EXPECT_EQ(entry.reason, "contradicts") << entry.value;
  EXPECT_EQ(world.sample(number).state, SampleState::measuring);

  const std::string second = world.received(2);
  world.capture({observation(second, "铅", "0.1"), observation(second + "/2", "铅", "0.2")});
  EXPECT_EQ(world.quarantine().size(), 3u) << "another portion is another measurement";
}

TEST(Bench, AnIdThatMeansTwoSamplesIsNoChoice) {
  World world;
  const std::string number = world.received(1);
  auto grant = world.make_grant(2, "VEG", 1);
  grant.blind_code = number;
  world.order(grant);
  EXPECT_EQ(reason_for(world, observation(number, "铅", "0.1")), "ambiguous");
  EXPECT_EQ(world.sample(number).state, SampleState::received);
  const auto resolve = [&](const std::string& typed) {
    const bench::Assignment assignment{.entry = 1, .number = typed, .reason = "核对"};
    return world.decide(
        [&](auto& draft) { return world.node.on_resolved(draft, assignment, model::PersonId{"chen"}, world.now); });
  };
  EXPECT_EQ(resolve("").error().code, "ambiguous");
  EXPECT_TRUE(resolve(number).has_value()) << "a person types sample numbers";
  EXPECT_EQ(world.sample(number).state, SampleState::measuring);
}

TEST(Bench, ABlindCodeThatIsTheNumberOfALaterSampleIsNoChoiceEither) {
  World world;
  const std::string number = world.make_grant(1, "VEG", 1).number.text();
  auto grant = world.make_grant(2, "VEG", 1);
  grant.blind_code = number;
  world.order(grant);
  ASSERT_TRUE(world.fill_in(grant.number.text()).has_value());
  ASSERT_TRUE(world.receive(grant.number.text()).has_value());
  ASSERT_EQ(world.received(1), number);
  std::string small = " " + number;
  std::ranges::transform(small, small.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  for (const std::string& id : {number, number + "/2", small}) {
    EXPECT_EQ(reason_for(world, observation(id, "铅", "0.1")), "ambiguous") << id;
  }
  EXPECT_EQ(world.sample(number).state, SampleState::received);
  EXPECT_EQ(world.sample(grant.number.text()).state, SampleState::received);
  EXPECT_EQ(reason_for(world, observation(grant.number.text(), "铅", "0.1")), "not quarantined") << "its own number";
}

TEST(Bench, AnAnalyteNameThatFitsTwoItemsIsNoChoice) {
  World world;
  auto files = small_reference();
  files[2].text += "链霉素,streptomycin,57-92-1,x\n双氢链霉素,streptomycin,128-46-1,x\n";
  files[3].text +=
      "VET,兽药,链霉素,GB/T 21323,mg/kg,0.01,0.02,0,,,,,\nVET,兽药,双氢链霉素,GB/T 21323,mg/kg,0.01,0.02,0,,,,,\n";
  world.decide([&](journal::Draft& draft) {
    const Bytes bytes = rules::bundle(std::move(files));
    world.node.on_reference(draft, crypto::sha256(bytes), bytes);
    return 0;
  });
  const std::string number = world.received(1, "VET");
  EXPECT_EQ(reason_for(world, observation(number, "streptomycin", "0.1")), "ambiguous");
  EXPECT_EQ(reason_for(world, observation(number, "strepto", "0.1")), "unknown_analyte");
  EXPECT_EQ(reason_for(world, observation(number, "链霉素", "0.1")), "not quarantined");
}

TEST(Bench, TheSameValueAgainIsCountedAndNothingElse) {
  World world;
  const std::string number = world.received(1);
  world.capture({observation(number, "铅", "0.05")});
  const auto outcome = world.capture({observation(number, "铅", "0.050")});
  EXPECT_EQ(outcome.entry.observations, 1u);
  EXPECT_EQ(outcome.entry.taken + outcome.entry.quarantined, 0u);
  EXPECT_EQ(outcome.entry.same, 1u);
  EXPECT_EQ(world.sample(number).measured.size(), 1u);
}

TEST(Bench, TheSameCaptureTwiceIsANoOp) {
  World world;
  const std::string number = world.received(1);
  const auto capture = world.make_capture({observation(number, "铅", "0.1"), observation("X", "铅", "1")});
  const auto first = world.capture_again(capture);
  const auto events = world.events();
  const auto counters = tables::counters(*world.store->read());
  const auto second = world.capture_again(capture);
  EXPECT_FALSE(first.repeated);
  EXPECT_TRUE(second.repeated);
  EXPECT_EQ(second.capture, first.capture);
  EXPECT_EQ(second.entry, first.entry);
  EXPECT_EQ(world.events(), events);
  EXPECT_EQ(tables::counters(*world.store->read()), counters);
}

TEST(Bench, ARefusedCaptureIsKeptWithItsReason) {
  World world;
  auto capture = world.make_capture({});
  capture.decoding.refused = "no profile fits";
  const auto outcome = world.capture_again(capture);
  EXPECT_EQ(tables::capture(*world.store->read(), outcome.capture)->entry.refused, "no profile fits");
}

TEST(Bench, QualifierIonsAreEvidenceAndNotResults) {
  World world;
  const std::string number = world.received(1);
  auto qualifier = observation(number, "铅", "9.9");
  qualifier.flags = {"qualifier"};
  const auto outcome = world.capture({qualifier, observation(number, "铅", "0.1")});
  EXPECT_EQ(outcome.entry.taken, 1u);
  EXPECT_EQ(outcome.entry.supporting, 1u);
  EXPECT_TRUE(world.quarantine().empty());
}

TEST(Bench, TextFromAnInstrumentCannotSpoilARecord) {
  World world;
  const std::string number = world.received(1);
  EXPECT_EQ(reason_for(world, observation("\xff\x01" + std::string(500, 'x'), "铅\n", "0.1")), "unknown_sample");
  auto strange = observation(number, "铅", "0.1");
  strange.unit = "mg\x02kg";
  EXPECT_EQ(reason_for(world, strange), "no_value");
}

TEST(Bench, TooManyObservationsAreRefusedAsAWhole) {
  World world;
  std::vector<model::Observation> many(bench::observations_max + 1, observation("X", "铅", "1"));
  const auto outcome = world.capture(std::move(many));
  EXPECT_THAT(outcome.entry.refused, testing::HasSubstr("10000"));
  EXPECT_TRUE(world.quarantine().empty());
}

TEST(Bench, ACaptureWithoutATechnicianIsRefused) {
  World world;
  const auto capture = world.make_capture({}, "");
  const auto refused = world.decide([&](auto& draft) { return world.node.on_capture(draft, capture, world.now); });
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, "no_technician");
}

TEST(Quarantine, APersonGivesAnObservationToASampleAndItIsJudged) {
  World world;
  const std::string number = world.received(1);
  world.capture({observation(number, "铅", "0.1"), observation("sample one", "chlorpyrifos-x", "0.02")});
  const auto resolve = [&](bench::Assignment assignment) {
    return world.decide(
        [&](auto& draft) { return world.node.on_resolved(draft, assignment, model::PersonId{"chen"}, world.now); });
  };
  EXPECT_EQ(resolve({.entry = 9, .reason = "x"}).error().code, "unknown_entry");
  EXPECT_EQ(resolve({.entry = 1}).error().code, "missing_field");
  EXPECT_EQ(resolve({.entry = 1, .reason = "x"}).error().code, "unknown_sample");
  EXPECT_EQ(resolve({.entry = 1, .number = number, .reason = "x"}).error().code, "unknown_analyte");
  ASSERT_TRUE(resolve({.entry = 1, .number = number, .analyte = "毒死蜱", .reason = "标签写错"}).has_value());
  EXPECT_EQ(world.sample(number).state, SampleState::judged);
  EXPECT_TRUE(world.quarantine().empty());
  const auto entry = tables::quarantined(*world.store->read(), 1);
  EXPECT_EQ(entry->decided_by, model::PersonId{"chen"});
  EXPECT_EQ(resolve({.entry = 1, .number = number, .reason = "x"}).error().code, "already_decided");
}

TEST(Quarantine, ADifferingValueCountsOnceAPersonSaysSo) {
  World world;
  const std::string number = world.received(1);
  world.capture({observation(number, "铅", "0.1")});
  world.capture({observation(number, "铅", "0.9")});
  const bench::Assignment assignment{.entry = 1, .reason = "第一次进样异常"};
  ASSERT_TRUE(world
                  .decide([&](auto& draft) {
                    return world.node.on_resolved(draft, assignment, model::PersonId{"chen"}, world.now);
                  })
                  .has_value());
  const model::Sample sample = world.sample(number);
  EXPECT_EQ(sample.measured.size(), 2u);
  EXPECT_EQ(judging::results_of(sample, 2).of(0)->value.text, "0.9");
}

TEST(Quarantine, WhatIsNoResultStaysOneWhateverAPersonSays) {
  World world;
  const std::string number = world.received(1);
  auto area = observation(number, "铅", "12345");
  area.flags = {"response"};
  world.capture({area});
  const bench::Assignment assignment{.entry = 1, .reason = "x"};
  const auto refused = world.decide(
      [&](auto& draft) { return world.node.on_resolved(draft, assignment, model::PersonId{"chen"}, world.now); });
  EXPECT_EQ(refused.error().code, "not_a_result");
}

TEST(Quarantine, ARejectionIsAnIncidentInTheStream) {
  World world;
  world.capture({observation("BLANK", "铅", "0.0")});
  ASSERT_TRUE(world
                  .decide([&](auto& draft) {
                    return world.node.on_rejected(draft, 1, "试剂空白", model::PersonId{"chen"}, world.now);
                  })
                  .has_value());
  EXPECT_TRUE(world.quarantine().empty());
  EXPECT_EQ(std::get<model::Incident>(world.events().back().what).what, "隔离记录 1 剔除：试剂空白");
}

TEST(Weighing, EqualWeightsAreTwoWeighings) {
  World world;
  const std::string number = world.received(1);
  bench::Weighing weighing{.raw = Hash{{5}},
                           .octets = 18,
                           .instrument = "XPE",
                           .person = model::PersonId{"chen"},
                           .decoding = {.observations = {observation("", "mass", "2.5013", "g")}},
                           .number = number};
  for (int i = 0; i < 2; ++i) {
    world.decide([&](auto& draft) { return world.node.on_weighing(draft, weighing, world.now); });
  }
  const model::Sample sample = world.sample(number);
  EXPECT_EQ(sample.measured.size(), 2u);
  EXPECT_EQ(std::get<model::Measured>(world.events().back().what).reading, "2.5013 g");
  EXPECT_EQ(sample.state, SampleState::received);  // a mass is no item of the panel
  const auto stored = tables::capture(*world.store->read(), 2);
  EXPECT_EQ(stored->entry.reading, "2.5013 g");
  EXPECT_EQ(stored->entry.sample, number);
}

TEST(Weighing, IsKeptWithoutASampleThatCannotBeWeighed) {
  World world;
  const bench::Weighing weighing{.raw = Hash{{5}},
                                 .person = model::PersonId{"chen"},
                                 .decoding = {.observations = {observation("", "mass", "2.5013", "g")}},
                                 .number = world.judged(1)};
  const auto outcome = world.decide([&](auto& draft) { return world.node.on_weighing(draft, weighing, world.now); });
  EXPECT_EQ(outcome.entry.sample, "");
  EXPECT_EQ(outcome.entry.reading, "2.5013 g");
}

}  // namespace
}  // namespace lab::node
