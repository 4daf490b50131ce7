#pragma once
// A province in miniature under everything that goes wrong on the way: events come twice, out of order, late, under old
// tokens, signed by too few people. One seed is one history.

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <vector>

#include "coordinator/tables/tasks.hpp"
#include "protocol/session/intake.hpp"
#include "tests/coordinator/support/varied.hpp"
#include "tests/coordinator/support/world.hpp"

namespace lab::coordinator::testing {

inline constexpr std::uint32_t tasks_in_plan = 60;

struct Miniature {
  explicit Miniature(std::uint64_t seed) : random(seed) {
    world.add_laboratory(1);
    world.add_laboratory(2);
    for (const std::uint32_t laboratory : {1U, 1U, 2U}) benches.push_back(world.enrol(laboratory));
    plan = tables::ref_of(world.dispatched_plan({cell(20, "V1", 510100), cell(20, "V2", 510100), cell(12, "V1", 510300),
                                                 lot_cell(4, "甲厂"), lot_cell(4, "乙厂")}));
  }

  std::uint64_t below(std::uint64_t end) { return random() % end; }
  bool chance(unsigned percent) { return below(100) < percent; }

  // Somebody at a bench does something with a grant the bench has seen, in force or not.
  void happen(Bench& bench) {
    const auto grants = world.grants_of(bench);
    if (grants.empty()) return;
    const model::Grant& grant = grants[below(grants.size())];
    const auto outcome = static_cast<model::SampleOutcome>(below(4));
    const auto version = static_cast<std::uint16_t>(1 + below(3));
    // Now and then a lot is judged like a sample, which is one more thing that must not count.
    if (grant.lot && chance(85)) {
      bench.conclude_lot(grant, below(5), version);
      return;
    }
    switch (below(6)) {
      case 0:
        bench.happen(grant, "technician", model::Received{.number = grant.number});
        break;
      case 1: {
        const Hash record = bench.happen(grant, "analyst", varied(judged(grant, outcome, version), below(30)));
        bench.happen(grant, chance(50) ? "analyst" : "reviewer", reviewed(grant, record));
        bench.happen(grant, chance(50) ? "reviewer" : "approver", approved(grant, record, outcome, version));
        break;
      }
      default:
        conclude_varied(bench, grant, outcome, version, below(30));
    }
  }

  // A message with some of what the bench has: from the cursor on, from before it, or with a gap.
  void send(Bench& bench) {
    if (bench.size() == 0) return;
    const std::uint64_t first = 1 + below(bench.size());
    const std::uint64_t held = session::cursor(*world.view(), bench.id(), 1).sequence;
    const std::uint64_t from = chance(70) ? std::min(held + 1, bench.size()) : first;
    world.acknowledged(bench, bench.events(from, 1 + below(events_max)));
  }

  void take_back_one() {
    const model::TaskId task{
        .plan = plan.plan, .revision = plan.revision, .number = 1 + static_cast<std::uint32_t>(below(tasks_in_plan))};
    world.turn([&](journal::Draft& draft) {
      return world.coordinator.on_reassign(draft, {.task = task, .reason = "seeded"}, world.now);
    });
  }

  void cancel_one() {
    const model::TaskId task{
        .plan = plan.plan, .revision = plan.revision, .number = 1 + static_cast<std::uint32_t>(below(tasks_in_plan))};
    const auto done = world.turn(
        [&](journal::Draft& draft) { return world.coordinator.on_cancel(draft, task, "seeded", world.now); });
    if (done) cancelled.insert(task);
  }

  /// So many steps, and in the end everything that happened has been sent.
  void live(int steps) {
    for (int step = 0; step < steps; ++step) {
      Bench& bench = benches[below(benches.size())];
      if (chance(40)) happen(bench);
      if (chance(60)) send(bench);
      if (chance(5)) take_back_one();
      if (chance(1)) cancel_one();
      world.work();
      if (step % 40 == 0) check_states();
    }
    for (Bench& bench : benches) {
      if (bench.size() > 0) world.acknowledged(bench, bench.all_events());
    }
    check_states();
  }

  void check_states() {
    tables::StateCounts recounted;
    const auto view = world.view();
    tables::for_each_task(*view, plan, 1, [&](const model::Task& task) {
      ++recounted[task.state];
      return true;
    });
    EXPECT_EQ(recounted, tables::states_of(*view, plan));
    EXPECT_EQ(recounted[model::TaskState::cancelled], cancelled.size()) << "what is cancelled stays so";
    EXPECT_EQ(recounted.total(), tasks_in_plan);
  }

  World world;
  std::uint64_t events_max = 12;  // in one message
  std::vector<Bench> benches;
  tables::PlanRef plan;
  std::set<model::TaskId> cancelled;
  std::mt19937_64 random;
};

}  // namespace lab::coordinator::testing
