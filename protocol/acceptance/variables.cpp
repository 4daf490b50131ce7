#include "protocol/acceptance/variables.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <boost/math/distributions/non_central_t.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/special_functions/beta.hpp>
#include <charconv>
#include <cmath>
#include <limits>

#include "protocol/acceptance/guarded.hpp"
#include "protocol/acceptance/table_text.hpp"
#include "protocol/base/approximate.hpp"
#include "protocol/base/check.hpp"
#include "protocol/base/csv.hpp"

namespace lab::acceptance {
namespace {

using Exact = std::optional<Decimal>;  // nothing once 38 digits do not hold the number

Exact plus(const Exact& a, const Exact& b) { return a && b ? a->plus(*b) : std::nullopt; }
Exact times(const Exact& a, const Exact& b) { return a && b ? a->times(*b) : std::nullopt; }
Exact minus(const Exact& a, const Exact& b) { return b ? plus(a, b->negated()) : std::nullopt; }

// How far a sum lies inside n times the limit.
Exact inside(const Exact& sum, const Decimal& count, const OneLimit& limit) {
  const Exact bound = times(count, limit.value);
  return limit.side == Side::upper ? minus(bound, sum) : minus(sum, bound);
}

tl::unexpected<Error> too_many_digits() {
  return fail(ErrorCode::too_large, "the comparison needs more than 38 digits; give the numbers with fewer");
}

// distance / deviation; infinite when nothing varies and the mean is not on the limit itself.
double quality_index(double distance, double deviation) {
  if (deviation > 0) return distance / deviation;
  if (distance == 0) return std::numeric_limits<double>::quiet_NaN();
  return distance > 0 ? HUGE_VAL : -HUGE_VAL;
}

// a sqrt(m) >= b sqrt(c) for m, c >= 0, by squares.
std::optional<bool> at_least_root(const Decimal& a, const Decimal& m, const Decimal& b, const Decimal& c) {
  const Exact left = times(times(a, a), m);
  const Exact right = times(times(b, b), c);
  if (!left || !right) return std::nullopt;
  if (!a.is_negative()) return b.is_negative() || *left >= *right;
  return b.is_negative() && *left <= *right;
}

// Without the zeros at its end.
Decimal stripped(const Decimal& value) {
  if (value.is_zero()) return {};
  Decimal::Mantissa mantissa = value.mantissa();
  int exponent = value.exponent();
  for (; mantissa % 10 == 0 && exponent < Decimal::exponent_max; ++exponent) mantissa /= 10;
  return {mantissa, exponent};
}

// The values and, last, the limit, as whole numbers near zero: the first value is taken off each, and what power of ten
// they have in common is dropped. Q does not change by it, and its squares keep within 38 digits longer. Nothing when
// the numbers are too far apart.
std::optional<std::vector<Decimal>> moved_to_zero(std::span<const Decimal> values, const Decimal& limit) {
  std::vector<Decimal> moved;
  moved.reserve(values.size() + 1);
  int common = Decimal::exponent_max;
  const auto add = [&](const Decimal& value) {
    const Exact distance = minus(value, values.front());
    if (!distance) return false;
    moved.push_back(stripped(*distance));
    if (!distance->is_zero()) common = std::min(common, moved.back().exponent());
    return true;
  };
  if (!std::ranges::all_of(values, add) || !add(limit)) return std::nullopt;
  for (Decimal& value : moved) {
    const Exact whole = value.is_zero() ? value : value.shifted(-common);
    if (!whole) return std::nullopt;
    value = *whole;
  }
  return moved;
}

// With D = n (U - mean) and S = n sum x^2 - (sum x)^2 = n (n - 1) s^2, Q >= k is D sqrt(n - 1) >= k sqrt(n S).
Result<VariablesOutcome> judge_unknown_sigma(std::span<const Decimal> given, const Decimal& k, const OneLimit& limit) {
  const auto values = moved_to_zero(given, limit.value);
  if (!values) return too_many_digits();
  const Decimal n{static_cast<Decimal::Mantissa>(given.size()), 0};
  const Decimal less_one{static_cast<Decimal::Mantissa>(given.size()) - 1, 0};
  Exact sum = Decimal{};
  Exact squares = Decimal{};
  for (const Decimal& value : std::span{*values}.first(given.size())) {
    sum = plus(sum, value);
    squares = plus(squares, times(value, value));
  }
  const Exact distance = inside(sum, n, {.side = limit.side, .value = values->back()});
  const Exact spread = minus(times(n, squares), times(sum, sum));
  const Exact root = times(n, spread);
  const auto accepted = distance && root ? at_least_root(*distance, less_one, stripped(k), *root) : std::nullopt;
  if (!accepted) return too_many_digits();
  const auto count = static_cast<double>(given.size());
  const double s = std::sqrt(approximate(*spread) / (count * (count - 1)));
  return VariablesOutcome{.q = quality_index(approximate(*distance) / count, s), .accepted = *accepted};
}

Result<VariablesOutcome> judge_distance(const Exact& distance, const Exact& needed, const Decimal& deviation,
                                        std::size_t count) {
  if (!distance || !needed) return too_many_digits();
  const double mean_distance = approximate(*distance) / static_cast<double>(count);
  return VariablesOutcome{.q = quality_index(mean_distance, approximate(deviation)), .accepted = *distance >= *needed};
}

Result<void> check_plan(std::uint64_t n, std::uint64_t n_min, double p) {
  if (n < n_min || n > 1'000'000) {
    return fail(ErrorCode::malformed, fmt::format("{} is not a sample of {} to 1000000 items", n, n_min), "n");
  }
  if (!(p > 0 && p < 1)) return fail(ErrorCode::malformed, "a fraction above 0 and below 1 is needed", "p");
  return {};
}

// K_p: how many standard deviations from the mean the fraction p begins.
double upper_quantile(double p) { return boost::math::quantile(complement(boost::math::normal{}, p)); }

}  // namespace

Result<VariablesOutcome> judge_variables(const Decimal& mean, const Decimal& s, const Decimal& k,
                                         const OneLimit& limit) {
  if (s.is_negative()) return fail(ErrorCode::malformed, "a standard deviation is not negative", "s");
  return judge_distance(inside(mean, Decimal{1, 0}, limit), times(k, s), s, 1);
}

Result<VariablesOutcome> judge_variables(std::span<const Decimal> values, const Decimal& k, const OneLimit& limit,
                                         const std::optional<Decimal>& sigma) {
  if (sigma && sigma->is_negative()) return fail(ErrorCode::malformed, "a standard deviation is not negative", "sigma");
  const std::size_t values_min = sigma ? 1 : 2;
  if (values.size() < values_min) {
    return fail(ErrorCode::malformed, fmt::format("at least {} values are needed", values_min), "values");
  }
  if (!sigma) return judge_unknown_sigma(values, k, limit);
  const Decimal n{static_cast<Decimal::Mantissa>(values.size()), 0};
  Exact sum = Decimal{};
  for (const Decimal& value : values) sum = plus(sum, value);
  return judge_distance(inside(sum, n, limit), times(times(k, *sigma), n), *sigma, values.size());
}

Result<double> variables_pa(std::uint64_t n, const Decimal& k, double p) {
  if (auto plan = check_plan(n, 2, p); !plan) return fail(std::move(plan));
  return guarded([&] {
    const double root = std::sqrt(static_cast<double>(n));
    const boost::math::non_central_t index{static_cast<double>(n - 1), root * upper_quantile(p)};
    return cdf(complement(index, root * approximate(k)));
  });
}

Result<double> variables_pa_known_sigma(std::uint64_t n, const Decimal& k, double p) {
  if (auto plan = check_plan(n, 1, p); !plan) return fail(std::move(plan));
  return guarded([&] {
    return cdf(boost::math::normal{}, std::sqrt(static_cast<double>(n)) * (upper_quantile(p) - approximate(k)));
  });
}

Result<double> max_percent_nonconforming(std::uint64_t n, const Decimal& k) {
  if (n < 3) return fail(ErrorCode::malformed, "the estimate needs at least 3 items", "n");
  const auto count = static_cast<double>(n);
  const double x = std::clamp((1 - approximate(k) * std::sqrt(count) / (count - 1)) / 2, 0.0, 1.0);
  return 100 * boost::math::ibeta(count / 2 - 1, count / 2 - 1, x);
}

Milstd414 Milstd414::load() {
  constexpr std::size_t leading_columns = 3;  // inspection, letter, n
  const auto rows = parse_csv(milstd414_k_csv);
  LAB_CHECK(rows && rows->size() > 1);
  Milstd414 table;
  const auto& header = rows->front().cells;
  for (std::size_t c = leading_columns; c < header.size(); ++c) {
    table.aqls_.push_back(Aql::of(Decimal::parse(header[c]).value()).value());
  }
  for (std::size_t r = 1; r < rows->size(); ++r) {
    const auto& cells = (*rows)[r].cells;
    LAB_CHECK(cells.size() == header.size());
    Row row{.inspection = parse_inspection(cells[0]).value(), .letter = cells[1], .n = 0, .k = {}};
    const auto read = std::from_chars(cells[2].data(), cells[2].data() + cells[2].size(), row.n);
    LAB_CHECK(read.ec == std::errc{});
    for (std::size_t c = leading_columns; c < cells.size(); ++c) row.k.push_back(Decimal::parse(cells[c]));
    table.rows_.push_back(std::move(row));
  }
  return table;
}

std::optional<VariablesPlan> Milstd414::plan(Inspection inspection, std::string_view letter, Aql aql) const {
  const auto column = std::ranges::find(aqls_, aql);
  const auto row = std::ranges::find_if(
      rows_, [&](const Row& candidate) { return candidate.inspection == inspection && candidate.letter == letter; });
  if (column == aqls_.end() || row == rows_.end()) return std::nullopt;
  const auto& k = row->k[static_cast<std::size_t>(column - aqls_.begin())];
  if (!k) return std::nullopt;
  return VariablesPlan{.n = row->n, .k = *k};
}

}  // namespace lab::acceptance
