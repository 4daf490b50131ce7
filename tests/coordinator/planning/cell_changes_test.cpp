#include "coordinator/planning/cell_changes.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace lab::planning {
namespace {

model::PlanCell cell(const std::string& commodity, std::uint32_t quota, std::uint8_t round = 1) {
  model::PlanCell cell;
  cell.programme = model::ProgrammeCode{"NCP"};
  cell.city = model::CityCode{510100};
  cell.commodity = commodity;
  cell.round = round;
  cell.quota = quota;
  return cell;
}

TEST(CellChanges, SayWhatIsAddedRaisedLoweredAndRemoved) {
  const std::vector before{cell("菠菜", 3), cell("芹菜", 5), cell("番茄", 2), cell("柑", 4)};
  const std::vector after{cell("柑", 4), cell("猪肉", 7), cell("菠菜", 4), cell("芹菜", 1)};
  const auto changes = changes_between(before, after);
  ASSERT_EQ(changes.size(), 4U);
  EXPECT_EQ(changes[0], (CellChange{cell("猪肉", 7), 0, 7}));
  EXPECT_EQ(changes[1], (CellChange{cell("菠菜", 4), 3, 4}));
  EXPECT_EQ(changes[2], (CellChange{cell("芹菜", 1), 5, 1}));
  EXPECT_EQ(changes[3], (CellChange{cell("番茄", 0), 2, 0}));
  EXPECT_EQ(sums_of(changes),
            (ChangeSums{.added = 1, .raised = 1, .lowered = 1, .removed = 1, .samples_more = 8, .samples_fewer = 6}));
}

TEST(CellChanges, CountCellsOfOneKindAsOneAndSeeEveryOtherDifference) {
  EXPECT_TRUE(changes_between(std::vector{cell("菠菜", 3), cell("菠菜", 2)}, std::vector{cell("菠菜", 5)}).empty());
  EXPECT_TRUE(changes_between(std::vector{cell("菠菜", 0)}, {}).empty());
  EXPECT_EQ(changes_between(std::vector{cell("菠菜", 3, 1)}, std::vector{cell("菠菜", 3, 2)}).size(), 2U);
  model::PlanCell lots = cell("菠菜", 3);
  lots.lot = model::Lot{.terms = {.size = 500, .level = "II", .aql = "1.0"}, .enterprise = "厂"};
  EXPECT_EQ(changes_between(std::vector{cell("菠菜", 3)}, std::vector{lots}).size(), 2U);
}

TEST(CellChanges, TakenBackGiveTheCellsOfBefore) {
  std::mt19937 random{7};
  std::vector<model::PlanCell> first;
  std::vector<model::PlanCell> cells;
  std::vector<std::vector<CellChange>> history;
  for (int revision = 0; revision < 20; ++revision) {
    std::vector<model::PlanCell> next;
    for (const char* commodity : {"菠菜", "芹菜", "番茄", "柑", "猪肉"}) {
      if (const auto quota = static_cast<std::uint32_t>(random() % 4); quota > 0)
        next.push_back(cell(commodity, quota));
    }
    if (revision == 0) first = next;
    if (revision > 0) history.push_back(changes_between(cells, next));
    cells = next;
  }
  auto all = changes_between(first, cells);
  std::ranges::sort(all, CellLess{}, &CellChange::cell);
  std::vector<CellChange> sum;
  for (const auto& changes : history) sum = joined(sum, changes);
  EXPECT_EQ(sum, all);
  for (; !history.empty(); history.pop_back()) cells = before_changes(cells, history.back());
  EXPECT_TRUE(changes_between(cells, first).empty());
  EXPECT_EQ(cells.size(), first.size());
}

TEST(CellChanges, ThatUndoEachOtherComeToNothing) {
  const std::vector before{cell("菠菜", 3), cell("芹菜", 5)};
  const std::vector after{cell("菠菜", 4), cell("番茄", 2)};
  EXPECT_TRUE(joined(changes_between(before, after), changes_between(after, before)).empty());
}

}  // namespace
}  // namespace lab::planning
