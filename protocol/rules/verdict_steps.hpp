#pragma once
// judge() for one question and every number: where the verdict changes, as integers. Made by asking judge() itself, so
// that it cannot say anything else, and then cheap enough to ask a million times.

#include <array>
#include <cstdint>
#include <optional>

#include "protocol/rules/judge.hpp"

namespace lab::rules {

/// For values m x 10^exponent of one state and comparator against one limit: the finding is a step function of m.
class alignas(64) VerdictSteps {
 public:
  /// Zones of a guarded range, negative values and the LOD together change at 9 places at most.
  static constexpr std::size_t steps_max = 12;

  /// `question` is what judge() would be given; of its value only state and comparator count, and every m stands for
  /// that value with the number m x 10^exponent. Nothing when the digits of some m would not fit an intermediate result
  /// (exponents far from those of any unit of measurement): ask judge() then. Pure.
  static std::optional<VerdictSteps> compile(const Evidence& question, const model::Limit& limit, int exponent);

  /// One finding whatever the number: a result without one.
  static VerdictSteps always(const Finding& finding) {
    VerdictSteps steps;
    steps.findings_.fill(finding);
    return steps;
  }

  /// What judge() says of m x 10^exponent. Without a branch for the usual number of steps.
  [[nodiscard]] Finding at(std::int64_t m) const {
    std::size_t zone = 0;
    for (std::size_t i = 0; i < usual_steps; ++i) zone += m >= starts_[i] ? 1 : 0;
    for (std::size_t i = usual_steps; i < count_; ++i) zone += m >= starts_[i] ? 1 : 0;
    return findings_[zone];
  }

 private:
  static constexpr std::size_t usual_steps = 4;  // with the findings before them in one line of the cache

  VerdictSteps() { starts_.fill(INT64_MAX); }
  void add(std::int64_t start, const Finding& finding);

  std::array<Finding, steps_max + 1> findings_{};  // all after the last zone are that of the last zone
  std::uint8_t count_ = 0;
  std::array<std::int64_t, steps_max> starts_{};  // ascending: the smallest m of the next zone; then INT64_MAX
};

}  // namespace lab::rules
