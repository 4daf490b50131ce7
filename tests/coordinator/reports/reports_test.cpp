#include <fmt/format.h>
#include <gmock/gmock.h>

#include <map>

#include "coordinator/reports/exports.hpp"
#include "coordinator/reports/history.hpp"
#include "coordinator/reports/status.hpp"
#include "coordinator/reports/summary.hpp"
#include "coordinator/reports/weighted.hpp"
#include "coordinator/tables/registry.hpp"
#include "protocol/rules/reference_set.hpp"
#include "tests/coordinator/support/world.hpp"

namespace lab::reports {
namespace {

using namespace coordinator::testing;
using model::SampleOutcome;
using ::testing::HasSubstr;

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

// ---- by analyte

class ByAnalyte : public ::testing::Test {
 protected:
  // A sum of two parts, an item of its own, one for reference only and one without a limit.
  ByAnalyte() {
    world.add_laboratory(1);
    bench.emplace(world.enrol(1));
    const Bytes bundle =
        rules::bundle({{"limits.csv",
                        "analyte_zh,analyte_en,commodity,op,limit,unit,standard,clause,effective_from,effective_to\n"
                        "铅,,蔬菜,<=,0.3,mg/kg,S,,,\n"},
                       {"panels.csv",
                        "panel,panel_name,analyte,method,unit,lod,loq,reference_only,definition\n"
                        "VEGA,v,克百威,m,mg/kg,0.01,,0,克百威之和\nVEGA,v,三羟基克百威,m,mg/kg,0.01,,0,克百威之和\n"
                        "VEGA,v,铅,m,mg/kg,0.01,,0,\nVEGA,v,锌,m,mg/kg,0.01,,1,\nVEGA,v,镉,m,mg/kg,0.01,,0,\n"},
                       {"categories.csv", "code,name_zh,parent\nV1,蔬菜,\n"}});
    edition = crypto::sha256(bundle);
    world.turn([&](journal::Draft& draft) { coordinator::tables::put_reference(draft, edition, bundle); });
    world.dispatched_plan({cell(3, "V1", 510100), cell(1, "V1", 510300), lot_cell(1)});
    grants = world.grants_of(*bench);
  }
  void conclude(std::size_t which, model::ItemOutcome sum, model::ItemOutcome lead, std::uint16_t version = 1) {
    using model::ItemOutcome;
    using model::Reason;
    const bool fails = sum == ItemOutcome::fail || lead == ItemOutcome::fail;
    model::Judged what = judged(grants[which], fails ? SampleOutcome::fail : SampleOutcome::pass, version);
    what.edition = edition;
    what.items = {{0, sum, Reason::within_limit, 1},
                  {1, sum, Reason::part_of_sum, 1},
                  {2, lead, Reason::within_limit, 2},
                  {3, ItemOutcome::fail, Reason::beyond_limit, 3},
                  {4, ItemOutcome::undetermined, Reason::no_basis, 0}};
    const Hash record = bench->happen(grants[which], "analyst", what);
    bench->happen(grants[which], "reviewer", reviewed(grants[which], record));
    bench->happen(grants[which], "approver", approved(grants[which], record, what.outcome, version));
    world.acknowledged(*bench, bench->all_events());
  }
  std::map<std::string, Figures> rows(Query query) {
    std::map<std::string, Figures> found;
    for (const Row& row :
         summarize(*world.view(), query, {{model::ProgrammeCode{"NCP"}, *Decimal::parse("0.96")}}).rows) {
      found[row.analyte + (row.key.city.value() == 0 ? "" : fmt::format(" {}", row.key.city.value()))] = row.figures;
    }
    return found;
  }

