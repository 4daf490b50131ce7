#include "coordinator/statistics/trend.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <cmath>

namespace lab::statistics {
namespace {

Result<void> check(const Stratum& stratum) {
  const auto refuse = [&](const char* why) {
    return fail(ErrorCode::malformed, why, fmt::format("stratum {}", stratum.name));
  };
  if (stratum.sampled == 0) return refuse("nothing was sampled; merge the stratum with a neighbour");
  if (stratum.passed > stratum.sampled) return refuse("more passed than were sampled; check the two counts");
  if (stratum.sampled > stratum.population) return refuse("more sampled than produced; check N and n");
  if (stratum.sampled == 1 && stratum.population > 1) {
    return refuse("one sample has no variance to estimate; merge the stratum with a neighbour");
  }
  return {};
}

// Of the stratum's rate, without replacement.
double variance_of(double n, double population, double rate) {
  if (n == population) return 0;  // a census does not vary
  return (1 - n / population) * rate * (1 - rate) / (n - 1);
}

Result<void> check_rate(bool good, const char* rule) {
  if (good) return {};
  return fail(ErrorCode::malformed, fmt::format("the parameters must satisfy {}", rule), "parameters");
}

}  // namespace

Result<StratifiedRate> stratified_rate(std::span<const Stratum> strata) {
  if (strata.empty()) return fail(ErrorCode::malformed, "give at least one stratum", "strata");
  double population = 0;  // exact to 2^53 batches, and no sum of wrong ones can wrap around
  double sampled = 0;
  double passed = 0;
  for (const Stratum& stratum : strata) {
    if (auto good = check(stratum); !good) return fail(std::move(good));
    population += static_cast<double>(stratum.population);
    sampled += static_cast<double>(stratum.sampled);
    passed += static_cast<double>(stratum.passed);
  }
  StratifiedRate result;
  result.pooled = passed / sampled;
  double variance = 0;
  for (const Stratum& stratum : strata) {
    const auto n = static_cast<double>(stratum.sampled);
    const auto size = static_cast<double>(stratum.population);
    const double weight = size / population;
    const double rate = static_cast<double>(stratum.passed) / n;
    result.weighted += weight * rate;
    variance += weight * weight * variance_of(n, size, rate);
  }
  result.standard_error = std::sqrt(variance);
  return result;
}

Result<Signal> bernoulli_cusum(const std::vector<bool>& nonconforming, double p0, double p1, double h) {
  if (auto good = check_rate(p0 > 0 && p0 < p1 && p1 < 1 && h > 0, "0 < p0 < p1 < 1 and h > 0"); !good) {
    return fail(std::move(good));
  }
  const double r1 = -std::log((1 - p1) / (1 - p0));
  const double r2 = std::log(p1 * (1 - p0) / (p0 * (1 - p1)));
  const double k = r1 / r2;
  Signal signal;
  double sum = 0;
  for (const bool bad : nonconforming) {
    sum = std::max(0.0, sum + (bad ? 1.0 : 0.0) - k);
    if (!signal.at && sum >= h) signal.at = signal.path.size();
    signal.path.push_back(sum);
  }
  return signal;
}

Result<Signal> ewma(const std::vector<bool>& nonconforming, double p0, double lambda, double width) {
  const bool good_rates = p0 > 0 && p0 < 1 && lambda > 0 && lambda <= 1 && width > 0;
  if (auto good = check_rate(good_rates, "0 < p0 < 1, 0 < lambda <= 1 and L > 0"); !good) return fail(std::move(good));
  Signal signal;
  double level = p0;
  double remembered = 1;  // (1 - lambda)^(2t)
  for (const bool bad : nonconforming) {
    level = lambda * (bad ? 1.0 : 0.0) + (1 - lambda) * level;
    remembered *= (1 - lambda) * (1 - lambda);
    const double variance = p0 * (1 - p0) * lambda / (2 - lambda) * (1 - remembered);
    if (!signal.at && level > p0 + width * std::sqrt(variance)) signal.at = signal.path.size();
    signal.path.push_back(level);
  }
  return signal;
}

}  // namespace lab::statistics
