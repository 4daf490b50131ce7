// A province in miniature under everything that goes wrong on the way: events come twice, out of order, late, under old
// tokens, signed by too few people. At the end the running counts are what an independent recount of the raw bytes
// says, and at every moment each task is in exactly one state.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>

#include "coordinator/reports/exports.hpp"
#include "coordinator/reports/summary.hpp"
#include "coordinator/tables/diary.hpp"
#include "protocol/session/intake.hpp"
#include "tests/coordinator/support/world.hpp"
#include "tests/oracle/recount.hpp"

namespace lab::ledger {
namespace {

using namespace coordinator::testing;
namespace tables = coordinator::tables;
using model::SampleOutcome;

constexpr std::uint32_t tasks_in_plan = 60;

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
    const auto outcome = static_cast<SampleOutcome>(below(4));
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
        const Hash record = bench.happen(grant, "analyst", judged(grant, outcome, version));
        bench.happen(grant, chance(50) ? "analyst" : "reviewer", reviewed(grant, record));
        bench.happen(grant, chance(50) ? "reviewer" : "approver", approved(grant, record, outcome, version));
        break;
      }
      default:
        bench.conclude(grant, outcome, version);
    }
  }

  // A message with some of what the bench has: from the cursor on, from before it, or with a gap.
  void send(Bench& bench) {
    if (bench.size() == 0) return;
    const std::uint64_t first = 1 + below(bench.size());
    const std::uint64_t held = session::cursor(*world.view(), bench.id(), 1).sequence;
    const std::uint64_t from = chance(70) ? std::min(held + 1, bench.size()) : first;
    world.acknowledged(bench, bench.events(from, 1 + below(12)));
  }

  void take_back_one() {
    const model::TaskId task{
        .plan = plan.plan, .revision = plan.revision, .number = 1 + static_cast<std::uint32_t>(below(tasks_in_plan))};
    world.turn([&](journal::Draft& draft) { return world.coordinator.on_reassign(draft, task, "seeded", world.now); });
  }

  void check_states() {
    tables::StateCounts recounted;
    const auto view = world.view();
    tables::for_each_task(*view, plan, 1, [&](const model::Task& task) {
      ++recounted[task.state];
      return true;
    });
    EXPECT_EQ(recounted, tables::states_of(*view, plan));
    EXPECT_EQ(recounted.total(), tasks_in_plan);
  }

  World world;
  std::vector<Bench> benches;
  tables::PlanRef plan;
  std::mt19937_64 random;
};

Bytes exported(const journal::View& view, const auto& page_of) {
  Bytes all;
  std::string after;
  do {
    const auto page = page_of(view, after);
    EXPECT_TRUE(page.has_value());
    all += page->bytes;
    after = page->next;
  } while (!after.empty());
  return all;
}

// Cells of one kind of verdict, laboratories and nodes taken together, as the oracle names them.
using Cells = std::map<std::string, std::array<std::uint64_t, 4>>;

void add(Cells& cells, const std::string& name, const std::array<std::uint64_t, 4>& counts) {
  if (counts == std::array<std::uint64_t, 4>{}) return;
  for (std::size_t i = 0; i < counts.size(); ++i) cells[name][i] += counts[i];
}

Cells of_oracle(const std::map<oracle::Cell, oracle::Tally>& tallies) {
  Cells cells;
  for (const auto& [cell, tally] : tallies) {
    const auto& [programme, city, category, stage, month, node] = cell;
    add(cells, fmt::format("{} {} {} {} {}", programme, city, category, stage, month),
        {tally.pass, tally.fail, tally.problem, tally.undetermined});
  }
  return cells;
}

std::array<std::uint64_t, 4> of_verdicts(const tables::Verdicts& verdicts) {
  return {verdicts.pass, verdicts.fail, verdicts.problem, verdicts.undetermined};
}

Cells of_tables(const journal::View& view, bool first) {
  Cells cells;
  tables::for_each_cell_tally(view, [&](const tables::CellKey& cell, const tables::Tally& tally) {
    add(cells,
        fmt::format("{} {} {} {} {}", cell.programme.value(), cell.city.value(), cell.category.value(),
                    static_cast<int>(cell.stage), reports::month_text(cell.month)),
        of_verdicts(first ? tally.first : tally.final));
  });
  return cells;
}

// Cities as their own table has them, and as the sum of the cells.
std::pair<Cells, Cells> cities(const journal::View& view) {
  std::pair<Cells, Cells> both;
  tables::for_each_city_tally(view, [&](const auto& programme, auto city, const tables::Tally& tally) {
    add(both.first, fmt::format("{} {}", programme.value(), city.value()), of_verdicts(tally.final));
  });
  tables::for_each_cell_tally(view, [&](const tables::CellKey& cell, const tables::Tally& tally) {
    add(both.second, fmt::format("{} {}", cell.programme.value(), cell.city.value()), of_verdicts(tally.final));
  });
  return both;
}

oracle::Recount recount_of(const journal::View& view) {
  const Bytes orders =
      exported(view, [](const auto& store, const auto& after) { return reports::export_orders(store, after, 7); });
  const Bytes events =
      exported(view, [](const auto& store, const auto& after) { return reports::export_events(store, after, 7); });
  return oracle::recount(orders, events);
}

class Recount : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(Recount, EqualsTheRunningCountsWhateverHappensOnTheWay) {
  Miniature province{GetParam()};
  for (int step = 0; step < 400; ++step) {
    Bench& bench = province.benches[province.below(province.benches.size())];
    if (province.chance(40)) province.happen(bench);
    if (province.chance(60)) province.send(bench);
    if (province.chance(5)) province.take_back_one();
    province.world.work();
    if (step % 40 == 0) province.check_states();
  }
  for (Bench& bench : province.benches) {
    if (bench.size() > 0) province.world.acknowledged(bench, bench.all_events());
  }
  province.check_states();

  const auto view = province.world.view();
  const oracle::Recount recount = recount_of(*view);
  EXPECT_EQ(recount.broken_chains, 0U);
  EXPECT_GT(recount.counted, 10U);
  EXPECT_GT(recount.late, 0U);
  EXPECT_EQ(recount.counted, tables::states_of(*view, province.plan)[model::TaskState::judged]);
  EXPECT_EQ(of_tables(*view, true), of_oracle(recount.first));
  EXPECT_EQ(of_tables(*view, false), of_oracle(recount.final));
  const auto [kept, summed] = cities(*view);
  EXPECT_EQ(kept, summed);
  EXPECT_EQ(tables::first_break(*view), std::nullopt);
}

INSTANTIATE_TEST_SUITE_P(Seeds, Recount, ::testing::Range<std::uint64_t>(1, 31));

class RecountAlways : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(RecountAlways, EqualsTheRunningCountsAfterEveryMessage) {
  Miniature province{GetParam()};
  for (int step = 0; step < 150; ++step) {
    Bench& bench = province.benches[province.below(province.benches.size())];
    if (province.chance(60)) province.happen(bench);
    if (province.chance(60)) province.send(bench);
    if (province.chance(5)) province.take_back_one();
    province.world.work();
    const auto view = province.world.view();
    const oracle::Recount recount = recount_of(*view);
    ASSERT_EQ(of_tables(*view, true), of_oracle(recount.first)) << "step " << step;
    ASSERT_EQ(of_tables(*view, false), of_oracle(recount.final)) << "step " << step;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RecountAlways, ::testing::Range<std::uint64_t>(101, 109));

}  // namespace
}  // namespace lab::ledger
