#include "protocol/rules/verdict_steps.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include "protocol/base/check.hpp"
#include "protocol/rules/interval.hpp"
#include "protocol/rules/limit_text.hpp"

namespace lab::rules {
namespace {

using model::Limit;

constexpr auto m_min = std::numeric_limits<std::int64_t>::min();
constexpr auto m_max = std::numeric_limits<std::int64_t>::max();

// A mantissa of 19 digits, multiplied by 5 and brought 12 places further, still has less than 38.
constexpr int places_max = 12;

// Adds the m at which m x 10^exponent comes to lie at or above `value`, and the one after: the place itself and both
// its sides become zones of their own.
void add_cuts(std::vector<std::int64_t>& cuts, const Decimal& value, int exponent) {
  // The last m below or at `value`; rounding is half-even, so it may be one too high.
  const auto rounded = round_to_unit(value, exponent);
  if (!rounded) return;  // beyond 38 digits, and so beyond every m
  Decimal::Mantissa m = rounded->mantissa();
  if (m <= m_min || m >= m_max) return;
  if (Decimal{m, exponent} > value) --m;
  for (int next = 0; next < 3; ++next) cuts.push_back(static_cast<std::int64_t>(m) + next);
}

// Numbers at which an end of the limit is met, in the limit's unit.
std::vector<Decimal> ends_of(const Limit& limit, const std::optional<Decimal>& u) {
  std::vector<Decimal> ends;
  for (const auto& end : {limit.lower, limit.upper}) {
    if (!end) continue;
    ends.push_back(*end);
    if (!u) continue;
    for (const auto& guard : {end->plus(*u), end->plus(u->negated())}) {
      if (guard) ends.push_back(*guard);
    }
  }
  return ends;
}

Decimal rounding_step_of(const Limit& limit) {
  return limit.rounding_unit ? *limit.rounding_unit : Decimal{1, last_place(limit)};
}

// A rounded value changes half-way between two multiples of the step. The multiple that still keeps an end is the
// nearest one or its neighbour.
bool add_half_ways(std::vector<Decimal>& ends, const Limit& limit) {
  const auto half = rounding_step_of(limit).times(Decimal{5, -1});
  if (!half) return false;
  for (std::size_t i = 0, count = ends.size(); i < count; ++i) {
    const auto nearest = compared_value(ends[i], 0, limit);
    if (!nearest) return false;
    for (const int halves : {-3, -1, 1, 3}) {
      const auto offset = half->times(Decimal{halves, 0});
      const auto at = offset ? nearest->plus(*offset) : std::nullopt;
      if (!at) return false;
      ends.push_back(*at);
    }
  }
  return true;
}

// The ends in the result's unit, where a number meets them; nothing when the digits do not fit.
std::optional<std::vector<Decimal>> meeting_points(const Evidence& question, const Limit& limit, int shift,
                                                   int exponent) {
  std::vector<Decimal> ends = ends_of(limit, question.expanded_uncertainty);
  const bool rounds = limit.comparison == model::Comparison::rounded_value;
  if (rounds && exponent + shift - rounding_step_of(limit).exponent() > places_max) return std::nullopt;
  const bool readable = compared_value(Decimal{}, 0, limit).has_value();
  if (rounds && readable && !add_half_ways(ends, limit)) return std::nullopt;
  for (Decimal& end : ends) {
    const auto converted = end.shifted(-shift);
    if (!converted) return std::nullopt;
    end = *converted;
  }
  return ends;
}

// Every m at which the finding may change, ascending; nothing when the digits do not fit.
std::optional<std::vector<std::int64_t>> cuts_of(const Evidence& question, const Limit& limit, int exponent) {
  std::vector<std::int64_t> cuts;
  add_cuts(cuts, Decimal{}, exponent);
  if (const auto lod = positive(question.lod)) add_cuts(cuts, *lod, exponent);
  const auto shift = unit_shift(question.unit, limit.unit);
  if (shift && is_well_formed(limit)) {  // else nothing depends on the limit's number
    const auto points = meeting_points(question, limit, *shift, exponent);
    if (!points) return std::nullopt;
    for (const Decimal& point : *points) add_cuts(cuts, point, exponent);
  }
  std::ranges::sort(cuts);
  cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
  return cuts;
}

}  // namespace

std::optional<VerdictSteps> VerdictSteps::compile(const Evidence& question, const Limit& limit, int exponent) {
  if (exponent < -Decimal::exponent_max / 2 || exponent > Decimal::exponent_max / 2) return std::nullopt;
  const auto cuts = cuts_of(question, limit, exponent);
  if (!cuts) return std::nullopt;
  model::ReadValue value = question.value;
  const auto judged_at = [&](std::int64_t m) {
    value.number = Decimal{m, exponent};
    Evidence evidence{.value = value,
                      .unit = question.unit,
                      .lod = question.lod,
                      .loq = question.loq,
                      .rule = question.rule,
                      .expanded_uncertainty = question.expanded_uncertainty};
    return judge(evidence, limit);
  };
  VerdictSteps steps = always(judged_at(m_min));
  for (const std::int64_t start : *cuts) {
    const Finding finding = judged_at(start);
    if (finding == steps.findings_[steps.count_]) continue;
    if (steps.count_ == steps_max) return std::nullopt;
    steps.add(start, finding);
  }
  return steps;
}

void VerdictSteps::add(std::int64_t start, const Finding& finding) {
  starts_[count_++] = start;
  std::fill(findings_.begin() + count_, findings_.end(), finding);
}

}  // namespace lab::rules
