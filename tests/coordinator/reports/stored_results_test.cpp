#include "coordinator/reports/stored_results.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "coordinator/tables/determinations.hpp"
#include "coordinator/tables/registry.hpp"
#include "protocol/model/read_value.hpp"
#include "protocol/rules/reference_set.hpp"
#include "tests/coordinator/support/world.hpp"

namespace lab::reports {
namespace {

using namespace coordinator::testing;
using model::ItemOutcome;
using model::Reason;

constexpr const char* limits =
    "analyte_zh,analyte_en,commodity,op,limit,unit,standard,clause,effective_from,effective_to\n"
    "铅,,蔬菜,<=,0.3,mg/kg,S,,,\n";
constexpr const char* panels =
    "panel,panel_name,analyte,method,unit,lod,loq,reference_only\nVEGA,v,铅,m,mg/kg,0.01,,0\nVEGA,v,镉,m,mg/"
    "kg,0.01,,0\n";

class StoredResultsOfTasks : public ::testing::Test {
 protected:
  StoredResultsOfTasks() {
    world.add_laboratory(1);
    bench.emplace(world.enrol(1));
    const Bytes bundle = rules::bundle(
        {{"limits.csv", limits}, {"panels.csv", panels}, {"categories.csv", "code,name_zh,parent\nV1,蔬菜,\n"}});
    edition = crypto::sha256(bundle);
    world.turn([&](journal::Draft& draft) { coordinator::tables::put_reference(draft, edition, bundle); });
    world.dispatched_plan({cell(3)});
    grants = world.grants_of(*bench);
  }

  void measure(const model::Grant& grant, std::uint16_t item, const char* text) {
    bench->happen(
        grant, "analyst",
        model::Measured{.number = grant.number,
                        .determinations = {{.item = item, .value = model::read_value(text), .unit = "mg/kg"}}});
  }
  void judge(const model::Grant& grant, const Hash& by, std::vector<model::ItemVerdict> items,
             std::uint16_t version = 1) {
    auto what = judged(grant, model::SampleOutcome::pass, version);
    what.edition = by;
    what.items = std::move(items);
    bench->happen(grant, "analyst", what);
  }
  StoredResults stored() {
    world.acknowledged(*bench, bench->all_events());
    return stored_results(*world.view());
  }

