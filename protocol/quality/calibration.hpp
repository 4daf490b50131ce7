#pragma once
// The straight line through standards, by ordinary least squares.

#include <optional>
#include <span>
#include <vector>

#include "protocol/base/decimal.hpp"
#include "protocol/base/result.hpp"

namespace lab::quality {

struct CalibrationPoint {
  Decimal x;  // what the standard holds
  Decimal y;  // what the instrument answered
};

struct CalibrationLine {
  double slope = 0;
  double intercept = 0;
  std::optional<double> r2;       // nothing when all y are equal: there is nothing to explain
  std::vector<double> residuals;  // y - (intercept + slope x), in the order of the points
};

/// Unweighted. Malformed with fewer than two points, or when all x are equal.
Result<CalibrationLine> fit_line(std::span<const CalibrationPoint> points);

}  // namespace lab::quality
