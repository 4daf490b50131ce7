#include "protocol/quality/shewhart.hpp"

#include <gtest/gtest.h>
#include <cmath>
#include <numbers>

#include "tests/reference_csv.hpp"
#include "tests/where.hpp"

namespace lab::testing {
namespace {

using quality::ChartSpread;
using quality::ChartTable;

const std::string reference = "protocol/quality/reference/shewhart_constants.csv";

ChartTable table() { return ChartTable::load(read_file(QLIMS_SOURCE_DIR "/" + reference)).value(); }

double normal_cdf(double x) { return 0.5 * std::erfc(-x / std::numbers::sqrt2); }

// Expected range of n standard normal values: the integral of 1 - F^n - (1 - F)^n, by Simpson's rule.
double expected_range(int n) {
  constexpr int steps = 4'000;
  constexpr double end = 10;
  const double width = 2 * end / steps;
  double sum = 0;
  for (int i = 0; i <= steps; ++i) {
    const double f = normal_cdf(-end + i * width);
    const double value = 1 - std::pow(f, n) - std::pow(1 - f, n);
    sum += value * (i == 0 || i == steps ? 1 : i % 2 == 1 ? 4 : 2);
  }
  return sum * width / 3;
}

TEST(ShewhartConstants, AreWhatTheNormalDistributionGives) {
  const auto rows = read_table(reference);
  ASSERT_EQ(rows.size(), 9U);
  for (const auto& row : rows) {
    const int n = std::stoi(row.at("n"));
    const double root = std::sqrt(n);
    const double d2 = expected_range(n);
    const double c4 = std::sqrt(2.0 / (n - 1)) * std::exp(std::lgamma(n / 2.0) - std::lgamma((n - 1) / 2.0));
    const double s_half = 3 * std::sqrt(1 - c4 * c4) / c4;
    const double r_half = 3 * std::stod(row.at("d3_table4dp")) / d2;
    EXPECT_NEAR(std::stod(row.at("d2")), d2, 6e-7) << n;
    EXPECT_NEAR(std::stod(row.at("c4")), c4, 6e-7) << n;
    EXPECT_NEAR(std::stod(row.at("A2")), 3 / (d2 * root), 6e-7) << n;
    EXPECT_NEAR(std::stod(row.at("A3")), 3 / (c4 * root), 6e-7) << n;
    EXPECT_NEAR(std::stod(row.at("B3")), std::max(0.0, 1 - s_half), 6e-7) << n;
    EXPECT_NEAR(std::stod(row.at("B4")), 1 + s_half, 6e-7) << n;
    EXPECT_NEAR(std::stod(row.at("D3")), std::max(0.0, 1 - r_half), 6e-5) << n;
    EXPECT_NEAR(std::stod(row.at("D4")), 1 + r_half, 6e-5) << n;
  }
}

TEST(ShewhartConstants, AreReadBySize) {
  const auto loaded = table();
  ASSERT_NE(loaded.of(5), nullptr);
  EXPECT_EQ(*loaded.of(5), (quality::ChartConstants{.d2 = 2.325929,
                                                    .c4 = 0.939986,
                                                    .a2 = 0.576819,
                                                    .a3 = 1.427299,
                                                    .b3 = 0,
                                                    .b4 = 2.088998,
                                                    .d3_lower = 0,
                                                    .d4_upper = 2.1145}));
  EXPECT_EQ(loaded.of(11), nullptr);
}

TEST(ShewhartConstants, OfABrokenTableAreRefusedWithTheRow) {
  const std::string header = "n,d2,c4,A2,A3,B3,B4,D3,D4\n";
  for (const char* rows :
       {"2,1,1,1,1,0,3,0,x\n", "1,1,1,1,1,0,3,0,3\n", "2.0,1,1,1,1,0,3,0,3\n", ",1,1,1,1,0,3,0,3\n"}) {
    const auto loaded = ChartTable::load(header + rows);
    ASSERT_FALSE(loaded.has_value()) << rows;
    EXPECT_EQ(loaded.error().where, "row 1 (line 2)") << rows;
  }
  const std::string twice = "2,1,1,1,1,0,3,0,3\n2,1,1,1,1,0,3,0,3\n";
  EXPECT_EQ(ChartTable::load(header + twice).error().where, "row 2 (line 3)");
  EXPECT_FALSE(ChartTable::load("n,d2\n2,1\n").has_value());
}

TEST(ShewhartChart, OfRangesHasTheLimitsOfTheTextbook) {
  const std::vector<std::vector<double>> subgroups{{10, 12}, {11, 11}, {9, 13}};
  const auto chart = quality::freeze_chart(subgroups, ChartSpread::range, table());
  ASSERT_TRUE(chart.has_value());
  EXPECT_NEAR(chart->means.centre, 11, 1e-12);
  EXPECT_NEAR(chart->means.upper, 11 + 1.879971 * 2, 1e-12);
  EXPECT_NEAR(chart->means.lower, 11 - 1.879971 * 2, 1e-12);
  EXPECT_NEAR(chart->spreads.centre, 2, 1e-12);
  EXPECT_NEAR(chart->spreads.upper, 3.2665 * 2, 1e-12);
  EXPECT_EQ(chart->spreads.lower, 0);
}

TEST(ShewhartChart, OfDeviationsUsesTheirOwnFactors) {
  const std::vector<std::vector<double>> subgroups{{1, 2, 3, 4, 5, 6}, {2, 3, 4, 5, 6, 7}};
  const auto chart = quality::freeze_chart(subgroups, ChartSpread::deviation, table());
  ASSERT_TRUE(chart.has_value());
  const double s = std::sqrt(3.5);
  EXPECT_NEAR(chart->means.upper, 4 + 1.287128 * s, 1e-12);
  EXPECT_NEAR(chart->spreads.lower, 0.030363 * s, 1e-12);
  EXPECT_NEAR(chart->spreads.upper, 1.969637 * s, 1e-12);
}

TEST(ShewhartChart, StaysFrozenAndFlagsWhatLiesOutside) {
  const quality::Chart chart{.subgroup_size = 2,
                             .kind = ChartSpread::range,
                             .means = {.lower = 8, .centre = 10, .upper = 12},
                             .spreads = {.lower = 0, .centre = 1, .upper = 3}};
  const auto inside = quality::place(chart, std::vector<double>{12, 12});
  EXPECT_FALSE(inside->mean_out || inside->spread_out) << "on the limit is inside";
  const auto far = quality::place(chart, std::vector<double>{12, 12.1});
  EXPECT_TRUE(far->mean_out);
  EXPECT_FALSE(far->spread_out);
  const auto wide = quality::place(chart, std::vector<double>{8, 11.1});
  EXPECT_FALSE(wide->mean_out);
  EXPECT_TRUE(wide->spread_out);
  EXPECT_FALSE(quality::place(chart, std::vector<double>{1, 2, 3}).has_value());
}

TEST(ShewhartChart, NeedsSubgroupsOfOneKnownSize) {
  EXPECT_FALSE(quality::freeze_chart({}, ChartSpread::range, table()).has_value());
  const std::vector<std::vector<double>> uneven{{1, 2}, {1, 2, 3}};
  EXPECT_EQ(quality::freeze_chart(uneven, ChartSpread::range, table()).error().where, "subgroup 2");
  const std::vector<std::vector<double>> single{{1}};
  EXPECT_EQ(quality::freeze_chart(single, ChartSpread::range, table()).error().code, ErrorCode::not_found);
}

}  // namespace
}  // namespace lab::testing
