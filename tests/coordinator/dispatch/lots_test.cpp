#include "coordinator/dispatch/lots.hpp"

#include <gmock/gmock.h>

#include "coordinator/reports/status.hpp"
#include "protocol/wire/codec.hpp"
#include "tests/coordinator/support/world.hpp"

namespace lab::dispatch {
namespace {

using namespace coordinator::testing;
namespace tables = coordinator::tables;
using acceptance::State;
using model::TaskState;
using ::testing::HasSubstr;
using ::testing::Not;

class Lots : public ::testing::Test {
 protected:
  Lots() {
    world.add_laboratory(1);
    bench.emplace(world.enrol(1));
  }

  std::size_t granted() const { return world.grants_of(*bench).size(); }
  tables::Series series(std::uint32_t id = 1) const { return *tables::series(*world.view(), model::SeriesId{id}); }
  model::Task task(std::uint32_t number) const {
    return *tables::task(*world.view(), {.plan = model::PlanId{1}, .revision = 1, .number = number});
  }
  // The lot under way is judged and counted, and whatever follows from it is done.
  void conclude(std::uint64_t nonconforming) {
    bench->conclude_lot(world.open_lot_of(*bench).value(), nonconforming);
    world.acknowledged(*bench, bench->events(bench->size() - 2, 3));
    world.work();
  }
  Result<tables::Series> corrective_action(std::uint32_t id = 1, const std::string& reason = "整改已验收") {
    auto resumed = world.turn([&](journal::Draft& draft) {
      return world.coordinator.on_corrective_action(
          draft, {.series = model::SeriesId{id}, .person = "wang", .reason = reason}, world.now);
    });
    world.work();
    return resumed;
  }
  // Seven lots not accepted: two lead to tightened inspection, five of that to none.
  void discontinue() {
    for (int i = 0; i < 7; ++i) conclude(3);
    ASSERT_EQ(series().history.state, State::discontinued);
  }

