// A run is assessed by its checks, and a failed one blocks what it gave until a reviewer decides.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "lab-node/bench/run_words.hpp"
#include "protocol/session/stream.hpp"
#include "protocol/wire/codec.hpp"
#include "tests/lab-node/run_world.hpp"

namespace lab::node {
namespace {

using model::CheckKind;
using model::CheckReason;
using model::Finding;
using testing::HasSubstr;

template <class T>
std::string refusal(const Decided<T>& decided) {
  return decided ? "accepted" : decided.error().code;
}

TEST(Run, ABatchWithItsChecksInOrderIsAccepted) {
  RunWorld world;
  const std::string number = world.received(1);
  const auto capture = world.make_capture(world.batch(number, "0.092"));
  const auto outcome = world.capture_again(capture);
  EXPECT_EQ(outcome.entry.taken, 2u);
  EXPECT_EQ(outcome.entry.checks, 2u);
  EXPECT_TRUE(world.quarantine().empty());
  const auto run = world.run_of(capture);
  ASSERT_TRUE(run.has_value());
  EXPECT_TRUE(run->assessed.accepted);
  EXPECT_EQ(run->assessed.samples, 1u);
  EXPECT_EQ(run->analyst, model::PersonId{"chen"});
  ASSERT_EQ(run->assessed.checks.size(), 2u);
  EXPECT_EQ(run->assessed.checks[0], (model::RunCheck{CheckKind::blank, "NY/T 761", "毒死蜱", "BLK", Finding::accepted,
                                                      CheckReason::within, "ND mg/kg", "≤ 0.03 mg/kg", ""}));
  EXPECT_EQ(run->assessed.checks[1].figure, "92.00 %");
  EXPECT_EQ(run->assessed.checks[1].window, "70-110 %");
  EXPECT_EQ(refusal(world.review(number, "li")), "accepted");
}

TEST(Run, StandsInTheStreamBeforeWhatWasMeasuredInIt) {
  RunWorld world;
  const std::string number = world.received(1);
  world.capture({observation("X", "铅", "1")});  // the instrument's first device is told once
  const auto before = world.events().size();
  const auto run = world.run_after(world.batch(number, "0.092"));
  const auto events = world.events();
  ASSERT_EQ(events.size(), before + 3);
  EXPECT_EQ(std::get<model::RunAssessed>(events[before].what), run->assessed);
  EXPECT_EQ(events[before].task, model::TaskId{});
  EXPECT_TRUE(std::holds_alternative<model::Measured>(events[before + 1].what));
  EXPECT_EQ(run->record, crypto::sha256(*session::event_bytes(*world.store->read(), 1, before + 1)));
}

TEST(Run, ARecoveryOutsideItsWindowBlocksReviewUntilAnotherPersonReleasesIt) {
  RunWorld world;
  const std::string number = world.received(1);
  const auto run = world.run_after(world.batch(number, "0.055"));
  ASSERT_TRUE(run.has_value());
  EXPECT_FALSE(run->assessed.accepted);
  const auto blocked = world.review(number, "li");
  ASSERT_EQ(refusal(blocked), "run_failed");
  EXPECT_THAT(blocked.error().detail,
              HasSubstr("NY/T 761 毒死蜱 加标回收率（" + number + "-SP） 55.00 %，要求 70-110 %"));
  EXPECT_EQ(world.sample(number).state, model::SampleState::judged);

  EXPECT_EQ(refusal(world.decide_run(*run, "chen", true, "基质效应")), "four_eyes");
  EXPECT_EQ(refusal(world.decide_run(*run, "li", true, "")), "missing_field");
  EXPECT_EQ(refusal(world.decide_run(*run, "li", true, "基\n质")), "bad_text");
  auto other = *run;
  other.record = Hash{{1}};
  EXPECT_EQ(refusal(world.decide_run(other, "li", true, "基质效应")), "stale_record");
  other.assessed.capture = Hash{{2}};
  EXPECT_EQ(refusal(world.decide_run(other, "li", true, "基质效应")), "unknown_run");
  EXPECT_EQ(refusal(world.review(number, "li")), "run_failed") << "a refused decision decides nothing";

  const auto decided = world.decide_run(*run, "li", true, "基质效应，平行标准物质回收正常");
  ASSERT_EQ(refusal(decided), "accepted");
  const auto event = world.events().back();
  EXPECT_EQ(event.person, model::PersonId{"li"});
  EXPECT_EQ(std::get<model::RunDecided>(event.what).reason, "基质效应，平行标准物质回收正常");
  EXPECT_EQ(std::get<model::RunDecided>(event.what).record, run->record);
  EXPECT_EQ(refusal(world.decide_run(*run, "wang", false, "不同意")), "stale_record");
  EXPECT_EQ(refusal(world.decide_run(*decided, "wang", true, "同意")), "wrong_state") << "nothing holds it any more";
  EXPECT_EQ(refusal(world.review(number, "li")), "accepted");
  EXPECT_EQ(refusal(world.approve(number, "sun")), "accepted");
}

TEST(Run, ASecondPortionDoesNotMakeUpForTheFailedRunOfTheFirst) {
  RunWorld world;
  const std::string number = world.received(1, "CNF");
  auto first = world.batch(number, "0.055");
  first[0] = observation(number, "铅", "0.4");
  const auto failed = world.run_after(first);
  ASSERT_FALSE(failed->assessed.accepted);
  auto second = world.batch(number + "/2", "0.092");
  second[0] = observation(number + "/2", "铅", "0.41");
  ASSERT_TRUE(world.run_after(second)->assessed.accepted);
  ASSERT_EQ(world.sample(number).judged.outcome, model::SampleOutcome::fail);
  EXPECT_EQ(refusal(world.review(number, "li")), "run_failed");
  ASSERT_TRUE(world.decide_run(*failed, "li", true, "基质效应"));
  EXPECT_EQ(refusal(world.review(number, "li")), "accepted");
}

TEST(Run, ThatAReviewerHoldsBackIsNotApprovedEitherUntilItIsReleased) {
  RunWorld world;
  const std::string number = world.received(1);
  const auto run = world.run_after(world.batch(number, "0.092"));
  EXPECT_EQ(refusal(world.decide_run(*run, "li", true, "好")), "wrong_state");
  ASSERT_EQ(refusal(world.review(number, "li")), "accepted");
  const auto held = world.decide_run(*run, "wang", false, "色谱峰拖尾");
  ASSERT_EQ(refusal(held), "accepted");
  const auto blocked = world.approve(number, "sun");
  ASSERT_EQ(refusal(blocked), "run_held");
  EXPECT_THAT(blocked.error().detail, HasSubstr("被 wang 扣留：色谱峰拖尾"));
  ASSERT_EQ(refusal(world.decide_run(*held, "li", true, "复核谱图无误")), "accepted");
  EXPECT_EQ(refusal(world.approve(number, "sun")), "accepted");
}

TEST(Run, AFailedOneCanBeSentBackAndANewOneTakesItsPlace) {
  RunWorld world;
  const std::string number = world.received(1);
  world.run_after(world.batch(number, "0.055"));
  ASSERT_EQ(refusal(world.review(number, "li", false, "回收率低，重测")), "accepted");
  ASSERT_TRUE(world.run_after(world.batch(number, "0.095"))->assessed.accepted);  // the same values, another run
  const auto judged = world.decide([&](auto& draft) {
    return world.node.on_judge_again(draft, number, "重新提取测定", model::PersonId{"chen"}, world.now);
  });
  ASSERT_EQ(refusal(judged), "accepted");
  EXPECT_EQ(refusal(world.review(number, "li")), "accepted");
}

TEST(Run, WithoutTheChecksThatAreDueIsAFailedOne) {
  RunWorld world;
  const std::string number = world.received(1);
  const auto run = world.run_after({observation(number, "铅", "0.12"), observation(number, "毒死蜱", "ND")});
  ASSERT_TRUE(run.has_value());
  ASSERT_EQ(run->assessed.shortages.size(), 2u);
  EXPECT_EQ(run->assessed.shortages[0], (model::RunShortage{CheckKind::blank, "NY/T 761", "毒死蜱", 1, 0}));
  const auto blocked = world.review(number, "li");
  ASSERT_EQ(refusal(blocked), "run_failed");
  EXPECT_THAT(blocked.error().detail, HasSubstr("NY/T 761 毒死蜱 应有 1 个空白，只有 0 个；另有 1 处不符合"));
}

TEST(Run, OneSpikeIsTooFewForTwentyOneSamples) {
  RunWorld world;
  std::vector<model::Observation> rows = world.batch(world.received(1), "0.092");
  rows.erase(rows.begin());  // without lead no sample is judged yet
  for (std::uint32_t task = 2; task <= 20; ++task) rows.push_back(observation(world.received(task), "毒死蜱", "ND"));
  EXPECT_TRUE(world.run_after(rows)->assessed.accepted);
  for (auto& row : rows) row.unit = "μg/kg";  // another capture: nothing of it is the same result
  rows.push_back(observation(world.received(21), "毒死蜱", "ND"));
  const auto run = world.run_after(rows);
  EXPECT_EQ(run->assessed.samples, 21u);
  ASSERT_EQ(run->assessed.shortages.size(), 1u);
  EXPECT_EQ(run->assessed.shortages[0], (model::RunShortage{CheckKind::spike, "NY/T 761", "毒死蜱", 2, 1}));
}

TEST(Run, OfMethodsThatAskForNothingIsNoneAndItsRowsAreStrangers) {
  World world;  // no quality control at all
  const std::string number = world.received(1);
  RunWorld asking;
  const std::string lead = asking.received(1);
  world.capture({observation(number, "毒死蜱", "ND"), RunWorld::check("BLK", "Blank", "毒死蜱", "ND")});
  EXPECT_EQ(world.quarantine().back().reason, "not_a_sample");
  EXPECT_FALSE(asking.run_after({observation(lead, "铅", "0.1")}).has_value()) << "criteria, but nothing is due";
  asking.capture({RunWorld::check("QC-2", "QC", "铅", "0.2"), RunWorld::check("BLK", "Blank", "六六六", "0.2")});
  ASSERT_EQ(asking.quarantine().size(), 2u);
  EXPECT_EQ(asking.quarantine()[0].reason, "not_a_sample") << "no such material";
  EXPECT_EQ(asking.quarantine()[1].reason, "not_a_sample") << "no such analyte";
}

TEST(Run, AStrangersNumberThatEndsLikeASpikeStaysAStranger) {
  RunWorld world;
  const std::string number = world.received(1);
  auto rows = world.batch(number, "0.092");
  rows.push_back(observation("XY-SP", "毒死蜱", "0.09"));
  rows.push_back(observation(number + "-dup", "毒死蜱", "ND"));  // no type, but its sample is in the batch
  const auto run = world.run_after(rows);
  EXPECT_TRUE(run->assessed.accepted);
  ASSERT_EQ(world.quarantine().size(), 1u);
  EXPECT_EQ(world.quarantine()[0].reason, "unknown_sample");
  EXPECT_EQ(run->assessed.checks.back().reason, CheckReason::both_undetected);
}

TEST(Run, EveryKindOfCheckCanFail) {
  RunWorld world;
  const std::string number = world.received(1);
  const auto reason_with = [&](std::vector<model::Observation> more, std::size_t replaced = 99) {
    auto rows = world.batch(number, "0.092");
    if (replaced < rows.size()) rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(replaced));
    for (auto& one : more) rows.push_back(std::move(one));
    const auto run = world.run_after(std::move(rows));
    return std::pair{run->assessed.checks[0].kind, run->assessed.checks[0].reason};
  };
  const auto check = RunWorld::check;
  EXPECT_EQ(reason_with({check("BLK", "Blank", "毒死蜱", "0.031")}, 2),
            (std::pair{CheckKind::blank, CheckReason::contaminated}));
  EXPECT_EQ(reason_with({check("BLK", "Blank", "毒死蜱", "")}, 2),
            (std::pair{CheckKind::blank, CheckReason::not_a_number}));
  EXPECT_EQ(reason_with({check("NOBODY-SP", "MatrixSpike", "毒死蜱", "0.09")}, 3),
            (std::pair{CheckKind::spike, CheckReason::not_a_number}));
  auto grams = check(number + "-SP", "MatrixSpike", "毒死蜱", "0.09");
  grams.unit = "g";
  EXPECT_EQ(reason_with({grams}, 3), (std::pair{CheckKind::spike, CheckReason::not_computable}));
  EXPECT_EQ(reason_with({check(number + "-DUP", "MatrixDup", "毒死蜱", "0.05")}),
            (std::pair{CheckKind::duplicate, CheckReason::not_a_number}))
      << "not detected beside a number";
  EXPECT_EQ(reason_with({check("QC-1", "QC", "铅", "0.231")}),
            (std::pair{CheckKind::control, CheckReason::control_rejected}));
  EXPECT_EQ(reason_with({check("CAL-1", "Cal", "毒死蜱", "0.01"), check("CAL-2", "Cal", "毒死蜱", "0.3"),
                         check("CAL-3", "Cal", "毒死蜱", "0.5")}),
            (std::pair{CheckKind::calibration, CheckReason::curve_unfit}));
  EXPECT_EQ(reason_with({check("CAL-1", "Cal", "毒死蜱", "0.0101"), check("CAL-2", "Cal", "毒死蜱", ""),
                         check("CAL-3", "Cal", "毒死蜱", "0.4995")}),
            (std::pair{CheckKind::calibration, CheckReason::curve_unfit}))
      << "a standard without an answer";
  EXPECT_EQ(reason_with({check("CAL-1", "Cal", "毒死蜱", "0.0101"), check("CAL-2", "Cal", "毒死蜱", "0.1003"),
                         check("CAL-3", "Cal", "毒死蜱", "0.4995")})
                .second,
            CheckReason::within);
}

TEST(Run, ABlankMustBeCleanForThePanelThatSeesLeast) {
  RunWorld world;
  auto files = reference_with_checks();
  std::ranges::find(files, "panels.csv", &rules::ReferenceFile::name)->text +=
      "TEA,茶叶,毒死蜱,NY/T 761,mg/kg,0.001,0.003,0\n";
  world.use(files);
  const std::string number = world.received(1);
  auto rows = world.batch(number, "0.092");
  rows[2] = RunWorld::check("BLK", "Blank", "毒死蜱", "0.01");
  EXPECT_TRUE(world.run_after(rows)->assessed.accepted);
  rows.push_back(observation(world.received(2, "TEA"), "毒死蜱", "ND"));
  const auto run = world.run_after(rows);
  EXPECT_EQ(run->assessed.checks[0].reason, CheckReason::contaminated);
  EXPECT_EQ(run->assessed.checks[0].window, "≤ 0.003 mg/kg");
}

TEST(Run, UnitsOfAPowerOfTenAreOneAmount) {
  RunWorld world;
  const std::string number = world.received(1);
  auto rows = world.batch(number, "92");
  for (auto& row : rows) row.unit = "μg/kg";
  const auto run = world.run_after(rows);
  EXPECT_TRUE(run->assessed.accepted);
  EXPECT_EQ(run->assessed.checks.back().figure, "92.00 %");
}

std::string control_rules(RunWorld& world, const std::string& value, bool* accepted = nullptr) {
  const auto run = world.run_after({RunWorld::check("QC-1", "QC", "铅", value)});
  if (accepted) *accepted = run->assessed.accepted;
  return run->assessed.checks[0].rules;
}

TEST(ControlChart, EarlierValuesOfTheStoreCompleteARule) {
  RunWorld world;
  EXPECT_EQ(control_rules(world, "0.199"), "");
  EXPECT_EQ(control_rules(world, "0.221"), "1_2s");
  bool accepted = true;
  EXPECT_EQ(control_rules(world, "222e-3", &accepted), "1_2s 2_2s");
  EXPECT_FALSE(accepted);
}

TEST(ControlChart, AValueOfARejectedRunCountsOnlyOnceAReviewerReleasesIt) {
  RunWorld world;
  EXPECT_EQ(control_rules(world, "0.2321"), "1_2s 1_3s");
  EXPECT_EQ(control_rules(world, "0.221"), "1_2s") << "the rejected value before it does not count";
  const auto again = world.run_after({RunWorld::check("QC-1", "QC", "铅", "0.2322")});
  EXPECT_EQ(again->assessed.checks[0].rules, "1_2s 1_3s 2_2s");
  ASSERT_EQ(refusal(world.decide_run(*again, "li", true, "标准溶液刚开封")), "accepted");
  EXPECT_EQ(control_rules(world, "0.1785"), "1_2s R_4s") << "the released one does";
}

TEST(ControlChart, TenOnOneSideOfTheMean) {
  RunWorld world;
  for (int i = 0; i < 9; ++i) EXPECT_EQ(control_rules(world, fmt::format("0.20{}", i + 1)), "");
  EXPECT_EQ(control_rules(world, "0.2015"), "10_x");
}

TEST(ControlChart, EachInstrumentAndEachFrozenLineHasItsOwn) {
  RunWorld world;
  EXPECT_EQ(control_rules(world, "0.221"), "1_2s");
  auto elsewhere = world.make_capture({RunWorld::check("QC-1", "QC", "铅", "0.222")});
  elsewhere.instrument = "ICP-02";
  world.capture_again(elsewhere);
  EXPECT_EQ(world.run_of(elsewhere)->assessed.checks[0].rules, "1_2s") << "another instrument";
  auto files = reference_with_checks();
  auto& materials = std::ranges::find(files, "qc_materials.csv", &rules::ReferenceFile::name)->text;
  materials.replace(materials.find("0.200,0.010"), 11, "0.201,0.010");
  world.use(files);
  EXPECT_EQ(control_rules(world, "0.223"), "1_2s") << "limits frozen anew";
  int series = 0;
  tables::scan_control_series(*world.store->read(), [&](const tables::ControlSeries& one, std::uint64_t values) {
    EXPECT_EQ(values, 1u);
    EXPECT_EQ(one.material, "QC-1");
    ++series;
    return true;
  });
  EXPECT_EQ(series, 3);
}

TEST(Run, AMalformedQualityTableKeepsTheOldReferenceInUse) {
  RunWorld world;
  const Hash before = tables::current_reference(*world.store->read());
  auto files = reference_with_checks();
  std::erase_if(files, [](const rules::ReferenceFile& file) { return file.name == "qc_recovery.csv"; });
  world.use(files);
  EXPECT_EQ(tables::current_reference(*world.store->read()), before);
}

// Property: whatever a batch holds, taking the same capture again leaves every key and record as it was.
TEST(Run, TheSameCaptureAgainChangesNothing) {
  for (unsigned seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    std::mt19937 random{seed};
    const auto one_of = [&](std::initializer_list<const char*> words) {
      return std::string{words.begin()[random() % words.size()]};
    };
    RunWorld world;
    const std::string number = world.received(1);
    std::vector<model::Observation> rows;
    for (auto left = 1 + random() % 12; left > 0; --left) {
      const std::string row = one_of({"", "-SP", "-DUP"});
      rows.push_back(RunWorld::check(random() % 2 ? number + row : one_of({"QC-1", "CAL-1", "BLK", "X-SP"}),
                                     one_of({"", "Sample", "Blank", "QC", "Cal"}), one_of({"铅", "毒死蜱", "汞"}),
                                     one_of({"ND", "0.09", "0.231", "", "<0.01", "x"})));
    }
    const auto capture = world.make_capture(std::move(rows));
    world.capture_again(capture);
    const auto run = world.run_of(capture);
    if (run && !run->assessed.accepted) {
      ASSERT_EQ(refusal(world.decide_run(*run, "li", true, "已核对")), "accepted");
    }
    const auto before = world.everything_but_devices();
    EXPECT_TRUE(world.capture_again(capture).repeated);
    EXPECT_EQ(world.everything_but_devices(), before);
  }
}

TEST(Run, ALongPanelFitsIntoOneEventWithItsFailuresFirst) {
  model::RunAssessed run;
  for (int i = 0; i < 3'000; ++i) {
    run.checks.push_back({.kind = CheckKind::spike,
                          .method = std::string(80, 'm'),
                          .analyte = std::string(80, 'a'),
                          .row = std::string(80, 'r'),
                          .finding = i == 2'999 ? Finding::failed : Finding::accepted,
                          .figure = std::string(80, 'f'),
                          .window = std::string(80, 'w'),
                          .rules = "1_2s"});
    run.shortages.push_back({.method = std::string(80, 'm'), .analyte = std::string(80, 'a'), .needed = 1});
  }
  bench::keep_within_event(run);
  EXPECT_EQ(run.checks.size() + run.shortages.size() + run.unlisted, 6'000u);
  EXPECT_EQ(run.checks.front().finding, Finding::failed);
  EXPECT_GT(run.checks.size(), 50u);
  EXPECT_GT(run.shortages.size(), 50u);
  EXPECT_LT(wire::encode(model::Event{.what = run}).size(), wire::event_max);
}

}  // namespace
}  // namespace lab::node
