#pragma once
// What makes two plans differ: cell by cell, how many samples were ordered and how many are.

#include <cstdint>
#include <span>
#include <vector>

#include "protocol/model/plan.hpp"

namespace lab::planning {

/// By everything that makes a cell the same as another, which is all but its quota.
struct CellLess {
  bool operator()(const model::PlanCell& a, const model::PlanCell& b) const;
};

/// One cell whose quota is another. 0 before: it is new; 0 after: it is no longer part of the plan.
struct CellChange {
  model::PlanCell cell;  // its quota is `after`
  std::uint32_t before = 0;
  std::uint32_t after = 0;

  bool operator==(const CellChange&) const = default;
};

/// Of how many cells a set of changes speaks, and of how many samples.
struct ChangeSums {
  std::uint32_t added = 0;  // cells
  std::uint32_t raised = 0;
  std::uint32_t lowered = 0;
  std::uint32_t removed = 0;
  std::uint64_t samples_more = 0;
  std::uint64_t samples_fewer = 0;

  bool operator==(const ChangeSums&) const = default;
};

/// Cells of `after` in their order, then those that are no longer there in the order of `before`; equal ones are left
/// out. Cells that are the same but for their quota count as one, with the sum of their quotas; without samples a cell
/// is as good as none.
std::vector<CellChange> changes_between(std::span<const model::PlanCell> before,
                                        std::span<const model::PlanCell> after);

/// What two sets of changes, made one after the other, come to. Cells that are in the end what they were are left out;
/// ordered by CellLess.
std::vector<CellChange> joined(std::span<const CellChange> earlier, std::span<const CellChange> later);

ChangeSums sums_of(std::span<const CellChange> changes);

/// The cells as they were before `changes` were made, each once and none without samples, ordered by CellLess.
std::vector<model::PlanCell> before_changes(std::span<const model::PlanCell> cells,
                                            std::span<const CellChange> changes);

}  // namespace lab::planning
