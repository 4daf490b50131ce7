#include "protocol/quality/control_rules.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <cmath>

#include "protocol/base/approximate.hpp"
#include "protocol/base/check.hpp"

namespace lab::quality {
namespace {

using Positions = std::span<const ControlPosition>;

// A frozen line is stored and printed; as a decimal it is the same number everywhere.
Decimal to_twelve_digits(double value) {
  const auto decimal = Decimal::parse(fmt::format("{:.12g}", value));
  LAB_CHECK(decimal.has_value());
  return *decimal;
}

// The last `count` positions are all on one side and all beyond `sds`.
bool run_of(Positions positions, std::size_t count, int sds) {
  if (positions.size() < count) return false;
  const int side = positions.back().side;
  return side != 0 && std::ranges::all_of(positions.last(count), [&](const ControlPosition& position) {
           return position.side == side && position.beyond >= sds;
         });
}

bool is_range_4s(Positions positions) {
  if (positions.size() < 2) return false;
  const ControlPosition& before = positions[positions.size() - 2];
  const ControlPosition& now = positions.back();
  return before.beyond >= 2 && now.beyond >= 2 && before.side == -now.side;
}

// `positions` ends with the value in question.
std::vector<ControlRule> completed_by_last(Positions positions) {
  std::vector<ControlRule> rules;
  const auto add_if = [&](bool broken, ControlRule rule) {
    if (broken) rules.push_back(rule);
  };
  add_if(positions.back().beyond >= 2, ControlRule::one_2s);
  add_if(positions.back().beyond >= 3, ControlRule::one_3s);
  add_if(run_of(positions, 2, 2), ControlRule::two_2s);
  add_if(is_range_4s(positions), ControlRule::range_4s);
  add_if(run_of(positions, 4, 1), ControlRule::four_1s);
  add_if(run_of(positions, 10, 0), ControlRule::ten_x);
  return rules;
}

}  // namespace

Result<ControlLine> freeze(std::span<const Decimal> values) {
  if (values.size() < frozen_values_min) {
    return fail(ErrorCode::malformed,
                fmt::format("{} values are too few to freeze limits; measure the control {} times", values.size(),
                            frozen_values_min));
  }
  double mean = 0;
  for (const Decimal& value : values) mean += approximate(value);
  mean /= static_cast<double>(values.size());
  double squares = 0;
  for (const Decimal& value : values) squares += (approximate(value) - mean) * (approximate(value) - mean);
  const bool all_equal = std::ranges::all_of(values, [&](const Decimal& value) { return value == values.front(); });
  if (all_equal) return fail(ErrorCode::malformed, "all values are equal; a control chart needs their spread");
  const double sd = std::sqrt(squares / static_cast<double>(values.size() - 1));
  return ControlLine{to_twelve_digits(mean), to_twelve_digits(sd)};
}

std::optional<ControlPosition> position_of(const Decimal& value, const ControlLine& line) {
  if (line.sd.is_negative() || line.sd.is_zero()) return std::nullopt;
  // Held against multiples of sd instead of divided by it: a quotient is not exact, a product is.
  const auto deviation = value.plus(line.mean.negated());
  if (!deviation) return std::nullopt;
  ControlPosition position{.side = deviation->is_zero() ? 0 : deviation->is_negative() ? -1 : 1};
  const Decimal distance = deviation->is_negative() ? deviation->negated() : *deviation;
  for (int sds = 1; sds <= 3; ++sds) {
    const auto limit = line.sd.times(Decimal{sds, 0});
    if (!limit) return std::nullopt;
    if (distance > *limit) position.beyond = sds;
  }
  return position;
}

const char* name_of(ControlRule rule) {
  switch (rule) {
    case ControlRule::one_2s:
      return "1_2s";
    case ControlRule::one_3s:
      return "1_3s";
    case ControlRule::two_2s:
      return "2_2s";
    case ControlRule::range_4s:
      return "R_4s";
    case ControlRule::four_1s:
      return "4_1s";
    case ControlRule::ten_x:
      return "10_x";
  }
  return "";
}

bool rejects(ControlRule rule) { return rule != ControlRule::one_2s; }

std::vector<std::vector<ControlRule>> completed_rules(std::span<const ControlPosition> positions) {
  std::vector<std::vector<ControlRule>> flags;
  flags.reserve(positions.size());
  for (std::size_t i = 0; i < positions.size(); ++i) flags.push_back(completed_by_last(positions.first(i + 1)));
  return flags;
}

}  // namespace lab::quality
