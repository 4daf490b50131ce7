#include "coordinator/dispatch/revisions.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <set>

#include "coordinator/dispatch/holdings.hpp"
#include "coordinator/reports/summary.hpp"
#include "coordinator/tables/count_log.hpp"
#include "coordinator/tables/diary.hpp"
#include "coordinator/tables/drawn.hpp"
#include "coordinator/tables/plan_revisions.hpp"
#include "coordinator/tables/registry.hpp"
#include "tests/coordinator/support/world.hpp"

namespace lab::dispatch {
namespace {

using namespace coordinator::testing;
namespace tables = coordinator::tables;
using model::TaskState;
using ::testing::HasSubstr;

class Revisions : public ::testing::Test {
 protected:
  Revisions() { world.add_laboratory(1); }

  model::PlanEntry import_plan(const std::vector<model::PlanCell>& cells) {
    auto entry = world.turn([&](journal::Draft& draft) {
      return world.coordinator.on_plan(draft, plan_of(cells, "2013"), crypto::sha256("first"), world.now);
    });
    EXPECT_TRUE(entry) << to_text(entry.error());
    world.work();
    return *entry;
  }
  Result<Revised> revise(const std::vector<model::PlanCell>& cells, const std::string& file = "second",
                         bool restore = false) {
    return world.turn([&](journal::Draft& draft) {
      return world.coordinator.on_plan_revised(
          draft, plan_of(cells, "2013"), crypto::sha256(file),
          {.person = model::PersonId{"planner"}, .reason = "任务调整", .restore = restore}, world.now);
    });
  }
  std::string refusal(const std::vector<model::PlanCell>& cells) {
    const auto revised = revise(cells);
    return revised ? "revised" : to_text(revised.error());
  }
  Result<void> allocate_free(std::uint32_t laboratory = 1) {
    const auto held = holdings(*world.view(), *tables::plan(*world.view(), ref));
    std::vector<Share> shares;
    for (std::uint32_t cell = 0; cell < held->free.size(); ++cell) {
      if (held->free[cell] == 0) continue;
      shares.push_back({.cell = cell, .laboratory = model::LaboratoryId{laboratory}, .count = held->free[cell]});
    }
    return world.turn([&](journal::Draft& draft) { return world.coordinator.on_allocation(draft, ref, shares); });
  }
  Result<void> dispatch_plan(std::uint32_t limit = 0) {
    return world.turn([&](journal::Draft& draft) { return world.coordinator.on_dispatch(draft, ref, limit); });
  }
  std::vector<model::Task> tasks() const {
    std::vector<model::Task> all;
    tables::for_each_task(*world.view(), ref, 1, [&](const model::Task& task) {
      all.push_back(task);
      return true;
    });
    return all;
  }
  std::vector<model::PlanCell> cells() const {
    std::vector<model::PlanCell> found;
    tables::for_each_cell(*world.view(), ref, 0, [&](std::uint32_t, const tables::CellRow& row) {
      found.push_back(row.cell);
      return true;
    });
    return found;
  }
  tables::StateCounts states() const { return tables::states_of(*world.view(), ref); }
  // Samples ordered as the summary has them.
  std::uint64_t planned() const { return reports::summarize(*world.view(), {}, {}).planned.value(); }

