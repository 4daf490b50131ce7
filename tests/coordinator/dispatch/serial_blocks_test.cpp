#include "coordinator/dispatch/serial_blocks.hpp"

#include <gmock/gmock.h>

#include <limits>
#include <set>
#include <utility>

#include "coordinator/dispatch/recovery.hpp"
#include "coordinator/tables/diary.hpp"
#include "coordinator/tables/leases.hpp"
#include "coordinator/tables/plans.hpp"
#include "coordinator/tables/results.hpp"
#include "coordinator/tables/tasks.hpp"
#include "tests/coordinator/support/world.hpp"

namespace lab::dispatch {
namespace {

using namespace coordinator::testing;
namespace tables = coordinator::tables;

const model::SerialKind kind{.year = 13, .programme = model::ProgrammeCode{"NCP"}};

class Leasing : public ::testing::Test {
 protected:
  Leasing() {
    world.add_laboratory(1);
    bench.emplace(world.enrol(1));
    world.dispatched_plan({cell(20)});
  }
  /// The bench asks, and the events go to the coordinator.
  Hash ask(Bench& who, const model::SerialKind& what = kind) {
    const Hash request = who.happen({}, "", model::SerialsWanted{.kind = what, .left = 0, .reason = ""});
    world.acknowledged(who, who.all_events());
    return request;
  }
  std::vector<model::SerialBlock> blocks_of(const Bench& who) const {
    std::vector<model::SerialBlock> blocks;
    for (const model::Order& order : world.orders_of(who)) {
      if (const auto* block = std::get_if<model::SerialBlock>(&order.what)) blocks.push_back(*block);
    }
    return blocks;
  }
  model::Grant grant() const { return world.grants_of(*bench).front(); }
  model::Task task() const { return *tables::task(*world.view(), grant().task); }
  std::string renumber(Bench& who, const model::SampleNumber& before, std::uint32_t serial,
                       const std::string& reason = "标签浸湿") {
    const auto number = model::SampleNumber::make(13, kind.programme, serial);
    who.happen(grant(), "zhao", model::Renumbered{.before = before, .number = number, .reason = reason});
    const auto notes = world.acknowledged(who, who.all_events()).notes;
    if (notes.empty() || notes.back().sequence != who.size()) return "stored";
    return name_of(notes.back().disposition);
  }

