#pragma once
// How the samples of a plan were divided among the laboratories the last time, and why; and who has to keep away.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "coordinator/planning/allocate.hpp"
#include "coordinator/planning/independence.hpp"
#include "coordinator/tables/keys.hpp"
#include "protocol/journal/draft.hpp"

namespace lab::coordinator::tables {

/// Under which name the province gives its rules of independence; without the table nobody keeps away.
constexpr const char* independence_file = "independence.csv";

/// They were read before they were taken, so a table that cannot be read is damage.
std::vector<planning::IndependenceRule> independence_rules(const journal::View& store);

/// So many samples of one city and panel go to one laboratory.
struct AllocatedRow {
  model::CityCode city;
  model::PanelCode panel;
  planning::Assignment assignment;  // its cell is not kept

  bool operator==(const AllocatedRow&) const = default;
};

/// Other than its particulars say: a person asked for it.
struct AllocationTerm {
  model::LaboratoryId laboratory;
  std::uint32_t capacity = 0;  // 0: it was left out

  bool operator==(const AllocationTerm&) const = default;
};

struct KeptAllocation {
  std::uint32_t number = 1;  // of the plan's allocations
  UtcTime at{};
  model::PersonId person{};
  std::vector<AllocationTerm> terms{};
  std::vector<AllocatedRow> rows{};

  bool operator==(const KeptAllocation&) const = default;
};

std::optional<KeptAllocation> allocation(const journal::View& store, model::PlanId plan);
/// Takes the place of the one before; its `number` is set.
void put_allocation(journal::Draft& draft, model::PlanId plan, KeptAllocation allocation);
/// How many there have been of all plans: two looks at the store that give the same saw the same allocations.
std::uint64_t allocations_made(const journal::View& store);

}  // namespace lab::coordinator::tables