  World world;
  tables::PlanRef ref{.plan = model::PlanId{1}, .revision = 1};
};

TEST_F(Revisions, AHigherQuotaAddsTasksWithNewNumbersAndLeavesTheOthersAsTheyAre) {
  import_plan({cell(3), cell(2, "V2")});
  const auto before = tasks();
  const auto revised = revise({cell(3), cell(5, "V2"), cell(4, "V3")});
  ASSERT_TRUE(revised) << to_text(revised.error());
  EXPECT_EQ(revised->revision, 2);
  EXPECT_EQ(revised->created, 7U);
  EXPECT_EQ(revised->cancelled, 0U);
  EXPECT_EQ(states().total(), 12U) << "planned before they are tasks";
  world.work();
  const auto after = tasks();
  ASSERT_EQ(after.size(), 12U);
  EXPECT_TRUE(std::equal(before.begin(), before.end(), after.begin()));
  EXPECT_EQ(after[5].category.value(), "V2");
  EXPECT_EQ(after[5].number, model::SampleNumber::make(13, model::ProgrammeCode{"NCP"}, 6));
  EXPECT_EQ(after[11].category.value(), "V3");
  EXPECT_EQ(planned(), 12U);
  EXPECT_EQ(tables::plans(*world.view()).size(), 1U) << "no second plan";
}

TEST_F(Revisions, ALowerQuotaTakesOutTasksThatNobodyHas) {
  import_plan({cell(5), cell(4, "V2")});
  ASSERT_TRUE(allocate_free());
  world.work();
  world.enrol(1);
  ASSERT_TRUE(dispatch_plan(2));  // the first two of V1
  world.work();
  const auto revised = revise({cell(3)});
  ASSERT_TRUE(revised) << to_text(revised.error());
  EXPECT_EQ(revised->cancelled, 6U);
  world.work();
  EXPECT_EQ(states()[TaskState::granted], 2U);
  EXPECT_EQ(states()[TaskState::allocated], 1U);
  EXPECT_EQ(states()[TaskState::cancelled], 6U);
  EXPECT_EQ(planned(), 3U);
  const auto all = tasks();
  EXPECT_EQ(all[2].state, TaskState::allocated) << "the last ones go first";
  EXPECT_EQ(all[3].state, TaskState::cancelled);
  EXPECT_TRUE(planning::changes_between(cells(), std::vector{cell(3)}).empty());
}

TEST_F(Revisions, BelowWhatIsGrantedOrJudgedItIsRefusedWithCellsAndNumbersAndNothingChanges) {
  world.enrol(1);
  import_plan({cell(5), cell(4, "V2")});
  ASSERT_TRUE(allocate_free());
  ASSERT_TRUE(dispatch_plan());
  world.work();
  const Bytes before = world.everything();
  const std::string said = refusal({cell(2), cell(4, "V2")});
  EXPECT_THAT(said, HasSubstr("1 个指标单元低于已下达或已判定的数量"));
  EXPECT_THAT(said, HasSubstr("V1 芹菜 第 1 轮 改为 2 个，但已下达 5 个、已判定 0 个"));
  EXPECT_THAT(refusal({cell(5)}), HasSubstr("V2 芹菜 第 1 轮 改为 0 个，但已下达 4 个"));
  EXPECT_EQ(world.everything(), before);
}

TEST_F(Revisions, AreOnRecordWithReasonAndPersonAndFormerOnesCanBeReadBack) {
  const auto entry = import_plan({cell(3), cell(2, "V2")});
  ASSERT_TRUE(revise({cell(3), cell(1, "V2")}, "second"));
  world.work();
  ASSERT_TRUE(revise({cell(3), cell(6, "V2"), cell(4, "V3")}, "third"));
  world.work();
  const auto view = world.view();
  const auto revisions = tables::plan_revisions(*view, entry);
  ASSERT_EQ(revisions.size(), 3U);
  EXPECT_EQ(tables::current_revision(*view, entry.id), 3);
  EXPECT_EQ(revisions[0].after, 5U);
  EXPECT_EQ(revisions[1].before, 5U);
  EXPECT_EQ(revisions[1].after, 4U);
  EXPECT_EQ(revisions[2].after, 13U);
  EXPECT_EQ(revisions[2].reason, "任务调整");
  EXPECT_EQ(revisions[2].person.value(), "planner");
  EXPECT_EQ(revisions[2].at, world.now);
  EXPECT_EQ(revisions[2].source, crypto::sha256("third"));
  const auto changes = tables::revision_changes(*view, entry.id, 2);
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].before, 2U);
  EXPECT_EQ(changes[0].after, 1U);
  auto former = planning::before_changes(cells(), tables::revision_changes(*view, entry.id, 3));
  EXPECT_TRUE(planning::changes_between(former, std::vector{cell(3), cell(1, "V2")}).empty());
  former = planning::before_changes(former, changes);
  EXPECT_TRUE(planning::changes_between(former, std::vector{cell(3), cell(2, "V2")}).empty());
  EXPECT_EQ(tables::first_break(*view), std::nullopt);
}

