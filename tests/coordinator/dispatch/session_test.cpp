// The coordinator's answers on the wire.

#include <gmock/gmock.h>

#include "coordinator/coordinator.hpp"
#include "coordinator/dispatch/recovery.hpp"
#include "coordinator/reports/status.hpp"
#include "coordinator/tables/determinations.hpp"
#include "coordinator/tables/diary.hpp"
#include "coordinator/tables/plans.hpp"
#include "coordinator/tables/registry.hpp"
#include "protocol/session/standing.hpp"
#include "protocol/wire/codec.hpp"
#include "tests/coordinator/support/world.hpp"

namespace lab::coordinator {
namespace {

using namespace testing;
using namespace std::chrono_literals;

class Sessions : public ::testing::Test {
 protected:
  Sessions() {
    world.add_laboratory(1);
    bench.emplace(world.enrol(1));
  }
  Messages say_hello() { return world.deliver(*bench, model::Hello{.boot = 7}); }
  Messages pump() {
    Messages sent;
    for (auto& effect : world.coordinator.pump(*world.view(), world.now)) {
      if (auto* send = std::get_if<journal::Send>(&effect)) sent.emplace_back(send->to, std::move(send->message));
    }
    return sent;
  }
  Bytes take_reference(std::size_t octets) {
    const Bytes bundle = crypto::random_bytes(octets);
    const std::vector<ProvinceFile> files{{"divisions.csv", "code,name"}};
    world.turn([&](journal::Draft& draft) {
      world.coordinator.on_reference(draft, crypto::sha256(bundle), bundle, files, world.now);
    });
    return bundle;
  }