  World world;
  std::optional<Bench> bench;
  std::vector<model::Grant> grants;
  Hash edition;
};

TEST_F(ByAnalyte, ASumIsOneItemByTheNameOfItsDefinitionAndWhatIsNotJudgedIsNoPass) {
  using model::ItemOutcome;
  conclude(0, ItemOutcome::pass, ItemOutcome::fail);
  conclude(1, ItemOutcome::fail, ItemOutcome::conditional_pass);
  conclude(3, ItemOutcome::undetermined, ItemOutcome::pass);
  const auto by = rows({.by = {Axis::analyte}});
  ASSERT_EQ(by.size(), 4U);
  EXPECT_EQ(by.at("克百威之和").counts, (statistics::Counts{.pass = 1, .fail = 1, .undetermined = 1}));
  EXPECT_EQ(by.at("克百威之和").rate, "50.0");
  EXPECT_EQ(by.at("铅").counts, (statistics::Counts{.pass = 2, .fail = 1}));
  EXPECT_EQ(by.at("铅").target, std::nullopt) << "targets are of samples";
  EXPECT_EQ(by.at("锌").counts, (statistics::Counts{.undetermined = 3}));
  EXPECT_EQ(by.at("锌").reference, 3U);
  EXPECT_EQ(by.at("锌").rate, "—");
  EXPECT_EQ(by.at("镉").counts, (statistics::Counts{.undetermined = 3}));
  EXPECT_EQ(by.at("镉").without_basis, 3U);
  const auto cities = rows({.by = {Axis::city, Axis::analyte}});
  EXPECT_EQ(cities.at("铅 510100").counts, (statistics::Counts{.pass = 1, .fail = 1}));
  EXPECT_EQ(cities.at("铅 510300").counts, (statistics::Counts{.pass = 1}));
  // Of one analyte by city: no row says its name again.
  const auto lead = rows({.by = {Axis::city}, .analyte = "铅"});
  ASSERT_EQ(lead.size(), 2U);
  EXPECT_EQ(lead.at(" 510100").counts, (statistics::Counts{.pass = 1, .fail = 1}));
  EXPECT_TRUE(rows({.by = {Axis::city}, .analyte = "砷"}).empty());
}

TEST_F(ByAnalyte, AnAmendmentMovesTheFinalItemsAndLeavesTheFirst) {
  using model::ItemOutcome;
  conclude(0, ItemOutcome::pass, ItemOutcome::fail);
  conclude(0, ItemOutcome::pass, ItemOutcome::pass, 2);
  EXPECT_EQ(rows({.by = {Axis::analyte}}).at("铅").counts, (statistics::Counts{.pass = 1}));
  EXPECT_EQ(rows({.by = {Axis::analyte}, .verdicts = Verdicts::first}).at("铅").counts,
            (statistics::Counts{.fail = 1}));
}

TEST_F(ByAnalyte, ALotIsOneItemAndAVerdictByAnUnknownEditionHasNumbersForNames) {
  const auto lot = world.open_lot_of(*bench);
  ASSERT_TRUE(lot);
  bench->conclude_lot(*lot, 0);
  bench->conclude(grants[0], SampleOutcome::pass);
  world.acknowledged(*bench, bench->all_events());
  const auto by = rows({.by = {Axis::analyte}});
  ASSERT_EQ(by.size(), 2U);
  EXPECT_EQ(by.at("整批").counts, (statistics::Counts{.pass = 1}));
  EXPECT_EQ(by.at("VEGA 第 1 项").counts, (statistics::Counts{.pass = 1}));
}

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

TEST_F(Reports, PlannedAndJudgedAreOfWhatIsAskedOrNotSaid) {
  using Count = std::optional<std::uint64_t>;
  const auto course = [&](const Query& query) {
    const Summary of = summarize(*world.view(), query, {});
    return std::pair{of.planned, of.judged};
  };
  const Query vegetables{.by = {}, .category = model::CategoryCode{"V1"}};
  EXPECT_EQ(course({.by = {}, .city = model::CityCode{510100}}), (std::pair{Count{10}, Count{8}}));
  EXPECT_EQ(course({.by = {}, .city = model::CityCode{510900}}), (std::pair{Count{0}, Count{0}}));
  EXPECT_EQ(course(vegetables), (std::pair{Count{10}, Count{8}}));
  EXPECT_EQ(course({.by = {}, .city = model::CityCode{510100}, .round = std::uint8_t{1}}),
            (std::pair{Count{10}, Count{8}}));
  EXPECT_EQ(course({.by = {}, .round = std::uint8_t{2}}), (std::pair{Count{0}, Count{0}}));
  EXPECT_EQ(course({.by = {Axis::analyte}, .category = model::CategoryCode{"F1"}}), (std::pair{Count{4}, Count{4}}));
  // A plan names neither laboratory nor month, and a sample is no item.
  EXPECT_EQ(course({.by = {}, .laboratory = model::LaboratoryId{1}}), (std::pair{Count{}, Count{12}}));
  EXPECT_EQ(course({.by = {}, .month = 2013 * 12 + 5}).first, Count{});
  EXPECT_EQ(course({.by = {}, .analyte = "铅"}), (std::pair{Count{}, Count{}}));

  world.now += std::chrono::hours{1};
  const UtcTime before = world.now - std::chrono::minutes{1};
  ASSERT_TRUE(world.turn(
      [&](journal::Draft& draft) { return world.coordinator.on_cancel(draft, grants[8].task, "停产", world.now); }));
  EXPECT_EQ(course(vegetables), (std::pair{Count{9}, Count{8}}));
  EXPECT_EQ(course({.by = {}}), (std::pair{Count{13}, Count{12}}));
  const auto then = [&](const Query& query) {
    const auto of = summarize_as_of(*world.view(), query, {}, before);
    return std::pair{of->planned, of->judged};
  };
  EXPECT_EQ(then({.by = {}, .programme = model::ProgrammeCode{"NCP"}}), (std::pair{Count{14}, Count{12}}));
  EXPECT_EQ(then({.by = {}, .city = model::CityCode{510100}}), (std::pair{Count{}, Count{8}}));
}

// Vegetables 7 of 8 in 510100, fruits 3 of 3 in 510300: pooled 10 of 11.
TEST_F(Reports, TheWeightedRateStandsForWhatIsProducedAndIsNotGivenWhereItCannotBe) {
  const auto weight = [](std::uint32_t city, const char* category, std::uint32_t batches) {
    return planning::StratumWeight{.programme = model::ProgrammeCode{"NCP"},
                                   .city = model::CityCode{city},
                                   .category = model::CategoryCode{category},
                                   .batches = batches,
                                   .source = "年鉴 2012"};
  };
  std::vector<planning::StratumWeight> weights{weight(510100, "V1", 9'000), weight(510300, "F1", 1'000)};
  Query query{.by = {}, .programme = model::ProgrammeCode{"NCP"}};
  const auto rate_of = [&] { return weighted_rate(*world.view(), query, weights, std::nullopt); };
  const auto rate = rate_of();
  ASSERT_TRUE(rate) << rate.error().message;
  EXPECT_EQ(rate->rate, "88.8") << "0.9 * 7/8 + 0.1";
  EXPECT_EQ(rate->standard_error, "11.2") << "0.9 * sqrt(7/64 / 7)";
  EXPECT_EQ(rate->source, "年鉴 2012");
  EXPECT_EQ(summary("").total.rate, "90.9");
  query.city = model::CityCode{510300};
  EXPECT_EQ(rate_of()->rate, "100.0");
  const auto reason = [&] { return rate_of().error().message; };
  query.county = model::CountyCode{510302};
  EXPECT_THAT(reason(), HasSubstr("不分区县"));
  query = {.by = {}, .programme = model::ProgrammeCode{"NCP"}, .round = std::uint8_t{2}};
  EXPECT_THAT(reason(), HasSubstr("有产量权重而没有已判定的样品"));
  query.round.reset();
  weights.push_back(weight(510900, "V1", 5));
  EXPECT_THAT(reason(), HasSubstr("510900 V1 有产量权重而没有已判定的样品"));
  weights.resize(1);
  EXPECT_THAT(reason(), HasSubstr("510300 F1 有样品而没有产量权重"));
  weights = {weight(510100, "V1", 7), weight(510300, "F1", 1'000)};
  EXPECT_THAT(reason(), HasSubstr("样品比产量权重还多"));
  weights.clear();
  EXPECT_THAT(reason(), HasSubstr("没有导入"));
  query.programme.reset();
  EXPECT_THAT(reason(), HasSubstr("请先选一个项目"));
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
