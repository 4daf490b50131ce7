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

/// Whether r2 reaches `least`, in exact decimals: (n Sxy - Sx Sy)^2 >= least (n Sxx - Sx^2)(n Syy - Sy^2). False when
/// all x or all y are equal; nothing when that needs more than 38 digits, which x of 4 and y of 9 digits do not.
std::optional<bool> r2_at_least(std::span<const CalibrationPoint> points, const Decimal& least);

/// Unweighted, to look at; `r2` of it is never compared. Malformed with fewer than two points, or when all x are equal.
Result<CalibrationLine> fit_line(std::span<const CalibrationPoint> points);

}  // namespace lab::quality