  World world;
  std::optional<Bench> bench;
};

TEST_F(Leasing, AnswersARequestWithABlockBehindTheNumbersOfThePlan) {
  const Hash request = ask(*bench);
  const auto blocks = blocks_of(*bench);
  ASSERT_EQ(blocks.size(), 1U);
  EXPECT_EQ(blocks[0], (model::SerialBlock{.kind = kind, .first = 21, .count = block_serials, .request = request}));
  EXPECT_EQ(tables::next_serial(*world.view(), 2013, kind.programme), 21 + block_serials);
  EXPECT_FALSE(tables::first_break(*world.view()).has_value());
}

TEST_F(Leasing, ARequestThatComesAgainIsAnsweredOnce) {
  ask(*bench);
  world.acknowledged(*bench, bench->all_events());
  EXPECT_EQ(blocks_of(*bench).size(), 1U);
}

TEST_F(Leasing, NoTwoHandsHaveTheSameSerial) {
  Bench other = world.enrol(1, "other");
  std::set<std::uint32_t> held;
  for (std::uint32_t serial = 1; serial <= 20; ++serial) held.insert(serial);
  std::size_t count = held.size();
  for (int round = 0; round < 4; ++round) {
    ask(round % 2 == 0 ? *bench : other);
    world.dispatched_plan({cell(5, "V1", 510100 + static_cast<std::uint32_t>(round))});
  }
  for (const Bench* who : {&*bench, &other}) {
    for (const auto& block : blocks_of(*who)) {
      for (std::uint32_t i = 0; i < block.count; ++i) held.insert(block.first + i);
      count += block.count;
    }
    for (const auto& one : world.grants_of(*who)) {
      if (model::serial_of(one.number) <= 20) continue;
      held.insert(model::serial_of(one.number));
      ++count;
    }
  }
  EXPECT_EQ(held.size(), count);
}

TEST_F(Leasing, GivesNothingForAProgrammeWithoutAPlanOrBeyondTheShareOfANode) {
  ask(*bench, {.year = 13, .programme = model::ProgrammeCode{"XYZ"}});
  ask(*bench, {.year = 14, .programme = kind.programme});
  EXPECT_TRUE(blocks_of(*bench).empty());
  for (std::uint32_t i = 0; i < leased_serials_max / block_serials + 3; ++i) ask(*bench);
  EXPECT_EQ(blocks_of(*bench).size(), leased_serials_max / block_serials);
}

TEST_F(Leasing, StopsAtTheLastSerial) {
  world.turn([&](journal::Draft& draft) {
    tables::set_next_serial(draft, 2013, kind.programme, model::SampleNumber::serial_max - 9);
  });
  ask(*bench);
  ask(*bench);
  const auto blocks = blocks_of(*bench);
  ASSERT_EQ(blocks.size(), 1U);
  EXPECT_EQ(blocks[0].count, 10U);
  EXPECT_EQ(blocks[0].first + blocks[0].count - 1, model::SampleNumber::serial_max);
}

// A node that was put in order by nobody, or wrote its inventory itself.
TEST_F(Leasing, WhatNoNumberCanHaveIsNotHeardInAnInventory) {
  const std::uint32_t all_ones = std::numeric_limits<std::uint32_t>::max();
  const auto hear = [&](const model::Inventory& inventory) {
    world.turn([&](journal::Draft& draft) { take_inventory(draft, bench->id(), 1, inventory, world.now); });
  };
  for (const std::uint32_t highest : {model::SampleNumber::serial_max + 1, all_ones - 1, all_ones}) {
    hear({.serials = {{kind, highest}}, .blocks = {}});
    EXPECT_EQ(tables::next_serial(*world.view(), 2013, kind.programme), 21U) << highest;
  }
  for (const auto& [first, count] : {std::pair{99'999U, 2U}, {50U, all_ones}, {100'000U, 1U}, {50U, 0U}}) {
    hear({.serials = {}, .blocks = {{.kind = kind, .first = first, .count = count, .request = {}}}});
    EXPECT_EQ(tables::next_serial(*world.view(), 2013, kind.programme), 21U) << first << " and " << count;
  }
  tables::for_each_lease(*world.view(), bench->id(), kind,
                         [](const tables::Lease& lease) { ADD_FAILURE() << lease.first; });
  hear({.serials = {{kind, 30}}, .blocks = {{.kind = kind, .first = 41, .count = 5, .request = {}}}});
  EXPECT_EQ(tables::next_serial(*world.view(), 2013, kind.programme), 46U);
}

// As an inventory could leave it that was heard before its numbers were looked at.
TEST_F(Leasing, ACounterBeyondTheLastSerialGivesNothingAndNumbersNoPlan) {
  for (const std::uint32_t next : {model::SampleNumber::serial_max + 1, model::SampleNumber::serial_max + 2,
                                   std::numeric_limits<std::uint32_t>::max() - 1}) {
    world.turn([&](journal::Draft& draft) { tables::set_next_serial(draft, 2013, kind.programme, next); });
    ask(*bench);
    EXPECT_TRUE(blocks_of(*bench).empty()) << next;
    const auto plan = world.turn([&](journal::Draft& draft) {
      return world.coordinator.on_plan(draft, plan_of({cell(5)}), crypto::sha256("another"), world.now);
    });
    ASSERT_FALSE(plan) << next;
    EXPECT_EQ(plan.error().code, ErrorCode::too_large);
  }
}

// ---- what becomes of a number that was given

TEST_F(Leasing, ARenumberedTaskIsKnownByItsNewNumberAndTheOldOneIsRefused) {
  ask(*bench);
  const auto before = task().number;
  EXPECT_EQ(renumber(*bench, before, 21), "stored");
  EXPECT_EQ(model::serial_of(task().number), 21U);
  EXPECT_EQ(tables::task_by_number(*world.view(), task().number.text()), grant().task);
  EXPECT_EQ(tables::task_by_number(*world.view(), before.text()), grant().task);  // for whoever asks
  EXPECT_EQ(renumber(*bench, before, 21), "stored");                              // told once more
  EXPECT_EQ(model::serial_of(task().number), 21U);
  // A verdict that still names the old one is none.
  bench->conclude(grant(), model::SampleOutcome::pass);
  world.acknowledged(*bench, bench->all_events());
  EXPECT_EQ(task().state, model::TaskState::granted);
  model::Grant renumbered = grant();
  renumbered.number = task().number;
  bench->conclude(renumbered, model::SampleOutcome::pass);
  world.acknowledged(*bench, bench->all_events());
  EXPECT_EQ(task().state, model::TaskState::judged);
}

TEST_F(Leasing, ANumberThatWasNotLeasedToThisNodeIsQuarantined) {
  Bench other = world.enrol(1, "other");
  ask(*bench);
  ask(other);  // 71 ...
  const auto before = task().number;
  EXPECT_EQ(renumber(*bench, before, 71), "quarantined");
  EXPECT_EQ(renumber(*bench, before, 2), "quarantined");
  EXPECT_EQ(renumber(*bench, before, 21, ""), "quarantined");
  EXPECT_EQ(renumber(*bench, *model::SampleNumber::parse(model::SampleNumber::make(13, kind.programme, 2).text()), 21),
            "quarantined");
  EXPECT_EQ(renumber(other, before, 71), "late");
  EXPECT_EQ(task().number, before);
}

TEST_F(Leasing, ANumberIsTakenOnce) {
  ask(*bench);
  ASSERT_EQ(renumber(*bench, task().number, 21), "stored");
  const auto second = world.grants_of(*bench).at(1);
  bench->happen(
      second, "zhao",
      model::Renumbered{
          .before = second.number, .number = model::SampleNumber::make(13, kind.programme, 21), .reason = "x"});
  EXPECT_EQ(world.acknowledged(*bench, bench->all_events()).notes.back().disposition, model::Disposition::quarantined);
  EXPECT_EQ(tables::task(*world.view(), second.task)->number, second.number);
}

}  // namespace
}  // namespace lab::dispatch