TEST_F(Revisions, AnEarlierOneComesBackOnlyWhenItIsMeantTo) {
  import_plan({cell(3)});
  EXPECT_THAT(refusal({cell(3)}), HasSubstr("没有可修订的"));
  ASSERT_TRUE(revise({cell(5)}));
  world.work();
  EXPECT_THAT(refusal({cell(3)}), HasSubstr("这是第 1 版的内容，现行为第 2 版"));
  EXPECT_TRUE(revise({cell(3)}, "first", true));
  world.work();
  EXPECT_EQ(planned(), 3U);
}

TEST_F(Revisions, LeaveTheDeadlineAsItIsAndSayThatBeforeAnythingElse) {
  import_plan({cell(3)});
  const auto refused_with = [&](const std::vector<model::PlanCell>& cells) {
    model::Plan later = plan_of(cells, "2013");
    later.due = std::chrono::year{2014} / 1 / 31;
    const auto revised = world.turn([&](journal::Draft& draft) {
      return world.coordinator.on_plan_revised(
          draft, later, crypto::sha256("later"),
          {.person = model::PersonId{"planner"}, .reason = "延期", .restore = false}, world.now);
    });
    return revised ? "revised" : to_text(revised.error());
  };
  for (const std::uint32_t quota : {3U, 5U}) {
    EXPECT_THAT(refused_with({cell(quota)}), HasSubstr("报告截止日期写作 2014-01-31，而现行计划为 2013-12-31"))
        << quota;
  }
}

TEST_F(Revisions, UpAndDownAgainNoCellHasMoreLiveTasksThanItsQuota) {
  import_plan({cell(4), cell(1, "V2")});
  int file = 0;
  for (const std::uint32_t quota : {9U, 2U, 6U, 1U, 3U}) {
    ASSERT_TRUE(revise({cell(quota), cell(1, "V2")}, std::to_string(++file)));
    world.work();
    const auto counts = states();
    EXPECT_EQ(counts.total() - counts[TaskState::cancelled], quota + 1);
    EXPECT_EQ(planned(), quota + 1);
  }
  std::set<std::string> numbers;
  for (const model::Task& task : tasks()) EXPECT_TRUE(numbers.insert(task.number.text()).second);
}

TEST_F(Revisions, ATaskThatAPersonHasCancelledCountsTowardsWhatIsLowered) {
  import_plan({cell(5)});
  ASSERT_TRUE(world.turn(
      [&](journal::Draft& draft) { return world.coordinator.on_cancel(draft, tasks()[0].id, "无货", world.now); }));
  const auto revised = revise({cell(4)});
  ASSERT_TRUE(revised) << to_text(revised.error());
  EXPECT_EQ(revised->cancelled, 0U);
  world.work();
  EXPECT_EQ(states()[TaskState::cancelled], 1U);
  EXPECT_EQ(planned(), 4U);
}

TEST_F(Revisions, OfALargePlanAreWorkedOffInStepsThatMayEachBeLost) {
  import_plan({cell(2600), cell(1200, "V2"), cell(10, "V3")});
  ASSERT_TRUE(allocate_free());
  world.work();
  const std::vector wanted{cell(100), cell(2400, "V2"), cell(10, "V3")};
  const auto revised = revise(wanted);
  ASSERT_TRUE(revised) << to_text(revised.error());
  EXPECT_EQ(revised->created, 1200U);
  EXPECT_EQ(revised->cancelled, 2500U);
  EXPECT_EQ(tables::job(*world.view(), ref)->kind, tables::JobKind::expand);
  EXPECT_EQ(dispatch_plan().error().code, ErrorCode::conflict) << "what is to be taken out is not given away";
  EXPECT_EQ(allocate_free().error().code, ErrorCode::conflict);
  EXPECT_EQ(revise({cell(1)}, "more").error().code, ErrorCode::conflict);
  int steps = 0;
  for (;; ++steps) {
    const auto view = world.view();
    journal::Draft lost{*view};
    world.coordinator.tick(lost, world.now);
    world.coordinator = coordinator::Coordinator{world.keys};  // restarted
    bool more = false;
    world.turn([&](journal::Draft& draft) {
      more = world.coordinator.tick(draft, world.now);
      auto effects = draft.take();
      EXPECT_LE(effects.size(), 4000U);
      for (auto& effect : effects) {
        if (auto* put = std::get_if<journal::Put>(&effect)) draft.put(put->key, put->record);
        if (auto* erase = std::get_if<journal::Erase>(&effect)) draft.erase(erase->key);
      }
    });
    if (!more) break;
  }
  EXPECT_GE(steps, 5);
  EXPECT_EQ(states()[TaskState::cancelled], 2500U);
  EXPECT_EQ(states().total(), 5010U);
  EXPECT_EQ(planned(), 2510U);
  EXPECT_TRUE(planning::changes_between(cells(), wanted).empty());
  ASSERT_TRUE(allocate_free());
  world.work();
  EXPECT_EQ(states()[TaskState::allocated], 2510U);
}

