#include <gmock/gmock.h>

#include "coordinator/reports/exports.hpp"
#include "coordinator/reports/history.hpp"
#include "coordinator/reports/status.hpp"
#include "coordinator/reports/summary.hpp"
#include "tests/coordinator/support/world.hpp"

namespace lab::reports {
namespace {

using namespace coordinator::testing;
using model::SampleOutcome;

class Reports : public ::testing::Test {
 protected:
  // 10 vegetables and 4 fruits: one vegetable fails, one fruit has no verdict, the last two vegetables are still open.
  Reports() {
    world.add_laboratory(1);
    bench.emplace(world.enrol(1));
    world.dispatched_plan({cell(10, "V1", 510100), cell(4, "F1", 510300)});
    grants = world.grants_of(*bench);
    for (std::size_t i = 0; i < grants.size(); ++i) {
      if (i == 8 || i == 9) continue;
      const auto outcome = i == 0 ? SampleOutcome::fail : i == 13 ? SampleOutcome::undetermined : SampleOutcome::pass;
      bench->conclude(grants[i], outcome);
    }
    world.acknowledged(*bench, bench->all_events());
  }
  Summary summary(const char* by, const Targets& targets = {}) const {
    return summarize(*world.view(), {.by = parse_axes(by).value(), .programme = {}}, targets);
  }

