// A disputed verdict: ordered at another laboratory, decided by it, and both verdicts are kept.

#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <map>

#include "coordinator/dispatch/draw.hpp"
#include "coordinator/reports/history.hpp"
#include "coordinator/reports/summary.hpp"
#include "coordinator/tables/diary.hpp"
#include "coordinator/tables/held_events.hpp"
#include "coordinator/tables/registry.hpp"
#include "coordinator/tables/retests.hpp"
#include "protocol/rules/reference_set.hpp"
#include "protocol/wire/codec.hpp"
#include "tests/coordinator/support/items.hpp"
#include "tests/coordinator/support/world.hpp"

namespace lab::ledger {
namespace {

using namespace coordinator::testing;
namespace tables = coordinator::tables;
using model::Disposition;
using model::EventNote;
using model::ItemOutcome;
using model::Reason;
using model::SampleOutcome;
using tables::RetestState;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* limits =
    "analyte_zh,analyte_en,commodity,op,limit,unit,standard,clause,effective_from,effective_to\n"
    "铅,,蔬菜,<=,0.3,mg/kg,S,,,\n";
const std::string panels_header = "panel,panel_name,analyte,method,unit,lod,loq,reference_only\n";

class Retesting : public ::testing::Test {
 protected:
  Retesting() {
    world.add_laboratory(1);
    world.add_laboratory(2);
    world.add_laboratory(3, {"OTHER"});
    first.emplace(world.enrol(1));
    edition = reference("VEGA,v,铅,m,mg/kg,0.01,,0\nVEGA,v,镉,m,mg/kg,0.01,,0\nVEGA,v,汞,m,mg/kg,0.01,,1\n");
    world.dispatched_plan({cell(2)});
    second.emplace(world.enrol(2));
    third.emplace(world.enrol(3));
    grant = world.grants_of(*first).front();
  }

  Hash reference(const std::string& panels) {
    const Bytes bundle = rules::bundle({{"limits.csv", limits},
                                        {"panels.csv", panels_header + panels},
                                        {"categories.csv", "code,name_zh,parent\nV1,蔬菜,\n"}});
    const Hash hash = crypto::sha256(bundle);
    world.turn([&](journal::Draft& draft) { tables::put_reference(draft, hash, bundle); });
    return hash;
  }

  // The three events of a verdict over these items.
  Hash conclude(Bench& bench, const model::Grant& under, SampleOutcome outcome, std::vector<model::ItemVerdict> items,
                const Hash& by) {
    const std::uint16_t version = under.retest ? under.retest->version : 1;
    model::Judged what = judged(under, outcome, version);
    what.edition = by;
    what.items = std::move(items);
    const Hash record = bench.happen(under, "analyst", what);
    bench.happen(under, "reviewer", reviewed(under, record));
    bench.happen(under, "approver", approved(under, record, outcome, version));
    return record;
  }
  // Lead above its limit, cadmium within, and mercury, for reference only, above.
  void first_fails() {
    conclude(*first, grant, SampleOutcome::fail,
             {{0, ItemOutcome::fail, Reason::beyond_limit, 1},
              {1, ItemOutcome::pass, Reason::within_limit, 2},
              {2, ItemOutcome::fail, Reason::beyond_limit, 3}},
             edition);
    world.acknowledged(*first, first->all_events());
  }
  model::Ack second_says(ItemOutcome lead, const Hash& by, std::uint16_t item = 0) {
    const SampleOutcome outcome = lead == ItemOutcome::fail ? SampleOutcome::fail : SampleOutcome::pass;
    conclude(*second, retest_grant(), outcome, {{item, lead, Reason::within_limit, 1}}, by);
    return world.acknowledged(*second, second->all_events());
  }

  // The reserve is fit and the sample not expired unless something else is said.
  Result<model::NodeId> order(dispatch::RetestOrder asked) {
    asked.task = grant.task;
    if (!asked.reserve_fit) asked.reserve_fit = true;
    if (!asked.expired) asked.expired = false;
    if (asked.reason.empty()) asked.reason = "受检单位有异议";
    return world.turn([&](journal::Draft& draft) { return world.coordinator.on_retest(draft, asked, world.now); });
  }
  std::string refusal(dispatch::RetestOrder asked) {
    const auto node = order(std::move(asked));
    return node ? "ordered" : node.error().message;
  }
  model::Grant retest_grant() const { return world.grants_of(*second).back(); }
  tables::RetestEntry entry() const { return *tables::retest(*world.view(), grant.task); }
  tables::Tally total() const {
    tables::Tally sum;
    tables::for_each_city_tally(*world.view(), [&](const auto&, auto, const tables::Tally& tally) { sum = tally; });
    return sum;
  }