  World world;
  std::optional<Bench> bench;
};

TEST_F(Sessions, AHelloIsAnsweredWithTheReferenceSetInUse) {
  const Bytes bundle = take_reference(100);
  const Messages said = say_hello();
  ASSERT_EQ(said.size(), 1U);
  EXPECT_EQ(std::get<model::Welcome>(said[0].second).reference, crypto::sha256(bundle));
}

TEST_F(Sessions, AConnectedNodeIsToldOfANewReferenceSet) {
  say_hello();
  const Bytes bundle = take_reference(100);
  ASSERT_EQ(world.said.size(), 1U);
  EXPECT_EQ(world.said[0].first, bench->id());
  EXPECT_EQ(std::get<model::Welcome>(world.said[0].second).reference, crypto::sha256(bundle));
}

TEST_F(Sessions, AReferenceSetOfManyChunksArrivesWhole) {
  const Bytes bundle = take_reference(3 * wire::blob_chunk_max + 5);
  Bytes fetched;
  while (fetched.size() < bundle.size()) {
    const Messages said =
        world.deliver(*bench, model::BlobWant{.hash = crypto::sha256(bundle), .offset = fetched.size()});
    ASSERT_EQ(said.size(), 1U);
    const auto& chunk = std::get<model::BlobChunk>(said[0].second);
    EXPECT_EQ(chunk.total, bundle.size());
    fetched += chunk.bytes;
  }
  EXPECT_EQ(fetched, bundle);
}

TEST_F(Sessions, ATableOfTheProvinceIsNotHandedOut) {
  take_reference(100);
  EXPECT_TRUE(world.deliver(*bench, model::BlobWant{.hash = crypto::sha256("code,name"), .offset = 0}).empty());
}

TEST_F(Sessions, GrantsLeaveAfterTheHelloAndAgainWhenNoAnswerComes) {
  world.dispatched_plan({cell(3)});
  EXPECT_TRUE(pump().empty());
  say_hello();
  ASSERT_EQ(pump().size(), 1U);
  EXPECT_TRUE(pump().empty());
  world.now += 600ms;
  const Messages again = pump();
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(std::get<model::Orders>(again[0].second).orders.size(), 3U);
  world.deliver(*bench, model::OrdersAck{.upto = 3});
  world.now += 2s;
  EXPECT_TRUE(pump().empty());
}

TEST_F(Sessions, AForgedSignatureIsRefusedAndNothingIsStored) {
  world.dispatched_plan({cell(1)});
  bench->conclude(world.grants_of(*bench).front(), model::SampleOutcome::pass);
  model::Events events = bench->all_events();
  events.signature[10] = static_cast<char>(events.signature[10] ^ 1);
  const Bytes before = world.everything();
  const Messages said = world.deliver(*bench, events);
  ASSERT_EQ(said.size(), 1U);
  EXPECT_EQ(std::get<model::Refuse>(said[0].second).reason, model::RefuseReason::bad_signature);
  EXPECT_EQ(world.everything(), before);
}

TEST_F(Sessions, NoPlanIsImportedWhileSerialsMayBeForgotten) {
  world.turn([&](journal::Draft& draft) { return world.coordinator.on_restored(draft, 1, world.now); });
  const Bytes before = world.everything();
  const auto imported = world.turn([&](journal::Draft& draft) {
    return world.coordinator.on_plan(draft, plan_of({cell(1)}), crypto::sha256("plan"), world.now);
  });
  ASSERT_FALSE(imported.has_value());
  EXPECT_EQ(imported.error().code, ErrorCode::conflict);
  EXPECT_EQ(world.everything(), before);
}

// The order to dispatch was given before the backup was made, and the work was still to be done.
TEST_F(Sessions, NoJobGoesOnWhileTheCoordinatorRecovers) {
  const auto plan = world.dispatched_plan({cell(2)});
  const auto before = world.orders_of(*bench).size();
  const model::TaskId task = world.grants_of(*bench).front().task;
  ASSERT_TRUE(world.turn(
      [&](journal::Draft& draft) { return world.coordinator.on_revoke(draft, task, "设备故障", world.now); }));
  ASSERT_TRUE(
      world.turn([&](journal::Draft& draft) { return world.coordinator.on_dispatch(draft, tables::ref_of(plan), 0); }));
  world.turn([&](journal::Draft& draft) { return world.coordinator.on_restored(draft, 1, world.now); });
  EXPECT_EQ(world.work(), 0);
  EXPECT_EQ(world.orders_of(*bench).size(), before + 1) << "the revocation, and no new grant";
}

// The bench judges it again under its new token, perhaps by another edition.
TEST_F(Sessions, WhatAForgottenVerdictRestedOnIsForgottenWithIt) {
  const auto plan = tables::ref_of(world.dispatched_plan({cell(1)}));
  const model::Grant grant = world.grants_of(*bench).front();
  bench->happen(grant, "analyst", judged(grant, model::SampleOutcome::pass));
  world.acknowledged(*bench, bench->all_events());
  const auto kept = [&] {
    int samples = 0;
    tables::for_each_kept_sample(*world.view(), plan, 1, 2, [&](const auto&, const auto&) { ++samples; });
    return samples;
  };
  ASSERT_EQ(kept(), 1);
  world.turn([&](journal::Draft& draft) {
    session::Standing standing = session::standing(draft, bench->id());
    standing.complete = dispatch::begin_recovery(draft, 1, world.now);
    standing.orders_base = session::standing(draft, bench->id()).orders_base;
    session::set_standing(draft, bench->id(), standing);
    while (!dispatch::regrant(draft, world.now)) continue;
  });
  ASSERT_GT(world.grants_of(*bench).back().token, grant.token);
  EXPECT_FALSE(tables::task_file(*world.view(), grant.task).result());
  EXPECT_EQ(kept(), 0) << "a sample without a verdict would be judged again by new limits";
}

// Two plans under one number would be two tasks under one name: one that was judged, and one that begins.
TEST_F(Sessions, NumbersOfPlansAndNodesAreOthersAfterEachRestoreOfOneBackup) {
  const auto numbers_after = [&](std::uint32_t noted) {
    const auto view = world.view();
    journal::Draft draft{*view};  // never stored: the backup is the same every time
    Coordinator{world.keys}.on_restored(draft, noted, world.now);
    return tables::numbers(draft);
  };
  const tables::Numbers first = numbers_after(1);
  const tables::Numbers second = numbers_after(first.generation);
  EXPECT_GE(second.plans, first.plans + dispatch::numbers_skipped);
  EXPECT_GE(second.nodes, first.nodes + dispatch::numbers_skipped);
}

// As many orders may have been written to the node since the backup as were lost, so that their number says nothing.
TEST_F(Sessions, ATokenThatThisStoreHasNotGivenShowsThatItWasPutBack) {
  world.dispatched_plan({cell(2)});
  const tables::Numbers given = tables::numbers(*world.view());
  ASSERT_GT(given.tokens, 0U);
  model::Hello hello{.build = "b", .streams = {{1, 0, {}}}, .orders = 2, .generation = 1, .boot = 5};
  hello.highest_token = {.generation = 1, .counter = given.tokens};
  world.deliver(*bench, hello);
  EXPECT_FALSE(reports::status(*world.view()).recovering);
  hello.highest_token.counter = given.tokens + 1;
  world.deliver(*bench, hello);
  EXPECT_TRUE(reports::status(*world.view()).recovering);
  EXPECT_EQ(tables::numbers(*world.view()).generation, 2U);
  world.deliver(*bench, hello);
  EXPECT_EQ(tables::numbers(*world.view()).generation, 2U) << "one of the generation before says nothing new";
}

// As a backup has it.
std::unique_ptr<journal::Store> copy_of(const World& world) {
  auto copy = journal::make_memory_store();
  auto batch = copy->write();
  world.view()->scan("\x01", "\xFF",
                     [&](BytesView key, BytesView record) { return batch->put(key, record).has_value(); });
  EXPECT_TRUE(batch->commit());
  return copy;
}

// The node itself has sent nothing that is missing: what another one had sent is, and this one has seen the head.
TEST_F(Sessions, AHeadThatANodeHasKeptShowsThatTheStoreWasPutBack) {
  Bench other = world.enrol(1, "other");
  world.dispatched_plan({cell(2)});
  auto backup = copy_of(world);
  Bench& busy = world.grants_of(other).empty() ? *bench : other;
  Bench& idle = world.grants_of(other).empty() ? other : *bench;
  for (const model::Grant& grant : world.grants_of(busy)) busy.conclude(grant, model::SampleOutcome::pass);
  const auto ack = world.acknowledged(busy, busy.all_events());
  ASSERT_EQ(ack.tree.head.size, busy.size());

  world.store = std::move(backup);
  world.coordinator = Coordinator{world.keys};
  const model::Hello hello{.build = "b", .streams = {{1, 0, {}}}, .generation = 1, .boot = 5, .tree = ack.tree.head};
  world.deliver(idle, hello);
  const auto status = reports::status(*world.view());
  EXPECT_TRUE(status.recovering);
  EXPECT_EQ(status.generation, 2U);
  EXPECT_EQ(status.known_lost, busy.size());
  bool is_told = false;
  tables::for_each_diary_entry(*world.view(), 1, [&](const tables::DiaryEntry& entry) {
    is_told = is_told || entry.kind == tables::DiaryKind::loss_known;
    return true;
  });
  EXPECT_TRUE(is_told);

  // The other one has everything still: nothing is lost, and nothing goes on being shown as if it were.
  world.deliver(idle, model::Inventory{});
  world.deliver(
      busy,
      model::Hello{
          .build = "b", .streams = {{1, busy.size(), {}}}, .generation = 1, .boot = 6, .acknowledged = busy.size()});
  world.deliver(busy, model::Inventory{});
  world.deliver(busy, busy.all_events());
  world.work();
  const auto after = reports::status(*world.view());
  EXPECT_FALSE(after.recovering);
  EXPECT_EQ(after.known_lost, 0U);
  EXPECT_EQ(after.known_lost_at_least, 0U);
}

// The first one has said everything it had, and nobody is waited for: what only the second one has is not lost, and
// which of it had been there before nobody can say.
TEST_F(Sessions, WhatASecondMachineUnderOneKeyBringsLaterIsNotMissing) {
  world.dispatched_plan({cell(2)});
  auto backup = copy_of(world);
  for (const model::Grant& grant : world.grants_of(*bench)) bench->conclude(grant, model::SampleOutcome::pass);
  const auto ack = world.acknowledged(*bench, bench->all_events());
  const std::uint64_t all = bench->size();
  const std::uint64_t copied = all - 3;
  world.store = std::move(backup);
  world.coordinator = Coordinator{world.keys};
  const auto missing = [&] {
    const auto status = reports::status(*world.view());
    return std::pair{status.known_lost_at_least, status.known_lost};
  };

  const auto hello = [&](std::uint64_t events, std::uint64_t boot) {
    return model::Hello{.build = "b",
                        .streams = {{1, events, {}}},
                        .generation = 1,
                        .boot = boot,
                        .acknowledged = events,
                        .tree = ack.tree.head};
  };
  world.deliver(*bench, hello(copied, 5));
  world.deliver(*bench, model::Inventory{});
  world.deliver(*bench, bench->events(1, copied));
  world.work();
  ASSERT_FALSE(reports::status(*world.view()).recovering);
  EXPECT_EQ(missing(), (std::pair<std::uint64_t, std::uint64_t>{3, 3}));

  world.now += 10min;  // the first one is switched off
  world.deliver(*bench, hello(all, 6));
  world.deliver(*bench, bench->events(copied + 1, 1));
  EXPECT_EQ(missing(), (std::pair<std::uint64_t, std::uint64_t>{2, 3}));
  world.deliver(*bench, bench->events(copied + 2, 2));
  EXPECT_EQ(missing(), (std::pair<std::uint64_t, std::uint64_t>{0, 3}));
}

// Put back twice, the second time before everything was collected and together with the node: what that node wrote
// between the two was in the tree that the other one has seen, and is here.
TEST_F(Sessions, WhatWasWrittenWhileALossWasCollectedIsNotMissingAfterTheNextOne) {
  Bench other = world.enrol(1, "other");
  world.dispatched_plan({cell(2)});
  auto empty = copy_of(world);
  Bench& busy = world.grants_of(other).empty() ? *bench : other;
  Bench& idle = world.grants_of(other).empty() ? other : *bench;
  const model::Grant grant = world.grants_of(busy).front();
  const auto put_back = [&](std::unique_ptr<journal::Store> backup) {
    world.store = std::move(backup);
    world.coordinator = Coordinator{world.keys};
  };
  busy.conclude(grant, model::SampleOutcome::pass);
  const auto first = world.acknowledged(busy, busy.all_events());

  put_back(std::move(empty));
  world.deliver(busy, model::Hello{.build = "b",
                                   .streams = {{1, 3, {}}},
                                   .generation = 1,
                                   .boot = 5,
                                   .acknowledged = 3,
                                   .tree = first.tree.head});
  busy.conclude(grant, model::SampleOutcome::pass, 2);
  world.acknowledged(busy, busy.all_events());
  auto backup = copy_of(world);
  busy.conclude(grant, model::SampleOutcome::pass, 3);
  const auto second = world.acknowledged(busy, busy.events(7, 3));
  ASSERT_EQ(second.tree.head.size, 9U);

  put_back(std::move(backup));
  world.deliver(
      idle, model::Hello{.build = "b", .streams = {{1, 0, {}}}, .generation = 2, .boot = 6, .tree = second.tree.head});
  world.deliver(idle, model::Inventory{});
  world.deliver(busy, model::Hello{.build = "b", .streams = {{1, 1, {}}}, .generation = 1, .boot = 7, .resync = true});
  world.deliver(busy, model::Inventory{});
  world.deliver(busy, model::ResyncRequest{});
  world.work();
  const auto status = reports::status(*world.view());
  EXPECT_EQ(status.generation, 3U);
  ASSERT_FALSE(status.recovering);
  EXPECT_EQ(status.known_lost_at_least, 3U);
  EXPECT_EQ(status.known_lost, 9U);
}

}  // namespace
}  // namespace lab::coordinator
