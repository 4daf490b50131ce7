#include "coordinator/planning/cell_changes.hpp"

#include <map>
#include <tuple>
#include <utility>

namespace lab::planning {
namespace {

auto key_of(const model::PlanCell& cell) {
  return std::tie(cell.programme, cell.city, cell.county, cell.category, cell.commodity, cell.stage, cell.round,
                  cell.panel, cell.lot);
}

using Quotas = std::map<model::PlanCell, std::uint32_t, CellLess>;

Quotas quotas_of(std::span<const model::PlanCell> cells) {
  Quotas quotas;
  for (const model::PlanCell& cell : cells) quotas[cell] += cell.quota;
  return quotas;
}

// Adds what became of the cells of `in`, each once. `quotas` loses them.
void add_changes(std::span<const model::PlanCell> in, Quotas& before, Quotas& after, std::vector<CellChange>& changes) {
  for (const model::PlanCell& cell : in) {
    const auto was = before.extract(cell);
    const auto is = after.extract(cell);
    CellChange change{.cell = cell, .before = was.empty() ? 0 : was.mapped(), .after = is.empty() ? 0 : is.mapped()};
    if (change.before == change.after) continue;
    change.cell.quota = change.after;
    changes.push_back(std::move(change));
  }
}

}  // namespace

bool CellLess::operator()(const model::PlanCell& a, const model::PlanCell& b) const { return key_of(a) < key_of(b); }

std::vector<CellChange> changes_between(std::span<const model::PlanCell> before,
                                        std::span<const model::PlanCell> after) {
  Quotas was = quotas_of(before);
  Quotas is = quotas_of(after);
  std::vector<CellChange> changes;
  add_changes(after, was, is, changes);
  add_changes(before, was, is, changes);
  return changes;
}

std::vector<CellChange> joined(std::span<const CellChange> earlier, std::span<const CellChange> later) {
  std::map<model::PlanCell, CellChange, CellLess> found;
  for (const CellChange& change : earlier) found.emplace(change.cell, change);
  for (const CellChange& change : later) {
    CellChange& both = found.try_emplace(change.cell, change).first->second;
    both.cell.quota = both.after = change.after;
  }
  std::vector<CellChange> changes;
  for (auto& [cell, change] : found) {
    if (change.before != change.after) changes.push_back(std::move(change));
  }
  return changes;
}

ChangeSums sums_of(std::span<const CellChange> changes) {
  ChangeSums sums;
  for (const CellChange& change : changes) {
    if (change.before == 0) {
      ++sums.added;
    } else if (change.after == 0) {
      ++sums.removed;
    } else if (change.after > change.before) {
      ++sums.raised;
    } else {
      ++sums.lowered;
    }
    if (change.after > change.before) sums.samples_more += change.after - change.before;
    if (change.after < change.before) sums.samples_fewer += change.before - change.after;
  }
  return sums;
}

std::vector<model::PlanCell> before_changes(std::span<const model::PlanCell> cells,
                                            std::span<const CellChange> changes) {
  Quotas quotas = quotas_of(cells);
  for (const CellChange& change : changes) quotas[change.cell] = change.before;
  std::vector<model::PlanCell> found;
  for (const auto& [cell, quota] : quotas) {
    if (quota == 0) continue;
    found.push_back(cell);
    found.back().quota = quota;
  }
  return found;
}

}  // namespace lab::planning
