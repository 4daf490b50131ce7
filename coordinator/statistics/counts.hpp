#pragma once
// Pass rates as what they are: integers. Merging two laboratories is adding; nothing is ever averaged.

#include <cstdint>
#include <optional>
#include <string>

#include "protocol/base/decimal.hpp"
#include "protocol/model/verdict.hpp"

namespace lab::statistics {

/// Samples by verdict. An undetermined sample is shown and counted, and is in no rate.
struct Counts {
  std::uint64_t pass = 0;
  std::uint64_t fail = 0;
  std::uint64_t problem = 0;       // a finding without a limit to fail it: has a verdict, does not conform
  std::uint64_t undetermined = 0;  // no basis, method unfit ...: no verdict

  Counts& operator+=(const Counts& other);
  bool operator==(const Counts&) const = default;

  [[nodiscard]] std::uint64_t judged() const { return pass + fail + problem; }
  [[nodiscard]] std::uint64_t total() const { return judged() + undetermined; }
};

/// An exact fraction; the denominator may be zero: nothing was judged, so there is no rate.
struct Ratio {
  std::uint64_t numerator = 0;
  std::uint64_t denominator = 0;

  bool operator==(const Ratio&) const = default;
};

/// Conforming samples among samples with a verdict (domain.md 4.6).
Ratio passed_rate(const Counts& counts);

/// Usual least number of judged samples for a rate to be compared with others: 29 of 30 passed may still stand for
/// anything from 83 % to 99 % (Wilson, 95 %).
constexpr std::uint64_t comparable_from_usual = 30;

/// Whether something was judged, and less than that: such a rate is shown with a mark, never ranked.
bool is_small(const Counts& counts, std::uint64_t comparable_from);

/// Whether numerator/denominator >= target, in integers: 17,271 of 18,000 prints as 96.0 % and does not reach 0.96.
/// Nothing when nothing was judged, or the target has more digits than fit (it comes from a table and has two or
/// three).
std::optional<bool> reaches(const Ratio& ratio, const Decimal& target);

/// In percent with that many digits after the point (0..6), rounded once from the exact ratio, ties to even
/// (GB/T 8170-2008): "96.0". "—" when nothing was judged. Display only: never compare what this returns.
std::string percent_text(const Ratio& ratio, int digits = 1);

}  // namespace lab::statistics
