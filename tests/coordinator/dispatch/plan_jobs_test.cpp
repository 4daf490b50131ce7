#include "coordinator/dispatch/plan_jobs.hpp"

#include <gmock/gmock.h>

#include <set>

#include "coordinator/tables/diary.hpp"
#include "tests/coordinator/support/world.hpp"

namespace lab::dispatch {
namespace {

using namespace coordinator::testing;
namespace tables = coordinator::tables;
using model::TaskState;
using ::testing::HasSubstr;

class PlanJobs : public ::testing::Test {
 protected:
  PlanJobs() { world.add_laboratory(1); }

  Result<model::PlanEntry> import_plan(const model::Plan& plan, const std::string& file = "file") {
    return world.turn(
        [&](journal::Draft& draft) { return world.coordinator.on_plan(draft, plan, crypto::sha256(file), world.now); });
  }
  Result<void> allocate_all(const tables::PlanRef& ref, std::uint32_t laboratory = 1) {
    std::vector<Share> shares;
    tables::for_each_cell(*world.view(), ref, 0, [&](std::uint32_t index, const tables::CellRow& row) {
      shares.push_back({.cell = index, .laboratory = model::LaboratoryId{laboratory}, .count = row.cell.quota});
      return true;
    });
    return world.turn([&](journal::Draft& draft) { return world.coordinator.on_allocation(draft, ref, shares); });
  }
  Result<void> dispatch_plan(const tables::PlanRef& ref, std::uint32_t limit = 0) {
    return world.turn([&](journal::Draft& draft) { return world.coordinator.on_dispatch(draft, ref, limit); });
  }
  std::vector<model::Task> tasks(const tables::PlanRef& ref) const {
    std::vector<model::Task> all;
    tables::for_each_task(*world.view(), ref, 1, [&](const model::Task& task) {
      all.push_back(task);
      return true;
    });
    return all;
  }
  tables::StateCounts states(const tables::PlanRef& ref) const { return tables::states_of(*world.view(), ref); }

