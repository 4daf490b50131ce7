#include "coordinator/dispatch/shares.hpp"

#include <gmock/gmock.h>

#include "coordinator/tables/allocations.hpp"
#include "coordinator/tables/diary.hpp"
#include "coordinator/tables/drawn.hpp"
#include "coordinator/tables/recalls.hpp"
#include "coordinator/tables/registry.hpp"
#include "coordinator/tables/tasks.hpp"
#include "protocol/session/standing.hpp"
#include "tests/coordinator/support/world.hpp"

namespace lab::dispatch {
namespace {

using namespace coordinator::testing;
using namespace std::chrono_literals;
namespace tables = coordinator::tables;
using model::TaskState;

constexpr const char* escrow_rules = "rule,programme,kind,limit,from,until,reason\nE-1,NCP,escrow,,2013-01-01,,托管\n";

class Shares : public ::testing::Test {
 protected:
  Shares() {
    world.add_laboratory(1);
    world.add_laboratory(2);
    first.emplace(world.enrol(1));
    second.emplace(world.enrol(2));
    world.turn(
        [](journal::Draft& draft) { tables::put_province_file(draft, tables::sampling_rules_file, escrow_rules); });
    const auto entry = world.turn([&](journal::Draft& draft) {
      return world.coordinator.on_plan(draft, plan_of({cell(4), cell(3, "V2")}), crypto::sha256("plan"), world.now);
    });
    plan = tables::ref_of(*entry);
    world.work();
  }
  Result<Leased> lease(const Bench& to, std::uint32_t count, std::uint32_t which = 0) {
    return world.turn([&](journal::Draft& draft) {
      return world.coordinator.on_lease(draft, plan, which, to.id(), count, world.now);
    });
  }
  bool recall(const model::TaskId& task) {
    return world
        .turn([&](journal::Draft& draft) { return world.coordinator.on_recall(draft, task, "另作安排", world.now); })
        .has_value();
  }
  bool revoke(const model::TaskId& task) {
    return world.turn([&](journal::Draft& draft) { return world.coordinator.on_revoke(draft, task, "急", world.now); })
        .has_value();
  }
  bool cancel(const model::TaskId& task) {
    return world.turn([&](journal::Draft& draft) { return world.coordinator.on_cancel(draft, task, "急", world.now); })
        .has_value();
  }
  void hands_back(Bench& bench, const model::Grant& grant) {
    bench.happen(grant, "", model::Declined{.reason = "另作安排", .cause = handed_back_cause});
    world.acknowledged(bench, bench.all_events());
  }
  void draws(Bench& bench, const model::Grant& grant) {
    bench.happen(grant, "zhao",
                 model::Sampled{.number = grant.number, .sampled_on = 2013y / 6 / 2, .sample_name = "芹菜"});
    world.acknowledged(bench, bench.all_events());
  }
  [[nodiscard]] model::Task task(const model::TaskId& id) const { return *tables::task(*world.view(), id); }

