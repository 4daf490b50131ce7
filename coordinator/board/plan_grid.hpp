#pragma once
// How far a plan is in every cell of cities and categories: what was ordered, what was drawn, what was judged. Private
// to this folder.

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <set>

#include "coordinator/tables/plans.hpp"
#include "protocol/journal/view.hpp"

namespace lab::board {

struct GridFilter {
  std::optional<model::Stage> stage;
  std::uint8_t round = 0;  // 0: all of them
};

struct GridKey {
  model::ProgrammeCode programme;
  model::CityCode city;
  model::CategoryCode category;

  auto operator<=>(const GridKey&) const = default;
};

struct GridCell {
  std::uint32_t quota = 0;
  std::uint32_t released = 0;   // a node has been given it, whatever became of it since
  std::uint32_t drawn = 0;      // a sampler has filled in the form of it
  std::uint32_t judged = 0;     // a verdict was counted
  std::uint32_t declined = 0;   // it could not be drawn, as things are
  std::uint32_t cancelled = 0;  // nobody draws it any more, though it is still ordered

  bool operator==(const GridCell&) const = default;
};

struct Grid {
  std::map<GridKey, GridCell> cells;
  /// Of the whole plan, whatever the filter.
  std::set<model::Stage> stages;
  std::set<std::uint8_t> rounds;
};

/// Counted from the quotas, the tasks and their files: it passes over all tasks of the plan.
Grid plan_grid(const journal::View& store, const coordinator::tables::PlanRef& plan, const GridFilter& filter);

}  // namespace lab::board
