#pragma once
// Shewhart charts of subgroup means and their spread. They watch a method and decide about no sample, so they calculate
// in binary floating point.

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string_view>
#include <vector>

#include "protocol/base/result.hpp"

namespace lab::quality {

/// Factors for subgroups of one size, named as in ISO 7870-2 (GB/T 17989.2).
struct ChartConstants {
  double d2 = 0;
  double c4 = 0;
  double a2 = 0;
  double a3 = 0;
  double b3 = 0;
  double b4 = 0;
  double d3_lower = 0;  // D3 and D4 bound the range; the d3 of its standard deviation is not needed
  double d4_upper = 0;

  bool operator==(const ChartConstants&) const = default;
};

/// reference/shewhart_constants.csv, or a laboratory's own table with columns n, d2, c4, A2, A3, B3, B4, D3, D4.
class ChartTable {
 public:
  /// Malformed, naming the row, when a cell is no number, a size is below 2 or comes twice.
  static Result<ChartTable> load(std::string_view csv);
  /// Null when the table has no such size. Valid as long as the table.
  [[nodiscard]] const ChartConstants* of(std::size_t subgroup_size) const;

 private:
  std::map<std::size_t, ChartConstants> by_size_;
};

enum class ChartSpread : std::uint8_t { range, deviation };  // R chart, s chart

struct ChartLimits {
  double lower = 0;
  double centre = 0;
  double upper = 0;

  bool operator==(const ChartLimits&) const = default;
};

/// Frozen: made once from a period in control, kept as it is, and every later subgroup is held against it.
struct Chart {
  std::size_t subgroup_size = 0;
  ChartSpread kind = ChartSpread::range;
  ChartLimits means;
  ChartLimits spreads;

  bool operator==(const Chart&) const = default;
};

/// Means: grand mean +- A2 R or +- A3 s. Spreads: D3 R to D4 R, or B3 s to B4 s, of the average spread.
/// Malformed when there is no subgroup, they differ in size, or the table has no such size.
Result<Chart> freeze_chart(std::span<const std::vector<double>> subgroups, ChartSpread kind, const ChartTable& table);

struct ChartPoint {
  double mean = 0;
  double spread = 0;
  bool mean_out = false;  // strictly outside the limits
  bool spread_out = false;
};

/// Malformed when the subgroup has another size than the chart's.
Result<ChartPoint> place(const Chart& chart, std::span<const double> subgroup);

}  // namespace lab::quality
