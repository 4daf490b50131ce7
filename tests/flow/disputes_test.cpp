// From instrument bytes to the province's figures where one result is not the whole story: residue definitions that are
// sums, totals measured before species, suspected results that need confirmation, verdicts that are disputed.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "coordinator/reports/exports.hpp"
#include "coordinator/reports/history.hpp"
#include "coordinator/reports/stored_results.hpp"
#include "coordinator/reports/summary.hpp"
#include "coordinator/tables/clocks.hpp"
#include "coordinator/tables/notices.hpp"
#include "coordinator/tables/objections.hpp"
#include "coordinator/tables/tasks.hpp"
#include "lab-node/judging/judging.hpp"
#include "protocol/rules/reference_set.hpp"
#include "protocol/rules/rejudge.hpp"
#include "tests/flow/stations.hpp"
#include "tests/oracle/recount.hpp"

namespace lab::flow {
namespace {

using model::ItemOutcome;
using model::Reason;
using model::SampleOutcome;
using model::SampleState;
using ::testing::HasSubstr;

class Disputes : public ::testing::Test {
 protected:
  reports::History history(const std::string& number) {
    const auto view = stations.store->read();
    return *reports::history(*view, *coordinator::tables::task_by_number(*view, number));
  }
  // The explanation of an analyte in the newest verdict at the coordinator.
  std::string explained(const std::string& number, const std::string& analyte) {
    std::string text;
    for (const reports::HistoryLine& line : history(number).lines) {
      for (const auto& item : line.explained) {
        if (item.analyte == analyte) text = item.explanation;
      }
    }
    return text;
  }
  statistics::Counts counts(reports::Verdicts verdicts) {
    return reports::summarize(*stations.store->read(), {.by = {}, .programme = {}, .verdicts = verdicts}, {})
        .total.counts;
  }
  // Whatever the story was: the raw bytes alone give the same figures, and judging again gives the same verdicts.
  void expect_recounted() {
    const auto view = stations.store->read();
    const auto recount =
        oracle::recount(reports::export_orders(*view, "")->bytes, reports::export_events(*view, "")->bytes);
    EXPECT_EQ(recount.broken_chains, 0U);
    for (const auto& [tallies, verdicts] :
         {std::pair{recount.first, reports::Verdicts::first}, std::pair{recount.final, reports::Verdicts::final}}) {
      oracle::Tally sum;
      for (const auto& [cell, tally] : tallies) {
        sum.pass += tally.pass;
        sum.fail += tally.fail;
      }
      EXPECT_EQ(sum.pass, counts(verdicts).pass);
      EXPECT_EQ(sum.fail, counts(verdicts).fail);
    }
    const auto set =
        rules::open_bundle(*coordinator::tables::blob(*view, coordinator::tables::reference_in_use(*view)));
    const auto stored = reports::stored_results(*view);
    EXPECT_EQ(stored.without_panel, 0U);
    const auto again = rules::rejudge(stored.columns, set->limits, set->categories);
    EXPECT_EQ(again.changed_items, 0U);
    EXPECT_EQ(again.changed_samples, 0U);
  }

