#include "coordinator/statistics/suppression.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace lab::statistics {
namespace {

// What somebody with the published table can do: every row and column with its sum is an equation in the figures left
// out. Solved by elimination, without a thought of graphs.
class Attack {
 public:
  Attack(const Grid& grid, const Masked& masked) : sums_(grid) {
    sums_.emplace_back(grid.front().size(), 0);
    for (const auto& row : grid) {
      for (std::size_t column = 0; column < row.size(); ++column) sums_.back()[column] += row[column];
    }
    for (auto& row : sums_) {
      std::uint64_t sum = 0;
      for (const std::uint64_t samples : row) sum += samples;
      row.push_back(sum);
    }
    for (std::size_t row = 0; row < sums_.size(); ++row) {
      for (std::size_t column = 0; column < sums_[row].size(); ++column) {
        if (!masked.is_shown(row, column)) unknowns_.emplace_back(row, column);
      }
    }
    for (std::size_t row = 0; row < sums_.size(); ++row) add_row(row);
    for (std::size_t column = 0; column < sums_.front().size(); ++column) add_column(column);
    eliminate();
  }

  [[nodiscard]] std::vector<std::pair<std::size_t, std::size_t>> solved() const {
    std::vector<std::pair<std::size_t, std::size_t>> found;
    for (const auto& equation : equations_) {
      std::size_t terms = 0;
      std::size_t which = 0;
      for (std::size_t i = 0; i < unknowns_.size(); ++i) {
        if (std::abs(equation[i]) < 1e-9) continue;
        ++terms;
        which = i;
      }
      if (terms == 1) found.push_back(unknowns_[which]);
    }
    return found;
  }
  [[nodiscard]] const std::vector<std::pair<std::size_t, std::size_t>>& unknowns() const { return unknowns_; }
  [[nodiscard]] std::uint64_t value(const std::pair<std::size_t, std::size_t>& at) const {
    return sums_[at.first][at.second];
  }
  [[nodiscard]] const Grid& sums() const { return sums_; }

 private:
  void add_row(std::size_t row) {
    std::vector<double> equation(unknowns_.size(), 0);
    for (std::size_t i = 0; i < unknowns_.size(); ++i) {
      if (unknowns_[i].first == row) equation[i] = unknowns_[i].second + 1 == sums_.front().size() ? -1 : 1;
    }
    equations_.push_back(std::move(equation));
  }
  void add_column(std::size_t column) {
    std::vector<double> equation(unknowns_.size(), 0);
    for (std::size_t i = 0; i < unknowns_.size(); ++i) {
      if (unknowns_[i].second == column) equation[i] = unknowns_[i].first + 1 == sums_.size() ? -1 : 1;
    }
    equations_.push_back(std::move(equation));
  }
  // To reduced row echelon form: a figure has one solution exactly when some row has it alone.
  void eliminate() {
    std::size_t rank = 0;
    for (std::size_t column = 0; column < unknowns_.size() && rank < equations_.size(); ++column) {
      std::size_t pivot = rank;
      while (pivot < equations_.size() && std::abs(equations_[pivot][column]) < 1e-9) ++pivot;
      if (pivot == equations_.size()) continue;
      std::swap(equations_[pivot], equations_[rank]);
      const double scale = equations_[rank][column];
      for (double& term : equations_[rank]) term /= scale;
      for (std::size_t other = 0; other < equations_.size(); ++other) {
        if (other == rank || std::abs(equations_[other][column]) < 1e-9) continue;
        const double factor = equations_[other][column];
        for (std::size_t i = 0; i < unknowns_.size(); ++i) equations_[other][i] -= factor * equations_[rank][i];
      }
      ++rank;
    }
  }

