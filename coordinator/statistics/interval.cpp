#include "coordinator/statistics/interval.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/erf.hpp>
#include <cmath>
#include <exception>
#include <numbers>

namespace lab::statistics {
namespace {

Result<void> check_counts(std::uint64_t passed, std::uint64_t total) {
  if (total == 0) return fail(ErrorCode::malformed, "there are no samples: give a total of at least 1", "total");
  if (passed > total) {
    return fail(ErrorCode::malformed, fmt::format("{} of {} cannot have passed; check the two counts", passed, total),
                "passed");
  }
  if (total > samples_max) {
    return fail(ErrorCode::too_large,
                fmt::format("{} is above {}, beyond which the digits are not sure", total, samples_max), "total");
  }
  return {};
}

Result<void> check_open(double value, const char* name, const char* usual) {
  if (value > 0 && value < 1) return {};
  return fail(ErrorCode::malformed, fmt::format("{} is not strictly between 0 and 1; {} is usual", value, usual), name);
}

double normal_quantile(double confidence) { return std::numbers::sqrt2 * boost::math::erf_inv(confidence); }

Interval wilson(double x, double n, double confidence) {
  const double z = normal_quantile(confidence);
  const double p = x / n;
  const double scale = 1 + z * z / n;
  const double middle = (p + z * z / (2 * n)) / scale;
  const double half = z / scale * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n));
  return {middle - half, middle + half};
}

// Newcombe's form with continuity correction.
Interval wilson_cc(double x, double n, double confidence) {
  const double z = normal_quantile(confidence);
  const double p = x / n;
  const double scale = 2 * (n + z * z);
  const double middle = 2 * n * p + z * z;
  const double common = z * z - 1 / n + 4 * n * p * (1 - p);
  const double low = (middle - (z * std::sqrt(std::max(0.0, common + (4 * p - 2))) + 1)) / scale;
  const double high = (middle + (z * std::sqrt(std::max(0.0, common - (4 * p - 2))) + 1)) / scale;
  return {low, high};
}

// Quantiles of beta distributions: exact, hence never too narrow.
Interval clopper_pearson(double x, double n, double confidence) {
  const double tail = (1 - confidence) / 2;
  return {x > 0 ? boost::math::ibeta_inv(x, n - x + 1, tail) : 0.0,
          x < n ? boost::math::ibetac_inv(x + 1, n - x, tail) : 1.0};
}

Interval jeffreys(double x, double n, double confidence) {
  const double tail = (1 - confidence) / 2;
  return {boost::math::ibeta_inv(x + 0.5, n - x + 0.5, tail), boost::math::ibetac_inv(x + 0.5, n - x + 0.5, tail)};
}

Interval compute(double x, double n, double confidence, IntervalMethod method) {
  switch (method) {
    case IntervalMethod::wilson:
      return wilson(x, n, confidence);
    case IntervalMethod::wilson_cc:
      return wilson_cc(x, n, confidence);
    case IntervalMethod::clopper_pearson:
      return clopper_pearson(x, n, confidence);
    case IntervalMethod::jeffreys:
      return jeffreys(x, n, confidence);
  }
  return {};
}

double binomial_tail(double x, double n, double target, Alternative alternative) {
  // P(X >= k) = I_target(k, n - k + 1).
  switch (alternative) {
    case Alternative::less:
      return x >= n ? 1.0 : boost::math::ibetac(x + 1, n - x, target);
    case Alternative::greater:
      return x <= 0 ? 1.0 : boost::math::ibeta(x, n - x + 1, target);
  }
  return 1.0;
}

// The library reports what it cannot compute by throwing.
template <class Function>
auto guarded(Function compute) -> Result<decltype(compute())> {
  try {
    return compute();
  } catch (const std::exception& error) {
    return fail(ErrorCode::unsupported, fmt::format("the probability could not be computed: {}", error.what()));
  }
}

}  // namespace

const char* name_of(IntervalMethod method) {
  switch (method) {
    case IntervalMethod::wilson:
      return "wilson";
    case IntervalMethod::wilson_cc:
      return "wilson_cc";
    case IntervalMethod::clopper_pearson:
      return "clopper_pearson";
    case IntervalMethod::jeffreys:
      return "jeffreys";
  }
  return "wilson";
}

Result<Interval> interval(std::uint64_t passed, std::uint64_t total, double confidence, IntervalMethod method) {
  if (auto good = check_counts(passed, total); !good) return fail(std::move(good));
  if (auto good = check_open(confidence, "confidence", "0.95"); !good) return fail(std::move(good));
  auto found =
      guarded([&] { return compute(static_cast<double>(passed), static_cast<double>(total), confidence, method); });
  if (!found) return found;
  if (passed == 0) found->low = 0;
  if (passed == total) found->high = 1;
  return Interval{std::clamp(found->low, 0.0, 1.0), std::clamp(found->high, 0.0, 1.0)};
}

Result<double> binomial_p_value(std::uint64_t passed, std::uint64_t total, double target, Alternative alternative) {
  if (auto good = check_counts(passed, total); !good) return fail(std::move(good));
  if (!(target >= 0 && target <= 1)) {
    return fail(ErrorCode::malformed, fmt::format("{} is not between 0 and 1; write 96 % as 0.96", target), "target");
  }
  return guarded(
      [&] { return binomial_tail(static_cast<double>(passed), static_cast<double>(total), target, alternative); });
}

const char* name_of(Evidence evidence) {
  switch (evidence) {
    case Evidence::against:
      return "against";
    case Evidence::undecided:
      return "undecided";
    case Evidence::in_favour:
      return "for";
  }
  return "undecided";
}

Result<Evidence> evidence_for_target(std::uint64_t passed, std::uint64_t total, double target, double alpha) {
  if (auto good = check_open(alpha, "alpha", "0.05"); !good) return fail(std::move(good));
  const auto below = binomial_p_value(passed, total, target, Alternative::less);
  if (!below) return tl::unexpected(below.error());
  const auto above = binomial_p_value(passed, total, target, Alternative::greater);
  if (!above) return tl::unexpected(above.error());
  if (*below <= alpha) return Evidence::against;
  return *above <= alpha ? Evidence::in_favour : Evidence::undecided;
}

}  // namespace lab::statistics
