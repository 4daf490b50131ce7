#include "protocol/rules/judge.hpp"

#include <algorithm>
#include <array>

#include "protocol/rules/limit_text.hpp"

namespace lab::rules {
namespace {

using model::Comparator;
using model::DecisionRule;
using model::ItemOutcome;
using model::Limit;
using model::LimitKind;
using model::Reason;
using model::ValueState;

// Where the true value lies: a point, or everything between two ends.
// `above` and `below` say from which side an open end is approached: "<x" ends just below x.
enum class Side { below, at, above };
struct End {
  std::optional<Decimal> at;  // nothing: without end (upwards)
  Side side = Side::at;
};
struct Span {
  End low;
  End high;
  bool undetected = false;
};

Finding undetermined(Reason reason) { return {ItemOutcome::undetermined, reason}; }

std::optional<Decimal> positive(const std::optional<Decimal>& value) {
  return value && !value->is_zero() && !value->is_negative() ? value : std::nullopt;
}

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
std::optional<Zones> zones_of(const Span& span, const Limit& limit, const std::optional<Decimal>& u) {
  Zones zones{0, 0};
  if (limit.upper) {
    const auto thresholds = thresholds_at(*limit.upper, u ? std::optional{u->negated()} : std::nullopt);
    if (!thresholds) return std::nullopt;
    zones.best = std::max(zones.best, upper_zone(span.low, *thresholds, limit.upper_inclusive));
    zones.worst = std::max(zones.worst, upper_zone(span.high, *thresholds, limit.upper_inclusive));
  }
  if (limit.lower) {
    const auto thresholds = thresholds_at(*limit.lower, u);
    if (!thresholds) return std::nullopt;
    zones.best = std::max(zones.best, lower_zone(span.high, *thresholds, limit.lower_inclusive));
    zones.worst = std::max(zones.worst, lower_zone(span.low, *thresholds, limit.lower_inclusive));
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

// ---- amounts: at most, at least, range

// Everything from zero to just below `end`.
Span below(const Decimal& end, Side side) {
  return {.low = {Decimal{}, Side::at}, .high = {end, side}, .undetected = true};
}

// What the result says, in its own unit; a reason when it says nothing that can be compared.
tl::expected<Span, Reason> span_of(const Evidence& evidence) {
  const model::ReadValue& value = evidence.value;
  const auto lod = positive(evidence.lod);
  switch (value.state) {
    case ValueState::numeric:
      if (lod && *value.number < *lod) return below(*lod, Side::below);
      return Span{.low = {value.number, Side::at}, .high = {value.number, Side::at}};
    case ValueState::below_lod:
      if (value.number) return below(*value.number, value.comparator == Comparator::less ? Side::below : Side::at);
      if (!lod) return tl::unexpected(Reason::lod_missing);
      return below(*lod, Side::below);
    case ValueState::below_loq: {
      const auto loq = positive(evidence.loq);
      if (!loq) return tl::unexpected(Reason::bound_undecided);
      Span span = below(*loq, Side::below);
      span.undetected = false;
      return span;
    }
    case ValueState::over_range:
      if (!value.number) return tl::unexpected(Reason::over_range);
      return Span{.low = {value.number, value.comparator == Comparator::greater ? Side::above : Side::at},
                  .high = {std::nullopt, Side::at}};
    case ValueState::qualitative:
    case ValueState::missing:
    case ValueState::invalid:
      break;
  }
  return tl::unexpected(Reason::not_a_number);
}

// Moves an end to the limit's unit. Rounding keeps the order of numbers, so a rounded open end is a closed one.
bool bring_to_limit(End& end, int shift, const Limit& limit) {
  if (!end.at) return true;
  end.at = compared_value(*end.at, shift, limit);
  if (limit.comparison == model::Comparison::rounded_value) end.side = Side::at;
  return end.at.has_value();
}

bool exceeds_limit(const std::optional<Decimal>& detection, int shift, const Limit& limit) {
  const auto& bound = limit.upper ? limit.upper : limit.lower;
  if (!detection || !bound) return false;
  const auto converted = detection->shifted(shift);
  return !converted || *converted > *bound;
}

Finding judge_amount(const Evidence& evidence, const Limit& limit) {
  const auto shift = unit_shift(evidence.unit, limit.unit);
  if (!shift) return undetermined(Reason::unit_mismatch);
  if (exceeds_limit(positive(evidence.lod), *shift, limit) || exceeds_limit(positive(evidence.loq), *shift, limit)) {
    return undetermined(Reason::method_unfit);
  }
  const bool needs_uncertainty = evidence.rule != DecisionRule::simple;
  if (needs_uncertainty && (!evidence.expanded_uncertainty || evidence.expanded_uncertainty->is_negative())) {
    return undetermined(Reason::no_uncertainty);
  }
  auto span = span_of(evidence);
  if (!span) return undetermined(span.error());
  if (!bring_to_limit(span->low, *shift, limit) || !bring_to_limit(span->high, *shift, limit)) {
    return undetermined(Reason::limit_malformed);
  }
  const auto zones = zones_of(*span, limit, needs_uncertainty ? evidence.expanded_uncertainty : std::nullopt);
  if (!zones) return undetermined(Reason::limit_malformed);
  const Finding best = found_in_zone(zones->best, evidence.rule);
  const Finding worst = found_in_zone(zones->worst, evidence.rule);
  if (best.outcome != worst.outcome) {
    const bool over = evidence.value.state == ValueState::over_range;
    return undetermined(over ? Reason::over_range : Reason::bound_undecided);
  }
  if (span->undetected && worst.outcome == ItemOutcome::pass) return {ItemOutcome::pass, Reason::not_detected};
  return worst;
}

// ---- presence: must not be detected, banned

Finding not_detected(const Evidence& evidence, const Decimal& lod, const Limit& limit) {
  if (limit.upper) {
    const auto shift = unit_shift(evidence.unit, limit.unit);
    if (!shift) return undetermined(Reason::unit_mismatch);
    const auto converted = lod.shifted(*shift);
    if (!converted || *converted > *limit.upper) return undetermined(Reason::method_unfit);
  }
  return {ItemOutcome::pass, Reason::not_detected};
}

Finding judge_presence(const Evidence& evidence, const Limit& limit) {
  const auto lod = positive(evidence.lod);
  if (!lod) return undetermined(Reason::lod_missing);
  const model::ReadValue& value = evidence.value;
  switch (value.state) {
    case ValueState::numeric:
      if (*value.number >= *lod) return {ItemOutcome::fail, Reason::detected};
      return not_detected(evidence, *lod, limit);
    case ValueState::below_lod: {
      const bool open = value.comparator == Comparator::less;
      if (value.number && (open ? *value.number > *lod : *value.number >= *lod)) {
        return undetermined(Reason::bound_undecided);
      }
      return not_detected(evidence, *lod, limit);
    }
    case ValueState::below_loq:
      return undetermined(Reason::bound_undecided);
    case ValueState::over_range:
      if (value.number && *value.number >= *lod) return {ItemOutcome::fail, Reason::detected};
      return undetermined(Reason::over_range);
    case ValueState::qualitative:
    case ValueState::missing:
    case ValueState::invalid:
      break;
  }
  return undetermined(Reason::not_a_number);
}

// Why a result can be compared with nothing at all.
std::optional<Reason> unusable(const model::ReadValue& value) {
  if (value.state == ValueState::missing) return Reason::missing_result;
  if (value.state == ValueState::invalid) return Reason::not_a_number;
  if (value.state == ValueState::qualitative) return Reason::qualitative;
  if (value.state == ValueState::numeric && !value.number) return Reason::not_a_number;
  if (value.number && value.number->is_negative()) return Reason::negative_result;
  return std::nullopt;
}

}  // namespace

Finding judge(const Evidence& evidence, const Limit& limit) {
  if (limit.kind == LimitKind::none) return undetermined(Reason::no_basis);
  if (!is_well_formed(limit)) return undetermined(Reason::limit_malformed);
  if (const auto reason = unusable(evidence.value)) return undetermined(*reason);
  switch (limit.kind) {
    case LimitKind::at_most:
    case LimitKind::at_least:
    case LimitKind::range:
      return judge_amount(evidence, limit);
    case LimitKind::not_detected:
    case LimitKind::banned:
      return judge_presence(evidence, limit);
    case LimitKind::none:
      break;
  }
  return undetermined(Reason::no_basis);
}

model::ItemVerdict judge_item(std::uint16_t item, const Evidence& evidence, const Limit& limit) {
  const Finding finding = judge(evidence, limit);
  return {.item = item, .outcome = finding.outcome, .reason = finding.reason, .limit_row = limit.row};
}

}  // namespace lab::rules
