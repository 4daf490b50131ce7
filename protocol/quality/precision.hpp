#pragma once
// How near two results, or a result and what was put in, lie together.

#include <optional>

#include "protocol/base/decimal.hpp"
#include "protocol/base/result.hpp"

namespace lab::quality {

/// part / whole as measured and not divided, so that comparing it with a limit in percent stays exact.
struct PercentRatio {
  Decimal part;
  Decimal whole;  // positive

  [[nodiscard]] double percent() const;  // to show it; never compare what this returns
  /// 100 part <= limit x whole, or >=. Nothing when that needs more than 38 digits.
  [[nodiscard]] std::optional<bool> at_most(const Decimal& limit_percent) const;
  [[nodiscard]] std::optional<bool> at_least(const Decimal& limit_percent) const;
};

/// Relative percent difference of duplicates: |a - b| / ((a + b) / 2). Both in one unit.
/// Malformed unless their sum is positive; too_large when the digits do not fit.
Result<PercentRatio> relative_difference(const Decimal& a, const Decimal& b);

/// Recovery of a spike: (spiked - native) / added, all three in one unit. May be negative.
/// Malformed unless `added` is positive; too_large when the digits do not fit.
Result<PercentRatio> recovery(const Decimal& spiked, const Decimal& native, const Decimal& added);

/// Relative standard deviation between laboratories that Horwitz's curve predicts, in percent: 2^(1 - 0.5 lg C), C the
/// mass fraction (1 mg/kg is 0.000001), and 22 % below 1.2e-7, where the curve would go on rising (Thompson,
/// Analyst 2000, 125, 385). Malformed unless 0 < C <= 1.
Result<double> horwitz_rsd(const Decimal& mass_fraction);

/// Observed over predicted. 0.5 to 2 is commonly taken as normal between laboratories.
double horrat(double observed_rsd, double predicted_rsd);

}  // namespace lab::quality
