#include "protocol/rules/judge.hpp"

#include "protocol/rules/interval.hpp"
#include "protocol/rules/limit_text.hpp"

namespace lab::rules {
namespace {

using model::Comparator;
using model::ItemOutcome;
using model::Limit;
using model::LimitKind;
using model::Reason;
using model::ValueState;

Finding judge_amount(const Evidence& evidence, const Limit& limit) {
  const auto shift = unit_shift(evidence.unit, limit.unit);
  if (!shift) return undetermined(Reason::unit_mismatch);
  if (exceeds_limit(positive(evidence.lod), *shift, limit) || exceeds_limit(positive(evidence.loq), *shift, limit)) {
    return undetermined(Reason::method_unfit);
  }
  const auto interval = interval_of(evidence);
  if (!interval) return undetermined(interval.error());
  const Finding finding = judge_interval(*interval, *shift, limit, evidence.rule, evidence.expanded_uncertainty);
  const bool over = evidence.value.state == ValueState::over_range;
  return over && finding.reason == Reason::bound_undecided ? undetermined(Reason::over_range) : finding;
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

std::optional<Decimal> in_unit(const std::optional<Decimal>& value, const std::string& from, const std::string& to) {
  const auto shift = unit_shift(from, to);
  return value && shift ? value->shifted(*shift) : std::nullopt;
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

std::optional<Decimal> expanded_uncertainty(const std::optional<Decimal>& fraction, const Limit& limit) {
  const auto& end = limit.upper ? limit.upper : limit.lower;
  return end && fraction ? end->times(*fraction) : std::nullopt;
}

Evidence evidence_of(const model::Determination& result, const model::PanelItem& item, const Limit& limit) {
  return {.value = result.value,
          .unit = result.unit,
          .lod = in_unit(item.lod, item.unit, result.unit),
          .loq = in_unit(item.loq, item.unit, result.unit),
          .rule = item.rule,
          .expanded_uncertainty = expanded_uncertainty(item.relative_uncertainty, limit)};
}

}  // namespace lab::rules