  World world;
  std::optional<Bench> bench;
  Hash edition;
  std::vector<model::Grant> grants;
};

TEST_F(StoredResultsOfTasks, TakeTheLastResultBeforeTheVerdictAndTheVerdictsItems) {
  measure(grants[0], 0, "0.5");
  measure(grants[0], 0, "0.2");
  judge(grants[0], edition, {{0, ItemOutcome::pass, Reason::within_limit, 1}, {1, ItemOutcome::undetermined}});
  measure(grants[0], 0, "0.7");  // after the verdict: it does not rest on this one
  const StoredResults results = stored();
  ASSERT_EQ(results.columns.size(), 2U);
  EXPECT_EQ(results.tasks, std::vector{grants[0].task});
  EXPECT_EQ(results.columns.determination(0).value.number, Decimal::parse("0.2"));
  EXPECT_EQ(results.columns.outcomes()[0], static_cast<std::uint8_t>(ItemOutcome::pass));
  EXPECT_EQ(results.columns.determination(1).value.state, model::ValueState::missing);
}

TEST_F(StoredResultsOfTasks, KeepFurtherPortionsBesideTheFirst) {
  measure(grants[0], 0, "0.5");
  bench->happen(grants[0], "analyst",
                model::Measured{.number = grants[0].number,
                                .determinations = {{.item = 0, .value = model::read_value("0.6"), .unit = "mg/kg"}},
                                .portion = 2});
  judge(grants[0], edition, {{0, ItemOutcome::fail, Reason::beyond_limit, 1}});
  const StoredResults results = stored();
  ASSERT_EQ(results.columns.size(), 2U);
  EXPECT_EQ(results.columns.portion(0), 1);
  EXPECT_EQ(results.columns.portion(1), 2);
  EXPECT_EQ(results.columns.determination(1).value.number, Decimal::parse("0.6"));
  EXPECT_TRUE(results.columns.samples()[0].has_further_portions);
}

TEST_F(StoredResultsOfTasks, AnAmendmentReplacesTheFirstVerdict) {
  measure(grants[0], 0, "0.5");
  judge(grants[0], edition, {{0, ItemOutcome::fail, Reason::beyond_limit, 1}});
  measure(grants[0], 0, "0.2");
  judge(grants[0], edition, {{0, ItemOutcome::pass, Reason::within_limit, 1}}, 2);
  const StoredResults results = stored();
  ASSERT_EQ(results.columns.size(), 1U);
  EXPECT_EQ(results.columns.determination(0).value.number, Decimal::parse("0.2"));
}

TEST_F(StoredResultsOfTasks, LeaveOutLots) {
  world.dispatched_plan({lot_cell(1)});
  bench->conclude_lot(world.open_lot_of(*bench).value(), 3);
  measure(grants[0], 0, "0.2");
  judge(grants[0], edition, {{0, ItemOutcome::pass, Reason::within_limit, 1}});
  const StoredResults results = stored();
  EXPECT_EQ(results.tasks, std::vector{grants[0].task});
  EXPECT_EQ(results.without_panel, 0U);
}

TEST_F(StoredResultsOfTasks, CountWhatWasJudgedByASetThatIsNotHere) {
  measure(grants[0], 0, "0.2");
  judge(grants[0], crypto::sha256("another"), {{0, ItemOutcome::pass, Reason::within_limit, 1}});
  measure(grants[1], 0, "0.2");  // not judged at all
  const StoredResults results = stored();
  EXPECT_EQ(results.columns.size(), 0U);
  EXPECT_EQ(results.without_panel, 1U);
}

TEST_F(StoredResultsOfTasks, KeepWhatSixtyFourBitsDoNotHold) {
  constexpr const char* wide = "0.12345678901234567890";
  measure(grants[0], 0, wide);
  measure(grants[0], 1, "-9223372036854775808");  // the last one that fits
  judge(grants[0], edition, {{0, ItemOutcome::pass, Reason::within_limit, 1}, {1, ItemOutcome::undetermined}});
  measure(grants[1], 1, "<0.010");
  measure(grants[1], 0, wide);
  judge(grants[1], edition, {{1, ItemOutcome::undetermined}, {0, ItemOutcome::pass, Reason::within_limit, 1}});
  const StoredResults results = stored();
  ASSERT_EQ(results.columns.size(), 4U);
  for (const std::size_t at : {0U, 3U}) {
    EXPECT_EQ(results.columns.determination(at).value.number->to_text(), wide);
    EXPECT_EQ(results.columns.determination(at).item, 0);
  }
  EXPECT_EQ(results.columns.determination(1).value.number->to_text(), "-9223372036854775808");
  const model::Determination bound = results.columns.determination(2);
  EXPECT_EQ(bound.value.number->to_text(), "0.010");
  EXPECT_EQ(bound.value.comparator, model::Comparator::less);
  EXPECT_EQ(bound.value.state, model::ValueState::below_lod);
  EXPECT_EQ(bound.unit, "mg/kg");
}

TEST_F(StoredResultsOfTasks, PartsTogetherAreTheWhole) {
  for (const model::Grant& grant : grants) {
    measure(grant, 0, "0.2");
    judge(grant, edition, {{0, ItemOutcome::pass, Reason::within_limit, 1}});
  }
  const auto all = stored().tasks;
  ASSERT_EQ(all.size(), 3U);
  for (const std::uint32_t of : {1U, 2U, 3U, 7U}) {
    std::vector<model::TaskId> together;
    for (std::uint32_t index = 0; index < of; ++index) {
      const auto part = stored_results(*world.view(), {.index = index, .of = of}).tasks;
      together.insert(together.end(), part.begin(), part.end());
    }
    EXPECT_EQ(together, all) << of;
  }
}

TEST_F(StoredResultsOfTasks, AUnitNobodyKnowsStaysUnknownHoweverLong) {
  bench->happen(
      grants[0], "analyst",
      model::Measured{.number = grants[0].number,
                      .determinations = {
                          {.item = 0, .value = model::read_value("0.2"), .unit = "mg/kg" + std::string(60'000, 'x')}}});
  judge(grants[0], edition, {{0, ItemOutcome::undetermined, Reason::unit_mismatch}});
  const std::string unit = stored().columns.determination(0).unit;
  EXPECT_EQ(unit.size(), coordinator::tables::unit_octets_max);
}

TEST_F(StoredResultsOfTasks, FormsWithoutNumberAreCountedInsteadOfKept) {
  std::vector<model::ItemVerdict> verdicts;
  model::Measured measured{.number = grants[0].number};
  for (std::uint16_t item = 0; item < coordinator::tables::forms_per_sample_max + 5; ++item) {
    const Decimal number{1, -static_cast<int>(item % 100)};
    measured.determinations.push_back(
        {.item = item, .value = model::read_value(number.to_text()), .unit = fmt::format("u{}", item / 100)});
    verdicts.push_back({.item = item, .outcome = ItemOutcome::undetermined});
  }
  bench->happen(grants[0], "analyst", measured);
  judge(grants[0], edition, verdicts);
  const StoredResults results = stored();
  EXPECT_EQ(results.columns.size(), 2U) << "the panel has two items";
  EXPECT_EQ(results.columns.size() + results.columns.left_out(), verdicts.size());
}

}  // namespace
}  // namespace lab::reports
