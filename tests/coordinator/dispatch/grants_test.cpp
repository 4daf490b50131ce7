#include "coordinator/dispatch/grants.hpp"

#include <gmock/gmock.h>

#include <set>

#include "coordinator/dispatch/holdings.hpp"
#include "coordinator/dispatch/revisions.hpp"
#include "coordinator/dispatch/shares.hpp"
#include "coordinator/tables/allocations.hpp"
#include "coordinator/tables/handovers.hpp"
#include "coordinator/tables/registry.hpp"
#include "coordinator/tables/results.hpp"
#include "tests/coordinator/support/world.hpp"

namespace lab::dispatch {
namespace {

using namespace coordinator::testing;
namespace tables = coordinator::tables;
using model::TaskState;

class Granting : public ::testing::Test {
 protected:
  Granting() {
    world.add_laboratory(1);
    bench.emplace(world.enrol(1));
  }
  Result<void> revoke_task(const model::TaskId& task, const std::string& reason = "broken") {
    return world.turn(
        [&](journal::Draft& draft) { return world.coordinator.on_revoke(draft, task, reason, world.now); });
  }
  Result<std::optional<model::NodeId>> reassign_task(const model::TaskId& task) {
    return world.turn([&](journal::Draft& draft) {
      return world.coordinator.on_reassign(draft, {.task = task, .reason = "broken"}, world.now);
    });
  }
  model::Task task(const model::TaskId& id) const { return *tables::task(*world.view(), id); }

  World world;
  std::optional<Bench> bench;
};

TEST_F(Granting, TellsTheNodeEverythingTheTaskSaysAndATokenOfItsOwn) {
  world.dispatched_plan({cell(50)});
  std::set<model::Token> tokens;
  for (const model::Grant& grant : world.grants_of(*bench)) {
    EXPECT_EQ(grant, grant_of(task(grant.task)));
    tokens.insert(grant.token);
  }
  EXPECT_EQ(tokens.size(), 50U);
}

TEST_F(Granting, TakesTheNodesOfALaboratoryInTurn) {
  const Bench second = world.enrol(1, "second");
  world.dispatched_plan({cell(100)});
  EXPECT_EQ(world.grants_of(*bench).size(), 50U);
  EXPECT_EQ(world.grants_of(second).size(), 50U);
}

TEST_F(Granting, PassesOverARevokedNode) {
  const Bench second = world.enrol(1, "second");
  ASSERT_TRUE(world.turn([&](journal::Draft& draft) {
    return world.coordinator.on_node_revoked(draft, second.id(), "stolen", world.now);
  }));
  world.dispatched_plan({cell(10)});
  EXPECT_EQ(world.grants_of(*bench).size(), 10U);
  EXPECT_TRUE(world.orders_of(second).empty());
}

TEST_F(Granting, ARevokedTaskIsAllocatedAgainAndItsNodeIsTold) {
  world.dispatched_plan({cell(2)});
  const model::Grant grant = world.grants_of(*bench).front();
  ASSERT_TRUE(revoke_task(grant.task));
  EXPECT_EQ(task(grant.task).state, TaskState::allocated);
  EXPECT_EQ(task(grant.task).node, model::NodeId{});
  const auto order = std::get<model::Revocation>(world.orders_of(*bench).back().what);
  EXPECT_EQ(order.task, grant.task);
  EXPECT_EQ(order.token, grant.token);
  EXPECT_EQ(order.reason, "broken");
}

TEST_F(Granting, RefusesToRevokeWhatIsNotGranted) {
  world.dispatched_plan({cell(2)});
  const model::Grant grant = world.grants_of(*bench).front();
  ASSERT_TRUE(revoke_task(grant.task));
  EXPECT_EQ(revoke_task(grant.task).error().code, ErrorCode::conflict);
  EXPECT_EQ(revoke_task({.plan = model::PlanId{9}, .revision = 1, .number = 1}).error().code, ErrorCode::not_found);
}

TEST_F(Granting, RefusesToRevokeWithoutAReason) {
  world.dispatched_plan({cell(1)});
  EXPECT_EQ(revoke_task(world.grants_of(*bench).front().task, "").error().code, ErrorCode::malformed);
}

TEST_F(Granting, RefusesToRevokeWhatHasBeenCounted) {
  world.dispatched_plan({cell(1)});
  const model::Grant grant = world.grants_of(*bench).front();
  bench->conclude(grant, model::SampleOutcome::pass);
  world.acknowledged(*bench, bench->all_events());
  EXPECT_EQ(revoke_task(grant.task).error().code, ErrorCode::conflict);
  EXPECT_EQ(reassign_task(grant.task).error().code, ErrorCode::conflict);
}

TEST_F(Granting, ReassignsWithinTheLaboratoryBeforeAnother) {
  world.add_laboratory(2);
  const Bench elsewhere = world.enrol(2);
  world.dispatched_plan({cell(1)});
  const Bench beside = world.enrol(1, "beside");
  const model::Grant grant = world.grants_of(*bench).front();
  EXPECT_EQ(reassign_task(grant.task).value(), beside.id());
  EXPECT_GT(task(grant.task).token, grant.token);
}

TEST_F(Granting, ReassignsToAnotherLaboratoryThatOffersThePanelOnly) {
  world.add_laboratory(2, {"MEAA"});
  world.enrol(2);
  world.dispatched_plan({cell(1)});
  const model::Grant grant = world.grants_of(*bench).front();
  EXPECT_EQ(reassign_task(grant.task).error().code, ErrorCode::conflict);
  EXPECT_EQ(task(grant.task).node, bench->id());
  world.add_laboratory(3, {"MEAA", "VEGA"});
  const Bench able = world.enrol(3);
  EXPECT_EQ(reassign_task(grant.task).value(), able.id());
  EXPECT_EQ(task(grant.task).laboratory.value(), 3U);
}

// A sample that is in a laboratory cannot be in two (sync.md section 3).
class Received : public Granting {
 protected:
  Received() {
    beside.emplace(world.enrol(1, "beside"));
    world.dispatched_plan({cell(1)});
    grant = world.grants_of(*bench).empty() ? world.grants_of(*beside).front() : world.grants_of(*bench).front();
    if (world.grants_of(*bench).empty()) std::swap(*bench, *beside);
    bench->happen(grant, "technician", model::Received{.number = grant.number});
    world.acknowledged(*bench, bench->all_events());
  }
  Result<std::optional<model::NodeId>> ask(const char* person, const std::string& reserve,
                                           std::optional<model::NodeId> to = std::nullopt) {
    const Reassignment asked{
        .task = grant.task, .reason = "仪器故障", .to = to, .person = model::PersonId{person}, .reserve = reserve};
    return world.turn([&](journal::Draft& draft) { return world.coordinator.on_reassign(draft, asked, world.now); });
  }
  [[nodiscard]] model::NodeId node() const { return task(grant.task).node; }