  // Pass, fail, not judged by analyte.
  using Rates = std::map<std::string, std::array<std::uint64_t, 3>>;
  Rates rates(reports::Verdicts verdicts) const {
    const auto summary = reports::summarize(*world.view(), {.by = {reports::Axis::analyte}, .verdicts = verdicts}, {});
    Rates found;
    for (const reports::Row& row : summary.rows) {
      const auto& counts = row.figures.counts;
      EXPECT_EQ(counts.problem, 0U) << row.analyte;
      found[row.analyte] = {counts.pass, counts.fail, counts.undetermined};
    }
    return found;
  }
  // As of the sample that first_fails() tells of, when the retest says that lead passes. Mercury is never judged.
  void expect_rates_of_a_passed_retest() {
    EXPECT_EQ(rates(reports::Verdicts::first), (Rates{{"铅", {0, 1, 0}}, {"镉", {1, 0, 0}}, {"汞", {0, 0, 1}}}));
    EXPECT_EQ(rates(reports::Verdicts::final), (Rates{{"铅", {1, 0, 0}}, {"镉", {1, 0, 0}}, {"汞", {0, 0, 1}}}));
  }
  void enter_anew() {
    forget_items(world);
    open_anew(world);
    world.work();
  }

  World world;
  std::optional<Bench> first;
  std::optional<Bench> second;
  std::optional<Bench> third;
  model::Grant grant;
  Hash edition;
};

TEST_F(Retesting, GoesToAnotherLaboratoryForTheItemsThatFailedAndCount) {
  first_fails();
  const auto node = order({});
  ASSERT_TRUE(node) << node.error().message;
  EXPECT_EQ(*node, second->id());
  const model::Grant given = retest_grant();
  EXPECT_EQ(given.task, grant.task);
  EXPECT_EQ(given.number, grant.number);
  EXPECT_GT(given.token, grant.token);
  ASSERT_TRUE(given.retest.has_value());
  EXPECT_EQ(given.retest->version, 2);
  EXPECT_EQ(given.retest->sampled_on, judged(grant, SampleOutcome::fail).judged_for);
  EXPECT_THAT(given.retest->analytes, ElementsAre("铅"));
  EXPECT_EQ(tables::task(*world.view(), grant.task)->state, model::TaskState::judged);
  EXPECT_EQ(total().final.fail, 1U);  // it counts until the retest says otherwise
  EXPECT_EQ(entry().first_laboratory, model::LaboratoryId{1});
  EXPECT_EQ(entry().state, RetestState::ordered);
}

TEST_F(Retesting, IsRefusedWithWhatStandsAgainstIt) {
  EXPECT_THAT(refusal({}), HasSubstr("还没有计入的判定"));
  first_fails();
  EXPECT_THAT(refusal({.task = {}, .reason = std::string(501, 'x')}), HasSubstr("理由"));
  EXPECT_THAT(refusal({.task = {}, .reason = {}, .laboratory = model::LaboratoryId{1}}), HasSubstr("不得为同一机构"));
  EXPECT_THAT(refusal({.task = {}, .reason = {}, .laboratory = model::LaboratoryId{3}}), HasSubstr("没有其他实验室"));
  EXPECT_THAT(refusal({.task = {}, .reason = {}, .laboratory = {}, .reserve_fit = false}), HasSubstr("备份样品"));
  EXPECT_THAT(refusal({.task = {}, .reason = {}, .laboratory = {}, .expired = true}), HasSubstr("保质期"));
  EXPECT_THAT(refusal({.task = {}, .reason = {}, .laboratory = {}, .rapid_method = true}), HasSubstr("快速检测"));
  EXPECT_FALSE(tables::retest(*world.view(), grant.task).has_value());
}

TEST_F(Retesting, OfAPassIsRefused) {
  conclude(*first, grant, SampleOutcome::pass, {{0, ItemOutcome::pass, Reason::within_limit, 1}}, edition);
  world.acknowledged(*first, first->all_events());
  EXPECT_THAT(refusal({}), HasSubstr("没有可复检的项目"));
}

TEST_F(Retesting, ThatPassesOverturnsTheVerdictAndBothAreKept) {
  first_fails();
  ASSERT_TRUE(order({}));
  EXPECT_THAT(second_says(ItemOutcome::pass, edition).notes, ElementsAre(EventNote{3, Disposition::counted}));
  EXPECT_EQ(entry().state, RetestState::overturned);
  EXPECT_EQ(total().first.fail, 1U);
  EXPECT_EQ(total().final.fail, 0U);
  EXPECT_EQ(total().final.pass, 1U);
  const auto history = reports::history(*world.view(), grant.task);
  EXPECT_EQ(history->result->first_outcome, SampleOutcome::fail);
  EXPECT_EQ(history->result->final_outcome, SampleOutcome::pass);
  EXPECT_EQ(history->retest->state, RetestState::overturned);
  EXPECT_EQ(history->lines.size(), 6U);
}

TEST_F(Retesting, StaysInTheCellOfTheFirstLaboratory) {
  first_fails();
  ASSERT_TRUE(order({}));
  second_says(ItemOutcome::pass, edition);
  std::vector<model::LaboratoryId> laboratories;
  tables::for_each_cell_tally(*world.view(), [&](const tables::CellKey& cell, const tables::Tally& tally) {
    if (tally.final.pass > 0) laboratories.push_back(cell.laboratory);
  });
  EXPECT_THAT(laboratories, ElementsAre(model::LaboratoryId{1}));
}

TEST_F(Retesting, ThatFailsUpholdsTheVerdict) {
  first_fails();
  ASSERT_TRUE(order({}));
  second_says(ItemOutcome::fail, edition);
  EXPECT_EQ(entry().state, RetestState::upheld);
  EXPECT_EQ(total().final.fail, 1U);
  EXPECT_THAT(refusal({}), HasSubstr("最终结论"));
}

TEST_F(Retesting, MatchesItemsByNameWhereTheEditionsDiffer) {
  first_fails();
  ASSERT_TRUE(order({}));
  const Hash other = reference("VEGA,v,镉,m,mg/kg,0.01,,0\nVEGA,v,铅,m,mg/kg,0.01,,0\n");
  second_says(ItemOutcome::pass, other, 1);
  EXPECT_EQ(entry().state, RetestState::overturned);
  EXPECT_EQ(total().final.pass, 1U);
  expect_rates_of_a_passed_retest();
  enter_anew();
  expect_rates_of_a_passed_retest();
}

// A dispute so long that the file of the sample has noted nothing of the retest.
TEST_F(Retesting, BehindTheLastNotedPlaceIsEnteredAsItCounted) {
  first_fails();
  for (std::size_t i = 0; i < tables::places_max; ++i) {
    first->happen(grant, "technician", model::Received{.number = grant.number});
  }
  world.acknowledged(*first, first->all_events());
  ASSERT_TRUE(order({}));
  const Hash other = reference("VEGA,v,镉,m,mg/kg,0.01,,0\nVEGA,v,铅,m,mg/kg,0.01,,0\n");
  second_says(ItemOutcome::pass, other, 1);
  const auto places = tables::task_file(*world.view(), grant.task).places();
  ASSERT_EQ(places.size(), tables::places_max);
  ASSERT_TRUE(std::ranges::all_of(places, [&](const auto& place) { return place.node == first->id(); }));
  expect_rates_of_a_passed_retest();
  enter_anew();
  expect_rates_of_a_passed_retest();
}

// An older store is opened while the other laboratory is testing.
TEST_F(Retesting, OfASampleThatIsNotEnteredYetMovesItsItemsToo) {
  first_fails();
  ASSERT_TRUE(order({}));
  forget_items(world);
  open_anew(world);
  const Hash other = reference("VEGA,v,镉,m,mg/kg,0.01,,0\nVEGA,v,铅,m,mg/kg,0.01,,0\n");
  second_says(ItemOutcome::pass, other, 1);
  world.work();
  expect_rates_of_a_passed_retest();
}

TEST_F(Retesting, OfNothingThatWasDisputedDecidesNothing) {
  first_fails();
  ASSERT_TRUE(order({}));
  const Hash other = reference("VEGA,v,铬,m,mg/kg,0.01,,0\n");
  EXPECT_THAT(second_says(ItemOutcome::pass, other).notes, ElementsAre(EventNote{3, Disposition::quarantined}));
  EXPECT_EQ(entry().state, RetestState::ordered);
  EXPECT_EQ(total().final.fail, 1U);
}

TEST_F(Retesting, WhatTheFirstLaboratoryStillSendsIsLate) {
  first_fails();
  ASSERT_TRUE(order({}));
  const std::uint64_t before = first->size();
  first->conclude(grant, SampleOutcome::pass, 2);
  const auto ack = world.acknowledged(*first, first->events(before + 1, 3));
  EXPECT_EQ(ack.notes.back().disposition, Disposition::late);
  EXPECT_EQ(total().final.fail, 1U);
}

// The report was being corrected when the objection came: what the laboratory has judged since is nobody's verdict yet.
class RetestingAmended : public Retesting {
 protected:
  RetestingAmended() {
    first_fails();
    disputed = tables::EventPlace{.node = first->id(), .incarnation = 1, .sequence = first->size() - 2};
    what = judged(grant, SampleOutcome::pass, 2);
    what.edition = edition;
    what.judged_for = *parse_date("2013-07-09");
    what.items = {{0, ItemOutcome::pass, Reason::within_limit, 1}, {1, ItemOutcome::pass, Reason::within_limit, 2}};
    again = first->happen(grant, "analyst", what);
    world.acknowledged(*first, first->events(first->size(), 1));
  }
  void expect_first_is_disputed() {
    EXPECT_EQ(entry().first, disputed);
    EXPECT_THAT(retest_grant().retest->analytes, ElementsAre("铅"));
    EXPECT_EQ(retest_grant().retest->version, 2);
    EXPECT_EQ(retest_grant().retest->sampled_on, judged(grant, SampleOutcome::fail).judged_for);
  }

