#include "lab-node/desk/run_views.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "protocol/quality/control_rules.hpp"
#include "tests/lab-node/run_world.hpp"

namespace lab::desk {
namespace {

using nlohmann::json;
using node::RunWorld;
namespace tables = node::tables;

json only_chart(const RunWorld& world) {
  json chart;
  const auto view = world.store->read();
  tables::scan_control_series(*view, [&](const tables::ControlSeries& series, std::uint64_t values) {
    EXPECT_TRUE(chart.is_null()) << "one control material, one chart";
    chart = chart_of(*view, series, values);
    return true;
  });
  return chart;
}

void measure_control(RunWorld& world, const std::string& value) {
  world.run_after({RunWorld::check("QC-1", "QC", "铅", value)});
}

TEST(ControlChart, OffersANewLineOnlyWhenEnoughValuesStandBehindIt) {
  RunWorld world;
  std::vector<Decimal> measured;
  for (std::size_t i = 1; i < quality::frozen_values_min; ++i) {
    const std::string value = i % 2 == 0 ? "0.201" : "0.199";
    measure_control(world, value);
    measured.push_back(Decimal::parse(value).value());
  }
  EXPECT_EQ(only_chart(world).at("next_line"), (json{{"of", 19}, {"needed", 20}}));
  measure_control(world, "0.204");
  measured.push_back(Decimal::parse("0.204").value());
  const json line = only_chart(world).at("next_line");
  const auto expected = quality::freeze(measured).value();
  EXPECT_EQ(line, (json{{"of", 20}, {"mean", expected.mean.to_text()}, {"sd", expected.sd.to_text()}}));
}

// Limits widened by the values they should have caught would never catch them again.
TEST(ControlChart, LeavesTheValuesOfFailedRunsOutOfTheNewLine) {
  RunWorld world;
  for (std::size_t i = 0; i < quality::frozen_values_min; ++i) measure_control(world, i % 2 == 0 ? "0.201" : "0.199");
  const json before = only_chart(world).at("next_line");
  measure_control(world, "0.260");
  const json chart = only_chart(world);
  EXPECT_EQ(chart.at("values"), 21);
  EXPECT_EQ(chart.at("shown").at(0).at("released"), false);
  EXPECT_EQ(chart.at("next_line"), before);
}

}  // namespace
}  // namespace lab::desk
