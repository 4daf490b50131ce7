#include "coordinator/planning/split.hpp"

#include <gtest/gtest.h>
#include <random>
#include <set>

namespace lab::planning {
namespace {

BlindCodes counting_codes() {
  return [next = 0]() mutable { return "B" + std::to_string(++next); };
}

model::PlanCell cell(const std::string& programme, std::uint32_t quota, const std::string& commodity = "番茄") {
  model::PlanCell cell;
  cell.programme = model::ProgrammeCode{programme};
  cell.city = model::CityCode{510100};
  cell.county = model::CountyCode{510104};
  cell.category = model::CategoryCode{"V3"};
  cell.commodity = commodity;
  cell.stage = model::Stage::wholesale_market;
  cell.round = 3;
  cell.panel = model::PanelCode{"VEGS"};
  cell.quota = quota;
  return cell;
}

model::Plan plan_of(std::vector<model::PlanCell> cells) {
  return {model::PlanId{3}, 2, 2013, "", parse_date("2013-12-20").value(), std::move(cells)};
}

TEST(Split, MakesOneTaskPerSampleWithEverythingTheCellSays) {
  const auto tasks = split(plan_of({cell("NCP", 2), cell("LTS", 1, "黄瓜")}), {}, counting_codes());
  ASSERT_TRUE(tasks.has_value());
  ASSERT_EQ(tasks->size(), 3U);
  const model::Task& second = (*tasks)[1];
  EXPECT_EQ(to_text(second.id), "T-3.2-2");
  EXPECT_EQ(second.number, model::SampleNumber::make(13, model::ProgrammeCode{"NCP"}, 2));
  EXPECT_EQ(second.blind_code, "B2");
  EXPECT_EQ(second.commodity, "番茄");
  EXPECT_EQ(second.county, model::CountyCode{510104});
  EXPECT_EQ(second.stage, model::Stage::wholesale_market);
  EXPECT_EQ(second.round, 3);
  EXPECT_EQ(second.panel, model::PanelCode{"VEGS"});
  EXPECT_EQ(to_text(second.due), "2013-12-20");
  EXPECT_EQ(second.state, model::TaskState::planned);
  EXPECT_EQ((*tasks)[2].number, model::SampleNumber::make(13, model::ProgrammeCode{"LTS"}, 1));
}

TEST(Split, KeepsTheSumAndNeverNumbersTwice) {
  std::mt19937 random{20130603};
  for (int run = 0; run < 50; ++run) {
    std::vector<model::PlanCell> cells;
    std::size_t sum = 0;
    for (unsigned i = 0; i < random() % 40; ++i) {
      cells.push_back(cell(random() % 2 == 0 ? "NCP" : "LTS", static_cast<std::uint32_t>(random() % 20)));
      sum += cells.back().quota;
    }
    const auto tasks = split(plan_of(cells), {}, counting_codes());
    ASSERT_TRUE(tasks.has_value());
    EXPECT_EQ(tasks->size(), sum);
    std::set<std::string> numbers;
    std::set<std::string> codes;
    std::set<std::uint32_t> ids;
    for (const model::Task& task : *tasks) {
      numbers.insert(task.number.text());
      codes.insert(task.blind_code);
      ids.insert(task.id.number);
    }
    EXPECT_EQ(numbers.size(), sum);
    EXPECT_EQ(codes.size(), sum);
    EXPECT_EQ(ids.size(), sum);
  }
}

TEST(Split, GoesOnWhereTheLastPlanStopped) {
  const model::Plan first = plan_of({cell("NCP", 5), cell("LTS", 2)});
  Numbering numbering{8, next_serials(first, {})};
  const auto tasks = split(plan_of({cell("NCP", 1), cell("NZS", 1)}), numbering, counting_codes());
  ASSERT_TRUE(tasks.has_value());
  EXPECT_EQ((*tasks)[0].number, model::SampleNumber::make(13, model::ProgrammeCode{"NCP"}, 6));
  EXPECT_EQ((*tasks)[0].id.number, 8U);
  EXPECT_EQ((*tasks)[1].number, model::SampleNumber::make(13, model::ProgrammeCode{"NZS"}, 1));
}

TEST(Split, UsesTheLastSerialAndRefusesTheOneAfter) {
  const Numbering near_end{1, {{model::ProgrammeCode{"NCP"}, 99'998}}};
  const auto fits = split(plan_of({cell("NCP", 2)}), near_end, counting_codes());
  ASSERT_TRUE(fits.has_value());
  EXPECT_EQ(fits->back().number, model::SampleNumber::make(13, model::ProgrammeCode{"NCP"}, 99'999));
  const auto over = split(plan_of({cell("NCP", 3)}), near_end, counting_codes());
  ASSERT_FALSE(over.has_value());
  EXPECT_EQ(over.error().code, ErrorCode::too_large);
}

TEST(Split, DoesNotWrapOnQuotasThatOverflow) {
  const auto over = split(plan_of({cell("NCP", 4'294'967'295U), cell("NCP", 2)}), {}, counting_codes());
  ASSERT_FALSE(over.has_value());
  EXPECT_EQ(over.error().code, ErrorCode::too_large);
}

TEST(Split, DrawsAgainWhenABlindCodeRepeats) {
  int calls = 0;
  const auto tasks = split(plan_of({cell("NCP", 2)}), {}, [&] { return calls++ < 3 ? "SAME" : "OTHER"; });
  ASSERT_TRUE(tasks.has_value());
  EXPECT_EQ((*tasks)[1].blind_code, "OTHER");
}

TEST(Split, GivesUpOnASourceThatOnlyRepeats) {
  const auto tasks = split(plan_of({cell("NCP", 2)}), {}, [] { return "SAME"; });
  ASSERT_FALSE(tasks.has_value());
  EXPECT_EQ(tasks.error().code, ErrorCode::unavailable);
}

TEST(Split, RefusesABlindCodeThatCouldNameSomebody) {
  for (const std::string bad : {"", "成都某公司", "a1", "A B"}) {
    EXPECT_FALSE(split(plan_of({cell("NCP", 1)}), {}, [&] { return bad; }).has_value()) << bad;
  }
}

}  // namespace
}  // namespace lab::planning
