#include "tests/flow/two_programs.hpp"

#include "coordinator/planning/allocate.hpp"
#include "lab-node/tables/tables.hpp"
#include "protocol/rules/reference_set.hpp"

namespace lab::flow {
namespace {

Bytes edition() {
  const std::string rules = "protocol/rules/reference/";
  const std::string plan = "coordinator/reference/sichuan_2013/";
  return rules::bundle({{"limits.csv", file_of(rules + "limits.csv")},
                        {"limits_2013.csv", file_of(plan + "limits_2013.csv")},
                        {"categories.csv", file_of(rules + "categories.csv")},
                        {"panels.csv", file_of(plan + "panels.csv")}});
}

}  // namespace

planning::Table table_of(const std::string& path) { return *planning::read_table(file_of(path), path); }

void TwoPrograms::the_province_sets_up() {
  use(edition(), {{.id = model::LaboratoryId{1},
                   .name = "成都市农产品质量安全检测站",
                   .city = model::CityCode{510100},
                   .capacity = 1000,
                   .panels = {model::PanelCode{"VEGA"}, model::PanelCode{"APPL"}}}});
}

std::vector<std::string> TwoPrograms::a_plan_is_imported_allocated_and_granted(const std::string& csv) {
  const auto divisions = *planning::Divisions::load(table_of("coordinator/reference/divisions/sichuan.csv"));
  const auto categories = *planning::Categories::load(table_of("protocol/rules/reference/categories.csv"));
  const auto programmes = *planning::load_programmes(table_of("coordinator/reference/sichuan_2013/programmes.csv"));
  const auto import =
      *planning::import_plan(csv, "plan.csv", {.year = 2013, .title = "2013", .due = *parse_date("2013-12-31")},
                             {divisions, categories, programmes, panels});
  EXPECT_TRUE(import.accepted()) << import.complaints.front().message;
  const auto laboratories = coordinator::tables::laboratories(*store->read());
  const auto assignments = *planning::allocate(import.plan.cells, laboratories, divisions);
  at_coordinator([&](journal::Draft& draft) {
    const auto plan = coordinator.on_plan(draft, import.plan, crypto::sha256(csv), now);
    ASSERT_TRUE(plan) << plan.error().message;
    const auto ref = coordinator::tables::ref_of(*plan);
    std::vector<dispatch::Share> shares;
    for (const auto& one : assignments) {
      shares.push_back(
          {.cell = static_cast<std::uint32_t>(one.cell), .laboratory = one.laboratory, .count = one.count});
    }
    EXPECT_TRUE(coordinator.on_allocation(draft, ref, shares));
    EXPECT_TRUE(coordinator.on_dispatch(draft, ref, 0));
  });
  the_coordinator_works();
  return numbers_at_the_node();
}

std::vector<std::string> TwoPrograms::numbers_at_the_node() const {
  std::vector<std::string> numbers;
  node::tables::scan_samples(*station.store->read(), {}, std::nullopt, [&](const model::Sample& one) {
    numbers.push_back(one.grant.number.text());
    return true;
  });
  return numbers;
}

void TwoPrograms::review_and_approval_by_two_other_people(const std::string& number) {
  EXPECT_EQ(review(station, number), "");
  approve(station, number);
  talk();
}

}  // namespace lab::flow
