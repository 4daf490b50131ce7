#pragma once
// What became of a plan since it was imported. A plan is revised in place, so that its tasks keep their names; each
// revision says what it changed, and taking back the later ones gives the cells of an earlier one (decision 0071).

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "coordinator/planning/cell_changes.hpp"
#include "coordinator/tables/keys.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/model/registry.hpp"

namespace lab::coordinator::tables {

struct PlanRevision {
  std::uint16_t revision = 1;  // 1: the plan as it was imported
  Hash source;                 // of the file
  UtcTime at{};                // epoch: it was imported before revisions were kept
  model::PersonId person{};    // nobody: the import, of which the diary tells
  std::string reason{};        // empty for the first
  std::uint32_t before = 0;    // samples ordered
  std::uint32_t after = 0;

  bool operator==(const PlanRevision&) const = default;
};

/// The one in force.
std::uint16_t current_revision(const journal::View& store, model::PlanId plan);
/// In their order. Of a plan that was imported before revisions were kept the first is made up from the plan's entry.
std::vector<PlanRevision> plan_revisions(const journal::View& store, const model::PlanEntry& plan);
/// Empty for the first, and for one that does not exist.
std::vector<planning::CellChange> revision_changes(const journal::View& store, model::PlanId plan,
                                                   std::uint16_t revision);

void put_plan_revision(journal::Draft& draft, model::PlanId plan, const PlanRevision& revision,
                       std::span<const planning::CellChange> changes);

}  // namespace lab::coordinator::tables