TEST_F(Revisions, OfLotsTakeOutThoseThatWait) {
  world.add_laboratory(2, {"VEGA"});
  world.enrol(1);
  import_plan({lot_cell(4, "甲厂")});
  ASSERT_TRUE(allocate_free());
  ASSERT_TRUE(dispatch_plan());
  world.work();
  ASSERT_EQ(states()[TaskState::granted], 1U) << "the others of the series wait";
  ASSERT_TRUE(revise({lot_cell(2, "甲厂")}));
  world.work();
  EXPECT_EQ(states()[TaskState::cancelled], 2U);
  EXPECT_EQ(states()[TaskState::allocated], 1U);
}

// The lot under way is counted before the first step of the revision, and its series would give the next one.
class RevisionsOfLots : public Revisions {
 protected:
  void revise_while_a_lot_is_judged(std::uint32_t wanted) {
    Bench bench = world.enrol(1);
    import_plan({lot_cell(3, "甲厂")});
    ASSERT_TRUE(allocate_free());
    ASSERT_TRUE(dispatch_plan());
    world.work();
    ASSERT_EQ(states()[TaskState::granted], 1U);
    ASSERT_TRUE(revise({lot_cell(wanted, "甲厂")}));
    bench.conclude_lot(world.open_lot_of(bench).value(), 0);
    world.acknowledged(bench, bench.all_events());
    world.work();
    EXPECT_EQ(states()[TaskState::judged], 1U);
    EXPECT_EQ(states()[TaskState::cancelled], 3 - wanted);
  }
};

TEST_F(RevisionsOfLots, ALotThatIsToBeTakenOutIsNotGrantedBefore) {
  revise_while_a_lot_is_judged(1);
  EXPECT_EQ(states()[TaskState::granted], 0U);
}

TEST_F(RevisionsOfLots, TheNextOneThatStaysIsGrantedAfterwards) {
  revise_while_a_lot_is_judged(2);
  EXPECT_EQ(states()[TaskState::granted], 1U);
}

TEST_F(Revisions, WhatNobodyHasIsGivenToNobodyWhileTheyTakeTasksOut) {
  const Bench bench = world.enrol(1);
  import_plan({cell(3)});
  ASSERT_TRUE(revise({cell(2)}));
  const model::TaskId last = tasks()[2].id;
  const auto give_last = [&] {
    return world.turn([&](journal::Draft& draft) {
      return world.coordinator.on_reassign(draft, {.task = last, .reason = "急", .to = bench.id()}, world.now);
    });
  };
  const auto given = give_last();
  ASSERT_FALSE(given);
  EXPECT_EQ(given.error().code, ErrorCode::conflict);
  EXPECT_THAT(given.error().message, HasSubstr("正在修订"));
  world.work();
  EXPECT_EQ(tasks()[2].state, TaskState::cancelled);
}