  World world;
};

TEST_F(PlanJobs, APlanBecomesAsManyTasksAsItsQuotasAddUpTo) {
  const auto plan = import_plan(plan_of({cell(3, "V1"), cell(0, "V2"), cell(2500, "V3")}));
  ASSERT_TRUE(plan.has_value());
  EXPECT_EQ(plan->tasks, 2503U);
  EXPECT_EQ(world.work(), 3);
  const auto all = tasks(tables::ref_of(*plan));
  ASSERT_EQ(all.size(), 2503U);
  std::set<std::string> blind_codes;
  for (std::uint32_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(all[i].id.number, i + 1);
    EXPECT_EQ(all[i].number, model::SampleNumber::make(13, model::ProgrammeCode{"NCP"}, i + 1));
    blind_codes.insert(all[i].blind_code);
  }
  EXPECT_EQ(blind_codes.size(), all.size());
  EXPECT_EQ(all[2].category.value(), "V1");
  EXPECT_EQ(all[3].category.value(), "V3");
}

TEST_F(PlanJobs, TheStatesAddUpToThePlanAfterEveryStepOfEveryJob) {
  world.enrol(1);
  const auto plan = import_plan(plan_of({cell(1300, "V1"), cell(1400, "V2")}));
  const tables::PlanRef ref = tables::ref_of(*plan);
  ASSERT_TRUE(allocate_all(ref));
  ASSERT_TRUE(dispatch_plan(ref));
  int steps = 0;
  do {
    EXPECT_EQ(states(ref).total(), 2700U);
    ++steps;
  } while (world.turn([&](journal::Draft& draft) { return world.coordinator.tick(draft, world.now); }));
  EXPECT_GE(steps, 9);
  EXPECT_EQ(states(ref)[TaskState::granted], 2700U);
}

TEST_F(PlanJobs, AStepThatIsLostIsDoneAgainAndComesOutTheSame) {
  // Every step is decided once and thrown away, as a power cut before the commit does, before it is decided for good.
  World calm;
  calm.keys = world.keys;
  for (World* each : {&world, &calm}) {
    if (each != &world) each->add_laboratory(1);
    ASSERT_TRUE(each->turn([&](journal::Draft& draft) {
      return each->coordinator.on_plan(draft, plan_of({cell(1700, "V1"), cell(900, "V2")}), crypto::sha256("f"),
                                       each->now);
    }));
  }
  const tables::PlanRef ref{.plan = model::PlanId{1}, .revision = 1};
  for (;;) {
    const auto view = world.view();
    journal::Draft lost{*view};
    world.coordinator.tick(lost, world.now);
    world.coordinator = coordinator::Coordinator{world.keys};  // restarted
    if (!world.turn([&](journal::Draft& draft) { return world.coordinator.tick(draft, world.now); })) break;
  }
  calm.work();
  EXPECT_EQ(world.everything(), calm.everything());
  EXPECT_EQ(tasks(ref).size(), 2600U);
}

TEST_F(PlanJobs, NoStepChangesMoreThanFourThousandRecords) {
  world.enrol(1);
  const auto plan = import_plan(plan_of({cell(5000)}));
  const tables::PlanRef ref = tables::ref_of(*plan);
  ASSERT_TRUE(allocate_all(ref));
  ASSERT_TRUE(dispatch_plan(ref));
  for (bool more = true; more;) {
    world.turn([&](journal::Draft& draft) {
      more = world.coordinator.tick(draft, world.now);
      auto effects = draft.take();
      EXPECT_LE(effects.size(), 4000U);
      for (auto& effect : effects) {  // and back into the draft, for the commit
        if (auto* put = std::get_if<journal::Put>(&effect)) draft.put(put->key, put->record);
        if (auto* erase = std::get_if<journal::Erase>(&effect)) draft.erase(erase->key);
      }
    });
  }
  EXPECT_EQ(states(ref)[TaskState::granted], 5000U);
}

TEST_F(PlanJobs, SampleNumbersGoOnFromPlanToPlan) {
  ASSERT_TRUE(import_plan(plan_of({cell(10)}), "a"));
  const auto second = import_plan(plan_of({cell(2)}, "second"), "b");
  world.work();
  EXPECT_EQ(tasks(tables::ref_of(*second)).front().number,
            model::SampleNumber::make(13, model::ProgrammeCode{"NCP"}, 11));
}

TEST_F(PlanJobs, APlanThatWouldRunOutOfSampleNumbersIsRefusedWhole) {
  const Bytes before = world.everything();
  const auto plan = import_plan(plan_of({cell(99'999), cell(1, "V2")}));
  ASSERT_FALSE(plan.has_value());
  EXPECT_EQ(plan.error().code, ErrorCode::too_large);
  EXPECT_EQ(world.everything(), before);
}

TEST_F(PlanJobs, APlanWithoutSamplesIsRefused) {
  EXPECT_EQ(import_plan(plan_of({cell(0)})).error().code, ErrorCode::malformed);
  EXPECT_EQ(import_plan(plan_of({})).error().code, ErrorCode::malformed);
}

TEST_F(PlanJobs, TheSameFileIsNotImportedTwice) {
  ASSERT_TRUE(import_plan(plan_of({cell(1)})));
  EXPECT_EQ(import_plan(plan_of({cell(1)})).error().code, ErrorCode::conflict);
  EXPECT_TRUE(import_plan(plan_of({cell(1)}, "another title")));
}

TEST_F(PlanJobs, SharesThatAreNotTheQuotaAreRefused) {
  const tables::PlanRef ref = tables::ref_of(*import_plan(plan_of({cell(5)})));
  const std::vector<Share> four{{.cell = 0, .laboratory = model::LaboratoryId{1}, .count = 4}};
  const auto refused =
      world.turn([&](journal::Draft& draft) { return world.coordinator.on_allocation(draft, ref, four); });
  ASSERT_FALSE(refused.has_value());
  EXPECT_THAT(refused.error().message, HasSubstr("5 个样品只分配了 4 个"));
}

TEST_F(PlanJobs, ACellMayBeSharedAmongLaboratories) {
  world.add_laboratory(2);
  const tables::PlanRef ref = tables::ref_of(*import_plan(plan_of({cell(5)})));
  const std::vector<Share> shares{{.cell = 0, .laboratory = model::LaboratoryId{1}, .count = 2},
                                  {.cell = 0, .laboratory = model::LaboratoryId{2}, .count = 3}};
  ASSERT_TRUE(world.turn([&](journal::Draft& draft) { return world.coordinator.on_allocation(draft, ref, shares); }));
  world.work();
  const auto all = tasks(ref);
  EXPECT_EQ(all[1].laboratory.value(), 1U);
  EXPECT_EQ(all[2].laboratory.value(), 2U);
  EXPECT_EQ(states(ref)[TaskState::allocated], 5U);
}

TEST_F(PlanJobs, ASecondAllocationWhileOneRunsIsRefused) {
  const tables::PlanRef ref = tables::ref_of(*import_plan(plan_of({cell(5)})));
  ASSERT_TRUE(allocate_all(ref));
  EXPECT_EQ(allocate_all(ref).error().code, ErrorCode::conflict);
  world.work();
  EXPECT_TRUE(allocate_all(ref));
}

TEST_F(PlanJobs, ALimitGrantsThatManyAndALaterDispatchTheRest) {
  const Bench bench = world.enrol(1);
  const tables::PlanRef ref = tables::ref_of(*import_plan(plan_of({cell(2500)})));
  ASSERT_TRUE(allocate_all(ref));
  ASSERT_TRUE(dispatch_plan(ref, 1200));
  world.work();
  EXPECT_EQ(states(ref)[TaskState::granted], 1200U);
  ASSERT_TRUE(dispatch_plan(ref));
  world.work();
  EXPECT_EQ(states(ref)[TaskState::granted], 2500U);
  EXPECT_EQ(world.grants_of(bench).size(), 2500U);
}

TEST_F(PlanJobs, TasksOfALaboratoryWithoutANodeStayAllocatedUntilItHasOne) {
  const tables::PlanRef ref = tables::ref_of(*import_plan(plan_of({cell(3)})));
  ASSERT_TRUE(allocate_all(ref));
  ASSERT_TRUE(dispatch_plan(ref));
  world.work();
  EXPECT_EQ(states(ref)[TaskState::allocated], 3U);
  world.enrol(1);
  ASSERT_TRUE(dispatch_plan(ref));
  world.work();
  EXPECT_EQ(states(ref)[TaskState::granted], 3U);
}

TEST_F(PlanJobs, TheDiaryNamesEveryStepAndItsChainHolds) {
  world.enrol(1);
  world.dispatched_plan({cell(3)});
  std::vector<std::string> kinds;
  tables::for_each_diary_entry(*world.view(), 1, [&](const tables::DiaryEntry& entry) {
    kinds.emplace_back(tables::name_of(entry.kind));
    return true;
  });
  EXPECT_THAT(kinds, ::testing::ElementsAre("laboratories_taken", "ticket_issued", "node_enrolled", "plan_imported",
                                            "plan_expanded", "allocated", "granted"));
  EXPECT_EQ(tables::first_break(*world.view()), std::nullopt);
}

TEST(BlindCodes, AreTheSameForTheSameTaskAndTellNothingWithoutTheSecret) {
  const model::TaskId task{.plan = model::PlanId{1}, .revision = 1, .number = 42};
  EXPECT_EQ(blind_code("secret", task, 0), blind_code("secret", task, 0));
  EXPECT_NE(blind_code("secret", task, 0), blind_code("other", task, 0));
  EXPECT_NE(blind_code("secret", task, 0), blind_code("secret", task, 1));
  EXPECT_THAT(blind_code("secret", task, 0), ::testing::MatchesRegex("[2-9A-HJKMNP-Z]{8}"));
}

}  // namespace
}  // namespace lab::dispatch
