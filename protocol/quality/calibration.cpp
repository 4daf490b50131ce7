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

using Exact = std::optional<Decimal>;  // nothing once 38 digits do not hold the number

Exact plus(const Exact& a, const Exact& b) { return a && b ? a->plus(*b) : std::nullopt; }
Exact times(const Exact& a, const Exact& b) { return a && b ? a->times(*b) : std::nullopt; }
Exact minus(const Exact& a, const Exact& b) { return b ? plus(a, b->negated()) : std::nullopt; }

}  // namespace

std::optional<bool> r2_at_least(std::span<const CalibrationPoint> points, const Decimal& least) {
  Exact x = Decimal{};
  Exact y = Decimal{};
  Exact xx = Decimal{};
  Exact xy = Decimal{};
  Exact yy = Decimal{};
  for (const CalibrationPoint& point : points) {
    x = plus(x, point.x);
    y = plus(y, point.y);
    xx = plus(xx, point.x.times(point.x));
    xy = plus(xy, point.x.times(point.y));
    yy = plus(yy, point.y.times(point.y));
  }
  const Decimal n{static_cast<Decimal::Mantissa>(points.size()), 0};
  const Exact together = minus(times(n, xy), times(x, y));
  const Exact apart = times(minus(times(n, xx), times(x, x)), minus(times(n, yy), times(y, y)));
  const Exact explained = times(together, together);
  const Exact needed = times(apart, least);
  if (!explained || !needed) return std::nullopt;
  return !apart->is_zero() && *explained >= *needed;
}

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
