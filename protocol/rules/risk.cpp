#include "protocol/rules/risk.hpp"

#include <cmath>
#include <numbers>

#include "protocol/base/approximate.hpp"
#include "protocol/rules/limit_text.hpp"

namespace lab::rules {
namespace {

// Exact difference first: 0.05 - 0.0499999999 would lose its digits as doubles. Where it needs more than 38 digits, the
// two are of such different size that doubles do.
double difference_in_sigma(const Decimal& to, const Decimal& from, double sigma) {
  const auto difference = to.plus(from.negated());
  return (difference ? approximate(*difference) : approximate(to) - approximate(from)) / sigma;
}

double normal_cdf(double z) { return 0.5 * std::erfc(-z / std::numbers::sqrt2); }

}  // namespace

std::optional<double> p_conform(const Evidence& evidence, const model::Limit& limit) {
  const auto& value = evidence.value;
  if (!evidence.expanded_uncertainty || evidence.expanded_uncertainty->is_negative()) return std::nullopt;
  if (value.state != model::ValueState::numeric || !value.number || value.number->is_negative()) return std::nullopt;
  if ((!limit.upper && !limit.lower) || !is_well_formed(limit)) return std::nullopt;
  if (limit.kind == model::LimitKind::not_detected || limit.kind == model::LimitKind::banned) return std::nullopt;
  const auto shift = unit_shift(evidence.unit, limit.unit);
  const auto y = shift ? value.number->shifted(*shift) : std::nullopt;
  if (!y) return std::nullopt;
  const Decimal& u = *evidence.expanded_uncertainty;
  const double sigma = approximate(u) / 2;
  if (sigma == 0) {
    const bool above = limit.upper && (*y > *limit.upper || (*y == *limit.upper && !limit.upper_inclusive));
    const bool under = limit.lower && (*y < *limit.lower || (*y == *limit.lower && !limit.lower_inclusive));
    return above || under ? 0.0 : 1.0;
  }
  const double room_above = limit.upper ? difference_in_sigma(*limit.upper, *y, sigma) : HUGE_VAL;
  const double room_below = limit.lower ? difference_in_sigma(*y, *limit.lower, sigma) : HUGE_VAL;
  // Of the two equal forms the one that subtracts small numbers, for digits in the tails.
  if (room_below < 0) return normal_cdf(room_below) - normal_cdf(-room_above);
  return normal_cdf(room_above) - normal_cdf(-room_below);
}

}  // namespace lab::rules
