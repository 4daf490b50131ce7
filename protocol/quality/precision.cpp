#include "protocol/quality/precision.hpp"

#include <fmt/format.h>
#include <cmath>

#include "protocol/base/approximate.hpp"

namespace lab::quality {
namespace {

const Decimal thompson_below{12, -8};  // mass fraction
constexpr double thompson_rsd = 22;    // percent

tl::unexpected<Error> too_many_digits() {
  return fail(ErrorCode::too_large, "the values differ by more than 38 digits; check their units");
}

struct Sides {
  Decimal of_part;   // 100 part
  Decimal of_limit;  // limit x whole
};

std::optional<Sides> sides(const PercentRatio& ratio, const Decimal& limit_percent) {
  const auto part = ratio.part.shifted(2);
  const auto limit = limit_percent.times(ratio.whole);
  if (!part || !limit) return std::nullopt;
  return Sides{*part, *limit};
}

}  // namespace

double PercentRatio::percent() const { return approximate(part) / approximate(whole) * 100; }

std::optional<bool> PercentRatio::at_most(const Decimal& limit_percent) const {
  const auto both = sides(*this, limit_percent);
  if (!both) return std::nullopt;
  return both->of_part <= both->of_limit;
}

std::optional<bool> PercentRatio::at_least(const Decimal& limit_percent) const {
  const auto both = sides(*this, limit_percent);
  if (!both) return std::nullopt;
  return both->of_part >= both->of_limit;
}

Result<PercentRatio> relative_difference(const Decimal& a, const Decimal& b) {
  const auto sum = a.plus(b);
  const auto difference = a.plus(b.negated());
  const auto twice = difference ? difference->times(Decimal{2, 0}) : std::nullopt;
  if (!sum || !twice) return too_many_digits();
  if (sum->is_negative() || sum->is_zero()) {
    return fail(ErrorCode::malformed,
                fmt::format("the mean of {} and {} is not positive, so there is no relative difference", a.to_text(),
                            b.to_text()));
  }
  return PercentRatio{twice->is_negative() ? twice->negated() : *twice, *sum};
}

Result<PercentRatio> recovery(const Decimal& spiked, const Decimal& native, const Decimal& added) {
  if (added.is_negative() || added.is_zero()) {
    return fail(ErrorCode::malformed,
                fmt::format("{} is no amount that was added; it must be positive", added.to_text()), "added");
  }
  const auto found = spiked.plus(native.negated());
  if (!found) return too_many_digits();
  return PercentRatio{*found, added};
}

Result<double> horwitz_rsd(const Decimal& mass_fraction) {
  if (mass_fraction.is_negative() || mass_fraction.is_zero() || mass_fraction > Decimal{1, 0}) {
    return fail(ErrorCode::malformed,
                fmt::format("{} is not above 0 and at most 1; write 1 mg/kg as 0.000001", mass_fraction.to_text()),
                "mass_fraction");
  }
  if (mass_fraction < thompson_below) return thompson_rsd;
  return std::exp2(1 - 0.5 * std::log10(approximate(mass_fraction)));
}

double horrat(double observed_rsd, double predicted_rsd) { return observed_rsd / predicted_rsd; }

}  // namespace lab::quality