  World world;
  std::optional<Bench> bench;
};

TEST_F(Lots, AreGrantedWithThePlanOfTheirSeries) {
  world.dispatched_plan({lot_cell(1)});
  const model::LotOrder expected{.terms = {.size = 1000, .level = "II", .aql = "1.0"},
                                 .inspection = "normal",
                                 .letter = "J",
                                 .final_letter = "J",
                                 .n = 80,
                                 .ac = 2,
                                 .re = 3,
                                 .to_inspect = 80};
  ASSERT_EQ(granted(), 1U);
  EXPECT_EQ(world.grants_of(*bench).front().lot, expected);
  EXPECT_EQ(task(1).lot_order, expected);
  EXPECT_EQ(series().open, task(1).id);
}

TEST_F(Lots, OfOneSeriesComeOneByOneAndTheNextByItself) {
  world.dispatched_plan({lot_cell(3)});
  for (std::uint32_t lot = 1; lot <= 3; ++lot) {
    ASSERT_EQ(granted(), lot);
    EXPECT_EQ(series().open, task(lot).id);
    conclude(0);
  }
  EXPECT_EQ(granted(), 3U);
  EXPECT_FALSE(series().has_open_lot());
  EXPECT_EQ(series().lots, 3U);
}

TEST_F(Lots, OfDifferentEnterprisesDoNotWaitForEachOther) {
  world.dispatched_plan({lot_cell(2, "甲厂"), lot_cell(2, "乙厂"), cell(3)});
  EXPECT_EQ(granted(), 5U);  // one lot each, and the ordinary samples
}

TEST_F(Lots, AreOneSeriesAcrossPlans) {
  world.dispatched_plan({lot_cell(1)});
  world.dispatched_plan({lot_cell(1)});
  EXPECT_EQ(granted(), 1U);
  conclude(0);
  EXPECT_EQ(granted(), 2U);
  EXPECT_EQ(world.grants_of(*bench).back().task.plan, model::PlanId{2});
}

TEST_F(Lots, SayWhyTheyWait) {
  world.dispatched_plan({lot_cell(8), cell(1)});
  EXPECT_EQ(why_waiting(*world.view(), task(1)), std::nullopt);
  EXPECT_THAT(why_waiting(*world.view(), task(2)).value(), HasSubstr("任务 T-1.1-1 尚未判定"));
  EXPECT_EQ(why_waiting(*world.view(), task(9)), std::nullopt);
  discontinue();
  EXPECT_THAT(why_waiting(*world.view(), task(8)).value(), HasSubstr("已暂停检验"));
}

TEST_F(Lots, OfADiscontinuedSeriesAreNotGrantedUntilACorrectiveAction) {
  const auto plan = world.dispatched_plan({lot_cell(9)});
  discontinue();
  EXPECT_EQ(granted(), 7U);
  ASSERT_TRUE(
      world.turn([&](journal::Draft& draft) { return world.coordinator.on_dispatch(draft, tables::ref_of(plan), 0); }));
  world.work();
  EXPECT_EQ(granted(), 7U) << "asking again does not help";
  const auto status = reports::status(*world.view());
  ASSERT_EQ(status.stopped.size(), 1U);
  EXPECT_EQ(status.stopped[0].commodity, "电线");
  EXPECT_EQ(status.stopped[0].waiting, 2U);

  const auto resumed = corrective_action();
  ASSERT_TRUE(resumed) << resumed.error().message;
  EXPECT_EQ(series().history, acceptance::History{.state = State::tightened});
  ASSERT_EQ(granted(), 8U);
  EXPECT_EQ(world.grants_of(*bench).back().lot->inspection, "tightened");
  EXPECT_TRUE(reports::status(*world.view()).stopped.empty());
}

TEST_F(Lots, ACorrectiveActionIsForADiscontinuedSeriesAndHasAReason) {
  world.dispatched_plan({lot_cell(1)});
  const Bytes before = world.everything();
  EXPECT_EQ(corrective_action().error().code, ErrorCode::conflict);
  EXPECT_EQ(corrective_action(2).error().code, ErrorCode::not_found);
  EXPECT_EQ(corrective_action(1, "").error().code, ErrorCode::malformed);
  EXPECT_EQ(world.everything(), before);
}

TEST_F(Lots, AfterARevocationTheNextOneIsGrantedAndTheFirstCanBeAgain) {
  const auto plan = world.dispatched_plan({lot_cell(2)});
  ASSERT_TRUE(world.turn(
      [&](journal::Draft& draft) { return world.coordinator.on_revoke(draft, task(1).id, "不在产", world.now); }));
  EXPECT_EQ(task(1).lot_order, std::nullopt);
  EXPECT_FALSE(series().has_open_lot());
  world.work();
  EXPECT_EQ(series().open, task(2).id);
  conclude(0);
  EXPECT_FALSE(series().has_open_lot()) << "a lot that was taken back is not granted by itself";
  ASSERT_TRUE(
      world.turn([&](journal::Draft& draft) { return world.coordinator.on_dispatch(draft, tables::ref_of(plan), 0); }));
  world.work();
  EXPECT_EQ(series().open, task(1).id);
}

TEST_F(Lots, ACancelledLotFreesItsSeriesAndAWaitingOneLosesItsTurn) {
  world.dispatched_plan({lot_cell(3)});
  const auto cancel = [&](const model::TaskId& id) {
    return world.turn(
        [&](journal::Draft& draft) { return world.coordinator.on_cancel(draft, id, "企业停产", world.now); });
  };
  ASSERT_TRUE(cancel(task(2).id));
  EXPECT_FALSE(tables::is_waiting(*world.view(), series().id, task(2).id));
  EXPECT_EQ(series().open, task(1).id);
  ASSERT_TRUE(cancel(task(1).id));
  world.work();
  EXPECT_EQ(series().open, task(3).id);
  EXPECT_EQ(task(1).state, TaskState::cancelled);
  EXPECT_EQ(task(2).state, TaskState::cancelled);
}

TEST_F(Lots, AReassignedLotKeepsItsPlaceAndItsPlan) {
  world.dispatched_plan({lot_cell(2)});
  const Bench spare = world.enrol(1, "spare");
  const auto order = task(1).lot_order;
  ASSERT_TRUE(world.turn([&](journal::Draft& draft) {
    return world.coordinator.on_reassign(draft, {.task = task(1).id, .reason = "停电"}, world.now);
  }));
  world.work();
  EXPECT_EQ(series().open, task(1).id);
  EXPECT_EQ(world.grants_of(spare).back().lot, order);
  EXPECT_EQ(task(2).state, TaskState::allocated);
}

TEST_F(Lots, DispatchedAFewAtATimeAreNotQueued) {
  const auto plan = world.turn([&](journal::Draft& draft) {
    return world.coordinator.on_plan(draft, plan_of({lot_cell(3), cell(1)}), crypto::sha256("f"), world.now);
  });
  const tables::PlanRef ref = tables::ref_of(*plan);
  const std::vector<Share> shares{{.cell = 0, .laboratory = model::LaboratoryId{1}, .count = 3},
                                  {.cell = 1, .laboratory = model::LaboratoryId{1}, .count = 1}};
  ASSERT_TRUE(world.turn([&](journal::Draft& draft) { return world.coordinator.on_allocation(draft, ref, shares); }));
  ASSERT_TRUE(world.turn([&](journal::Draft& draft) { return world.coordinator.on_dispatch(draft, ref, 2); }));
  world.work();
  ASSERT_EQ(granted(), 2U);  // the first lot, and the sample behind the others
  EXPECT_EQ(world.grants_of(*bench).back().lot, std::nullopt);
  bench->conclude_lot(world.grants_of(*bench).front(), 0);
  world.acknowledged(*bench, bench->all_events());
  EXPECT_EQ(world.work(), 0);
  EXPECT_EQ(granted(), 2U);
}

TEST_F(Lots, WaitForANodeOfTheirLaboratoryLikeEverybody) {
  world.add_laboratory(2);
  const auto plan = world.dispatched_plan({lot_cell(2)}, 2);
  EXPECT_EQ(granted(), 0U);
  EXPECT_FALSE(series().has_open_lot());
  const Bench late = world.enrol(2);
  ASSERT_TRUE(
      world.turn([&](journal::Draft& draft) { return world.coordinator.on_dispatch(draft, tables::ref_of(plan), 0); }));
  world.work();
  EXPECT_EQ(world.grants_of(late).size(), 1U);
}

TEST_F(Lots, APlanWithWordsOfNoStandardIsRefused) {
  auto bad = lot_cell(1);
  bad.lot->terms.level = "IV";
  auto nameless = lot_cell(1, "");
  for (const model::PlanCell& cell : {bad, nameless}) {
    const auto plan = world.turn([&](journal::Draft& draft) {
      return world.coordinator.on_plan(draft, plan_of({cell}), crypto::sha256("f"), world.now);
    });
    ASSERT_FALSE(plan.has_value());
    EXPECT_EQ(plan.error().code, ErrorCode::malformed);
  }
}

TEST_F(Lots, TheirEnterpriseIsInNoOrderAndInTheTablesOfPlansSeriesAndTheRegisterOnly) {
  constexpr const char* canary = "CANARY-ENTERPRISE";
  world.dispatched_plan({lot_cell(9, canary)});
  discontinue();
  ASSERT_TRUE(corrective_action());
  Bytes orders;
  for (const model::Order& order : world.orders_of(*bench)) orders += wire::encode(order);
  EXPECT_THAT(orders, Not(HasSubstr(canary)));
  EXPECT_THAT(orders, HasSubstr("tightened"));  // it really is what was sent
  std::string tables_with_it;
  world.view()->scan(Bytes(1, '\1'), Bytes(1, '\x7f'), [&](BytesView key, BytesView record) {
    if (record.find(canary) != BytesView::npos) tables_with_it += key[0];
    return true;
  });
  EXPECT_EQ(tables_with_it,
            (std::string{tables::letter::enterprise, tables::letter::plan_cells, tables::letter::series}));
}

}  // namespace
}  // namespace lab::dispatch
