#include "coordinator/reports/stored_results.hpp"

#include <gtest/gtest.h>

#include "coordinator/tables/registry.hpp"
#include "protocol/rules/read_value.hpp"
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
                        .determinations = {{.item = item, .value = rules::read_value(text), .unit = "mg/kg"}}});
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
                                .determinations = {{.item = 0, .value = rules::read_value("0.6"), .unit = "mg/kg"}},
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

TEST_F(StoredResultsOfTasks, CountWhatWasJudgedByASetThatIsNotHere) {
  measure(grants[0], 0, "0.2");
  judge(grants[0], crypto::sha256("another"), {{0, ItemOutcome::pass, Reason::within_limit, 1}});
  measure(grants[1], 0, "0.2");  // not judged at all
  const StoredResults results = stored();
  EXPECT_EQ(results.columns.size(), 0U);
  EXPECT_EQ(results.without_panel, 1U);
}

}  // namespace
}  // namespace lab::reports