  tables::EventPlace disputed;
  model::Judged what;
  Hash again;
};

TEST_F(RetestingAmended, IsHeldAgainstTheVerdictThatCounts) {
  ASSERT_TRUE(order({}));
  expect_first_is_disputed();
  EXPECT_THAT(second_says(ItemOutcome::pass, edition).notes, ElementsAre(EventNote{3, Disposition::counted}));
  EXPECT_EQ(entry().state, RetestState::overturned);
  EXPECT_EQ(total().first.fail, 1U);
  EXPECT_EQ(total().final.pass, 1U);
}

TEST_F(RetestingAmended, OfAnAmendmentThatCountsIsHeldAgainstThat) {
  first->happen(grant, "reviewer", reviewed(grant, again));
  first->happen(grant, "approver", approved(grant, again, SampleOutcome::pass, 2));
  world.acknowledged(*first, first->events(first->size() - 1, 2));
  EXPECT_THAT(refusal({}), HasSubstr("没有可复检的项目")) << "it passes after all";
  EXPECT_EQ(tables::task_file(*world.view(), grant.task).kept(), std::nullopt);
}

TEST_F(RetestingAmended, WhatTheFirstLaboratorySignsOfItsAmendmentIsLate) {
  ASSERT_TRUE(order({}));
  first->happen(grant, "reviewer", reviewed(grant, again));
  first->happen(grant, "approver", approved(grant, again, SampleOutcome::pass, 2));
  const std::uint64_t last = first->size();
  EXPECT_THAT(world.acknowledged(*first, first->events(last - 1, 2)).notes,
              ElementsAre(EventNote{last - 1, Disposition::late}, EventNote{last, Disposition::late}));
  EXPECT_EQ(tables::task_file(*world.view(), grant.task).result()->reviewer, model::PersonId{});
  EXPECT_EQ(total().final.fail, 1U);
}

TEST_F(RetestingAmended, WorksInAFileOfBeforeTheCountedVerdictWasKept) {
  const tables::TaskFile now = tables::task_file(*world.view(), grant.task);
  ASSERT_TRUE(now.kept().has_value());
  tables::TaskFile then;
  for (const tables::EventPlace& place : now.places()) then.add_place(place);
  then = tables::TaskFile{then.record() + wire::encode_record(*now.result())};
  ASSERT_EQ(then.kept(), std::nullopt);
  world.turn([&](journal::Draft& draft) { tables::put_task_file(draft, grant.task, then); });
  EXPECT_EQ(tables::counted_result(*world.view(), then), tables::counted_result(*world.view(), now));
  ASSERT_TRUE(order({}));
  expect_first_is_disputed();
}

TEST_F(RetestingAmended, KeepsTheCountedVerdictWhileTheAmendmentIsJudgedAgainAndAgain) {
  const auto counted = tables::counted_result(*world.view(), tables::task_file(*world.view(), grant.task));
  ASSERT_TRUE(counted.has_value());
  EXPECT_EQ(counted->failed.size(), 2U);
  EXPECT_EQ(counted->outcome, SampleOutcome::fail);
  what.version = 3;
  first->happen(grant, "analyst", what);
  world.acknowledged(*first, first->events(first->size(), 1));
  const tables::TaskFile file = tables::task_file(*world.view(), grant.task);
  EXPECT_EQ(file.result()->version, 3);
  EXPECT_EQ(tables::counted_result(*world.view(), file), counted);
}

// Else somebody could draw until it suits.
TEST_F(Retesting, IsDrawnOnceHoweverOftenItIsOrdered) {
  for (const std::uint32_t laboratory : {4U, 5U, 6U}) {
    world.add_laboratory(laboratory);
    world.enrol(laboratory);
  }
  first_fails();
  const auto draw_with = [&](std::uint8_t seed) {
    return order(
        {.task = {}, .reason = {}, .laboratory = {}, .seed = crypto::sha256(Bytes(1, static_cast<char>(seed)))});
  };
  ASSERT_TRUE(draw_with(0));
  const auto drawn = entry().draw;
  ASSERT_TRUE(drawn.has_value());
  EXPECT_EQ(drawn->candidates.size(), 4U);
  for (std::uint8_t seed = 1; seed < 9; ++seed) {
    ASSERT_TRUE(draw_with(seed));
    EXPECT_EQ(entry().draw, drawn);
    EXPECT_EQ(entry().laboratory, drawn->drawn);
  }
  // Nor by naming another one in between.
  const model::LaboratoryId named = drawn->candidates[drawn->candidates[0] == drawn->drawn ? 1 : 0];
  ASSERT_TRUE(order({.task = {}, .reason = "仪器故障", .laboratory = named}));
  EXPECT_EQ(entry().laboratory, named);
  EXPECT_FALSE(entry().is_drawn());
  ASSERT_TRUE(draw_with(9));
  EXPECT_EQ(entry().laboratory, drawn->drawn);
  std::string last;
  tables::for_each_diary_entry(*world.view(), 1, [&](const tables::DiaryEntry& line) {
    if (line.kind == tables::DiaryKind::retest_ordered) last = line.subject;
    return true;
  });
  EXPECT_THAT(last, HasSubstr("draw " + dispatch::words_of(*drawn)));
  // A laboratory that cannot test any more is drawn no longer.
  world.add_laboratory(drawn->drawn.value(), {"OTHER"});
  ASSERT_TRUE(draw_with(10));
  EXPECT_NE(entry().laboratory, drawn->drawn);
  EXPECT_EQ(entry().draw->candidates.size(), 3U);
  EXPECT_TRUE(entry().is_drawn());
}

TEST_F(Retesting, ThatIsNotComingMayBeOrderedAnewElsewhere) {
  first_fails();
  ASSERT_TRUE(order({}));
  world.add_laboratory(4);
  Bench fourth = world.enrol(4);
  ASSERT_TRUE(order({.task = {}, .reason = "仪器故障", .laboratory = model::LaboratoryId{4}}));
  const auto orders = world.orders_of(*second);
  EXPECT_TRUE(std::holds_alternative<model::Revocation>(orders.back().what));
  conclude(fourth, world.grants_of(fourth).back(), SampleOutcome::pass,
           {{0, ItemOutcome::pass, Reason::within_limit, 1}}, edition);
  world.acknowledged(fourth, fourth.all_events());
  EXPECT_EQ(entry().state, RetestState::overturned);
  EXPECT_EQ(entry().first_laboratory, model::LaboratoryId{1});
  EXPECT_EQ(entry().laboratory, model::LaboratoryId{4});
}

}  // namespace
}  // namespace lab::ledger
