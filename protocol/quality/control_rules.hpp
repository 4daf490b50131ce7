#pragma once
// Westgard's multirules over the values of one control material, oldest first. All comparisons are strict and exact.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "protocol/base/decimal.hpp"
#include "protocol/base/result.hpp"

namespace lab::quality {

/// Mean and standard deviation of a control material, frozen once and kept until a person freezes them anew: limits
/// that move with the values they watch never see a drift.
struct ControlLine {
  Decimal mean;
  Decimal sd;  // positive

  bool operator==(const ControlLine&) const = default;
};

constexpr std::size_t frozen_values_min = 20;  // what quality manuals ask for before a chart is used

/// From the values of a first period: their mean and their standard deviation with n - 1, to 12 significant digits.
/// Malformed with fewer than frozen_values_min values, or when they are all equal.
Result<ControlLine> freeze(std::span<const Decimal> values);

/// Where a value lies: which side of the mean, and beyond how many whole standard deviations (0..3, 3 for more).
/// A value exactly on a limit is not beyond it; one exactly on the mean is on neither side.
struct ControlPosition {
  int side = 0;  // -1, 0, 1
  int beyond = 0;

  bool operator==(const ControlPosition&) const = default;
};

/// Nothing unless sd is positive, or when the digits do not fit.
std::optional<ControlPosition> position_of(const Decimal& value, const ControlLine& line);

enum class ControlRule : std::uint8_t {
  one_2s,    // this value beyond 2 s: a warning, no more
  one_3s,    // this value beyond 3 s
  two_2s,    // this value and the one before beyond 2 s on the same side
  range_4s,  // this value beyond 2 s on one side and the one before beyond 2 s on the other
  four_1s,   // the last four beyond 1 s on the same side
  ten_x,     // the last ten on the same side of the mean
};

const char* name_of(ControlRule rule);  // "1_2s", "1_3s", "2_2s", "R_4s", "4_1s", "10_x"

/// All but the warning 1_2s stop a run.
bool rejects(ControlRule rule);

/// For each value the rules that it completes, in the order of the enumeration.
std::vector<std::vector<ControlRule>> completed_rules(std::span<const ControlPosition> positions);

}  // namespace lab::quality
