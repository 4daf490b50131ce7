// A capture is read again: what had found no place is tried anew, and nothing else is touched.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/lab-node/replay_world.hpp"

namespace lab::node {
namespace {

using model::SampleState;
using testing::HasSubstr;

TEST(Replay, TakesWhatWaitedForItsSampleAndSaysWhoAsked) {
  ReplayWorld world;
  const std::string number = world.grant(1);
  const auto capture = world.make_capture(
      {observation(number, "铅", "0.1"), observation(number, "毒死蜱", "ND"), observation("X", "铅", "1")});
  world.capture_again(capture);
  ASSERT_EQ(world.quarantined(1).reason, "not_received");
  EXPECT_FALSE(world.replay(capture)->changed) << "nothing is different yet";

  ASSERT_TRUE(world.fill_in(number) && world.receive(number));
  const auto replayed = world.replay(capture);
  ASSERT_EQ(code_of(replayed), "accepted");
  EXPECT_EQ(replayed->taken, 2u);
  EXPECT_EQ(replayed->judged.size(), 1u);
  EXPECT_EQ(replayed->open, std::vector<std::uint64_t>{3});
  EXPECT_EQ(world.sample(number).state, SampleState::judged);
  EXPECT_EQ(world.sample(number).analyst, model::PersonId{"chen"}) << "who ran the instrument, not who asked";
  EXPECT_EQ(world.quarantined(1).decided_by, model::PersonId{"wu"});
  EXPECT_EQ(world.quarantined(1).decision, "重新读取后采用为 " + number + " 的 铅");
  EXPECT_EQ(world.quarantined(3).reason, "unknown_sample");
  EXPECT_EQ(world.entry_of(capture).taken, 2u);
  EXPECT_EQ(world.entry_of(capture).quarantined, 1u);
  expect_every_observation_counted(world.entry_of(capture));
  EXPECT_EQ(world.last_incident(),
            "第 1 号仪器数据（ICP-01）由 test/1 重新读取：采用 2 个结果，相同 0 个，质控 0 个，仍隔离 1 个");
  EXPECT_EQ(world.events().back().person, model::PersonId{"wu"});
  EXPECT_EQ(tables::counters(*world.store->read()).quarantine_open, 1u);
}

TEST(Replay, ASecondTimeChangesNothing) {
  ReplayWorld world;
  const std::string number = world.grant(1);
  const auto capture = world.make_capture({observation(number, "铅", "0.1"), observation("X", "铅", "1")});
  world.capture_again(capture);
  ASSERT_TRUE(world.fill_in(number) && world.receive(number));
  ASSERT_TRUE(world.replay(capture)->changed);
  const auto before = world.everything();
  const auto again = world.replay(capture);
  EXPECT_FALSE(again->changed);
  EXPECT_EQ(again->open, std::vector<std::uint64_t>{2});
  EXPECT_EQ(world.everything(), before);
}

TEST(Replay, SaysTheReasonOfToday) {
  ReplayWorld world;
  const std::string number = world.make_grant(1, "VEG", 1).number.text();
  const auto capture = world.make_capture({observation(number, "铅", "0.1")});
  world.capture_again(capture);
  EXPECT_EQ(world.quarantined(1).reason, "unknown_sample");
  world.grant(1);
  EXPECT_TRUE(world.replay(capture)->changed);
  EXPECT_EQ(world.quarantined(1).reason, "not_received");
}

TEST(Replay, LeavesAloneWhatAPersonHasDecided) {
  ReplayWorld world;
  const std::string number = world.grant(1);
  const auto capture = world.make_capture({observation(number, "铅", "0.1"), observation(number, "毒死蜱", "ND")});
  world.capture_again(capture);
  ASSERT_EQ(code_of(world.reject(1)), "accepted");
  ASSERT_TRUE(world.fill_in(number) && world.receive(number));
  ASSERT_EQ(code_of(world.resolve(2)), "accepted");
  const auto before = world.everything();
  const auto replayed = world.replay(capture);
  EXPECT_FALSE(replayed->changed);
  EXPECT_EQ(world.everything(), before);
  EXPECT_EQ(world.sample(number).state, SampleState::measuring) << "the rejected value stays rejected";
}

TEST(Replay, NeverOverwritesWhatIsJudgedReviewedOrApproved) {
  ReplayWorld world;
  const std::string number = world.grant(1);
  const auto early = world.make_capture({observation(number, "铅", "0.9"), observation(number, "毒死蜱", "ND")});
  world.capture_again(early);
  ASSERT_TRUE(world.fill_in(number) && world.receive(number));
  world.capture({observation(number, "铅", "0.1"), observation(number, "毒死蜱", "ND")});
  const model::Sample judged = world.sample(number);
  ASSERT_EQ(judged.state, SampleState::judged);
  EXPECT_EQ(world.replay(early)->taken, 0u);
  EXPECT_EQ(world.quarantined(1).reason, "already_judged");
  EXPECT_EQ(world.sample(number), judged);
  ASSERT_EQ(code_of(world.review(number, "li")), "accepted");
  EXPECT_EQ(world.replay(early)->taken, 0u);
  ASSERT_EQ(code_of(world.approve(number, "sun")), "accepted");
  EXPECT_FALSE(world.replay(early)->changed);
  EXPECT_EQ(world.sample(number).judged, judged.judged);
}

// The bytes may be older than what counts: a reopened sample takes new measurements, and a replay is none.
TEST(Replay, ReplacesNothingInAReopenedSample) {
  ReplayWorld world;
  const std::string number = world.received(1);
  world.capture({observation(number, "铅", "0.1")});
  const auto other = world.make_capture({observation(number, "铅", "0.9")});
  world.capture_again(other);
  ASSERT_EQ(world.quarantined(1).reason, "differs");
  world.capture({observation(number, "毒死蜱", "ND")});
  ASSERT_EQ(code_of(world.review(number, "li", false, "请核对")), "accepted");
  const auto before = world.everything();
  EXPECT_FALSE(world.replay(other)->changed);
  EXPECT_EQ(world.everything(), before);
  world.capture({observation(number, "铅", "0.2")});
  EXPECT_EQ(judging::results_of(world.sample(number), 2).of(0)->value.text, "0.2");
}

TEST(Replay, OfARefusedCaptureReplacesNothingInAReopenedSampleEither) {
  ReplayWorld world;
  auto capture = world.make_capture({});
  capture.decoding.refused = "没有适用的方案";
  world.capture_again(capture);
  const std::string number = world.judged(1);
  ASSERT_EQ(code_of(world.review(number, "li", false, "请核对")), "accepted");
  capture.decoding = {.profile = "new/1", .observations = {observation(number, "铅", "0.9")}};
  EXPECT_EQ(world.replay(capture)->taken, 0u);
  EXPECT_EQ(world.quarantined(1).reason, "differs");
}

TEST(Replay, ClosesAnEntryThatSaysWhatCountsAlready) {
  ReplayWorld world;
  const std::string number = world.grant(1);
  const auto early = world.make_capture({observation(number, "铅", "0.10")});
  world.capture_again(early);
  ASSERT_TRUE(world.fill_in(number) && world.receive(number));
  world.capture({observation(number, "铅", "0.1")});
  const auto replayed = world.replay(early);
  EXPECT_EQ(replayed->same, 1u);
  EXPECT_EQ(replayed->taken, 0u);
  EXPECT_EQ(world.quarantined(1).decision, "重新读取后与 " + number + " 的 铅 已采用的结果相同");
  EXPECT_EQ(world.sample(number).measured.size(), 1u);
  expect_every_observation_counted(world.entry_of(early));
}

TEST(Replay, TakesTheOtherOfTwoContradictingValuesOnceOneIsRejected) {
  ReplayWorld world;
  const std::string number = world.received(1);
  const auto capture = world.make_capture({observation(number, "铅", "0.1"), observation(number, "铅", "0.2")});
  world.capture_again(capture);
  EXPECT_FALSE(world.replay(capture)->changed);
  ASSERT_EQ(code_of(world.reject(1)), "accepted");
  EXPECT_EQ(world.replay(capture)->taken, 1u);
  EXPECT_EQ(judging::results_of(world.sample(number), 2).of(0)->value.text, "0.2");
}

TEST(Replay, LeavesTheOtherOfTwoContradictingValuesWhenAPersonChoseOne) {
  ReplayWorld world;
  const std::string number = world.received(1);
  const auto capture = world.make_capture({observation(number, "铅", "0.1"), observation(number, "铅", "0.2")});
  world.capture_again(capture);
  ASSERT_EQ(code_of(world.resolve(2)), "accepted");
  EXPECT_EQ(world.replay(capture)->taken, 0u);
  EXPECT_EQ(world.quarantined(1).reason, "differs");
  EXPECT_EQ(judging::results_of(world.sample(number), 2).of(0)->value.text, "0.2");
}

TEST(Replay, EqualRowsOfOneRecordAreEachMatchedOnce) {
  ReplayWorld world;
  const std::string number = world.grant(1);
  const auto capture = world.make_capture({observation(number, "铅", "0.1"), observation(number, "铅", "0.1")});
  world.capture_again(capture);
  ASSERT_TRUE(world.fill_in(number) && world.receive(number));
  const auto replayed = world.replay(capture);
  EXPECT_EQ(replayed->taken, 1u);
  EXPECT_EQ(replayed->same, 1u);
  EXPECT_TRUE(replayed->open.empty());
  EXPECT_TRUE(world.quarantine().empty());
}

// A wrong rule for sample ids: nothing of the capture was taken, so that what was read wrongly is closed and the
// capture taken whole as it reads now.
TEST(Replay, TakesACaptureWholeThatWasMisreadAndKeepsTheFormerReading) {
  ReplayWorld world;
  const std::string number = world.received(1);
  auto capture =
      world.make_capture({from("A", observation("V01", "铅", "0.1")), from("A", observation("V02", "铅", "0.2")),
                          from("A", observation("V03", "铅", "0.3"))});
  world.capture_again(capture);
  ASSERT_EQ(world.quarantine().size(), 3u);
  capture.decoding = {
      .profile = "mended/2",
      .observations = {from("A", observation(number, "铅", "0.1")), from("A", observation("X", "铅", "0.2"))}};
  const auto replayed = world.replay(capture);
  ASSERT_EQ(code_of(replayed), "accepted");
  EXPECT_TRUE(replayed->whole);
  EXPECT_EQ(replayed->taken, 1u);
  EXPECT_EQ(replayed->open, std::vector<std::uint64_t>{4});
  EXPECT_EQ(world.quarantined(4).sample_id, "X");
  EXPECT_EQ(world.quarantined(1).sample_id, "V01") << "the former reading can still be read";
  EXPECT_EQ(world.quarantined(1).decided_by, model::PersonId{"wu"});
  EXPECT_EQ(world.quarantined(1).decision, "以前由 test/1 读出，改由 mended/2 重新读取，此条作废");
  const model::CaptureEntry entry = world.entry_of(capture);
  EXPECT_EQ(entry.profile, "mended/2");
  EXPECT_EQ(entry.observations, 2u);
  expect_every_observation_counted(entry);
  EXPECT_EQ(world.device("A")->counts,
            (tables::DeviceCounts{.captures = 1, .observations = 2, .taken = 1, .quarantined = 1}))
      << "the capture counts once";
  EXPECT_EQ(world.last_incident(),
            "第 1 号仪器数据（ICP-01）由 mended/2 重新读取：采用 1 个结果，相同 0 个，质控 0 个，仍隔离 1 个");
  const auto events = world.events();
  EXPECT_EQ(events[events.size() - 2].person, model::PersonId{"chen"}) << "who ran the instrument, not who asked";
  const auto before = world.everything();
  EXPECT_FALSE(world.replay(capture)->changed);
  EXPECT_EQ(world.everything(), before);
}

TEST(Replay, CanMendAReadingMoreThanOnce) {
  ReplayWorld world;
  const std::string number = world.received(1);
  auto capture = world.make_capture({observation("V01", "铅", "0.1")});
  world.capture_again(capture);
  capture.decoding.observations = {observation("W01", "铅", "0.1")};
  EXPECT_TRUE(world.replay(capture)->whole);
  capture.decoding.observations = {observation(number, "铅", "0.1")};
  EXPECT_EQ(world.replay(capture)->taken, 1u);
}

std::vector<model::Observation> rows_of_nobody(char mark, std::size_t count) {
  std::vector<model::Observation> rows;
  for (std::size_t i = 0; i < count; ++i) rows.push_back(observation(fmt::format("{}{:05}", mark, i), "铅", "0.1"));
  return rows;
}

TEST(Replay, AMisreadCaptureThatWouldNotFitOneCommitIsRefusedAndCanBeSetAside) {
  ReplayWorld world;
  auto capture = world.make_capture(rows_of_nobody('V', bench::observations_max));
  world.capture_again(capture);
  const auto before = world.everything();
  capture.decoding.observations = rows_of_nobody('W', bench::observations_max);
  EXPECT_EQ(code_of(world.replay(capture)), "too_many_rows");
  EXPECT_EQ(world.everything(), before);
  const bench::CaptureRejection rejection{.capture = 1, .obstacle = "", .reason = "方案有误，分成几个文件重新导出"};
  const auto rejected = world.decide(
      [&](auto& draft) { return world.node.on_capture_rejected(draft, rejection, model::PersonId{"wu"}, world.now); });
  ASSERT_EQ(code_of(rejected), "accepted");
  EXPECT_EQ(rejected->size(), bench::observations_max);
}

TEST(Replay, TheLargestMisreadCaptureFitsOneCommitBesideOthers) {
  ReplayWorld world;
  auto capture = world.make_capture(rows_of_nobody('V', bench::mended_rows_max));
  world.capture_again(capture);
  capture.decoding.observations = rows_of_nobody('W', bench::mended_rows_max);
  const auto view = world.store->read();
  journal::Draft draft{*view};
  const bench::Replay wanted{.capture = 1, .decoding = capture.decoding};
  const auto replayed = world.node.on_replay(draft, wanted, model::PersonId{"wu"}, world.now);
  ASSERT_EQ(code_of(replayed), "accepted");
  EXPECT_TRUE(replayed->whole);
  constexpr std::size_t others = 4'000;  // a turn takes no further input from there on
  EXPECT_LE(draft.take().size() + others, journal::Batch::changes_max);
}

TEST(Replay, TheLastReadingCountsForItsDeviceHoweverOftenItIsMended) {
  ReplayWorld world;
  const std::string number = world.received(1);
  world.capture({from("A", observation(number, "铅", "0.1"))});
  const auto rows = [&](const std::string& misread) {
    return std::vector{from("A", observation(number, "铅", "0.1")), from("A", observation(misread, "毒死蜱", "0.2"))};
  };
  auto capture = world.make_capture(rows("V01"));
  world.capture_again(capture);
  const tables::DeviceCounts counts{.captures = 2, .observations = 3, .taken = 1, .quarantined = 1};
  ASSERT_EQ(world.device("A")->counts, counts);
  ASSERT_EQ(world.entry_of(capture).same, 1u);
  for (const char* misread : {"W01", "X01"}) {
    capture.decoding.observations = rows(misread);
    ASSERT_TRUE(world.replay(capture)->whole);
    EXPECT_EQ(world.device("A")->counts, counts) << misread;
  }
  capture.decoding.observations = {from("A", observation(number, "铅", "0.1"))};
  ASSERT_TRUE(world.replay(capture)->whole);
  EXPECT_EQ(world.device("A")->counts, (tables::DeviceCounts{.captures = 2, .observations = 2, .taken = 1}));
}

TEST(Replay, RowsThatLeftNoEntryAreTakenOffTheDevicesThatTheNewReadingNames) {
  ReplayWorld world;
  const std::string number = world.received(1);
  world.capture({from("A", observation(number, "铅", "0.1"))});
  const auto rows = [&](const std::string& misread) {
    return std::vector{from("A", observation(number, "铅", "0.1")), from("A", observation(misread, "毒死蜱", "0.2")),
                       from("B", observation(misread, "铅", "0.2"))};
  };
  auto capture = world.make_capture(rows("V01"));
  world.capture_again(capture);
  const auto of_a = world.device("A")->counts;
  const auto of_b = world.device("B")->counts;
  capture.decoding.observations = rows("W01");
  ASSERT_TRUE(world.replay(capture)->whole);
  EXPECT_EQ(world.device("A")->counts, of_a);
  EXPECT_EQ(world.device("B")->counts, of_b);
}

TEST(Replay, AReadingThatAPersonHasDecidedOnIsNotThrownAway) {
  ReplayWorld world;
  const std::string number = world.received(1);
  auto capture = world.make_capture({observation("V01", "铅", "0.1"), observation("V02", "铅", "0.2")});
  world.capture_again(capture);
  ASSERT_EQ(code_of(world.reject(2)), "accepted");
  capture.decoding.observations = {observation(number, "铅", "0.1"), observation("X", "铅", "0.2")};
  const auto replayed = world.replay(capture);
  EXPECT_FALSE(replayed->changed);
  EXPECT_EQ(replayed->open, std::vector<std::uint64_t>{1});
  EXPECT_EQ(world.sample(number).state, SampleState::received);
}

TEST(Replay, ObservationsThatTheFirstReadingDidNotHaveAreNotTakenBesideOnesThatCount) {
  ReplayWorld world;
  const std::string number = world.received(1);
  auto capture = world.make_capture({observation(number, "铅", "0.1"), observation("X", "铅", "1")});
  world.capture_again(capture);
  capture.decoding.observations = {observation(number, "毒死蜱", "ND"), observation("Y", "铅", "1")};
  const auto replayed = world.replay(capture);
  EXPECT_FALSE(replayed->changed);
  EXPECT_EQ(replayed->open, std::vector<std::uint64_t>{1});
  EXPECT_EQ(world.sample(number).measured.size(), 1u);
}

TEST(Replay, AReadingWhoseRunWasAssessedIsNotThrownAway) {
  ReplayWorld world;
  world.use(reference_with_checks());
  const std::string number = world.grant(1);  // its rows count for the run and wait for reception
  auto capture = world.make_capture(world.batch(number, "0.092"));
  world.capture_again(capture);
  ASSERT_TRUE(world.run_of(capture).has_value());
  for (auto& row : capture.decoding.observations) row.sample_id += "x";
  EXPECT_FALSE(world.replay(capture)->whole);
  EXPECT_EQ(world.runs_assessed(), 1u);
}

TEST(Replay, TakesARefusedCaptureWholeOnce) {
  ReplayWorld world;
  world.use(reference_with_checks());
  const std::string number = world.received(1);
  auto capture = world.make_capture({});
  capture.decoding = {.refused = "没有适用的方案"};
  world.capture_again(capture);
  EXPECT_EQ(code_of(world.replay(capture)), "capture_refused");
  ASSERT_EQ(world.entry_of(capture).refused, "没有适用的方案");

  auto rows = world.batch(number, "0.092");
  rows.push_back(observation("X", "铅", "1"));
  capture.decoding = {.profile = "new/1", .observations = std::move(rows)};
  const auto replayed = world.replay(capture);
  ASSERT_EQ(code_of(replayed), "accepted");
  EXPECT_TRUE(replayed->whole);
  EXPECT_EQ(replayed->taken, 2u);
  EXPECT_EQ(replayed->checks, 2u);
  const model::CaptureEntry entry = world.entry_of(capture);
  EXPECT_EQ(entry.refused, "");
  EXPECT_EQ(entry.profile, "new/1");
  EXPECT_EQ(entry.person, model::PersonId{"chen"});
  EXPECT_EQ(entry.observations, 5u);
  EXPECT_EQ(entry.quarantined, 1u);
  expect_every_observation_counted(entry);
  EXPECT_EQ(tables::counters(*world.store->read()).captures, 1u) << "the same capture, not another";
  EXPECT_TRUE(world.run_of(capture)->assessed.accepted) << "its assessment is not lost";
  EXPECT_EQ(world.sample(number).state, SampleState::judged);

  const auto before = world.everything();
  EXPECT_FALSE(world.replay(capture)->changed);
  EXPECT_EQ(world.everything(), before);
  EXPECT_EQ(world.runs_assessed(), 1u);
}

TEST(Replay, WhatIsThereNoneOfOrCannotBeReadIsRefusedAndChangesNothing) {
  ReplayWorld world;
  auto capture = world.make_capture({});
  EXPECT_EQ(code_of(world.replay(capture)), "unknown_capture");
  const bench::Weighing weighing{.raw = Hash{{5}},
                                 .person = model::PersonId{"chen"},
                                 .decoding = {.observations = {observation("", "mass", "2.5013", "g")}}};
  world.decide([&](auto& draft) { return world.node.on_weighing(draft, weighing, world.now); });
  EXPECT_EQ(code_of(world.replay({.raw = Hash{{5}}})), "is_weighing");
  world.capture_again(capture);
  const auto before = world.everything();
  capture.decoding = {.observations = {observation("X", "铅", "1")}, .refused = "坏文件"};
  EXPECT_EQ(code_of(world.replay(capture)), "capture_refused");
  capture.decoding = {.observations =
                          std::vector<model::Observation>(bench::observations_max + 1, observation("X", "铅", "1"))};
  EXPECT_EQ(code_of(world.replay(capture)), "capture_refused");
  EXPECT_EQ(world.everything(), before);
}

// ---- the run of a capture

TEST(ReplayedRun, IsAssessedOnceWithTheSamplesThatWereNotReceivedYet) {
  ReplayWorld world;
  world.use(reference_with_checks());
  const std::string here = world.received(1);
  auto rows = world.batch(here, "0.092");
  std::vector<std::string> late;
  for (std::uint32_t task = 2; task <= 21; ++task) {
    late.push_back(world.grant(task));
    rows.push_back(observation(late.back(), "毒死蜱", "ND"));
  }
  const auto capture = world.make_capture(std::move(rows));
  world.capture_again(capture);
  const auto run = world.run_of(capture);
  ASSERT_TRUE(run.has_value());
  EXPECT_EQ(run->assessed.samples, 21u) << "they were measured in it, whenever their labels are read";
  ASSERT_EQ(run->assessed.shortages.size(), 1u) << "one spike is too few for 21 samples";
  for (const std::string& number : late) ASSERT_TRUE(world.fill_in(number) && world.receive(number));
  EXPECT_EQ(world.replay(capture)->taken, 20u);
  EXPECT_EQ(world.runs_assessed(), 1u);
  EXPECT_EQ(world.run_of(capture)->record, run->record);
}

std::vector<rules::ReferenceFile> with_panel_new(std::vector<rules::ReferenceFile> files) {
  for (auto& file : files) {
    if (file.name == "panels.csv") file.text += "NEW,新包,毒死蜱,NY/T 761,mg/kg,0.01,0.03,0,,,,,\n";
  }
  return files;
}

TEST(ReplayedRun, IsAssessedWhenTheReferenceSetCameAfterTheCapture) {
  ReplayWorld world;
  const std::string number = world.received(1, "NEW");
  const auto capture =
      world.make_capture({observation(number, "毒死蜱", "ND"), RunWorld::check("BLK", "Blank", "毒死蜱", "ND"),
                          RunWorld::check(number + "-SP", "MatrixSpike", "毒死蜱", "0.055")});
  world.capture_again(capture);
  ASSERT_EQ(world.quarantined(1).reason, "no_reference");
  ASSERT_FALSE(world.run_of(capture).has_value());
  world.use(with_panel_new(reference_with_checks()));
  const auto replayed = world.replay(capture);
  EXPECT_EQ(replayed->taken, 1u);
  EXPECT_EQ(replayed->checks, 2u);
  EXPECT_EQ(world.quarantined(2).decision, "重新读取后用作质控");
  ASSERT_TRUE(world.run_of(capture).has_value());
  EXPECT_FALSE(world.run_of(capture)->assessed.accepted) << "its spike was found to 55 %";
  EXPECT_EQ(code_of(world.review(number, "li")), "run_failed");
  const auto before = world.everything();
  EXPECT_FALSE(world.replay(capture)->changed);
  EXPECT_EQ(world.everything(), before);
}

TEST(ReplayedRun, IsNotAssessedByAReplayThatFindsNothing) {
  ReplayWorld world;
  const std::string number = world.received(1);
  const auto capture = world.make_capture({observation(number, "毒死蜱", "ND"), observation("X", "铅", "1")});
  world.capture_again(capture);
  world.use(reference_with_checks());  // now a blank would be due
  const auto before = world.everything();
  EXPECT_FALSE(world.replay(capture)->changed);
  EXPECT_EQ(world.everything(), before);
}

TEST(ReplayedRun, DoesNotVouchForResultsItDidNotCount) {
  ReplayWorld world;
  world.use(reference_with_checks());
  const std::string known = world.received(1);
  const std::string strange = world.received(2, "NEW");
  auto rows = world.batch(known, "0.092");
  rows.push_back(observation(strange, "毒死蜱", "ND"));
  const auto capture = world.make_capture(std::move(rows));
  world.capture_again(capture);
  ASSERT_TRUE(world.run_of(capture)->assessed.accepted);
  world.use(with_panel_new(reference_with_checks()));
  EXPECT_EQ(world.replay(capture)->taken, 0u);
  EXPECT_EQ(world.quarantined(1).reason, "run_closed");
  EXPECT_FALSE(world.replay(capture)->changed);
  EXPECT_EQ(code_of(world.resolve(1)), "accepted") << "a person who has looked at the checks may";
}

}  // namespace
}  // namespace lab::node
