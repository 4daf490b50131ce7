#include "protocol/rules/interval.hpp"

#include <algorithm>
#include <array>

#include "protocol/rules/limit_text.hpp"

namespace lab::rules {
namespace {

using model::Comparator;
using model::DecisionRule;
using model::ItemOutcome;
using model::Limit;
using model::Reason;
using model::ValueState;

// ---- zones: 0 clearly inside, 1 inside but within U of the limit, 2 outside but within U, 3 clearly outside

using Thresholds = std::array<Decimal, 3>;  // limit - U, limit, limit + U as seen from the inside

bool is_at_most(const End& y, const Decimal& threshold, bool inclusive) {
  if (!y.at) return false;
  if (y.side == Side::below) return *y.at <= threshold;
  if (y.side == Side::above) return *y.at < threshold;
  return inclusive ? *y.at <= threshold : *y.at < threshold;
}

bool is_at_least(const End& y, const Decimal& threshold, bool inclusive) {
  if (!y.at) return true;
  if (y.side == Side::above) return *y.at >= threshold;
  if (y.side == Side::below) return *y.at > threshold;
  return inclusive ? *y.at >= threshold : *y.at > threshold;
}

int upper_zone(const End& y, const Thresholds& thresholds, bool inclusive) {
  int zone = 0;
  for (const Decimal& threshold : thresholds) zone += is_at_most(y, threshold, inclusive) ? 0 : 1;
  return zone;
}

int lower_zone(const End& y, const Thresholds& thresholds, bool inclusive) {
  int zone = 0;
  for (const Decimal& threshold : thresholds) zone += is_at_least(y, threshold, inclusive) ? 0 : 1;
  return zone;
}

std::optional<Thresholds> thresholds_at(const Decimal& limit, const std::optional<Decimal>& inwards) {
  if (!inwards) return Thresholds{limit, limit, limit};
  const auto inside = limit.plus(*inwards);
  const auto outside = limit.plus(inwards->negated());
  if (!inside || !outside) return std::nullopt;
  return Thresholds{*inside, limit, *outside};
}

struct Zones {
  int best;
  int worst;
};

// The worse of the two sides decides. For an interval `best` is no worse than the truth can be and `worst` no better:
// when both give the same outcome, every value between them does.
std::optional<Zones> zones_of(const Interval& interval, const Limit& limit, const std::optional<Decimal>& u) {
  Zones zones{0, 0};
  if (limit.upper) {
    const auto thresholds = thresholds_at(*limit.upper, u ? std::optional{u->negated()} : std::nullopt);
    if (!thresholds) return std::nullopt;
    zones.best = std::max(zones.best, upper_zone(interval.low, *thresholds, limit.upper_inclusive));
    zones.worst = std::max(zones.worst, upper_zone(interval.high, *thresholds, limit.upper_inclusive));
  }
  if (limit.lower) {
    const auto thresholds = thresholds_at(*limit.lower, u);
    if (!thresholds) return std::nullopt;
    zones.best = std::max(zones.best, lower_zone(interval.high, *thresholds, limit.lower_inclusive));
    zones.worst = std::max(zones.worst, lower_zone(interval.low, *thresholds, limit.lower_inclusive));
  }
  return zones;
}

Finding found_in_zone(int zone, DecisionRule rule) {
  using enum ItemOutcome;
  constexpr std::array<Finding, 4> simple{{{pass, Reason::within_limit},
                                           {pass, Reason::within_limit},
                                           {fail, Reason::beyond_limit},
                                           {fail, Reason::beyond_limit}}};
  constexpr std::array<Finding, 4> acceptance{{{pass, Reason::within_limit},
                                               {fail, Reason::in_guard_band},
                                               {fail, Reason::beyond_limit},
                                               {fail, Reason::beyond_limit}}};
  constexpr std::array<Finding, 4> rejection{{{pass, Reason::within_limit},
                                              {pass, Reason::within_limit},
                                              {pass, Reason::in_guard_band},
                                              {fail, Reason::beyond_limit}}};
  constexpr std::array<Finding, 4> nonbinary{{{pass, Reason::within_limit},
                                              {conditional_pass, Reason::in_guard_band},
                                              {conditional_fail, Reason::in_guard_band},
                                              {fail, Reason::beyond_limit}}};
  const auto index = static_cast<std::size_t>(zone);
  switch (rule) {
    case DecisionRule::simple:
      return simple[index];
    case DecisionRule::guard_acceptance:
      return acceptance[index];
    case DecisionRule::guard_rejection:
      return rejection[index];
    case DecisionRule::nonbinary:
      return nonbinary[index];
  }
  return simple[index];
}

// Everything from zero to just below `end`.
Interval below(const Decimal& end, Side side) {
  return {.low = {Decimal{}, Side::at}, .high = {end, side}, .undetected = true};
}

// Moves an end to the limit's unit. Rounding keeps the order of numbers, so a rounded open end is a closed one.
bool bring_to_limit(End& end, int shift, const Limit& limit) {
  if (!end.at) return true;
  end.at = compared_value(*end.at, shift, limit);
  if (limit.comparison == model::Comparison::rounded_value) end.side = Side::at;
  return end.at.has_value();
}

}  // namespace

std::optional<Decimal> positive(const std::optional<Decimal>& value) {
  return value && !value->is_zero() && !value->is_negative() ? value : std::nullopt;
}

std::optional<Reason> unusable(const model::ReadValue& value) {
  if (value.state == ValueState::missing) return Reason::missing_result;
  if (value.state == ValueState::invalid) return Reason::not_a_number;
  if (value.state == ValueState::qualitative) return Reason::qualitative;
  if (value.state == ValueState::numeric && !value.number) return Reason::not_a_number;
  if (value.number && value.number->is_negative()) return Reason::negative_result;
  return std::nullopt;
}

tl::expected<Interval, Reason> interval_of(const Evidence& evidence) {
  const model::ReadValue& value = evidence.value;
  const auto lod = positive(evidence.lod);
  switch (value.state) {
    case ValueState::numeric:
      if (lod && *value.number < *lod) return below(*lod, Side::below);
      return Interval{.low = {value.number, Side::at}, .high = {value.number, Side::at}};
    case ValueState::below_lod:
      if (value.number) return below(*value.number, value.comparator == Comparator::less ? Side::below : Side::at);
      if (!lod) return tl::unexpected(Reason::lod_missing);
      return below(*lod, Side::below);
    case ValueState::below_loq: {
      const auto loq = positive(evidence.loq);
      if (!loq) return tl::unexpected(Reason::bound_undecided);
      Interval interval = below(*loq, Side::below);
      interval.undetected = false;
      return interval;
    }
    case ValueState::over_range:
      if (!value.number) return tl::unexpected(Reason::over_range);
      return Interval{.low = {value.number, value.comparator == Comparator::greater ? Side::above : Side::at},
                      .high = {std::nullopt, Side::at}};
    case ValueState::qualitative:
    case ValueState::missing:
    case ValueState::invalid:
      break;
  }
  return tl::unexpected(Reason::not_a_number);
}

bool exceeds_limit(const std::optional<Decimal>& detection, int shift, const Limit& limit) {
  const auto& bound = limit.upper ? limit.upper : limit.lower;
  if (!detection || !bound) return false;
  const auto converted = detection->shifted(shift);
  return !converted || *converted > *bound;
}

Finding judge_interval(Interval interval, int shift, const Limit& limit, DecisionRule rule,
                       const std::optional<Decimal>& expanded_uncertainty) {
  const bool needs_uncertainty = rule != DecisionRule::simple;
  if (needs_uncertainty && (!expanded_uncertainty || expanded_uncertainty->is_negative())) {
    return undetermined(Reason::no_uncertainty);
  }
  if (!bring_to_limit(interval.low, shift, limit) || !bring_to_limit(interval.high, shift, limit)) {
    return undetermined(Reason::limit_malformed);
  }
  const auto zones = zones_of(interval, limit, needs_uncertainty ? expanded_uncertainty : std::nullopt);
  if (!zones) return undetermined(Reason::limit_malformed);
  const Finding best = found_in_zone(zones->best, rule);
  const Finding worst = found_in_zone(zones->worst, rule);
  if (best.outcome != worst.outcome) return undetermined(Reason::bound_undecided);
  if (interval.undetected && worst.outcome == ItemOutcome::pass) return {ItemOutcome::pass, Reason::not_detected};
  return worst;
}

}  // namespace lab::rules
