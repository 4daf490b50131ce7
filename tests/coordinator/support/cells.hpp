#pragma once
// Cells of verdicts, out of the product's tables and out of a recount of the raw bytes that knows nothing of it.

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <map>
#include <string>

#include "coordinator/reports/summary.hpp"
#include "coordinator/tables/results.hpp"
#include "tests/oracle/recount.hpp"

namespace lab::coordinator::testing {

/// Cells of one kind of verdict, laboratories and nodes taken together, as the oracle names them.
using Cells = std::map<std::string, std::array<std::uint64_t, 4>>;

inline void add(Cells& cells, const std::string& name, const std::array<std::uint64_t, 4>& counts) {
  if (counts == std::array<std::uint64_t, 4>{}) return;
  for (std::size_t i = 0; i < counts.size(); ++i) cells[name][i] += counts[i];
}

inline Cells of_oracle(const std::map<oracle::Cell, oracle::Tally>& tallies) {
  Cells cells;
  for (const auto& [cell, tally] : tallies) {
    const auto& [programme, city, category, stage, month, node] = cell;
    add(cells, fmt::format("{} {} {} {} {}", programme, city, category, stage, month),
        {tally.pass, tally.fail, tally.problem, tally.undetermined});
  }
  return cells;
}

inline std::array<std::uint64_t, 4> of_verdicts(const tables::Verdicts& verdicts) {
  return {verdicts.pass, verdicts.fail, verdicts.problem, verdicts.undetermined};
}

inline Cells of_tables(const journal::View& view, bool first) {
  Cells cells;
  tables::for_each_cell_tally(view, [&](const tables::CellKey& cell, const tables::Tally& tally) {
    add(cells,
        fmt::format("{} {} {} {} {}", cell.programme.value(), cell.city.value(), cell.category.value(),
                    static_cast<int>(cell.stage), reports::month_text(cell.month)),
        of_verdicts(first ? tally.first : tally.final));
  });
  return cells;
}

}  // namespace lab::coordinator::testing
