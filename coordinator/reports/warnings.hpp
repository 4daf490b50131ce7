#pragma once
// Which category of which city warns early: by rules that are data, each warning with the figures it rests on.

#include <string>
#include <vector>

#include "coordinator/reports/summary.hpp"

namespace lab::reports {

enum class WarningLevel : std::uint8_t {
  amber,  // below the target, and so far it may be chance
  red,    // below the target, and no chance at 5 %
};

const char* name_of(WarningLevel level);

struct Warning {
  model::ProgrammeCode programme;
  model::CityCode city;
  model::CategoryCode category;
  WarningLevel level = WarningLevel::amber;
  Figures figures;
  std::string rule;    // its code; "默认" without one of the province's
  std::string reason;  // one Chinese sentence with the figures
};

/// Judged samples from which on a category warns, where the province has no rule: as many as make rates comparable.
constexpr std::uint64_t warning_least_usual = statistics::comparable_from_usual;

/// Of every programme with a target. Cells with fewer judged samples than the rule asks for never warn. Red before
/// amber, then by city and category.
std::vector<Warning> warnings(const journal::View& store, const Query& query, const Targets& targets, UtcTime now);

}  // namespace lab::reports
