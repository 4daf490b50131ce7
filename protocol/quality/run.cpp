#include "protocol/quality/run.hpp"

#include <algorithm>
#include <array>

#include "protocol/base/unit.hpp"
#include "protocol/quality/precision.hpp"

namespace lab::quality {
namespace {

using model::ValueState;

// What was measured, or nothing: bounds and words are no measurements.
std::optional<Decimal> measured(const model::ReadValue& value) {
  if (value.state != ValueState::numeric || value.comparator != model::Comparator::none) return std::nullopt;
  return value.number;
}

// Found at the limit of detection or below: absence, as far as the method can see.
bool is_undetected(const model::ReadValue& value) { return value.state == ValueState::below_lod; }

// What is hidden behind "<0.01" lies between 0 and the number, which is a bound then.
bool is_below(const model::ReadValue& value) { return is_undetected(value) || value.state == ValueState::below_loq; }

std::optional<Decimal> in_mg_per_kg(const Decimal& value, const std::string& unit) {
  const auto from = parse_unit(unit);
  const auto to = parse_unit("mg/kg");
  return from ? convert(value, *from, *to) : std::nullopt;
}

CheckOutcome failed(CheckReason reason) { return {.finding = Finding::failed, .reason = reason}; }
CheckOutcome passed(CheckReason reason) { return {.finding = Finding::accepted, .reason = reason}; }

// The ends of what a ratio may be; the same when all of it was measured.
struct Ends {
  PercentRatio low;
  PercentRatio high;
};

// Holds a ratio against the window of its scheme for a concentration.
CheckOutcome hold(const Ends& ratio, const Windows& windows, const std::string& scheme,
                  const std::optional<Decimal>& mg_per_kg) {
  CheckOutcome outcome = failed(mg_per_kg ? CheckReason::no_window : CheckReason::no_concentration);
  outcome.figure = ratio.high.percent();
  const Window* const window = mg_per_kg ? windows.find(scheme, *mg_per_kg) : nullptr;
  if (window == nullptr) return outcome;
  outcome.window = *window;
  // Multiplied out, not divided: 70 % exactly is inside a window from 70 %.
  const auto low_above_least = ratio.low.at_least(window->least);
  const auto low_below_most = ratio.low.at_most(window->most);
  const auto high_above_least = ratio.high.at_least(window->least);
  const auto high_below_most = ratio.high.at_most(window->most);
  if (!low_above_least || !low_below_most || !high_above_least || !high_below_most) {
    outcome.reason = CheckReason::not_computable;
    return outcome;
  }
  const bool all_inside = *low_above_least && *high_below_most;
  const bool all_outside = !*low_below_most || !*high_above_least;
  outcome.finding = all_inside ? Finding::accepted : Finding::failed;
  outcome.reason = all_inside ? CheckReason::within : all_outside ? CheckReason::outside : CheckReason::bound_too_high;
  return outcome;
}

CheckOutcome assess_one(const Blank& blank, const Criteria&) {
  if (is_below(blank.found)) {
    // A word without a number speaks of the method's own limits, and `most` is the upper one of them.
    const auto& bound = blank.found.number;
    return !bound || *bound <= blank.most ? passed(CheckReason::within) : failed(CheckReason::bound_too_high);
  }
  const auto found = measured(blank.found);
  if (!found) return failed(CheckReason::not_a_number);
  return *found <= blank.most ? passed(CheckReason::within) : failed(CheckReason::contaminated);
}

bool is_same_bound(const model::ReadValue& a, const model::ReadValue& b) {
  return a.comparator == b.comparator && a.number == b.number;
}

CheckOutcome assess_one(const Duplicate& duplicate, const Criteria& criteria) {
  // Two of "not detected" agree when they mean the same: of "<5" nobody knows whether it agrees with "<0.01". One of
  // them beside a number is a contradiction that no percentage expresses.
  if (is_undetected(duplicate.first) && is_undetected(duplicate.second)) {
    return is_same_bound(duplicate.first, duplicate.second) ? passed(CheckReason::both_undetected)
                                                            : failed(CheckReason::bound_too_high);
  }
  const auto first = measured(duplicate.first);
  const auto second = measured(duplicate.second);
  if (!first || !second) return failed(CheckReason::not_a_number);
  const auto difference = relative_difference(*first, *second);
  const auto sum = first->plus(*second);
  const auto mean = sum ? sum->times(Decimal{5, -1}) : std::nullopt;  // half of it, exactly
  if (!difference || !mean) return failed(CheckReason::not_computable);
  return hold({*difference, *difference}, criteria.duplicates, criteria.duplicate_scheme,
              in_mg_per_kg(*mean, duplicate.unit));
}

struct Amounts {
  Decimal least;
  Decimal most;
};

// What a native result may stand for. Not detected, without a number, is next to nothing of what is added; between that
// and the limit of quantification it may be a good part of it, and without a number nobody knows how much.
std::optional<Amounts> ends_of_native(const model::ReadValue& native) {
  if (is_below(native) && native.number) {
    return native.number->is_negative() ? std::nullopt : std::optional{Amounts{.least = {}, .most = *native.number}};
  }
  if (is_undetected(native)) return Amounts{};
  const auto number = measured(native);
  return number ? std::optional{Amounts{.least = *number, .most = *number}} : std::nullopt;
}

CheckOutcome assess_one(const Spike& spike, const Criteria& criteria) {
  const auto native = ends_of_native(spike.native);
  const auto spiked = measured(spike.spiked);
  if (!native || !spiked) return failed(CheckReason::not_a_number);
  const auto least = recovery(*spiked, native->most, spike.added);
  const auto most = recovery(*spiked, native->least, spike.added);
  if (!least || !most) return failed(CheckReason::not_computable);
  return hold({*least, *most}, criteria.recovery, criteria.recovery_scheme, in_mg_per_kg(spike.added, spike.unit));
}

CheckOutcome assess_one(const Control& control, const Criteria&) {
  const auto found = measured(control.found);
  if (!found) return failed(CheckReason::not_a_number);
  std::vector<ControlPosition> positions;
  positions.reserve(control.earlier.size() + 1);
  for (const Decimal& value : control.earlier) {
    const auto position = position_of(value, control.line);
    if (!position) return failed(CheckReason::not_computable);
    positions.push_back(*position);
  }
  const auto now = position_of(*found, control.line);
  if (!now) return failed(CheckReason::not_computable);
  positions.push_back(*now);
  // Only what this run completes: rules that an earlier run completed were decided then.
  const auto rules = completed_rules(positions).back();
  CheckOutcome outcome = passed(CheckReason::within);
  if (std::ranges::any_of(rules, rejects)) {
    outcome = failed(CheckReason::control_rejected);
  } else if (!rules.empty()) {
    outcome = {.finding = Finding::warning, .reason = CheckReason::control_warning};
  }
  outcome.rules = rules;
  return outcome;
}

CheckOutcome assess_one(const Calibration& calibration, const Criteria& criteria) {
  CheckOutcome outcome = failed(CheckReason::curve_unfit);
  const auto line = fit_line(calibration.points);
  if (!line || !line->r2) return outcome;  // an instrument that always answers the same is not calibrated
  outcome.figure = *line->r2;
  if (calibration.points.size() < criteria.points_least) return outcome;
  const auto straight = r2_at_least(calibration.points, criteria.r2_least);
  if (!straight) outcome.reason = CheckReason::not_computable;
  if (!straight || !*straight) return outcome;
  outcome.finding = Finding::accepted;
  outcome.reason = CheckReason::within;
  return outcome;
}

std::uint32_t needed(const Frequency& frequency, std::uint32_t samples) {
  if (frequency.per_samples == 0) return 1;
  return samples / frequency.per_samples + (samples % frequency.per_samples != 0 ? 1 : 0);
}

}  // namespace

const char* explanation_of(CheckReason reason) {
  switch (reason) {
    case CheckReason::within:
      return "在允许范围内";
    case CheckReason::both_undetected:
      return "平行样均未检出，结果一致";
    case CheckReason::control_warning:
      return "质控值超过2倍标准差，仅作警告，请留意下一批";
    case CheckReason::outside:
      return "超出允许范围，请查找原因后重新测定本批样品";
    case CheckReason::contaminated:
      return "空白检出高于定量限，请排除污染后重新测定本批样品";
    case CheckReason::control_rejected:
      return "质控值违反失控规则，请查找原因后重新测定本批样品";
    case CheckReason::curve_unfit:
      return "标准曲线点数不足或线性不符合要求，请重新配制标准系列";
    case CheckReason::no_window:
      return "此浓度没有规定允许范围，请在质控要求表中补充";
    case CheckReason::no_concentration:
      return "单位不能换算为mg/kg，无法确定允许范围，请核对单位";
    case CheckReason::not_a_number:
      return "质控样没有可用的测定值，请核对原始记录";
    case CheckReason::not_computable:
      return "无法计算，请核对加标量、标准系列和测定值及其位数";
    case CheckReason::bound_too_high:
      return "“<”后的数值过高，无法判断是否符合要求，请核对检出限或换用更灵敏的方法";
  }
  return "";
}

bool Assessment::accepted() const {
  return shortages.empty() &&
         std::ranges::none_of(checks, [](const CheckOutcome& check) { return check.finding == Finding::failed; });
}

Assessment assess(const Run& run, const Criteria& criteria) {
  Assessment assessment;
  std::array<std::uint32_t, check_kinds> found{};
  for (const Check& check : run.checks) {
    CheckOutcome outcome = std::visit([&](const auto& one) { return assess_one(one, criteria); }, check);
    outcome.kind = static_cast<CheckKind>(check.index());
    outcome.analyte = std::visit([](const auto& one) { return one.analyte; }, check);
    ++found[check.index()];
    assessment.checks.push_back(std::move(outcome));
  }
  for (const Frequency& due : criteria.due) {
    const std::uint32_t needs = needed(due, run.samples);
    const std::uint32_t has = found[static_cast<std::size_t>(due.kind)];
    if (has < needs) assessment.shortages.push_back({due.kind, needs, has});
  }
  return assessment;
}

bool may_release(const model::RunEntry& run) {
  const bool decided = !run.reviewer.value().empty() && !run.decided.reason.empty();
  return decided ? run.decided.release : run.assessed.accepted;
}

}  // namespace lab::quality
