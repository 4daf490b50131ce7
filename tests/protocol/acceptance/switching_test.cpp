#include "protocol/acceptance/switching.hpp"

#include <gtest/gtest.h>
#include <map>

namespace lab::acceptance {
namespace {

const Tables& tables() {
  static const Tables loaded = Tables::load();
  return loaded;
}

Aql aql(std::string_view text) { return Aql::of(Decimal::parse(text).value()).value(); }

// Lots of 1000 at level II: code letter J. AQL 1.0: normal 80 2/3, tightened 80 1/2, reduced 32 1/2. AQL 0.65: 80 1/2.
struct Supplier {
  History history;
  std::string_view aql_text = "1.0";

  LotOutcome lot(std::uint64_t nonconforming, LotResult said = {}) {
    const auto plan = plan_lot(tables(), history, 1000, Level::ii, aql(aql_text)).value();
    said.inspected = plan.to_inspect;
    said.nonconforming = nonconforming;
    const auto outcome = judge_lot(tables(), history, plan, said).value();
    history = outcome.next;
    return outcome;
  }
  void lots(std::initializer_list<std::uint64_t> nonconforming, const LotResult& said = {}) {
    for (const std::uint64_t count : nonconforming) lot(count, said);
  }
};

const LotResult wanted{.steady = true, .approved = true};  // production steady, reduced inspection approved

Supplier in_tightened() {
  Supplier run;
  run.lots({3, 3});
  EXPECT_EQ(run.history.state, State::tightened);
  return run;
}

Supplier in_reduced() {
  Supplier run;
  for (int i = 0; i < 10; ++i) run.lot(0, wanted);
  EXPECT_EQ(run.history.state, State::reduced);
  return run;
}

TEST(Switching, PlansTheNextLotByTheState) {
  const auto plan = [&](State state) {
    return plan_lot(tables(), {.state = state}, 1000, Level::ii, aql("1.0")).value();
  };
  EXPECT_EQ(plan(State::normal).plan.n, 80);
  EXPECT_EQ(plan(State::normal).plan.ac, 2);
  EXPECT_EQ(plan(State::tightened).plan.n, 80);
  EXPECT_EQ(plan(State::tightened).plan.ac, 1);
  EXPECT_EQ(plan(State::reduced).plan.n, 32);
  EXPECT_EQ(plan(State::reduced).plan.ac, 1);
}

TEST(Switching, AcceptsUpToTheAcceptanceNumber) {
  EXPECT_TRUE(Supplier{}.lot(2).accepted);
  EXPECT_FALSE(Supplier{}.lot(3).accepted);
}

TEST(NormalInspection, BecomesTightenedAfterTwoOfFiveLots) {
  Supplier fifth;
  fifth.lots({3, 0, 0, 0});
  EXPECT_EQ(fifth.history.state, State::normal);
  fifth.lot(3);
  EXPECT_EQ(fifth.history.state, State::tightened);

  Supplier sixth;
  sixth.lots({3, 0, 0, 0, 0, 3});
  EXPECT_EQ(sixth.history.state, State::normal);
}

TEST(NormalInspection, NeedsNoFiveLotsToBecomeTightened) {
  Supplier run;
  run.lots({3, 3});
  EXPECT_EQ(run.history, History{.state = State::tightened});
}

TEST(NormalInspection, CountsFromTheSwitchBackOnly) {
  Supplier run = in_tightened();
  run.lots({0, 0, 0, 0, 0});
  EXPECT_EQ(run.history, History{});
  run.lot(3);
  EXPECT_EQ(run.history.state, State::normal) << "lots before the switch are in no window";
  run.lot(3);
  EXPECT_EQ(run.history.state, State::tightened);
}

TEST(TightenedInspection, ReturnsToNormalAfterFiveInARow) {
  Supplier run = in_tightened();
  run.lots({1, 1, 1, 1, 2, 1, 1, 1, 1});
  EXPECT_EQ(run.history.state, State::tightened);
  run.lot(1);
  EXPECT_EQ(run.history.state, State::normal);
}

TEST(TightenedInspection, StopsAtTheFifthLotNotAccepted) {
  Supplier run = in_tightened();
  run.lots({2, 0, 2, 0, 0, 0, 0, 2, 2, 0});
  EXPECT_EQ(run.history.state, State::tightened);
  EXPECT_EQ(run.lot(2).accepted, false);
  EXPECT_EQ(run.history.state, State::discontinued);
}

TEST(TightenedInspection, ForgetsItsCountWhenItEnds) {
  Supplier run = in_tightened();
  run.lots({2, 2, 2, 2, 0, 0, 0, 0, 0});
  EXPECT_EQ(run.history.state, State::normal);
  run.lots({3, 3, 2, 2, 2, 2});
  EXPECT_EQ(run.history.state, State::tightened);
}

TEST(DiscontinuedInspection, WaitsForACorrectionAndGoesOnTightened) {
  Supplier run = in_tightened();
  run.lots({2, 2, 2, 2, 2});
  ASSERT_EQ(run.history.state, State::discontinued);
  EXPECT_EQ(plan_lot(tables(), run.history, 1000, Level::ii, aql("1.0")).error().code, ErrorCode::conflict);
  run.history = after_corrective_action(run.history);
  EXPECT_EQ(run.history, History{.state = State::tightened});
  run.lots({2, 2, 2, 2});
  EXPECT_EQ(run.history.state, State::tightened) << "counted from the correction";
}

TEST(DiscontinuedInspection, IsTheOnlyOneThatACorrectionChanges) {
  for (const History& history : {History{.score = 6}, History{.state = State::tightened, .not_accepted_total = 4},
                                 History{.state = State::reduced, .score = 30}}) {
    EXPECT_EQ(after_corrective_action(history), history);
  }
}

TEST(SwitchingScore, GrowsByThreeForLotsThatPassOneStepTighter) {
  Supplier run;
  run.lots({0, 1, 1});
  EXPECT_EQ(run.history.score, 9U);
  EXPECT_TRUE(run.lot(2).accepted);
  EXPECT_EQ(run.history.score, 0U) << "accepted, but not at AQL 0.65";
}

TEST(SwitchingScore, GrowsByTwoForAcceptedLotsWithASmallAcceptanceNumber) {
  Supplier run{.aql_text = "0.65"};
  run.lots({0, 1, 1});
  EXPECT_EQ(run.history.score, 6U);
  run.lot(2);
  EXPECT_EQ(run.history.score, 0U);
  Supplier zero{.aql_text = "0.15"};
  zero.lots({0, 0});
  EXPECT_EQ(zero.history.score, 4U);
}

TEST(SwitchingScore, StartsAgainWhenTheTighterPlanHasAnotherSampleSize) {
  // Letter J at AQL 25 is an arrow to H, 50 21/22; at AQL 15 it is 80 21/22, which 50 items cannot show.
  Supplier run{.aql_text = "25"};
  EXPECT_TRUE(run.lot(0).accepted);
  EXPECT_EQ(run.history.score, 0U);
}

TEST(ReducedInspection, BeginsAtThirtyIfProductionIsSteadyAndTheAuthorityAgrees) {
  Supplier run;
  for (int i = 0; i < 9; ++i) run.lot(0, wanted);
  EXPECT_EQ(run.history.state, State::normal);
  run.lot(0, wanted);
  EXPECT_EQ(run.history, (History{.state = State::reduced, .score = 30}));
}

TEST(ReducedInspection, DoesNotBeginWithoutEitherWord) {
  for (const LotResult& said : {LotResult{.approved = true}, LotResult{.steady = true},
                                LotResult{.steady = false, .approved = true}, LotResult{}}) {
    Supplier run;
    for (int i = 0; i < 12; ++i) run.lot(0, said);
    EXPECT_EQ(run.history.state, State::normal);
    EXPECT_EQ(run.history.score, 36U);
    run.lot(0, wanted);
    EXPECT_EQ(run.history.state, State::reduced);
  }
}

TEST(ReducedInspection, EndsWithALotNotAccepted) {
  Supplier run = in_reduced();
  run.lots({0, 1});
  EXPECT_EQ(run.history.state, State::reduced);
  run.lot(2);
  EXPECT_EQ(run.history, History{}) << "the score starts again, and the lot is in no window";
}

TEST(ReducedInspection, EndsWhenProductionIsIrregularButNotForWantOfAWord) {
  Supplier run = in_reduced();
  run.lot(0);
  EXPECT_EQ(run.history.state, State::reduced);
  run.lot(0, {.steady = false});
  EXPECT_EQ(run.history, History{});
}

TEST(ResubmittedLots, AreJudgedButDoNotCount) {
  Supplier run;
  run.lot(3);
  const History before = run.history;
  EXPECT_FALSE(run.lot(3, {.resubmitted = true}).accepted);
  EXPECT_TRUE(run.lot(0, {.resubmitted = true}).accepted);
  EXPECT_EQ(run.history, before);
}

TEST(LotsOfAnotherSeverity, AreJudgedByTheirPlanButDoNotCount) {
  const auto plan = plan_lot(tables(), {}, 1000, Level::ii, aql("1.0")).value();
  const History tightened{.state = State::tightened, .accepted_in_a_row = 3};
  const auto outcome = judge_lot(tables(), tightened, plan, {.inspected = 80, .nonconforming = 2}).value();
  EXPECT_TRUE(outcome.accepted) << "Ac is 2 in the plan it was inspected by";
  EXPECT_EQ(outcome.next, tightened);
  const History stopped{.state = State::discontinued};
  EXPECT_EQ(judge_lot(tables(), stopped, plan, {.inspected = 80, .nonconforming = 3})->next, stopped);
}

TEST(LotCounts, MustBeThoseOfThePlan) {
  const auto plan = plan_lot(tables(), {}, 1000, Level::ii, aql("1.0")).value();
  EXPECT_EQ(judge_lot(tables(), {}, plan, {.inspected = 79}).error().where, "n");
  EXPECT_EQ(judge_lot(tables(), {}, plan, {.inspected = 80, .nonconforming = 81}).error().where, "d");
  EXPECT_TRUE(judge_lot(tables(), {}, plan, {.inspected = 80, .nonconforming = 80}).has_value());
}

TEST(LotCounts, MayExceedTheSampleWhereNonconformitiesAreCounted) {
  const auto plan = plan_lot(tables(), {}, 1000, Level::ii, aql("25")).value();
  EXPECT_FALSE(judge_lot(tables(), {}, plan, {.inspected = 50, .nonconforming = 120})->accepted);
}

TEST(SmallLots, AreInspectedItemByItemWithThePlansNumbers) {
  const auto plan = plan_lot(tables(), {}, 2, Level::i, aql("0.65")).value();
  EXPECT_EQ(plan.plan.n, 20);
  EXPECT_EQ(plan.to_inspect, 2U);
  EXPECT_TRUE(judge_lot(tables(), {}, plan, {.inspected = 2})->accepted);
  EXPECT_FALSE(judge_lot(tables(), {}, plan, {.inspected = 2, .nonconforming = 1})->accepted);
  EXPECT_EQ(judge_lot(tables(), {}, plan, {.inspected = 20}).error().where, "n");
  EXPECT_EQ(plan_lot(tables(), {}, 1, Level::i, aql("0.65")).error().where, "lot_size");
}

TEST(SeriesOfLots, KeepHistoriesOfTheirOwn) {
  std::map<Series, History> histories;
  Supplier bad{.history = histories[{"甲厂", "童车"}]};
  bad.lots({3, 3});
  histories[{"甲厂", "童车"}] = bad.history;
  EXPECT_EQ((histories[{"甲厂", "童车"}].state), State::tightened);
  EXPECT_EQ((histories[{"甲厂", "电热水壶"}].state), State::normal);
  EXPECT_EQ((histories[{"乙厂", "童车"}].state), State::normal);
}

}  // namespace
}  // namespace lab::acceptance