  World world;
  std::optional<Bench> bench;
  std::vector<model::Grant> grants;
};

TEST_F(Reports, CountsByCategory) {
  const Summary by = summary("category");
  ASSERT_EQ(by.rows.size(), 2U);
  EXPECT_EQ(by.rows[0].key.category.value(), "F1");
  EXPECT_EQ(by.rows[0].figures.counts, (statistics::Counts{.pass = 3, .undetermined = 1}));
  EXPECT_EQ(by.rows[1].figures.counts, (statistics::Counts{.pass = 7, .fail = 1}));
  EXPECT_EQ(by.rows[1].figures.rate, "87.5");
  EXPECT_EQ(by.total.counts, (statistics::Counts{.pass = 10, .fail = 1, .undetermined = 1}));
  EXPECT_EQ(by.planned, 14U);
  EXPECT_EQ(by.judged, 12U);
}

TEST_F(Reports, EveryChoiceOfAxesAddsUpToTheSameTotal) {
  const auto total = summary("").total.counts;
  for (const char* by : {"city", "programme,city", "month", "stage,lab", "programme,city,category,stage,month,lab"}) {
    const Summary chosen = summary(by);
    statistics::Counts sum;
    for (const Row& row : chosen.rows) sum += row.figures.counts;
    EXPECT_EQ(sum, total) << by;
    EXPECT_EQ(chosen.total.counts, total) << by;
  }
}

TEST_F(Reports, ComparesWithTheTargetInIntegersWhereThereIsOne) {
  const Targets targets{{model::ProgrammeCode{"NCP"}, *Decimal::parse("0.91")}};
  const Summary by = summary("programme", targets);
  EXPECT_EQ(by.rows[0].figures.rate, "90.9");
  EXPECT_EQ(by.rows[0].figures.meets_target, false);
  EXPECT_EQ(by.total.meets_target, std::nullopt);  // a total over programmes has no target
  EXPECT_EQ(summary("city", targets).rows[0].figures.meets_target, std::nullopt);
}

TEST_F(Reports, MarksCellsWithTooFewSamplesToCompare) {
  const auto marked = [&](std::uint64_t comparable_from) {
    const auto judged = summarize(*world.view(), {.by = {Axis::programme}, .comparable_from = comparable_from}, {});
    return std::pair{judged.rows.at(0).figures.small_cell, judged.total.small_cell};
  };
  const std::uint64_t judged = summary("programme", {}).total.counts.judged();
  EXPECT_EQ(marked(judged), (std::pair{false, false}));
  EXPECT_EQ(marked(judged + 1), (std::pair{true, true}));
}

TEST_F(Reports, HasNoRateWhereNothingWasJudged) {
  World empty;
  const Summary nothing = summarize(*empty.view(), {.by = {}, .programme = {}}, {});
  EXPECT_EQ(nothing.total.rate, "—");
  EXPECT_FALSE(nothing.total.interval.has_value());
  EXPECT_TRUE(nothing.rows.empty());
}

TEST_F(Reports, RefusesAnAxisItDoesNotKnowAndOneGivenTwice) {
  EXPECT_FALSE(parse_axes("city,colour").has_value());
  EXPECT_FALSE(parse_axes("city,city").has_value());
  EXPECT_FALSE(parse_axes("city,,month").has_value());
}

TEST_F(Reports, StatusSaysWhereEverythingIs) {
  const Status now = status(*world.view());
  ASSERT_EQ(now.plans.size(), 1U);
  EXPECT_EQ(now.plans[0].state, "ready");
  EXPECT_EQ(now.plans[0].tasks[model::TaskState::granted], 2U);
  EXPECT_EQ(now.plans[0].tasks[model::TaskState::judged], 12U);
  ASSERT_EQ(now.laboratories[0].nodes.size(), 1U);
  EXPECT_EQ(now.laboratories[0].nodes[0].events, 36U);
  EXPECT_EQ(now.laboratories[0].nodes[0].orders, 14U);
}

TEST_F(Reports, TheHistoryOfATaskNamesEveryEventAndWhatBecameOfIt) {
  const auto told = history(*world.view(), grants[0].task);
  ASSERT_TRUE(told.has_value());
  ASSERT_EQ(told->lines.size(), 3U);
  EXPECT_EQ(told->lines[0].hash, told->result->record);
  EXPECT_EQ(told->lines[2].disposition, model::Disposition::counted);
  EXPECT_FALSE(history(*world.view(), {.plan = model::PlanId{8}, .revision = 1, .number = 1}).has_value());
}

TEST_F(Reports, AHistoryHoldsTheRunsItsResultsWereMeasuredIn) {
  const model::Grant& grant = grants[8];  // no verdict yet
  const Hash capture{{7}};
  const auto before = bench->size();
  const Hash assessed = bench->happen({}, "analyst", model::RunAssessed{.capture = capture, .instrument = "GCMS-01"});
  bench->happen({}, "analyst", model::RunAssessed{.capture = Hash{{8}}, .instrument = "GCMS-01"});
  bench->happen(grant, "analyst", model::Measured{.number = grant.number, .capture = capture});
  bench->happen({}, "reviewer",
                model::RunDecided{.capture = capture, .record = assessed, .release = true, .reason = "平行样正常"});
  bench->conclude(grant, SampleOutcome::pass);
  world.acknowledged(*bench, bench->events(before + 1, 7));
  const auto told = history(*world.view(), grant.task);
  std::vector<std::string> kinds;
  for (const HistoryLine& line : told->lines) kinds.emplace_back(name_of(line.event.what));
  EXPECT_THAT(kinds,
              ::testing::ElementsAre("run_assessed", "measured", "run_decided", "judged", "reviewed", "approved"));
  EXPECT_EQ(told->lines[0].hash, assessed);
  EXPECT_EQ(std::get<model::RunDecided>(told->lines[2].event.what).reason, "平行样正常");
}

TEST_F(Reports, AnExportInPagesIsTheExportInOnePiece) {
  for (const auto& [whole_page, pages_of] :
       {std::pair{&export_events, &export_events}, std::pair{&export_orders, &export_orders}}) {
    const auto whole = whole_page(*world.view(), "", export_rows_max);
    EXPECT_EQ(whole->next, "");
    Bytes pages;
    std::string after;
    do {
      const auto page = pages_of(*world.view(), after, 5);
      pages += page->bytes;
      after = page->next;
    } while (!after.empty());
    EXPECT_EQ(pages, whole->bytes);
    EXPECT_FALSE(pages.empty());
  }
}

TEST_F(Reports, AnExportRefusesAPlaceItDidNotGive) {
  for (const char* after : {"x", "1", "1.2", "1.2.3.4", "1.2.", "1,2,3", "-1.2.3"}) {
    EXPECT_FALSE(export_events(*world.view(), after).has_value()) << after;
  }
}

}  // namespace
}  // namespace lab::reports
