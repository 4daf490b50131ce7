#pragma once
// Cells of verdicts, out of the product's tables and out of a recount of the raw bytes that knows nothing of it.

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <map>
#include <optional>
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

/// The first cell, by name, in which they differ; nothing when they are the same.
inline std::optional<std::string> first_difference(const Cells& stored, const Cells& recounted) {
  const auto counts_in = [](const Cells& cells, const std::string& name) {
    const auto found = cells.find(name);
    return found == cells.end() ? std::array<std::uint64_t, 4>{} : found->second;
  };
  Cells both = stored;
  both.insert(recounted.begin(), recounted.end());
  for (const auto& [name, counts] : both) {
    const auto left = counts_in(stored, name);
    const auto right = counts_in(recounted, name);
    if (left != right)
      return fmt::format("{}: {} stored, {} recounted", name, fmt::join(left, " "), fmt::join(right, " "));
  }
  return std::nullopt;
}

}  // namespace lab::coordinator::testing
