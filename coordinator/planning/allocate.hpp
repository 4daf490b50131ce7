#pragma once
// Which laboratory tests which samples of the plan: everything tested, nobody over capacity, nobody who has to keep
// away (planning/independence.hpp), samples travelling as few kilometres in total as possible.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "coordinator/planning/independence.hpp"
#include "coordinator/planning/reference.hpp"
#include "protocol/base/result.hpp"
#include "protocol/model/ids.hpp"
#include "protocol/model/plan.hpp"

namespace lab::planning {

/// Why samples go where they go.
enum class PlacedBecause : std::uint8_t {
  own_city,           // the laboratory is in the city where the samples are drawn
  no_own_laboratory,  // no laboratory of that city offers the panel
  own_city_full,      // those that do have no place left
  own_city_excluded,  // those that do have to keep away by a rule of independence
};

const char* name_of(PlacedBecause because);  // "own_city", ...

/// So many samples of one cell go to one laboratory.
struct Assignment {
  std::size_t cell = 0;  // index in the plan's cells
  model::LaboratoryId laboratory;
  std::uint32_t count = 0;
  PlacedBecause because = PlacedBecause::own_city;
  std::uint32_t kilometres = 0;  // between the two cities
  std::string rule{};            // of own_city_excluded: the reason the rule gives

  bool operator==(const Assignment&) const = default;
};

/// For people, in Chinese.
std::string reason_of(const Assignment& assignment);

/// Divides every cell's quota among the laboratories that offer its panel and need not keep away, in whole samples,
/// with the least total of kilometres travelled (0 within a city). Exact (network simplex), and the same answer for the
/// same input. Assignments are in the order of cells, then of laboratories. A cell's quota is what is still to be
/// divided of it, and a laboratory's capacity the places it has left: the caller takes off what they hold already, of
/// this plan and of others. Errors: conflict when the places do not suffice, naming for each panel how many are missing
/// and who keeps away; not_found for a cell or laboratory whose city is not in `divisions`.
Result<std::vector<Assignment>> allocate(const std::vector<model::PlanCell>& cells,
                                         std::span<const model::Laboratory> laboratories, const Divisions& divisions,
                                         std::span<const IndependenceRule> rules = {});

}  // namespace lab::planning
