#pragma once
// Rates over strata and over time: does a weighted rate differ from the pooled one, and is something getting worse?

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "protocol/base/result.hpp"

namespace lab::statistics {

/// One layer of production, e.g. vegetables of one city.
struct Stratum {
  std::string name;
  std::uint64_t population = 0;  // N_h: batches produced, not sampled
  std::uint64_t sampled = 0;     // n_h
  std::uint64_t passed = 0;      // x_h
};

/// Pooled and weighted rates can differ and even reverse; both are shown.
struct StratifiedRate {
  double pooled = 0;          // sum x / sum n
  double weighted = 0;        // sum (N_h / N) x_h / n_h
  double standard_error = 0;  // of the weighted rate, with finite population correction and n_h - 1
};

/// Malformed when there is no stratum, one has no sample, x > n or n > N, or one sample alone stands for a larger
/// stratum (its variance cannot be estimated).
Result<StratifiedRate> stratified_rate(std::span<const Stratum> strata);

/// A control path and where it first gave alarm.
struct Signal {
  std::vector<double> path;
  std::optional<std::size_t> at;  // 0-based index of the first observation with alarm
};

/// Bernoulli CUSUM, upper side: S = max(0, S + x - k), k = r1 / r2 of the likelihood ratio of p1 against p0; alarm when
/// S >= h. true = nonconforming. Malformed unless 0 < p0 < p1 < 1 and h > 0.
Result<Signal> bernoulli_cusum(const std::vector<bool>& nonconforming, double p0, double p1, double h);

/// EWMA started at p0 with the exact variance of each step; alarm above p0 + L sigma_t. Malformed unless
/// 0 < p0 < 1, 0 < lambda <= 1, L > 0.
Result<Signal> ewma(const std::vector<bool>& nonconforming, double p0, double lambda, double width);

}  // namespace lab::statistics