  std::optional<Bench> beside;
  model::Grant grant;
};

TEST_F(Received, GoesToAnotherNodeByTwoPeopleWhoNameTheReserve) {
  const auto without = ask("zhang", "");
  ASSERT_FALSE(without);
  EXPECT_EQ(without.error().code, ErrorCode::malformed);
  EXPECT_EQ(without.error().where, "reserve");
  EXPECT_EQ(ask("", "B").error().code, ErrorCode::malformed) << "nobody";
  EXPECT_EQ(ask("zhang", std::string(reserve_octets_max + 1, 'B')).error().code, ErrorCode::malformed);

  ASSERT_EQ(ask("zhang", "B").value(), std::nullopt) << "proposed";
  EXPECT_EQ(node(), bench->id());
  EXPECT_EQ(ask("zhang", "B").error().code, ErrorCode::conflict) << "one person twice is one person";
  const auto other = ask("wei", "C");
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, ErrorCode::conflict);
  EXPECT_NE(other.error().message.find("备样 B"), std::string::npos) << "says what there is to confirm";
  EXPECT_EQ(ask("wei", "B", beside->id()).error().code, ErrorCode::conflict) << "that is not what was proposed";
  EXPECT_EQ(node(), bench->id());

  EXPECT_EQ(ask("wei", "B").value(), beside->id());
  EXPECT_EQ(node(), beside->id());
  const auto orders = world.orders_of(*bench);
  const auto* revoked = std::get_if<model::Revocation>(&orders.back().what);
  ASSERT_NE(revoked, nullptr);
  EXPECT_EQ(revoked->reason, "仪器故障（zhang 提出，wei 确认，改用备样 B）") << "goes into the record";
  EXPECT_EQ(tables::handover(*world.view(), grant.task), std::nullopt);
}

TEST_F(Received, AProposalIsChangedByWhoMadeItAndVoidUnderAnotherGrant) {
  ASSERT_EQ(ask("zhang", "B").value(), std::nullopt);
  ASSERT_EQ(ask("zhang", "C", beside->id()).value(), std::nullopt) << "thought better of it";
  EXPECT_EQ(ask("wei", "B").error().code, ErrorCode::conflict);
  ASSERT_TRUE(revoke_task(grant.task));
  const auto given_back = world.turn([&](journal::Draft& draft) {
    return world.coordinator.on_reassign(draft, {.task = grant.task, .reason = "仍由原站", .to = bench->id()},
                                         world.now);
  });
  ASSERT_EQ(given_back.value(), bench->id()) << "the sample is there: one person does";
  ASSERT_EQ(ask("wei", "C", beside->id()).value(), std::nullopt) << "a new proposal, not a confirmation";
  EXPECT_EQ(ask("zhang", "C", beside->id()).value(), beside->id());
}

TEST_F(Received, ATaskTakenBackIsStillWhereItsSampleIs) {
  ASSERT_TRUE(revoke_task(grant.task));
  EXPECT_EQ(ask("zhang", "", beside->id()).error().code, ErrorCode::malformed);
  ASSERT_EQ(ask("zhang", "B", beside->id()).value(), std::nullopt);
  EXPECT_EQ(ask("wei", "B", beside->id()).value(), beside->id());
}

// One person takes it back, and no way of giving tasks that asks one person leads to another node.
TEST_F(Received, ATaskTakenBackIsGrantedAgainWhereItsSampleIsAlone) {
  const tables::PlanRef plan{.plan = grant.task.plan, .revision = grant.task.revision};
  const auto dispatch_plan = [&] {
    ASSERT_TRUE(world.turn([&](journal::Draft& draft) { return world.coordinator.on_dispatch(draft, plan, 0); }));
    world.work();
  };
  ASSERT_TRUE(revoke_task(grant.task));
  dispatch_plan();
  EXPECT_EQ(node(), bench->id());
  ASSERT_TRUE(revoke_task(grant.task));
  ASSERT_TRUE(world.turn([&](journal::Draft& draft) {
    return world.coordinator.on_node_revoked(draft, bench->id(), "stolen", world.now);
  }));
  dispatch_plan();
  EXPECT_EQ(task(grant.task).state, TaskState::allocated) << "its node is no more: two people move it";
  EXPECT_TRUE(world.grants_of(*beside).empty());
  ASSERT_EQ(ask("zhang", "B", beside->id()).value(), std::nullopt);
  EXPECT_EQ(ask("wei", "B", beside->id()).value(), beside->id());
}

TEST_F(Received, ATaskTakenBackIsNeitherDividedNorLeasedNorTakenOutByARevision) {
  world.add_laboratory(2);
  world.enrol(2);
  const tables::PlanRef plan{.plan = grant.task.plan, .revision = grant.task.revision};
  const tables::CellRow row = [&] {
    tables::CellRow found;
    tables::for_each_cell(*world.view(), plan, 0, [&](std::uint32_t, const tables::CellRow& each) {
      found = each;
      return false;
    });
    return found;
  }();
  ASSERT_TRUE(revoke_task(grant.task));
  const auto held = holdings(*world.view(), *tables::plan(*world.view(), plan));
  ASSERT_TRUE(held);
  EXPECT_EQ(held->free, std::vector{0U});
  EXPECT_EQ(held->laboratories.at(model::LaboratoryId{1}).kept, 1U);
  const std::vector<Share> elsewhere{{.cell = 0, .laboratory = model::LaboratoryId{2}, .count = 1}};
  EXPECT_EQ(world.turn([&](journal::Draft& draft) { return world.coordinator.on_allocation(draft, plan, elsewhere); })
                .error()
                .code,
            ErrorCode::conflict);
  EXPECT_EQ(share_state(*world.view(), task(grant.task)), ShareState::drawn);
  EXPECT_EQ(world
                .turn([&](journal::Draft& draft) {
                  return world.coordinator.on_lease(draft, plan, 0, beside->id(), 1, world.now);
                })
                .error()
                .code,
            ErrorCode::conflict);
  model::PlanCell other = row.cell;
  other.category = model::CategoryCode{"V2"};
  const auto check = check_revision(*world.view(), plan_of({other}, tables::plan(*world.view(), plan)->title));
  ASSERT_TRUE(check.has_value());
  ASSERT_EQ(check->held.size(), 1U) << "somebody has the sample";
  EXPECT_EQ(check->held[0].granted, 1U);
  EXPECT_EQ(task(grant.task).laboratory, model::LaboratoryId{1});
}

// A late word of the node that it has the sample, while the plan is being divided.
TEST_F(Received, ATaskThatIsFoundReceivedWhileAPlanIsDividedStaysWithItsLaboratory) {
  world.add_laboratory(2);
  world.dispatched_plan({cell(1)});
  const model::Grant second =
      world.grants_of(*bench).size() > 1 ? world.grants_of(*bench).back() : world.grants_of(*beside).back();
  Bench& holder = world.grants_of(*bench).size() > 1 ? *bench : *beside;
  const tables::PlanRef plan{.plan = second.task.plan, .revision = second.task.revision};
  ASSERT_TRUE(revoke_task(second.task));
  const std::vector<Share> elsewhere{{.cell = 0, .laboratory = model::LaboratoryId{2}, .count = 1}};
  ASSERT_TRUE(
      world.turn([&](journal::Draft& draft) { return world.coordinator.on_allocation(draft, plan, elsewhere); }));
  holder.happen(second, "technician", model::Received{.number = second.number});
  world.acknowledged(holder, holder.events(holder.size(), 1));
  ASSERT_EQ(received_at(*world.view(), second.task), holder.id());
  world.work();
  EXPECT_EQ(task(second.task).laboratory, model::LaboratoryId{1});
}

class Choosing : public Granting {
 protected:
  Result<std::optional<model::NodeId>> give_to(const model::TaskId& task, model::NodeId node) {
    return world.turn([&](journal::Draft& draft) {
      return world.coordinator.on_reassign(draft, {.task = task, .reason = "原站结果已齐", .to = node}, world.now);
    });
  }
};

TEST_F(Choosing, ATaskGoesBackToTheNodeWhoseVerdictCameTooLate) {
  Bench beside = world.enrol(1, "beside");
  world.dispatched_plan({cell(2)});
  const model::Grant grant = world.grants_of(*bench).front();
  ASSERT_EQ(reassign_task(grant.task).value(), beside.id());
  bench->conclude(grant, model::SampleOutcome::pass);
  world.acknowledged(*bench, bench->all_events());
  ASSERT_EQ(task(grant.task).state, TaskState::granted) << "late";
  ASSERT_EQ(give_to(grant.task, bench->id()).value(), bench->id());
  const model::Grant anew = world.grants_of(*bench).back();
  EXPECT_EQ(anew.task, grant.task);
  EXPECT_GT(anew.token, grant.token);
  EXPECT_TRUE(std::holds_alternative<model::Revocation>(world.orders_of(beside).back().what));
  bench->conclude(anew, model::SampleOutcome::pass);
  world.acknowledged(*bench, bench->all_events());
  EXPECT_EQ(task(grant.task).state, TaskState::judged);
}

TEST_F(Choosing, AnAllocatedTaskIsGrantedToTheNodeThatIsNamed) {
  world.dispatched_plan({cell(1)});
  const model::TaskId id = world.grants_of(*bench).front().task;
  ASSERT_TRUE(revoke_task(id));
  EXPECT_EQ(give_to(id, bench->id()).value(), bench->id());
  EXPECT_EQ(task(id).state, TaskState::granted);
}

TEST_F(Choosing, RefusesANodeThatCannotTakeIt) {
  world.add_laboratory(2, {"OTHER"});
  const Bench unable = world.enrol(2, "unable");
  const Bench gone = world.enrol(1, "gone");
  world.dispatched_plan({cell(4)});
  ASSERT_TRUE(world.turn(
      [&](journal::Draft& draft) { return world.coordinator.on_node_revoked(draft, gone.id(), "stolen", world.now); }));
  const model::TaskId id = world.grants_of(*bench).front().task;
  EXPECT_EQ(give_to(id, bench->id()).error().code, ErrorCode::conflict) << "it has it";
  EXPECT_EQ(give_to(id, unable.id()).error().code, ErrorCode::conflict);
  EXPECT_EQ(give_to(id, gone.id()).error().code, ErrorCode::conflict);
  EXPECT_EQ(give_to(id, model::NodeId{99}).error().code, ErrorCode::not_found);
  EXPECT_EQ(task(id).node, bench->id());
}

// A rule keeps the laboratory away from a programme or an enterprise, whoever chooses.
class Independent : public Choosing {
 protected:
  Independent() {
    world.add_laboratory(2);
    away.emplace(world.enrol(2, "away"));
  }
  void rule(const std::string& row) {
    world.turn([&](journal::Draft& draft) {
      tables::put_province_file(draft, tables::independence_file, "规则,项目,受检单位,实验室,依据\n" + row + "\n");
    });
  }
  std::optional<Bench> away;
};

TEST_F(Independent, ALaboratoryThatHasToKeepAwayIsNeitherFoundNorTaken) {
  world.dispatched_plan({cell(1)});
  const model::Grant grant = world.grants_of(*bench).front();
  rule("I-1,NCP,,2,出资");
  EXPECT_EQ(reassign_task(grant.task).error().code, ErrorCode::conflict);
  const auto named = give_to(grant.task, away->id());
  ASSERT_FALSE(named);
  EXPECT_EQ(named.error().code, ErrorCode::conflict);
  EXPECT_THAT(named.error().message, ::testing::HasSubstr("须回避（出资）"));
  EXPECT_EQ(task(grant.task).node, bench->id());
  world.add_laboratory(3);
  const Bench third = world.enrol(3, "third");
  EXPECT_EQ(reassign_task(grant.task).value(), third.id()) << "the other one would come first";
}

TEST_F(Independent, ARuleAboutAnEnterpriseIsAboutItsLots) {
  world.dispatched_plan({lot_cell(1, "甲厂"), cell(1)});
  rule("I-1,*,甲厂,2,甲厂所办");
  const auto grants = world.grants_of(*bench);
  ASSERT_EQ(grants.size(), 2U);
  for (const model::Grant& grant : grants) {
    EXPECT_EQ(give_to(grant.task, away->id()).has_value(), !grant.lot.has_value());
  }
}

class Cancelling : public Granting {
 protected:
  Result<void> cancel_task(const model::TaskId& task, const std::string& reason = "产品已停产") {
    return world.turn(
        [&](journal::Draft& draft) { return world.coordinator.on_cancel(draft, task, reason, world.now); });
  }
  tables::StateCounts states(const model::PlanEntry& plan) const {
    return tables::states_of(*world.view(), tables::ref_of(plan));
  }
};

TEST_F(Cancelling, EndsAGrantedTaskAndTellsItsNode) {
  const auto plan = world.dispatched_plan({cell(3)});
  const model::Grant grant = world.grants_of(*bench).front();
  ASSERT_TRUE(cancel_task(grant.task));
  EXPECT_EQ(task(grant.task).state, TaskState::cancelled);
  EXPECT_EQ(states(plan)[TaskState::cancelled], 1U);
  EXPECT_EQ(states(plan)[TaskState::granted], 2U);
  const auto orders = world.orders_of(*bench);
  const auto* told = std::get_if<model::Revocation>(&orders.back().what);
  ASSERT_NE(told, nullptr);
  EXPECT_EQ(told->token, grant.token);
  EXPECT_EQ(told->reason, "产品已停产");
}

TEST_F(Cancelling, AVerdictThatComesAfterwardsIsLateAndCountedNowhere) {
  world.dispatched_plan({cell(1)});
  const model::Grant grant = world.grants_of(*bench).front();
  ASSERT_TRUE(cancel_task(grant.task));
  bench->conclude(grant, model::SampleOutcome::pass);
  world.acknowledged(*bench, bench->all_events());
  EXPECT_EQ(task(grant.task).state, TaskState::cancelled);
  EXPECT_GT(tables::exception_count(*world.view(), model::Disposition::late), 0U);
  tables::for_each_cell_tally(*world.view(), [](const auto&, const tables::Tally&) { ADD_FAILURE(); });
}

TEST_F(Cancelling, IsNotGrantedByADispatchThatComesLater) {
  const auto plan = world.dispatched_plan({cell(2)});
  const model::Grant grant = world.grants_of(*bench).front();
  ASSERT_TRUE(cancel_task(grant.task));
  ASSERT_TRUE(
      world.turn([&](journal::Draft& draft) { return world.coordinator.on_dispatch(draft, tables::ref_of(plan), 0); }));
  world.work();
  EXPECT_EQ(world.grants_of(*bench).size(), 2U);
  EXPECT_EQ(task(grant.task).state, TaskState::cancelled);
}

TEST_F(Cancelling, RefusesWhatIsJudgedCancelledUnknownOrWithoutAReason) {
  world.dispatched_plan({cell(2)});
  const auto grants = world.grants_of(*bench);
  bench->conclude(grants[0], model::SampleOutcome::pass);
  world.acknowledged(*bench, bench->all_events());
  EXPECT_EQ(cancel_task(grants[0].task).error().code, ErrorCode::conflict);
  EXPECT_EQ(task(grants[0].task).state, TaskState::judged);
  EXPECT_EQ(cancel_task(grants[1].task, "").error().code, ErrorCode::malformed);
  ASSERT_TRUE(cancel_task(grants[1].task));
  EXPECT_EQ(cancel_task(grants[1].task).error().code, ErrorCode::conflict);
  EXPECT_EQ(cancel_task({.plan = model::PlanId{9}, .revision = 1, .number = 1}).error().code, ErrorCode::not_found);
}

}  // namespace
}  // namespace lab::dispatch
