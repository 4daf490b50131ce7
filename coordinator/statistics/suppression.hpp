#pragma once
// Which cells of a table with its sums are left out, so that nobody can compute a small one from what is shown.
//
// A table of rows and columns with row sums, column sums and the whole is a system of equations in the figures that are
// left out. Such a figure has one solution exactly when, in the graph of rows and columns whose edges are the figures
// left out, its edge lies on no cycle (Gusfield 1988). And who knows that a figure left out is at least one knows more:
// four times one in a square is given away by its sums of two. So for each small cell a cycle is closed along which it
// can be one more or one less and every other figure stays at least one: the cheapest, by the samples lost with it.

#include <cstddef>
#include <cstdint>
#include <vector>

namespace lab::statistics {

/// Why a figure is shown or not.
enum class Shown : std::uint8_t {
  yes,
  small,     // too few samples: a party could be recognised
  protects,  // left out so that a small one cannot be computed
};

/// Samples by row and column, without sums. All rows have the same length.
using Grid = std::vector<std::vector<std::uint64_t>>;

/// One more row and column than the grid: the last of each are the sums.
struct Masked {
  std::vector<std::vector<Shown>> cells;

  [[nodiscard]] bool is_shown(std::size_t row, std::size_t column) const { return cells[row][column] == Shown::yes; }
};

/// Leaves out every cell and sum that has samples, and fewer than `least`, and what else is needed. Cells without
/// samples are shown: that nothing was sampled there is no secret.
Masked mask(const Grid& grid, std::uint64_t least);

}  // namespace lab::statistics
