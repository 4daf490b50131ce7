// A province in miniature under everything that goes wrong on the way: events come twice, out of order, late, under old
// tokens, signed by too few people. At the end the running counts are what an independent recount of the raw bytes
// says, and at every moment each task is in exactly one state.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "coordinator/reports/summary.hpp"
#include "coordinator/tables/diary.hpp"
#include "protocol/session/intake.hpp"
#include "tests/coordinator/support/cells.hpp"
#include "tests/coordinator/support/items.hpp"
#include "tests/coordinator/support/miniature.hpp"

namespace lab::ledger {
namespace {

using namespace coordinator::testing;
namespace tables = coordinator::tables;

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

// Cells as their own table has them, and as the sum of the fine ones.
std::pair<Cells, Cells> fine_sums(const journal::View& view) {
  std::pair<Cells, Cells> both;
  const auto name = [](const tables::CellKey& cell) {
    return fmt::format("{} {} {} {} {} {}", cell.programme.value(), cell.city.value(), cell.category.value(),
                       static_cast<int>(cell.stage), cell.month, cell.laboratory.value());
  };
  tables::for_each_cell_tally(view, [&](const tables::CellKey& cell, const tables::Tally& tally) {
    add(both.first, name(cell), of_verdicts(tally.final));
  });
  tables::for_each_fine_tally(view, [&](const tables::CellKey& cell, const tables::Tally& tally) {
    EXPECT_NE(cell.round, 0);
    add(both.second, name(cell), of_verdicts(tally.final));
  });
  return both;
}

void expect_items(const journal::View& view, const oracle::Recount& recount) {
  for (const auto verdicts : {reports::Verdicts::first, reports::Verdicts::final}) {
    EXPECT_EQ(item_rows(view, verdicts), item_rows(view, recount, verdicts));
  }
}

class Recount : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(Recount, EqualsTheRunningCountsWhateverHappensOnTheWay) {
  Miniature province{GetParam()};
  province.live(400);

  const auto view = province.world.view();
  const oracle::Recount recount = recount_of(*view);
  EXPECT_EQ(recount.broken_chains, 0U);
  EXPECT_GT(recount.counted, 10U);
  EXPECT_GT(recount.late, 0U);
  EXPECT_EQ(recount.counted, tables::states_of(*view, province.plan)[model::TaskState::judged]);
  EXPECT_EQ(of_tables(*view, true), of_oracle(recount.first));
  EXPECT_EQ(of_tables(*view, false), of_oracle(recount.final));
  expect_items(*view, recount);
  const auto [kept, summed] = cities(*view);
  EXPECT_EQ(kept, summed);
  const auto [whole, fine] = fine_sums(*view);
  EXPECT_EQ(whole, fine);
  EXPECT_EQ(tables::first_break(*view), std::nullopt);
}

INSTANTIATE_TEST_SUITE_P(Seeds, Recount, ::testing::Range<std::uint64_t>(1, 31));

class RecountAlways : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(RecountAlways, EqualsTheRunningCountsAfterEveryEvent) {
  Miniature province{GetParam()};
  province.events_max = 1;
  for (int step = 0; step < 250; ++step) {
    Bench& bench = province.benches[province.below(province.benches.size())];
    if (province.chance(40)) province.happen(bench);
    if (province.chance(90)) province.send(bench);
    if (province.chance(5)) province.take_back_one();
    if (province.chance(2)) province.cancel_one();
    province.world.work();
    const auto view = province.world.view();
    const oracle::Recount recount = recount_of(*view);
    ASSERT_EQ(of_tables(*view, true), of_oracle(recount.first)) << "step " << step;
    ASSERT_EQ(of_tables(*view, false), of_oracle(recount.final)) << "step " << step;
    expect_items(*view, recount);
    ASSERT_FALSE(HasFailure()) << "step " << step;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RecountAlways, ::testing::Range<std::uint64_t>(101, 109));

}  // namespace
}  // namespace lab::ledger
