#include "tests/bench/province_year/workload.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "protocol/rules/reference_set.hpp"

namespace lab::province_year {
namespace {

rules::ReferenceSet reference_set() {
  std::vector<rules::ReferenceFile> files;
  for (const Table& table : reference_tables()) {
    if (table.name != "divisions.csv" && table.name != "programmes.csv") files.push_back({table.name, table.text});
  }
  auto set = rules::open_bundle(rules::bundle(std::move(files)));
  EXPECT_TRUE(set) << to_text(set.error());
  return std::move(*set);
}

TEST(Workload, IsJudgedByOneLimitForEachOfFiftyItems) {
  const rules::ReferenceSet set = reference_set();
  const model::Panel* panel = set.panel(model::PanelCode{"FIFTY"});
  ASSERT_NE(panel, nullptr);
  ASSERT_EQ(panel->items.size(), 50U);
  const rules::SampleNames names{"番茄", set.categories.path(model::CategoryCode{"V3"})};
  for (const auto& limit : rules::limits_for_panel(set.limits, panel->items, names, sampling_day("any", 4))) {
    EXPECT_EQ(limit.kind, model::LimitKind::at_most);
    EXPECT_EQ(limit.upper, Decimal::parse("0.5"));
  }
}

TEST(Workload, GivesEachCityItsShareOfTheTasks) {
  int tasks = 0;
  for (int node = 0; node < nodes_max; ++node) tasks += share_of(24'000, nodes_max, node);
  EXPECT_EQ(tasks, 24'000);
  EXPECT_EQ(share_of(24'000, nodes_max, 0), 1'142);
  EXPECT_EQ(share_of(24'000, nodes_max, nodes_max - 1), 1'143);
}

TEST(Workload, FindsTheSameInASampleEveryTime) {
  EXPECT_EQ(findings_of("13NCP00042").values, findings_of("13NCP00042").values);
  EXPECT_NE(findings_of("13NCP00042").values, findings_of("13NCP00043").values);
}

TEST(Workload, FindsTooMuchOnlyInSamplesThatDoNotConform) {
  int conforming = 0;
  for (int sample = 0; sample < 2'800; ++sample) {
    const Findings findings = findings_of(fmt::format("13NCP{:05}", sample));
    ASSERT_EQ(findings.values.size(), 50U);
    const auto too_much = std::ranges::count_if(findings.values, [](const std::string& value) {
      return *Decimal::parse(value) > Decimal{5, -1};
    });
    EXPECT_EQ(too_much, findings.conforms ? 0 : 1);
    conforming += findings.conforms;
  }
  EXPECT_NEAR(conforming, 2'700, 50);
}

}  // namespace
}  // namespace lab::province_year