// Both samples of a row are found received while the row is lowered to one: it keeps more than its quota from then on.
TEST_F(Revisions, ARowThatKeepsMoreThanItsQuotaLosesNothing) {
  Bench bench = world.enrol(1);
  import_plan({cell(2)});
  ASSERT_TRUE(revise({cell(4)}));
  world.work();
  for (const std::size_t i : {2U, 3U}) {
    const model::TaskId id = tasks()[i].id;
    ASSERT_TRUE(world.turn([&](journal::Draft& draft) {
      return world.coordinator.on_reassign(draft, {.task = id, .reason = "急", .to = bench.id()}, world.now);
    }));
    ASSERT_TRUE(
        world.turn([&](journal::Draft& draft) { return world.coordinator.on_revoke(draft, id, "停", world.now); }));
  }
  ASSERT_TRUE(revise({cell(3)}, "third"));
  for (const model::Grant& grant : world.grants_of(bench)) {
    bench.happen(grant, "technician", model::Received{.number = grant.number});
  }
  world.acknowledged(bench, bench.all_events());
  world.work();
  ASSERT_EQ(states()[TaskState::cancelled], 0U) << "what has been received is not taken out";
  const auto revised = revise({cell(2)}, "fourth", true);
  ASSERT_TRUE(revised) << to_text(revised.error());
  EXPECT_EQ(revised->cancelled, 1U);
  world.work();
  EXPECT_EQ(states()[TaskState::allocated], 2U);
  EXPECT_EQ(states()[TaskState::planned], 1U);
  EXPECT_EQ(states()[TaskState::cancelled], 1U);
  EXPECT_TRUE(planning::changes_between(cells(), std::vector{cell(2)}).empty());
}

// The backup has three tasks; what was made and given out since is forgotten, in each life of the store anew.
TEST_F(Revisions, AfterARestoreNoTaskAndNoBlindCodeIsGivenTwice) {
  const auto copy_of = [](const journal::View& from) {
    auto copy = journal::make_memory_store();
    auto batch = copy->write();
    from.scan("\x01", "\xFF", [&](BytesView key, BytesView record) { return batch->put(key, record).has_value(); });
    EXPECT_TRUE(batch->commit());
    return copy;
  };
  import_plan({cell(3)});
  const auto backup = copy_of(*world.view());
  std::set<model::TaskId> ids;
  std::set<std::string> blind_codes;
  const auto note_tasks = [&] {
    for (const model::Task& task : tasks()) {
      if (task.id.number <= 3) continue;
      EXPECT_TRUE(ids.insert(task.id).second) << to_text(task.id);
      EXPECT_TRUE(blind_codes.insert(task.blind_code).second) << to_text(task.id);
    }
  };
  ASSERT_TRUE(revise({cell(3), cell(2, "V2")}));
  world.work();
  EXPECT_EQ(tasks().back().id.number, 5U);
  note_tasks();
  for (const std::uint32_t generation : {2U, 3U}) {
    world.store = copy_of(*backup->read());
    world.coordinator = coordinator::Coordinator{world.keys};
    world.turn([&](journal::Draft& draft) { world.coordinator.on_restored(draft, generation - 1, world.now); });
    world.work();
    ASSERT_EQ(tables::numbers(*world.view()).generation, generation);
    ASSERT_TRUE(revise({cell(3), cell(2, "V3")}));
    world.work();
    ASSERT_TRUE(revise({cell(4), cell(2, "V3")}, "third"));
    world.work();
    const auto all = tasks();
    ASSERT_EQ(all.size(), 6U);
    EXPECT_EQ(all[5].id.number, all[3].id.number + 2) << "once it numbers in this generation it goes on";
    note_tasks();
  }
  // Everything that counts a plan's tasks counts over the gap.
  EXPECT_EQ(tables::plan(*world.view(), ref)->tasks, 6U);
  ASSERT_TRUE(allocate_free());
  world.work();
  EXPECT_EQ(states()[TaskState::allocated], 6U);
  world.enrol(1);
  ASSERT_TRUE(dispatch_plan(1));
  world.work();
  const auto held = holdings(*world.view(), *tables::plan(*world.view(), ref));
  EXPECT_EQ(held->free, (std::vector{2U, 2U, 1U}));
  const auto revised = revise({cell(1)}, "fourth");
  ASSERT_TRUE(revised) << to_text(revised.error());
  EXPECT_EQ(revised->cancelled, 5U);
  world.work();
  EXPECT_EQ(planned(), 1U);
  EXPECT_EQ(states()[TaskState::granted], 1U);
}

