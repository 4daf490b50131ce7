// Verdicts on lots: counted only as their order says, and moving their series exactly once.

#include <gmock/gmock.h>

#include <array>
#include <map>
#include <random>
#include <vector>

#include "coordinator/ledger/ledger.hpp"
#include "coordinator/tables/diary.hpp"
#include "protocol/acceptance/lot_order.hpp"
#include "protocol/session/intake.hpp"
#include "tests/coordinator/support/world.hpp"

namespace lab::ledger {
namespace {

using namespace coordinator::testing;
namespace tables = coordinator::tables;
using acceptance::History;
using acceptance::State;
using model::Disposition;
using model::EventNote;
using model::SampleOutcome;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Lots : public ::testing::Test {
 protected:
  Lots() {
    world.add_laboratory(1);
    bench.emplace(world.enrol(1));
    world.dispatched_plan({lot_cell(60), cell(1)});
    for (const model::Grant& one : world.grants_of(*bench)) (one.lot ? grant : ordinary) = one;
  }

  tables::Series series() const { return *tables::series(*world.view(), model::SeriesId{1}); }
  tables::Tally total() const {
    tables::Tally sum;
    tables::for_each_city_tally(*world.view(), [&](const auto&, auto, const tables::Tally& tally) { sum = tally; });
    return sum;
  }
  std::uint64_t rows(Disposition disposition) const { return tables::exception_count(*world.view(), disposition); }
  void say(const tables::Conditions& conditions) {
    ASSERT_TRUE(world.turn([&](journal::Draft& draft) {
      return world.coordinator.on_conditions(
          draft, {.series = model::SeriesId{1}, .person = "wang", .reason = "现场检查"}, conditions, world.now);
    }));
  }
  // The lot under way is judged, signed, counted, and the next one granted.
  void conclude(std::uint64_t nonconforming) {
    grant = world.open_lot_of(*bench).value();
    bench->conclude_lot(grant, nonconforming);
    world.acknowledged(*bench, bench->events(bench->size() - 2, 3));
    world.work();
  }
  // A verdict that somebody sends who does not follow the order; nothing of it may count.
  void expect_quarantined(const model::Grant& of, const model::Judged& verdict, const char* why) {
    const std::uint64_t before = rows(Disposition::quarantined);
    const Hash record = bench->happen(of, "analyst", verdict);
    bench->happen(of, "reviewer", reviewed(of, record));
    bench->happen(of, "approver", approved(of, record, verdict.outcome));
    world.acknowledged(*bench, bench->events(bench->size() - 2, 3));
    EXPECT_EQ(rows(Disposition::quarantined), before + 3) << "the verdict, and both signatures under it";
    const auto exception = tables::exception_at(*world.view(), {bench->id(), 1, bench->size() - 2});
    ASSERT_TRUE(exception.has_value());
    EXPECT_THAT(exception->reason, HasSubstr(why));
    EXPECT_EQ(total(), tables::Tally{});
    EXPECT_EQ(series().history, History{});
    EXPECT_EQ(series().open, grant.task);
  }

  World world;
  std::optional<Bench> bench;
  model::Grant grant;
  model::Grant ordinary;
};

TEST_F(Lots, AreCountedAndMoveTheirSeries) {
  bench->conclude_lot(grant, 1);
  const auto ack = world.acknowledged(*bench, bench->all_events());
  EXPECT_THAT(ack.notes, ElementsAre(EventNote{3, Disposition::counted}));
  EXPECT_EQ(total().final, (tables::Verdicts{.pass = 1}));
  EXPECT_EQ(series().history.score, 3U) << "accepted, and at AQL 0.65 as well";
  EXPECT_EQ(series().lots, 1U);
  EXPECT_FALSE(series().has_open_lot());
  EXPECT_EQ(tables::task_file(*world.view(), grant.task).result()->lot, (model::LotCount{80, 1}));
}

TEST_F(Lots, AnotherNumberOfItemsThanOrderedIsQuarantined) {
  auto verdict = judged_lot(grant, 0);
  verdict.lot->inspected = 79;
  expect_quarantined(grant, verdict, "应检 80 件");
}

TEST_F(Lots, MoreNonconformingThanInspectedIsQuarantined) {
  expect_quarantined(grant, judged_lot(grant, 81), "与下达的抽样方案");
}

TEST_F(Lots, AVerdictThatTheCountDoesNotLeadToIsQuarantined) {
  auto lenient = judged_lot(grant, 3);
  lenient.outcome = SampleOutcome::pass;
  expect_quarantined(grant, lenient, "结论应为 fail 而不是 pass");
  auto harsh = judged_lot(grant, 2);
  harsh.outcome = SampleOutcome::fail;
  expect_quarantined(grant, harsh, "结论应为 pass 而不是 fail");
  auto vague = judged_lot(grant, 2);
  vague.outcome = SampleOutcome::undetermined;
  expect_quarantined(grant, vague, "结论应为 pass");
}

TEST_F(Lots, AVerdictWithoutACountIsQuarantined) {
  expect_quarantined(grant, judged(grant, SampleOutcome::pass), "没有抽检件数");
}

TEST_F(Lots, ACountForAnOrdinarySampleIsQuarantined) {
  auto verdict = judged(ordinary, SampleOutcome::pass);
  verdict.lot = model::LotCount{80, 0};
  expect_quarantined(ordinary, verdict, "任务不是批次");
}

TEST_F(Lots, TheSameEventsAgainMoveNothing) {
  bench->conclude_lot(grant, 3);
  const auto first = world.acknowledged(*bench, bench->all_events());
  const Bytes before = world.everything();
  EXPECT_EQ(world.acknowledged(*bench, bench->all_events()), first);
  EXPECT_EQ(world.everything(), before);
  EXPECT_EQ(series().history.recent, 1U);
}

TEST_F(Lots, WhatWasDecidedAndNotStoredIsDecidedAgainTheSame) {
  bench->conclude_lot(grant, 3);
  const auto view = world.view();
  for (int crash = 0; crash < 3; ++crash) {
    journal::Draft lost{*view};
    world.coordinator.on_message(lost, bench->entry(), bench->all_events(), world.now);
    EXPECT_EQ(tables::series(lost, model::SeriesId{1})->lots, 1U);
  }
  world.acknowledged(*bench, bench->all_events());
  EXPECT_EQ(series().lots, 1U);
  EXPECT_EQ(series().history.recent, 1U);
}

TEST_F(Lots, AnAmendmentCorrectsTheVerdictAndLeavesTheSeries) {
  bench->conclude_lot(grant, 3);
  world.acknowledged(*bench, bench->all_events());
  const auto before = series();
  bench->conclude_lot(grant, 0, 2);
  world.acknowledged(*bench, bench->all_events());
  EXPECT_EQ(total().first, (tables::Verdicts{.fail = 1}));
  EXPECT_EQ(total().final, (tables::Verdicts{.pass = 1}));
  EXPECT_EQ(series(), before);
}

TEST_F(Lots, AVerdictUnderARevokedGrantMovesNothing) {
  ASSERT_TRUE(world.turn(
      [&](journal::Draft& draft) { return world.coordinator.on_revoke(draft, grant.task, "停产", world.now); }));
  bench->conclude_lot(grant, 3);
  world.acknowledged(*bench, bench->all_events());
  EXPECT_EQ(rows(Disposition::late), 3U);
  EXPECT_EQ(series().history, History{});
  EXPECT_EQ(series().lots, 0U);
}

TEST_F(Lots, TenAcceptedLeadToReducedInspectionWhenTheAuthorityWantsItForTheTenth) {
  for (int lot = 1; lot <= 9; ++lot) conclude(0);
  say({.steady = true, .approved = true});
  EXPECT_EQ(series().history.score, 27U);
  conclude(0);
  EXPECT_EQ(series().history.state, State::reduced);
  EXPECT_EQ(series().conditions, tables::Conditions{}) << "what was said held for that lot";
  EXPECT_EQ(world.grants_of(*bench).back().lot->to_inspect, 32U);
}

TEST_F(Lots, WhatWasSaidHoldsForTheNextLotOnly) {
  say({.steady = true, .approved = true});
  for (int lot = 1; lot <= 11; ++lot) conclude(0);
  EXPECT_EQ(series().history.state, State::normal);
  EXPECT_EQ(series().history.score, 33U);
}

TEST_F(Lots, WordThatProductionIsNotSteadyEndsReducedInspection) {
  for (int lot = 1; lot <= 9; ++lot) conclude(0);
  say({.steady = true, .approved = true});
  conclude(0);
  ASSERT_EQ(series().history.state, State::reduced);
  say({.steady = false, .approved = false});
  conclude(0);
  EXPECT_EQ(series().history, History{});
}

TEST_F(Lots, TwoOfFiveNotAcceptedTightenAndFiveOfThoseEndInspection) {
  for (const std::uint64_t nonconforming : {0U, 3U, 0U, 0U, 3U}) conclude(nonconforming);
  ASSERT_EQ(series().history.state, State::tightened);
  EXPECT_EQ(world.grants_of(*bench).back().lot->ac, 1U);
  for (int lot = 0; lot < 5; ++lot) conclude(2);
  EXPECT_EQ(series().history.state, State::discontinued);
  EXPECT_FALSE(series().has_open_lot());
}

// What the steps say, applied from the beginning.
History replayed(const World& world, const tables::Series& series) {
  History history;
  for (const tables::SeriesStep& step : tables::steps_of(*world.view(), series.id)) {
    if (step.kind == tables::StepKind::corrective_action) history = acceptance::after_corrective_action(history);
    if (step.kind == tables::StepKind::lot_counted) {
      const auto task = tables::task(*world.view(), step.task);
      const auto plan = acceptance::plan_of(*task->lot_order).value();
      history = acceptance::judge_lot(acceptance::Tables::standard(), history, plan,
                                      {.inspected = step.count.inspected,
                                       .nonconforming = step.count.nonconforming,
                                       .steady = step.conditions.steady,
                                       .approved = step.conditions.approved})
                    ->next;
    }
    EXPECT_EQ(step.after, history);
  }
  return history;
}

// Lots of three enterprises while events come twice, late and cut off, lots are taken back and people say things.
class LotWalk : public ::testing::TestWithParam<std::uint64_t> {
 protected:
  LotWalk() : random(GetParam()) {
    world.add_laboratory(1);
    for (int i = 0; i < 2; ++i) benches.push_back(world.enrol(1));
    world.dispatched_plan({lot_cell(60, "甲"), lot_cell(60, "乙"), lot_cell(60, "丙")});
  }

