#include "protocol/quality/calibration.hpp"

#include "protocol/base/approximate.hpp"

namespace lab::quality {
namespace {

using Wide = long double;  // sums of squares lose digits where x is large and close together

struct Sums {
  Wide xx = 0;
  Wide xy = 0;
  Wide yy = 0;
};

Wide wide(const Decimal& value) { return approximate(value); }

// Around the means: the plain sums of squares would cancel.
Sums sums_around(std::span<const CalibrationPoint> points, Wide mean_x, Wide mean_y) {
  Sums sums;
  for (const auto& [x, y] : points) {
    const Wide dx = wide(x) - mean_x;
    const Wide dy = wide(y) - mean_y;
    sums.xx += dx * dx;
    sums.xy += dx * dy;
    sums.yy += dy * dy;
  }
  return sums;
}

bool all_equal_x(std::span<const CalibrationPoint> points) {
  for (const CalibrationPoint& point : points) {
    if (point.x != points.front().x) return false;
  }
  return true;
}

}  // namespace

Result<CalibrationLine> fit_line(std::span<const CalibrationPoint> points) {
  if (points.size() < 2) return fail(ErrorCode::malformed, "a line needs at least two points", "x");
  if (all_equal_x(points)) return fail(ErrorCode::malformed, "all x are equal; a line needs two different ones", "x");
  Wide mean_x = 0;
  Wide mean_y = 0;
  for (const auto& [x, y] : points) {
    mean_x += wide(x);
    mean_y += wide(y);
  }
  mean_x /= static_cast<Wide>(points.size());
  mean_y /= static_cast<Wide>(points.size());
  const Sums sums = sums_around(points, mean_x, mean_y);
  if (!(sums.xx > 0)) return fail(ErrorCode::malformed, "the x are too close together to tell apart", "x");
  const Wide slope = sums.xy / sums.xx;
  CalibrationLine line{.slope = static_cast<double>(slope),
                       .intercept = static_cast<double>(mean_y - slope * mean_x),
                       .r2 = {},
                       .residuals = {}};
  if (sums.yy > 0) line.r2 = static_cast<double>(sums.xy * sums.xy / (sums.xx * sums.yy));
  line.residuals.reserve(points.size());
  for (const auto& [x, y] : points) {
    line.residuals.push_back(static_cast<double>(wide(y) - mean_y - slope * (wide(x) - mean_x)));
  }
  return line;
}

}  // namespace lab::quality