// Two samples of one batch, of which one counts. The one that counts is taken back from its node and then no longer
// ordered: the other one is not set aside for a sample that does not come.
TEST_F(Revisions, WhatWasSetAsideForASampleThatIsTakenOutCounts) {
  Bench bench = world.enrol(1);
  world.turn([&](journal::Draft& draft) {
    tables::put_province_file(draft, tables::sampling_rules_file,
                              "rule,programme,kind,limit,from,until,reason\n"
                              "B-1,*,same_batch,1,2013-01-01,,同一批次每季度一次\n");
  });
  const auto ordered = [](std::uint32_t quota) {
    model::PlanCell of_producers = cell(quota);
    of_producers.stage = model::Stage::production_base;
    return std::vector{of_producers};
  };
  import_plan(ordered(2));
  ASSERT_TRUE(allocate_free());
  ASSERT_TRUE(dispatch_plan());
  world.work();
  const auto grants = world.grants_of(bench);
  ASSERT_EQ(grants.size(), 2U);
  for (const std::size_t i : {0U, 1U}) {
    bench.happen(grants[i], "sampler",
                 model::Sampled{.number = grants[i].number,
                                .sampled_on = std::chrono::year{2013} / 6 / (i == 0 ? 5 : 3),
                                .sample_name = "芹菜",
                                .quantity = "2 kg",
                                .fields = {{"made_on", "2013-05-30"}}});
    world.acknowledged(bench, bench.all_events());
    const std::pair unit{grants[i].task, tables::SampledUnit{.name = "甲合作社", .licence = {}, .address = {}}};
    ASSERT_TRUE(world.turn([&](journal::Draft& draft) {
      return world.coordinator.on_sampled_units(draft, {&unit, 1}, world.now);
    }));
  }
  ASSERT_TRUE(tables::is_aside(*world.view(), grants[0].task));
  ASSERT_TRUE(world.turn(
      [&](journal::Draft& draft) { return world.coordinator.on_revoke(draft, grants[1].task, "停", world.now); }));
  ASSERT_TRUE(revise(ordered(1)));
  world.work();
  ASSERT_EQ(tasks()[1].state, TaskState::cancelled);
  EXPECT_FALSE(tables::is_aside(*world.view(), grants[0].task));
  EXPECT_TRUE(tables::groups_of(*world.view(), grants[1].task).empty());
}

TEST_F(Revisions, AnAllocationDividesWhatIsFreeAloneAndCapacitiesCountOtherPlansOfTheYear) {
  world.add_laboratory(2);
  world.enrol(1);
  import_plan({cell(6)});
  ASSERT_TRUE(allocate_free());
  ASSERT_TRUE(dispatch_plan(2));
  world.work();
  auto held = holdings(*world.view(), *tables::plan(*world.view(), ref));
  EXPECT_EQ(held->free, std::vector{4U});
  EXPECT_EQ(held->laboratories[model::LaboratoryId{1}].kept, 2U);
  EXPECT_EQ(held->laboratories[model::LaboratoryId{1}].allocated, 4U);
  ASSERT_TRUE(allocate_free(2));
  world.work();
  const auto all = tasks();
  EXPECT_EQ(std::ranges::count(all, model::LaboratoryId{1}, &model::Task::laboratory), 2);
  EXPECT_EQ(std::ranges::count(all, model::LaboratoryId{2}, &model::Task::laboratory), 4);

  const auto other = world.turn([&](journal::Draft& draft) {
    return world.coordinator.on_plan(draft, plan_of({cell(3)}, "another"), crypto::sha256("x"), world.now);
  });
  world.work();
  held = holdings(*world.view(), *other);
  EXPECT_EQ(held->laboratories[model::LaboratoryId{1}].elsewhere, 2U);
  EXPECT_EQ(held->laboratories[model::LaboratoryId{2}].elsewhere, 4U);
  EXPECT_EQ(held->laboratories[model::LaboratoryId{2}].room(5), 1U);
  EXPECT_EQ(held->laboratories[model::LaboratoryId{2}].room(3), 0U) << "never below nothing";
}

}  // namespace
}  // namespace lab::dispatch