  std::uint64_t below(std::uint64_t end) { return random() % end; }
  bool chance(unsigned percent) { return below(100) < percent; }

  void judge(Bench& bench) {
    const auto grants = world.grants_of(bench);
    if (grants.empty()) return;
    // Mostly the newest grant; sometimes one that has been counted or taken back.
    const model::Grant& grant = chance(80) ? grants.back() : grants[below(grants.size())];
    const std::uint64_t nonconforming = chance(quality) ? below(2) : 2 + below(4);
    bench.conclude_lot(grant, nonconforming, static_cast<std::uint16_t>(1 + below(2)));
  }
  void send(Bench& bench) {
    if (bench.size() == 0) return;
    const std::uint64_t held = session::cursor(*world.view(), bench.id(), 1).sequence;
    const std::uint64_t from = chance(70) ? std::min(held + 1, bench.size()) : 1 + below(bench.size());
    world.acknowledged(bench, bench.events(from, 1 + below(9)));
  }
  void somebody_speaks() {
    const dispatch::SeriesWord word{
        .series = model::SeriesId{1 + static_cast<std::uint32_t>(below(3))}, .person = "wang", .reason = "核查"};
    world.turn([&](journal::Draft& draft) { return world.coordinator.on_corrective_action(draft, word, world.now); });
    if (chance(50)) {
      world.turn([&](journal::Draft& draft) {
        return world.coordinator.on_conditions(draft, word, {.steady = chance(80), .approved = true}, world.now);
      });
    }
  }
  void take_one_back() {
    const auto grants = world.grants_of(benches[below(benches.size())]);
    if (grants.empty()) return;
    const model::TaskId task = grants[below(grants.size())].task;
    world.turn([&](journal::Draft& draft) -> Result<int> {
      if (!chance(50))
        return world.coordinator.on_reassign(draft, {.task = task, .reason = "停电"}, world.now).map([](auto) {
          return 0;
        });
      return world.coordinator.on_revoke(draft, task, "停电", world.now).map([] { return 0; });
    });
  }