  World world;
  std::optional<Bench> first;
  std::optional<Bench> second;
  tables::PlanRef plan;
};

TEST_F(Shares, AreGivenOutOfACellUntilNothingIsLeft) {
  EXPECT_EQ(lease(*first, 3), (Leased{.given = 3, .left = 1}));
  EXPECT_EQ(lease(*second, 2).error().code, ErrorCode::conflict);
  EXPECT_EQ(lease(*second, 1), (Leased{.given = 1, .left = 0}));
  EXPECT_EQ(lease(*first, 1).error().code, ErrorCode::conflict);
  EXPECT_EQ(lease(*first, 1, 1), (Leased{.given = 1, .left = 2}));
  EXPECT_EQ(lease(*first, 1, 7).error().code, ErrorCode::not_found);
  EXPECT_EQ(lease(*first, 0).error().code, ErrorCode::malformed);
  EXPECT_EQ(world.grants_of(*first).size(), 4U);
  EXPECT_EQ(world.grants_of(*second).size(), 1U);
}

TEST_F(Shares, AreNotGivenToALaboratoryThatHasToKeepAway) {
  world.turn([](journal::Draft& draft) {
    tables::put_province_file(draft, tables::independence_file, "规则,项目,受检单位,实验室,依据\nI-1,NCP,,2,出资\n");
  });
  const auto refused = lease(*second, 1);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, ::testing::HasSubstr("须回避"));
  EXPECT_TRUE(lease(*first, 1));
}

// Found received without a form, at a node that is no more.
TEST_F(Shares, WhatANodeHasReceivedIsNoShareToGive) {
  ASSERT_TRUE(lease(*first, 4));
  const model::Grant grant = world.grants_of(*first)[0];
  first->happen(grant, "technician", model::Received{.number = grant.number});
  world.acknowledged(*first, first->all_events());
  ASSERT_TRUE(world.turn(
      [&](journal::Draft& draft) { return world.coordinator.on_node_revoked(draft, first->id(), "停业", world.now); }));
  EXPECT_EQ(share_state(*world.view(), task(grant.task)), ShareState::drawn);
  EXPECT_EQ(lease(*second, 4).error().code, ErrorCode::conflict);
  EXPECT_EQ(lease(*second, 3), (Leased{.given = 3, .left = 0}));
}

TEST_F(Shares, WhatMayHaveBeenDrawnMovesToNobody) {
  ASSERT_TRUE(lease(*first, 2));
  const model::Grant grant = world.grants_of(*first)[0];
  EXPECT_FALSE(revoke(grant.task));
  EXPECT_FALSE(cancel(grant.task));
  EXPECT_FALSE(world.turn([&](journal::Draft& draft) {
    return world.coordinator.on_reassign(draft, {.task = grant.task, .reason = "急", .to = second->id()}, world.now);
  }));
  EXPECT_EQ(task(grant.task).node, first->id());
  draws(*first, grant);  // from now on it is a sample, which moves as samples do
  EXPECT_TRUE(revoke(grant.task));
}

TEST_F(Shares, AnotherProgrammesTasksMoveAsBefore) {
  world.turn([](journal::Draft& draft) {
    tables::put_province_file(draft, tables::sampling_rules_file,
                              "rule,programme,kind,limit,from,until,reason\nE-1,SPC,escrow,,2013-01-01,,托管\n");
  });
  ASSERT_TRUE(lease(*first, 1));
  EXPECT_TRUE(revoke(world.grants_of(*first)[0].task));
}

TEST_F(Shares, WhatIsHandedBackIsGivenAgain) {
  ASSERT_TRUE(lease(*first, 4));
  const model::Grant grant = world.grants_of(*first)[3];
  EXPECT_TRUE(recall(grant.task));
  EXPECT_EQ(task(grant.task).state, TaskState::granted);  // it may still be drawn
  EXPECT_FALSE(lease(*second, 1).has_value());
  hands_back(*first, grant);
  EXPECT_EQ(task(grant.task).state, TaskState::allocated);
  EXPECT_FALSE(tables::recall(*world.view(), grant.task));
  EXPECT_EQ(lease(*second, 1), (Leased{.given = 1, .left = 0}));
  // A word of before moves nothing any more.
  hands_back(*first, grant);
  EXPECT_EQ(task(grant.task).node, second->id());
  EXPECT_FALSE(tables::first_break(*world.view()).has_value());
}

TEST_F(Shares, WhatWasDrawnBeforeItWasAskedBackStaysWhereItIs) {
  ASSERT_TRUE(lease(*first, 1));
  const model::Grant grant = world.grants_of(*first)[0];
  ASSERT_TRUE(recall(grant.task));
  draws(*first, grant);
  EXPECT_EQ(task(grant.task).node, first->id());
  EXPECT_GT(task(grant.task).token, grant.token);  // the order to hand it back ended the old one at its node
  EXPECT_FALSE(recall(grant.task));
  hands_back(*first, grant);  // cannot be, and changes nothing
  EXPECT_EQ(task(grant.task).state, TaskState::granted);
}

// One message that says all of it, after weeks without a line.
TEST_F(Shares, AVerdictUnderTheTokenThatWasAskedBackIsLateAlsoWhenItComesWithTheDrawing) {
  ASSERT_TRUE(lease(*first, 1));
  const model::Grant grant = world.grants_of(*first)[0];
  ASSERT_TRUE(recall(grant.task));
  first->happen(grant, "zhao",
                model::Sampled{.number = grant.number, .sampled_on = 2013y / 6 / 2, .sample_name = "芹菜"});
  first->conclude(grant, model::SampleOutcome::pass);
  const auto notes = world.acknowledged(*first, first->all_events()).notes;
  EXPECT_EQ(notes.back().disposition, model::Disposition::late);
  EXPECT_EQ(task(grant.task).state, TaskState::granted);
  EXPECT_FALSE(tables::recall(*world.view(), grant.task));

  const model::Grant again = world.grants_of(*first).back();
  EXPECT_GT(again.token, grant.token);
  first->conclude(again, model::SampleOutcome::pass);
  world.acknowledged(*first, first->all_events());
  EXPECT_EQ(task(grant.task).state, TaskState::judged);
}

// The form used to be lost: the sample got its new token before the ledger had looked at the event.
TEST_F(Shares, WhatWasDrawnBeforeItWasAskedBackStaysWhereItIsAlsoWhenItsEventIsReplayed) {
  ASSERT_TRUE(lease(*first, 1));
  const model::Grant grant = world.grants_of(*first)[0];
  ASSERT_TRUE(recall(grant.task));
  world.coordinator = coordinator::Coordinator{world.keys, {}, [](const tables::EventPlace&) { return false; }};
  draws(*first, grant);
  EXPECT_TRUE(tables::recall(*world.view(), grant.task));
  EXPECT_EQ(task(grant.task).token, grant.token);

  // The program is mended.
  world.coordinator = coordinator::Coordinator{world.keys};
  const auto replayed = world.turn([&](journal::Draft& draft) {
    return world.coordinator.on_replay(draft, {first->id(), 1, 1}, "已修正", world.now);
  });
  ASSERT_TRUE(replayed) << to_text(replayed.error());
  EXPECT_EQ(replayed->disposition, model::Disposition::stored);
  const auto form = tables::drawn(*world.view(), grant.task);
  ASSERT_TRUE(form.has_value());
  EXPECT_EQ(form->node, first->id());
  EXPECT_FALSE(tables::recall(*world.view(), grant.task));
  EXPECT_GT(task(grant.task).token, grant.token);
}

TEST_F(Shares, OfARevokedNodeWhatItDidNotDrawReturns) {
  ASSERT_TRUE(lease(*first, 4));
  draws(*first, world.grants_of(*first)[0]);
  EXPECT_FALSE(lease(*second, 1).has_value());
  ASSERT_TRUE(world.turn(
      [&](journal::Draft& draft) { return world.coordinator.on_node_revoked(draft, first->id(), "停业", world.now); }));
  EXPECT_EQ(lease(*second, 4).error().code, ErrorCode::conflict);
  EXPECT_EQ(lease(*second, 3), (Leased{.given = 3, .left = 0}));
}

TEST_F(Shares, NothingIsGivenWhilePeopleDoWithoutANodeThatMayHoldAnything) {
  world.turn([&](journal::Draft& draft) {
    session::Standing standing = session::standing(draft, first->id());
    standing.waived = 2;
    session::set_standing(draft, first->id(), standing);
  });
  EXPECT_EQ(lease(*second, 1).error().code, ErrorCode::conflict);
  world.turn([&](journal::Draft& draft) {
    session::Standing standing = session::standing(draft, first->id());
    standing.complete = 2;
    session::set_standing(draft, first->id(), standing);
  });
  EXPECT_TRUE(lease(*second, 1).has_value());
}

TEST_F(Shares, AStoreThatForgotAGrantHearsOfItFromItsNode) {
  const auto forgotten = tables::task(*world.view(), {.plan = plan.plan, .revision = plan.revision, .number = 2});
  ASSERT_EQ(forgotten->state, TaskState::planned);
  world.turn([&](journal::Draft& draft) {
    take_held_share(draft, second->id(),
                    {.kind = model::kind_of(forgotten->number),
                     .first = model::serial_of(forgotten->number),
                     .count = 1,
                     .request = {}},
                    world.now);
  });
  EXPECT_EQ(task(forgotten->id).node, second->id());
  EXPECT_TRUE(tables::is_forgotten(task(forgotten->id).token));
  EXPECT_EQ(lease(*first, 4).error().code, ErrorCode::conflict);
  EXPECT_TRUE(lease(*first, 3).has_value());
}

// Found by tests/flow/quota_test.cpp, seed 54: handed back, granted again to the same node, and both forgotten.
TEST_F(Shares, AnOldWordOfHandingBackSaysNothingOfTheGrantAfterIt) {
  ASSERT_TRUE(lease(*first, 1));
  const model::Grant grant = world.grants_of(*first)[0];
  world.turn([&](journal::Draft& draft) {
    take_held_share(
        draft, first->id(),
        {.kind = model::kind_of(grant.number), .first = model::serial_of(grant.number), .count = 1, .request = {}},
        world.now);
  });
  hands_back(*first, grant);
  EXPECT_EQ(task(grant.task).state, TaskState::granted);
  EXPECT_EQ(task(grant.task).node, first->id());
}

}  // namespace
}  // namespace lab::dispatch
