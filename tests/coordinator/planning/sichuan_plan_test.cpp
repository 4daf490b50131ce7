// The plan of 2013 as it is shipped: it must import clean, add up exactly and be placed whole.
#include <algorithm>
#include <map>
#include <set>

#include "coordinator/planning/allocate.hpp"
#include "tests/coordinator/planning/fixture.hpp"

namespace lab::planning {
namespace {

using testing::reference_file;
using testing::source_file;
using testing::table;

struct Sichuan {
  Divisions divisions = *Divisions::load(table(reference_file("divisions/sichuan.csv"), "sichuan.csv"));
  Categories categories =
      *Categories::load(table(source_file("protocol/rules/reference/categories.csv"), "categories.csv"));
  std::vector<Programme> programmes = *load_programmes(table(reference_file("sichuan_2013/programmes.csv")));
  std::vector<model::Panel> panels = *load_panels(table(reference_file("sichuan_2013/panels.csv"), "panels.csv"));
  std::vector<model::Laboratory> laboratories =
      *load_laboratories(table(reference_file("sichuan_2013/laboratories.csv")), divisions, panels);
  PlanImport import =
      *import_plan(reference_file("sichuan_2013/plan.csv"), "plan.csv",
                   {model::PlanId{1}, 1, 2013, "四川省 2013 年监测计划", parse_date("2013-12-20").value()},
                   {divisions, categories, programmes, panels});
};

const Sichuan& sichuan() {
  static const Sichuan loaded;
  return loaded;
}

TEST(SichuanPlan, ImportsWithoutAComplaint) {
  for (const Complaint& complaint : sichuan().import.complaints) ADD_FAILURE() << to_text("plan.csv", complaint);
  EXPECT_FALSE(sichuan().import.plan.cells.empty());
}

TEST(SichuanPlan, AddsUpToWhatTheProvinceOrdered) {
  std::map<std::string, std::uint32_t> totals;
  for (const model::PlanCell& cell : sichuan().import.plan.cells) totals[cell.programme.value()] += cell.quota;
  EXPECT_EQ(totals.at("NCP"), 18'000U);
  EXPECT_EQ(totals.at("LTS"), 6'000U);
  for (const Programme& programme : sichuan().programmes) {
    EXPECT_EQ(totals.at(programme.code.value()), programme.samples) << programme.name;
  }
}

TEST(SichuanPlan, ReachesEveryCountyInEveryRound) {
  std::map<std::string, std::set<std::pair<std::uint32_t, int>>> reached;
  for (const model::PlanCell& cell : sichuan().import.plan.cells) {
    reached[cell.programme.value()].insert({cell.county.value(), cell.round});
  }
  EXPECT_EQ(reached.at("NCP").size(), 183U * 4);
  EXPECT_EQ(reached.at("LTS").size(), 183U * 4);
}

TEST(SichuanPlan, WantsNinetySixPercentOfTheRoutineMonitoring) {
  EXPECT_EQ(sichuan().programmes.front().code.value(), "NCP");
  EXPECT_EQ(sichuan().programmes.front().target, Decimal(96, -2));
}

TEST(SichuanPlan, UsesEveryPanelAndEveryPanelIsOffered) {
  std::set<std::string> used;
  std::set<std::string> offered;
  for (const model::PlanCell& cell : sichuan().import.plan.cells) used.insert(cell.panel.value());
  for (const auto& laboratory : sichuan().laboratories) {
    for (const auto& panel : laboratory.panels) offered.insert(panel.value());
  }
  for (const model::Panel& panel : sichuan().panels) {
    EXPECT_TRUE(used.contains(panel.code.value())) << panel.code.value();
    EXPECT_TRUE(offered.contains(panel.code.value())) << panel.code.value();
  }
}

TEST(SichuanPlan, IsPlacedWholeWithinEveryCapacity) {
  const auto& plan = sichuan().import.plan;
  const auto done = allocate(plan.cells, sichuan().laboratories, sichuan().divisions);
  ASSERT_TRUE(done.has_value()) << done.error().message;
  std::map<model::LaboratoryId, std::uint32_t> load;
  std::uint32_t total = 0;
  std::uint32_t in_own_city = 0;
  for (const Assignment& assignment : *done) {
    load[assignment.laboratory] += assignment.count;
    total += assignment.count;
    if (assignment.because == PlacedBecause::own_city) in_own_city += assignment.count;
  }
  EXPECT_EQ(total, 24'600U);
  EXPECT_GT(in_own_city, total / 2);
  for (const auto& laboratory : sichuan().laboratories) {
    EXPECT_LE(load[laboratory.id], laboratory.capacity) << laboratory.name;
    EXPECT_GT(load[laboratory.id], 0U) << laboratory.name << " would stand idle";
  }
}

}  // namespace
}  // namespace lab::planning