  Stations stations;
};

TEST_F(Disputes, ASumAndATotalAreJudgedTogetherAndExplainedAtBothEnds) {
  const std::string number = stations.granted("SUM");
  stations.draw(stations.first, number, "菠菜");
  stations.receive(stations.first, number, "封条完好");
  stations.analyser(stations.first, number, {{"涕灭威", "0.02"}, {"涕灭威砜", "0.0117"}, {"总汞", "0.51"}});
  ASSERT_EQ(Stations::sample(stations.first, number).state, SampleState::measuring) << "the species is still missing";
  stations.analyser(stations.first, number, {{"甲基汞", "0.4"}});
  const model::Sample sample = Stations::sample(stations.first, number);
  ASSERT_EQ(sample.state, SampleState::judged);
  EXPECT_EQ(sample.judged.outcome, SampleOutcome::fail);
  EXPECT_EQ(sample.judged.items[0].reason, Reason::beyond_limit);
  EXPECT_EQ(sample.judged.items[1].reason, Reason::part_of_sum);
  EXPECT_EQ(sample.judged.items[2].reason, Reason::no_basis);
  EXPECT_EQ(sample.judged.items[3].outcome, ItemOutcome::pass);
  stations.sign_off(stations.first, number);
  EXPECT_EQ(counts(reports::Verdicts::final).fail, 1U);
  EXPECT_EQ(history(number).result->failed.size(), 1U) << "a sum fails once";
  EXPECT_THAT(explained(number, "涕灭威"),
              testing::AllOf(HasSubstr("涕灭威砜 0.0117 mg/kg"), HasSubstr("×0.856"), HasSubstr("未检出按 0 计"),
                             HasSubstr("总和 0.0300152 mg/kg"), HasSubstr("GB 2763-2012")));
  EXPECT_THAT(explained(number, "涕灭威砜"), HasSubstr("一并判定"));
  EXPECT_THAT(explained(number, "甲基汞"), testing::AllOf(HasSubstr("第一步"), HasSubstr("第二步")));
  expect_recounted();
}

TEST_F(Disputes, ASuspectedResultCountsOnceASecondPortionConfirmsIt) {
  const std::string number = stations.granted("CNF");
  stations.draw(stations.first, number, "菠菜");
  stations.receive(stations.first, number, "封条完好");
  stations.analyser(stations.first, number, {{"铅", "0.31"}, {"涕灭威", "ND"}});
  EXPECT_TRUE(judging::is_provisional(Stations::sample(stations.first, number)));
  EXPECT_EQ(stations.review(stations.first, number), "unconfirmed");
  EXPECT_EQ(history(number).result->outcome, SampleOutcome::undetermined) << "the province knows of the suspicion";
  EXPECT_EQ(counts(reports::Verdicts::first).total(), 0U);
  stations.analyser(stations.first, number + "/2", {{"铅", "0.32"}});
  stations.sign_off(stations.first, number);
  EXPECT_EQ(counts(reports::Verdicts::first).fail, 1U);
  EXPECT_THAT(explained(number, "铅"),
              testing::AllOf(HasSubstr("第 1 份试样：检测结果 0.31"), HasSubstr("第 2 份试样：检测结果 0.32")));
  expect_recounted();
}

TEST_F(Disputes, ARetestByAnotherLaboratoryDecidesAndBothVerdictsAreReported) {
  const std::string number = stations.granted("CNF");
  stations.draw(stations.first, number, "菠菜");
  stations.receive(stations.first, number, "封条完好");
  stations.analyser(stations.first, number, {{"铅", "0.31"}, {"涕灭威", "ND"}});
  stations.analyser(stations.first, number + "/2", {{"铅", "0.32"}});
  stations.sign_off(stations.first, number);

  const auto node = stations.order_retest(number, "受检单位对检验结论有异议");
  ASSERT_TRUE(node) << node.error().message;
  EXPECT_EQ(*node, stations.second.entry.id);
  const model::Sample reserve = Stations::sample(stations.second, number);
  EXPECT_EQ(reserve.state, SampleState::sampled);
  EXPECT_EQ(reserve.sampled.sampled_on, *parse_date("2013-06-04"));
  stations.receive(stations.second, number, "封条完好");
  stations.analyser(stations.second, number, {{"铅", "0.12"}});  // what is not disputed need not be tested
  EXPECT_EQ(Stations::sample(stations.second, number).judged.outcome, SampleOutcome::pass);
  EXPECT_EQ(Stations::sample(stations.second, number).judged.version, 2);
  stations.sign_off(stations.second, number);

  EXPECT_EQ(counts(reports::Verdicts::first).fail, 1U);
  EXPECT_EQ(counts(reports::Verdicts::final).fail, 0U);
  EXPECT_EQ(counts(reports::Verdicts::final).pass, 1U);
  EXPECT_EQ(history(number).retest->state, coordinator::tables::RetestState::overturned);
  expect_recounted();
}

TEST_F(Disputes, AnObjectionInTimeGoesToTheLaboratoryThatIsDrawnWhoseVerdictIsFinal) {
  const std::string number = stations.granted("CNF", "NCJ");
  const model::TaskId task = *coordinator::tables::task_by_number(*stations.store->read(), number);
  stations.draw(stations.first, number, "菠菜");
  stations.receive(stations.first, number, "封条完好");
  stations.analyser(stations.first, number, {{"铅", "0.31"}, {"涕灭威", "ND"}});
  EXPECT_FALSE(coordinator::tables::notice(*stations.store->read(), task)) << "a suspicion is not told";
  stations.analyser(stations.first, number + "/2", {{"铅", "0.32"}});
  stations.sign_off(stations.first, number);
  const auto clock = coordinator::tables::clock_table.find(*stations.store->read(), task, clocks::Kind::notice);
  ASSERT_TRUE(clock);
  EXPECT_EQ(clock->due.at, clock->started + std::chrono::hours{24});

  const auto person = [](const char* id) { return model::PersonId{id}; };
  EXPECT_TRUE(stations.at_coordinator([&](journal::Draft& draft) {
    return stations.coordinator.on_notice_sent(
        draft, {.task = task, .person = person("ming"), .addressee = "某某合作社", .way = "专人"}, stations.now);
  }));
  EXPECT_TRUE(stations.at_coordinator([&](journal::Draft& draft) {
    return stations.coordinator.on_notice_received(
        draft, {.task = task, .person = person("ming"), .received = stations.now, .how = "签收"}, stations.now);
  }));
  const std::string text = *coordinator::tables::notice_text(*stations.store->read(), task);
  EXPECT_THAT(text, testing::AllOf(HasSubstr("铅:"), HasSubstr("0.31"), HasSubstr("0.32"), HasSubstr("GB 27")));
  EXPECT_TRUE(stations.at_coordinator([&](journal::Draft& draft) {
    return stations.coordinator.on_objection(
        draft, {.task = task, .person = person("ming"), .party = "某某合作社", .content = "结果不准", .raised = {}},
        stations.now);
  }));
  const auto accepted = stations.at_coordinator([&](journal::Draft& draft) {
    return stations.coordinator.on_objection_accepted(
        draft, {.task = task, .person = person("hong"), .reason = "受理", .reserve_fit = true, .expired = false},
        crypto::sha256("seed"), stations.now);
  });
  ASSERT_TRUE(accepted) << accepted.error().message;
  EXPECT_EQ(accepted->draw->drawn, stations.second.entry.laboratory);
  stations.talk();

  stations.receive(stations.second, number, "封条完好");
  stations.analyser(stations.second, number, {{"铅", "0.12"}});
  stations.sign_off(stations.second, number);
  EXPECT_EQ(coordinator::tables::objection(*stations.store->read(), task)->state,
            coordinator::tables::ObjectionState::overturned);
  EXPECT_EQ(counts(reports::Verdicts::first).fail, 1U);
  EXPECT_EQ(counts(reports::Verdicts::final).pass, 1U);
  expect_recounted();
}

TEST_F(Disputes, ARetestThatFailsTooUpholdsTheVerdict) {
  const std::string number = stations.granted("SUM");
  stations.draw(stations.first, number, "菠菜");
  stations.receive(stations.first, number, "封条完好");
  stations.analyser(stations.first, number, {{"涕灭威", "0.02"}, {"涕灭威砜", "0.02"}, {"总汞", "ND"}});
  stations.sign_off(stations.first, number);
  ASSERT_TRUE(stations.order_retest(number, "受检单位对检验结论有异议"));
  stations.receive(stations.second, number, "封条完好");
  stations.analyser(stations.second, number, {{"涕灭威", "0.031"}});
  EXPECT_EQ(Stations::sample(stations.second, number).state, SampleState::measuring) << "both parts of the sum";
  stations.analyser(stations.second, number, {{"涕灭威砜", "ND"}});
  stations.sign_off(stations.second, number);
  EXPECT_EQ(counts(reports::Verdicts::final).fail, 1U);
  EXPECT_EQ(history(number).retest->state, coordinator::tables::RetestState::upheld);
  expect_recounted();
}

TEST_F(Disputes, ARetestOfASpeciesMayEndWithItsTotal) {
  const std::string number = stations.granted("SUM");
  stations.draw(stations.first, number, "菠菜");
  stations.receive(stations.first, number, "封条完好");
  stations.analyser(stations.first, number, {{"涕灭威", "ND"}, {"涕灭威砜", "ND"}, {"总汞", "0.7"}, {"甲基汞", "0.6"}});
  stations.sign_off(stations.first, number);
  ASSERT_TRUE(stations.order_retest(number, "受检单位对检验结论有异议"));
  stations.receive(stations.second, number, "封条完好");
  stations.analyser(stations.second, number, {{"总汞", "0.4"}});
  const model::Sample reserve = Stations::sample(stations.second, number);
  ASSERT_EQ(reserve.state, SampleState::judged);
  EXPECT_EQ(reserve.judged.outcome, SampleOutcome::pass);
  stations.sign_off(stations.second, number);
  EXPECT_EQ(counts(reports::Verdicts::final).pass, 1U);
  EXPECT_THAT(explained(number, "甲基汞"), HasSubstr("总量已不超过该形态的限量"));
  expect_recounted();
}

}  // namespace
}  // namespace lab::flow
