#pragma once
// What is still to be divided of a plan, and what the laboratories hold already: an allocation fills what is left.

#include <cstdint>
#include <map>
#include <vector>

#include "coordinator/tables/plans.hpp"
#include "protocol/base/result.hpp"
#include "protocol/journal/view.hpp"

namespace lab::dispatch {

/// Samples of one laboratory, in tasks that are not cancelled.
struct Holding {
  std::uint64_t kept = 0;       // of this plan: no allocation moves them (is_kept() in handover.hpp)
  std::uint64_t allocated = 0;  // of this plan: given to it by the last allocation, and still free to be moved
  std::uint64_t elsewhere = 0;  // of other plans of the same year

  /// Places of `capacity` that an allocation may fill.
  [[nodiscard]] std::uint32_t room(std::uint32_t capacity) const;
};

struct Holdings {
  std::vector<std::uint32_t> free;  // by cell: samples that nobody has
  std::map<model::LaboratoryId, Holding> laboratories;
};

/// Counted from the tasks of the plans of that year (4 us each). A capacity is of a year, and so is a plan.
/// Errors: conflict while another plan of the year is being allocated: its tasks are not where they will be.
Result<Holdings> holdings(const journal::View& store, const model::PlanEntry& plan);

}  // namespace lab::dispatch
