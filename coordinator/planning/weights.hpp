#pragma once
// How much of a programme's products a category of a city stands for. Weights come from production, never from how many
// samples were drawn.

#include <cstdint>
#include <string>
#include <vector>

#include "coordinator/planning/reference.hpp"

namespace lab::planning {

/// Under which name the province may give its weights; without them no rate is weighted.
constexpr const char* weights_file = "weights.csv";

struct StratumWeight {
  model::ProgrammeCode programme;
  model::CityCode city;
  model::CategoryCode category;
  std::uint32_t batches = 0;  // produced in the year
  std::string source;         // the statistics they were taken from, for people

  bool operator==(const StratumWeight&) const = default;
};

/// Columns: 项目(programme), 市州(city), 类别(category), 权重(weight: batches produced), 来源(source). Malformed with
/// every mistake named; a programme, city and category may stand once.
Result<std::vector<StratumWeight>> load_weights(const Table& table, const std::vector<Programme>& programmes,
                                                const Divisions& divisions, const Categories& categories);

}  // namespace lab::planning
