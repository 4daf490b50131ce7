#include "protocol/rules/residue_sum.hpp"

#include "protocol/base/check.hpp"
#include "protocol/rules/interval.hpp"
#include "protocol/rules/limit_text.hpp"

namespace lab::rules {
namespace {

using model::ItemOutcome;
using model::Limit;
using model::LimitKind;
using model::Reason;
using model::ValueState;

// One part in the limit's unit, and why it cannot support a pass, if it cannot.
struct Part {
  Interval interval{.low = {Decimal{}, Side::at}, .high = {std::nullopt, Side::at}};  // anything
  std::optional<Reason> unusable;
};

bool is_non_detect(const Evidence& evidence) {
  const auto lod = positive(evidence.lod);
  const auto& value = evidence.value;
  return value.state == ValueState::below_lod || value.state == ValueState::below_loq ||
         (value.state == ValueState::numeric && lod && *value.number < *lod);
}

// An interval of one point, where the plan says which. Nothing when the digits do not fit.
bool settle(Interval& interval, NonDetects as) {
  const Decimal low = *interval.low.at;
  const Decimal high = *interval.high.at;
  std::optional<Decimal> point;
  switch (as) {
    case NonDetects::unstated:
      return true;
    case NonDetects::zero:
      point = low;
      break;
    case NonDetects::full:
      point = high;
      break;
    case NonDetects::half:
      if (const auto both = low.plus(high)) point = both->times(Decimal{5, -1});
      break;
  }
  if (!point) return false;
  interval.low = interval.high = {point, Side::at};
  return true;
}

bool scale(End& end, int shift, const Decimal& factor) {
  if (!end.at) return true;
  end.at = end.at->shifted(shift);
  if (end.at) end.at = end.at->times(factor);
  return end.at.has_value();
}

bool add(End& sum, const End& part) {
  if (!sum.at || !part.at) {
    sum = {std::nullopt, Side::at};
    return true;
  }
  sum.at = sum.at->plus(*part.at);
  if (part.side != Side::at) sum.side = part.side;
  return sum.at.has_value();
}

// Nothing when a product needs more digits than there are.
std::optional<bool> is_unfit(const Component& component, int shift, const Limit& limit) {
  for (const auto& detection : {positive(component.evidence.lod), positive(component.evidence.loq)}) {
    if (!detection) continue;
    const auto weighted = detection->times(component.factor);
    if (!weighted) return std::nullopt;
    if (exceeds_limit(weighted, shift, limit)) return true;
  }
  return false;
}

// Nothing when the digits do not fit.
std::optional<Part> part_of(const Component& component, const Limit& limit, NonDetects non_detects) {
  const Evidence& evidence = component.evidence;
  Part part;
  part.unusable = unusable(evidence.value);
  if (part.unusable) return part;
  const auto shift = unit_shift(evidence.unit, limit.unit);
  if (!shift) {
    part.unusable = Reason::unit_mismatch;
    return part;
  }
  const auto unfit = is_unfit(component, *shift, limit);
  if (!unfit) return std::nullopt;
  auto interval = interval_of(evidence);
  if (*unfit || !interval) {
    part.unusable = *unfit ? Reason::method_unfit : interval.error();
    return part;
  }
  if (evidence.value.state == ValueState::below_loq) {
    const auto lod = positive(evidence.lod);
    if (lod && *lod <= *interval->high.at) interval->low.at = lod;
  }
  if (is_non_detect(evidence) && !settle(*interval, non_detects)) return std::nullopt;
  if (!scale(interval->low, *shift, component.factor) || !scale(interval->high, *shift, component.factor)) {
    return std::nullopt;
  }
  part.interval = *interval;
  return part;
}

ResidueSum judge_amounts(std::span<const Component> components, const Limit& limit, const SumRule& rule) {
  Interval sum{.low = {Decimal{}, Side::at}, .high = {Decimal{}, Side::at}, .undetected = true};
  std::optional<Reason> reason;
  for (const Component& component : components) {
    const bool has_factor = !component.factor.is_zero() && !component.factor.is_negative();
    const auto part = has_factor ? part_of(component, limit, rule.non_detects) : std::nullopt;
    if (!part || !add(sum.low, part->interval.low) || !add(sum.high, part->interval.high)) {
      return {.finding = undetermined(Reason::limit_malformed), .low = {}, .high = {}};
    }
    if (!reason) reason = part->unusable;
    sum.undetected = sum.undetected && part->interval.undetected;
  }
  ResidueSum result{.finding = judge_interval(sum, 0, limit, rule.rule, rule.expanded_uncertainty),
                    .low = sum.low.at,
                    .high = sum.high.at};
  if (reason && result.finding.outcome != ItemOutcome::fail) result.finding = undetermined(*reason);
  return result;
}

ResidueSum judge_presences(std::span<const Component> components, const Limit& limit) {
  Finding worst{ItemOutcome::pass, Reason::not_detected};
  for (const Component& component : components) {
    const Finding finding = judge(component.evidence, limit);
    if (finding.outcome == ItemOutcome::fail) return {.finding = finding, .low = {}, .high = {}};
    if (finding.outcome != ItemOutcome::pass && worst.outcome == ItemOutcome::pass) worst = finding;
  }
  return {.finding = worst, .low = {}, .high = {}};
}

}  // namespace

ResidueSum judge_sum(std::span<const Component> components, const Limit& limit, const SumRule& rule) {
  LAB_CHECK(!components.empty());
  if (limit.kind == LimitKind::none) return {.finding = undetermined(Reason::no_basis), .low = {}, .high = {}};
  if (!is_well_formed(limit)) return {.finding = undetermined(Reason::limit_malformed), .low = {}, .high = {}};
  const bool presence = limit.kind == LimitKind::not_detected || limit.kind == LimitKind::banned;
  return presence ? judge_presences(components, limit) : judge_amounts(components, limit, rule);
}

}  // namespace lab::rules