  // One lot under way at most, and it is granted; every counted lot is one step; the history is that of the steps.
  void check() {
    const auto view = world.view();
    std::map<model::SeriesId, std::uint32_t> granted;
    std::map<model::SeriesId, std::uint32_t> counted;
    tables::for_each_task(*view, {.plan = model::PlanId{1}, .revision = 1}, 1, [&](const model::Task& task) {
      granted[task.series] += task.state == model::TaskState::granted;
      counted[task.series] += task.state == model::TaskState::judged;
      return true;
    });
    tables::for_each_series(*view, {}, [&](const tables::Series& series) {
      EXPECT_EQ(granted[series.id], series.has_open_lot() ? 1U : 0U);
      EXPECT_EQ(counted[series.id], series.lots);
      EXPECT_EQ(replayed(world, series), series.history);
      return true;
    });
  }

  void note_states() {
    tables::for_each_series(*world.view(), {}, [&](const tables::Series& series) {
      states[static_cast<std::size_t>(series.history.state)] = true;
      return true;
    });
  }

  World world;
  std::vector<Bench> benches;
  std::mt19937_64 random;
  unsigned quality = 20;  // percent of lots that are good
  std::array<bool, 4> states{};
};

TEST_P(LotWalk, MovesEverySeriesOnceForEachCountedLot) {
  for (int step = 0; step < 500; ++step) {
    Bench& bench = benches[below(benches.size())];
    if (step == 250) quality = 97;
    if (chance(35)) judge(bench);
    if (chance(60)) send(bench);
    if (chance(6)) somebody_speaks();
    if (chance(3)) take_one_back();
    world.work();
    note_states();
    if (step % 50 == 0) check();
  }
  check();
  EXPECT_TRUE(states[static_cast<std::size_t>(State::tightened)]);
  EXPECT_EQ(tables::first_break(*world.view()), std::nullopt);
}

INSTANTIATE_TEST_SUITE_P(Seeds, LotWalk, ::testing::Range<std::uint64_t>(1, 13));

}  // namespace
}  // namespace lab::ledger