  Grid sums_;
  std::vector<std::pair<std::size_t, std::size_t>> unknowns_;
  std::vector<std::vector<double>> equations_;
};

// Without what protects them.
Masked only_small(const Grid& grid, std::uint64_t least) {
  Masked masked = mask(grid, least);
  for (auto& row : masked.cells) {
    for (Shown& shown : row) {
      if (shown == Shown::protects) shown = Shown::yes;
    }
  }
  return masked;
}

TEST(Suppression, AloneASmallCellIsTheSumWithoutItsNeighbours) {
  const Grid grid{{40, 3, 50}, {60, 70, 80}, {90, 20, 30}};
  const Masked naive = only_small(grid, 10);
  EXPECT_FALSE(naive.is_shown(0, 1));
  EXPECT_EQ(Attack(grid, naive).solved().size(), 1U);  // what the rule is for
  const Masked masked = mask(grid, 10);
  EXPECT_TRUE(Attack(grid, masked).solved().empty());
}

TEST(Suppression, LosesAsFewSamplesAsItCan) {
  const Masked masked = mask({{40, 3, 50}, {60, 70, 80}, {90, 20, 30}}, 10);
  // The cheapest square through 3: with 40 or 50 beside it, 20 or 70 below, and their corner.
  EXPECT_EQ(masked.cells[0][2], Shown::protects);  // 50 + 20 + 30 = 100; over 40 it would be 40 + 20 + 90
  EXPECT_EQ(masked.cells[2][1], Shown::protects);
  EXPECT_EQ(masked.cells[2][2], Shown::protects);
  EXPECT_TRUE(masked.is_shown(0, 0));
  EXPECT_TRUE(masked.is_shown(3, 3));
}

TEST(Suppression, NothingIsHiddenWhereNothingIsSmall) {
  const Masked masked = mask({{40, 0}, {60, 70}}, 10);
  for (std::size_t row = 0; row < 3; ++row) {
    for (std::size_t column = 0; column < 3; ++column) EXPECT_TRUE(masked.is_shown(row, column));
  }
}

TEST(Suppression, OneSampleInAllIsHiddenWithAllItsSums) {
  const Masked masked = mask({{1, 0}, {0, 0}}, 10);
  EXPECT_FALSE(masked.is_shown(0, 0));
  EXPECT_FALSE(masked.is_shown(0, 2));
  EXPECT_FALSE(masked.is_shown(2, 0));
  EXPECT_FALSE(masked.is_shown(2, 2));
  EXPECT_TRUE(masked.is_shown(1, 1));
}

// Whether it can be one more, or one less, while everything else that is hidden stays at least one and every sum holds:
// all assignments near the true one are tried.
bool has_another_value(const Attack& attack, std::size_t which) {
  const auto& unknowns = attack.unknowns();
  const std::size_t count = unknowns.size();
  if (count > 12) return true;  // 3^12 is what a test may try
  std::vector<int> change(count, -1);
  while (true) {
    if (change[which] != 0) {
      Grid sums = attack.sums();
      bool good = true;
      for (std::size_t i = 0; i < count && good; ++i) {
        const auto [row, column] = unknowns[i];
        const auto value = static_cast<std::int64_t>(sums[row][column]) + change[i];
        good = value >= (attack.value(unknowns[i]) == 0 ? 0 : 1);
        if (good) sums[row][column] = static_cast<std::uint64_t>(value);
      }
      for (std::size_t row = 0; row < sums.size() && good; ++row) {
        std::uint64_t sum = 0;
        for (std::size_t column = 0; column + 1 < sums[row].size(); ++column) sum += sums[row][column];
        good = sum == sums[row].back();
      }
      for (std::size_t column = 0; column < sums.front().size() && good; ++column) {
        std::uint64_t sum = 0;
        for (std::size_t row = 0; row + 1 < sums.size(); ++row) sum += sums[row][column];
        good = sum == sums.back()[column];
      }
      if (good) return true;
    }
    std::size_t digit = 0;
    while (digit < count && change[digit] == 1) change[digit++] = -1;
    if (digit == count) return false;
    ++change[digit];
  }
}

class RandomTables : public ::testing::TestWithParam<std::uint32_t> {};

TEST_P(RandomTables, GiveNoSmallCellAwayToWhoSolvesForIt) {
  std::mt19937 random{GetParam()};
  for (int round = 0; round < 40; ++round) {
    const bool is_tiny = round % 2 == 0;
    Grid grid(1 + random() % (is_tiny ? 3 : 21), std::vector<std::uint64_t>(1 + random() % (is_tiny ? 3 : 8)));
    for (auto& row : grid) {
      for (auto& samples : row) samples = random() % 3 == 0 ? random() % 4 : random() % (is_tiny ? 12 : 200);
    }
    const Masked masked = mask(grid, 10);
    const Attack attack{grid, masked};
    const auto solved = attack.solved();
    for (const auto& at : solved) {
      EXPECT_NE(masked.cells[at.first][at.second], Shown::small) << "row " << at.first << " column " << at.second;
    }
    for (std::size_t i = 0; i < attack.unknowns().size(); ++i) {
      const auto& at = attack.unknowns()[i];
      if (is_tiny && masked.cells[at.first][at.second] == Shown::small) {
        EXPECT_TRUE(has_another_value(attack, i)) << "row " << at.first << " column " << at.second;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomTables, ::testing::Range<std::uint32_t>(1, 16));

}  // namespace
}  // namespace lab::statistics
