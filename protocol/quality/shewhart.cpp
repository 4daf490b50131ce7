#include "protocol/quality/shewhart.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <optional>
#include <utility>

#include "protocol/base/approximate.hpp"
#include "protocol/rules/table.hpp"

namespace lab::quality {
namespace {

// The table's own names, which are those of the standard.
using Column = std::pair<const char*, double ChartConstants::*>;
constexpr std::array columns{Column{"d2", &ChartConstants::d2},       Column{"c4", &ChartConstants::c4},
                             Column{"A2", &ChartConstants::a2},       Column{"A3", &ChartConstants::a3},
                             Column{"B3", &ChartConstants::b3},       Column{"B4", &ChartConstants::b4},
                             Column{"D3", &ChartConstants::d3_lower}, Column{"D4", &ChartConstants::d4_upper}};

double mean_of(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double spread_of(std::span<const double> values, ChartSpread kind) {
  switch (kind) {
    case ChartSpread::range: {
      const auto [least, most] = std::ranges::minmax(values);
      return most - least;
    }
    case ChartSpread::deviation: {
      const double mean = mean_of(values);
      double squares = 0;
      for (const double value : values) squares += (value - mean) * (value - mean);
      return std::sqrt(squares / static_cast<double>(values.size() - 1));
    }
  }
  return 0;
}

Result<void> check_sizes(std::span<const std::vector<double>> subgroups) {
  if (subgroups.empty()) return fail(ErrorCode::malformed, "give at least one subgroup; 25 are usual");
  for (std::size_t i = 0; i < subgroups.size(); ++i) {
    if (subgroups[i].size() != subgroups.front().size()) {
      return fail(ErrorCode::malformed,
                  fmt::format("{} values where the first subgroup has {}; leave it out or complete it",
                              subgroups[i].size(), subgroups.front().size()),
                  fmt::format("subgroup {}", i + 1));
    }
  }
  return {};
}

bool outside(double value, const ChartLimits& limits) { return value < limits.lower || value > limits.upper; }

}  // namespace

Result<ChartTable> ChartTable::load(std::string_view csv) {
  const auto table = rules::Table::load(csv, {"n", "d2", "c4", "A2", "A3", "B3", "B4", "D3", "D4"});
  if (!table) return tl::unexpected(table.error());
  ChartTable charts;
  for (std::size_t row = 0; row < table->size(); ++row) {
    const auto refuse = [&](const std::string& why) { return fail(ErrorCode::malformed, why, table->place(row)); };
    ChartConstants constants;
    for (const auto& [name, member] : columns) {
      const auto number = Decimal::parse(table->cell(row, name));
      if (!number) return refuse(fmt::format("{} is not a number", name));
      constants.*member = approximate(*number);
    }
    const auto size = Decimal::parse(table->cell(row, "n"));
    if (!size || size->exponent() != 0 || *size < Decimal{2, 0} || *size > Decimal{1000, 0}) {
      return refuse("n is not a whole number from 2 to 1000");
    }
    if (!charts.by_size_.emplace(static_cast<std::size_t>(size->mantissa()), constants).second) {
      return refuse(fmt::format("the size {} comes twice", size->to_text()));
    }
  }
  return charts;
}

const ChartConstants* ChartTable::of(std::size_t subgroup_size) const {
  const auto found = by_size_.find(subgroup_size);
  return found == by_size_.end() ? nullptr : &found->second;
}

Result<Chart> freeze_chart(std::span<const std::vector<double>> subgroups, ChartSpread kind, const ChartTable& table) {
  if (auto good = check_sizes(subgroups); !good) return fail(std::move(good));
  const std::size_t size = subgroups.front().size();
  const ChartConstants* const factors = table.of(size);
  if (factors == nullptr) {
    return fail(ErrorCode::not_found, fmt::format("the table has no constants for subgroups of {}", size));
  }
  double mean = 0;
  double spread = 0;
  for (const auto& subgroup : subgroups) {
    mean += mean_of(subgroup) / static_cast<double>(subgroups.size());
    spread += spread_of(subgroup, kind) / static_cast<double>(subgroups.size());
  }
  // The spread between subgroups must not widen the limits: they rest on the spread within subgroups alone.
  const bool ranges = kind == ChartSpread::range;
  const double half = (ranges ? factors->a2 : factors->a3) * spread;
  const double least = ranges ? factors->d3_lower : factors->b3;
  const double most = ranges ? factors->d4_upper : factors->b4;
  return Chart{.subgroup_size = size,
               .kind = kind,
               .means = {mean - half, mean, mean + half},
               .spreads = {least * spread, spread, most * spread}};
}

Result<ChartPoint> place(const Chart& chart, std::span<const double> subgroup) {
  if (subgroup.size() != chart.subgroup_size) {
    return fail(ErrorCode::malformed,
                fmt::format("{} values on a chart for subgroups of {}", subgroup.size(), chart.subgroup_size));
  }
  ChartPoint point{.mean = mean_of(subgroup), .spread = spread_of(subgroup, chart.kind)};
  point.mean_out = outside(point.mean, chart.means);
  point.spread_out = outside(point.spread, chart.spreads);
  return point;
}

}  // namespace lab::quality
