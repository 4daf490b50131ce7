#pragma once
// The pass rate weighted by production, beside the pooled one: where a city or category is sampled more than it
// produces the two differ, and can even reverse.

#include <optional>
#include <span>
#include <string>

#include "coordinator/planning/weights.hpp"
#include "coordinator/reports/summary.hpp"

namespace lab::reports {

struct WeightedRate {
  std::string rate;            // percent with one digit
  std::string standard_error;  // in percentage points with one digit, with finite population correction
  std::string source;          // of the weights
};

/// sum W_h x_h / n_h over the strata (category of a city) of one programme that have a weight, under the filters, of
/// now or of a moment. An error says why there is none: nothing is weighted by weights that leave samples out, by a
/// stratum without samples, or under filters that weights do not know (county, stage, laboratory, analyte).
Result<WeightedRate> weighted_rate(const journal::View& store, const Query& query,
                                   std::span<const planning::StratumWeight> weights,
                                   const std::optional<UtcTime>& moment);

}  // namespace lab::reports
