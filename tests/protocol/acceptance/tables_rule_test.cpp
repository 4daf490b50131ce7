// The printed tables against a second encoding of them: with the rows and columns numbered, a plan's acceptance number
// depends on the sum of the two numbers only, and arrows lead over the sums without a plan. Both must agree in every
// cell.

#include <gtest/gtest.h>
#include <algorithm>
#include <map>

#include "protocol/acceptance/tables.hpp"

namespace lab::acceptance {
namespace {

constexpr int rows = 16;   // A to R
constexpr int row_r = 15;  // the last letter that is asked for
constexpr int row_e = 4;   // the last letter with the two largest acceptance numbers
constexpr int sample_sizes[letter_count] = {2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800, 1250, 2000, 3150};

struct Sums {
  int zero;                    // the sum with Ac = 0
  std::map<int, int> ac;       // other sums
  std::map<int, int> small_n;  // further sums, letters up to E only
  int up_in_gap;               // the sum from which the arrow points up to Ac = 0; all others of the gap point down
};

const Sums normal{.zero = 14,
                  .ac = {{17, 1}, {18, 2}, {19, 3}, {20, 5}, {21, 7}, {22, 10}, {23, 14}, {24, 21}},
                  .small_n = {{25, 30}, {26, 44}},
                  .up_in_gap = 15};
const Sums tightened{.zero = 15,
                     .ac = {{18, 1}, {19, 2}, {20, 3}, {21, 5}, {22, 8}, {23, 12}, {24, 18}},
                     .small_n = {{25, 27}, {26, 41}},
                     .up_in_gap = -1};
const Sums reduced{.zero = 14,
                   .ac = {{18, 1}, {19, 2}, {20, 3}, {21, 5}, {22, 6}, {23, 8}, {24, 10}},
                   .small_n = {{25, 14}, {26, 21}},
                   .up_in_gap = 15};
// Reduced inspection of A and B: the sample cannot be smaller than 2, so both rows are those of A in normal inspection.
const std::map<int, int> reduced_a_and_b{{17, 1},  {18, 2},  {19, 3},  {20, 5}, {21, 7},
                                         {22, 10}, {23, 14}, {24, 21}, {25, 30}};

const Sums& sums_of(Inspection inspection) {
  if (inspection == Inspection::normal) return normal;
  return inspection == Inspection::tightened ? tightened : reduced;
}

std::optional<int> find(const std::map<int, int>& map, int key) {
  const auto found = map.find(key);
  return found == map.end() ? std::nullopt : std::optional{found->second};
}

// The acceptance number printed in that cell; nothing where there is an arrow.
std::optional<int> printed(Inspection inspection, int row, int column) {
  const Sums& sums = sums_of(inspection);
  const int sum = row + column;
  if (row > row_r) return inspection == Inspection::tightened && sum == 18 ? std::optional{1} : std::nullopt;
  if (sum == sums.zero) return 0;
  if (inspection == Inspection::reduced && row <= 1) return find(reduced_a_and_b, column);
  const auto ac = find(sums.ac, sum);
  return ac || row > row_e ? ac : find(sums.small_n, sum);
}

std::optional<int> next_printed(Inspection inspection, int row, int column, int step) {
  for (int r = row + step; r >= 0 && r < static_cast<int>(letter_count); r += step) {
    if (printed(inspection, r, column)) return r;
  }
  return std::nullopt;
}

// The row whose plan is used.
int row_used(Inspection inspection, int row, int column) {
  if (printed(inspection, row, column)) return row;
  const Sums& sums = sums_of(inspection);
  const int sum = row + column;
  const bool up = sum == sums.up_in_gap || sum > sums.ac.rbegin()->first;
  const auto wanted = next_printed(inspection, row, column, up ? -1 : 1);
  return wanted ? *wanted : next_printed(inspection, row, column, up ? 1 : -1).value();
}

int items(Inspection inspection, int row) {
  return sample_sizes[inspection == Inspection::reduced ? std::max(row - 2, 0) : row];
}

TEST(SamplingTables, FollowTheirOwnRuleInAllCells) {
  int compared = 0;
  const Tables tables = Tables::load();
  for (const auto inspection : {Inspection::normal, Inspection::tightened, Inspection::reduced}) {
    for (int row = 0; row < rows; ++row) {
      for (int column = 0; column < static_cast<int>(aql_count); ++column) {
        const auto plan = tables.single_plan(Scheme::gbt2828_1_2012, CodeLetter::at(static_cast<std::size_t>(row)),
                                             Aql::at(static_cast<std::size_t>(column)), inspection);
        const int used = row_used(inspection, row, column);
        const int ac = printed(inspection, used, column).value();
        const std::string place = std::string{name_of(inspection)} + " " + std::string{plan.letter.text()} + " " +
                                  std::string{Aql::at(static_cast<std::size_t>(column)).text()};
        EXPECT_EQ(static_cast<int>(plan.final_letter.index()), used) << place;
        EXPECT_EQ(plan.n, items(inspection, used)) << place;
        EXPECT_EQ(plan.ac, ac) << place;
        EXPECT_EQ(plan.re, ac + 1) << place;
        ++compared;
      }
    }
  }
  EXPECT_EQ(compared, 1248);
}

SinglePlan plan_at(const Tables& tables, std::size_t row, std::size_t column, Inspection inspection) {
  return tables.single_plan(Scheme::gbt2828_1_2012, CodeLetter::at(row), Aql::at(column), inspection);
}

// Over all pairs of neighbouring AQLs of one letter and severity.
TEST(SamplingTables, AcceptNoFewerAtALargerAql) {
  const Tables tables = Tables::load();
  for (const auto inspection : {Inspection::normal, Inspection::tightened, Inspection::reduced}) {
    for (std::size_t row = 0; row < rows; ++row) {
      for (std::size_t column = 1; column < aql_count; ++column) {
        const auto smaller = plan_at(tables, row, column - 1, inspection);
        const auto larger = plan_at(tables, row, column, inspection);
        if (larger.n >= smaller.n) {
          EXPECT_GE(larger.ac, smaller.ac) << row << " " << column;
        }
      }
    }
  }
}

TEST(SamplingTables, AcceptNoMoreWhenTightened) {
  const Tables tables = Tables::load();
  int same_size = 0;
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t column = 0; column < aql_count; ++column) {
      const auto usual = plan_at(tables, row, column, Inspection::normal);
      const auto strict = plan_at(tables, row, column, Inspection::tightened);
      EXPECT_GE(static_cast<long>(usual.ac) * strict.n, static_cast<long>(strict.ac) * usual.n) << row << " " << column;
      if (usual.n != strict.n) continue;
      ++same_size;
      EXPECT_LE(strict.ac, usual.ac) << row << " " << column;
    }
  }
  EXPECT_GT(same_size, 150);
}

TEST(SamplingTables, InspectNoMoreWhenReduced) {
  const Tables tables = Tables::load();
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t column = 0; column < aql_count; ++column) {
      EXPECT_LE(plan_at(tables, row, column, Inspection::reduced).n, plan_at(tables, row, column, Inspection::normal).n)
          << row << " " << column;
    }
  }
}

}  // namespace
}  // namespace lab::acceptance
