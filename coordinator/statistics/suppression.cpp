#include "coordinator/statistics/suppression.hpp"

#include <limits>
#include <optional>
#include <utility>

namespace lab::statistics {
namespace {

// Rows are the nodes 0 .. rows-1, columns the nodes behind them; the last of each is that of the sums.
struct Graph {
  std::size_t rows = 0;
  std::size_t columns = 0;

  [[nodiscard]] std::size_t size() const { return rows + columns; }
  [[nodiscard]] bool is_row(std::size_t node) const { return node < rows; }
};

Graph graph_of(const Masked& masked) { return {masked.cells.size(), masked.cells.front().size()}; }

struct Place {
  std::size_t row = 0;
  std::size_t column = 0;
};

Place place_of(const Graph& graph, std::size_t a, std::size_t b) {
  return graph.is_row(a) ? Place{a, b - graph.rows} : Place{b, a - graph.rows};
}

// A sum is missed by more readers than any cell; the whole by all.
constexpr std::uint64_t sum_costs = std::uint64_t{1} << 40U;
constexpr std::uint64_t empty_costs = std::uint64_t{1} << 52U;  // everybody knows what it is: it hides nothing

std::uint64_t cost_of(const Masked& masked, const Grid& sums, const Place& at) {
  if (!masked.is_shown(at.row, at.column)) return 0;
  const std::uint64_t samples = sums[at.row][at.column];
  if (samples == 0) return empty_costs;
  const bool in_sums = at.row + 1 == sums.size() || at.column + 1 == sums.front().size();
  return samples + (in_sums ? sum_costs : 0);
}

// In the sum of its row a cell counts one, the sum itself minus one; so in columns.
int in_row(const Graph& graph, const Place& at) { return at.column + 1 == graph.columns ? -1 : 1; }
int in_column(const Graph& graph, const Place& at) { return at.row + 1 == graph.rows ? -1 : 1; }
int in_node(const Graph& graph, std::size_t node, const Place& at) {
  return graph.is_row(node) ? in_row(graph, at) : in_column(graph, at);
}

// A node whose sum is off by one, up or down, and how it came to be.
struct Step {
  std::uint64_t distance = std::numeric_limits<std::uint64_t>::max();
  std::optional<std::size_t> before;
  bool done = false;
};

std::size_t state_of(std::size_t node, int off) { return 2 * node + (off > 0 ? 1 : 0); }

struct Way {
  std::uint64_t cost = std::numeric_limits<std::uint64_t>::max();
  std::vector<Place> places;
};

// Other figures that change when this one changes by `change`, so that all sums stay: the cheapest to leave out.
Way cheapest_way(const Masked& masked, const Grid& sums, const Place& small, int change) {
  const Graph graph = graph_of(masked);
  std::vector<Step> steps(2 * graph.size());
  steps[state_of(small.row, in_row(graph, small) * change)].distance = 0;
  const std::size_t goal = state_of(graph.rows + small.column, -in_column(graph, small) * change);
  while (true) {
    std::optional<std::size_t> nearest;
    for (std::size_t i = 0; i < steps.size(); ++i) {
      if (steps[i].done || steps[i].distance == Step{}.distance) continue;
      if (!nearest || steps[i].distance < steps[*nearest].distance) nearest = i;
    }
    if (!nearest || *nearest == goal) break;
    steps[*nearest].done = true;
    const std::size_t node = *nearest / 2;
    const int off = *nearest % 2 == 1 ? 1 : -1;
    for (std::size_t other = graph.is_row(node) ? graph.rows : 0;
         other < (graph.is_row(node) ? graph.size() : graph.rows); ++other) {
      const Place at = place_of(graph, node, other);
      const int here = -off * in_node(graph, node, at);
      const bool is_itself = at.row == small.row && at.column == small.column;
      if (is_itself || (here < 0 && sums[at.row][at.column] < 2)) continue;
      Step& step = steps[state_of(other, in_node(graph, other, at) * here)];
      const std::uint64_t length = steps[*nearest].distance + cost_of(masked, sums, at);
      if (length < step.distance) step = {length, nearest, step.done};
    }
  }
  Way way{.cost = steps[goal].distance, .places = {}};
  for (std::size_t at = goal; steps[at].before; at = *steps[at].before) {
    way.places.push_back(place_of(graph, at / 2, *steps[at].before / 2));
  }
  return way;
}

Grid with_sums(const Grid& grid) {
  Grid sums = grid;
  const std::size_t columns = grid.empty() ? 0 : grid.front().size();
  sums.emplace_back(columns, 0);
  for (std::size_t row = 0; row < grid.size(); ++row) {
    for (std::size_t column = 0; column < columns; ++column) sums.back()[column] += grid[row][column];
  }
  for (auto& row : sums) {
    std::uint64_t sum = 0;
    for (const std::uint64_t samples : row) sum += samples;
    row.push_back(sum);
  }
  return sums;
}

}  // namespace

Masked mask(const Grid& grid, std::uint64_t least) {
  const Grid sums = with_sums(grid);
  Masked masked;
  for (const auto& row : sums) {
    auto& shown = masked.cells.emplace_back();
    for (const std::uint64_t samples : row) shown.push_back(samples > 0 && samples < least ? Shown::small : Shown::yes);
  }
  for (std::size_t row = 0; row < sums.size(); ++row) {
    for (std::size_t column = 0; column < sums[row].size(); ++column) {
      if (masked.cells[row][column] != Shown::small) continue;
      Way way = cheapest_way(masked, sums, {row, column}, 1);
      if (sums[row][column] >= 2) {
        Way less = cheapest_way(masked, sums, {row, column}, -1);
        if (less.cost < way.cost) way = std::move(less);
      }
      for (const Place& at : way.places) {
        if (masked.is_shown(at.row, at.column)) masked.cells[at.row][at.column] = Shown::protects;
      }
    }
  }
  return masked;
}

}  // namespace lab::statistics
