#pragma once
// How sure a pass rate is. Probabilities are binary floating point, good to 1e-9; verdicts and counts never are.

#include <cstdint>

#include "protocol/base/result.hpp"

namespace lab::statistics {

/// Above this the incomplete beta function loses the digits we promise (at 10^14 only six are right); a province has
/// some 10^5 samples a year.
constexpr std::uint64_t samples_max = 1'000'000'000;

enum class IntervalMethod : std::uint8_t { wilson, wilson_cc, clopper_pearson, jeffreys };

const char* name_of(IntervalMethod method);  // "wilson", "wilson_cc", "clopper_pearson", "jeffreys"

struct Interval {
  double low = 0;
  double high = 1;

  bool operator==(const Interval&) const = default;
};

/// Two-sided interval for the probability behind `passed` of `total`. With none passed the low end is 0, with all the
/// high end is 1. Malformed when total is 0, passed > total, or confidence is not strictly between 0 and 1; too_large
/// when total is above samples_max.
Result<Interval> interval(std::uint64_t passed, std::uint64_t total, double confidence = 0.95,
                          IntervalMethod method = IntervalMethod::wilson);

enum class Alternative : std::uint8_t { less, greater };

/// P(X <= passed) for `less`, P(X >= passed) for `greater`, X binomial(total, target): the exact one-sided p-value.
/// Malformed as above, or when target is not within 0..1.
Result<double> binomial_p_value(std::uint64_t passed, std::uint64_t total, double target, Alternative alternative);

/// What the samples say about "the rate is at least the target". 50 of 50 passed says nothing yet about 96 %.
enum class Evidence : std::uint8_t { against, undecided, in_favour };

const char* name_of(Evidence evidence);  // "against", "undecided", "for"

/// Against when the exact test refutes a rate of `target` or more at level alpha, in favour when it refutes a rate of
/// `target` or less, undecided otherwise. Malformed as above, or when alpha is not strictly between 0 and 1.
Result<Evidence> evidence_for_target(std::uint64_t passed, std::uint64_t total, double target, double alpha = 0.05);

}  // namespace lab::statistics
