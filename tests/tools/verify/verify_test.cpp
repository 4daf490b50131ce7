// What honest exports look like to the verifier, and that it says which event of a false one is wrong.

#include "tools/verify/verify.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "coordinator/reports/exports.hpp"
#include "coordinator/tables/item_counts.hpp"
#include "coordinator/tables/results.hpp"
#include "protocol/evidence/tree_head.hpp"
#include "tests/coordinator/support/miniature.hpp"
#include "tests/oracle/recount.hpp"
#include "tests/tools/verify/exported.hpp"

namespace lab::verify {
namespace {

using namespace coordinator::testing;
using namespace verify::testing;

std::string faults_of(const Report& report) {
  std::string text;
  for (const Fault& fault : report.faults) text += fault.where + ": " + fault.what + "\n";
  return text;
}

class Honest : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(Honest, ExportHoldsAndCountsTheSameAsTheOracle) {
  Miniature province{GetParam()};
  province.live(150);
  const model::TreeHead witness = head_of(province.world);
  province.live(150);
  const auto view = province.world.view();
  const Report report = check(exported(province.world), std::vector{witness, head_of(province.world)});
  EXPECT_TRUE(report.is_good()) << faults_of(report);
  EXPECT_EQ(report.witnesses, 2U);
  EXPECT_GT(report.events, witness.size);
  EXPECT_EQ(report.streams.size(), 2U);  // nothing is granted to the second laboratory
  EXPECT_EQ(report.late, coordinator::tables::exception_count(*view, model::Disposition::late));
  EXPECT_EQ(report.quarantined, coordinator::tables::exception_count(*view, model::Disposition::quarantined));
  const auto orders = reports::export_orders(*view, "");
  const auto events = reports::export_events(*view, "");
  ASSERT_TRUE(orders && events && orders->next.empty() && events->next.empty());
  const oracle::Recount recount = oracle::recount(orders->bytes, events->bytes);
  EXPECT_EQ(report.verdicts, recount.counted);
  EXPECT_EQ(report.events, recount.events);
}

INSTANTIATE_TEST_SUITE_P(Seeds, Honest, ::testing::Range<std::uint64_t>(1, 21));

TEST(Verify, SaysThatNothingIsAnExport) {
  EXPECT_EQ(faults_of(check("", {})), "file: this is no evidence export\n");
  EXPECT_EQ(faults_of(check("qlims evidence 1\n", {})), "section 1: the statement is missing\n");
}

TEST(Verify, HoldsForAProvinceWithoutEvents) {
  World world;
  world.add_laboratory(1);
  world.enrol(1);
  const Report report = check(exported(world), std::vector{head_of(world)});
  EXPECT_TRUE(report.is_good()) << faults_of(report);
  EXPECT_EQ(report.events, 0U);
}

// Everything in it is signed and fits together, and the coordinator has counted wrongly.
TEST(Verify, NamesTheCellThatWasCountedWrongly) {
  Miniature province{3};
  province.live(150);
  World& world = province.world;
  std::optional<coordinator::tables::CellKey> counted;
  coordinator::tables::for_each_cell_tally(*world.view(), [&](const auto& cell, const auto&) { counted = cell; });
  ASSERT_TRUE(counted.has_value());
  world.turn(
      [&](journal::Draft& draft) { coordinator::tables::count_first(draft, *counted, model::SampleOutcome::pass); });
  const Report report = check(exported(world), std::vector{head_of(world)});
  ASSERT_EQ(report.faults.size(), 1U) << faults_of(report);
  EXPECT_TRUE(report.faults[0].where.starts_with("cell ")) << faults_of(report);
}

TEST(Verify, NamesTheItemsThatWereCountedWrongly) {
  using namespace coordinator::tables;
  Miniature province{3};
  province.live(150);
  World& world = province.world;
  std::optional<ProfileCell> counted;
  for_each_profile_tally(*world.view(), ItemTable::counted, std::nullopt,
                         [&](const ProfileCell& where, const ProfileTally&) { counted = where; });
  ASSERT_TRUE(counted.has_value());
  world.turn([&](journal::Draft& draft) { count_items(draft, ItemTable::counted, *counted, {.final = 1}); });
  const Report report = check(exported(world), std::vector{head_of(world)});
  EXPECT_EQ(report.faults.size(), profile(*world.view(), counted->profile).items.size()) << faults_of(report);
  ASSERT_FALSE(report.faults.empty());
  EXPECT_TRUE(report.faults[0].where.starts_with("item ")) << faults_of(report);
}

TEST(Verify, NamesTheEventThatWasChanged) {
  Miniature province{7};
  province.live(200);
  auto sections = sections_of(exported(province.world));
  auto& events = sections.back();
  ASSERT_EQ(events.kind, 'E');
  events.body[events.body.size() - 9] ^= 1;  // within the last event
  const Report report = check(file_of(sections), {});
  EXPECT_FALSE(report.is_good());
  EXPECT_THAT(faults_of(report), ::testing::HasSubstr("has not signed its stream up to event"));
  EXPECT_THAT(faults_of(report), ::testing::HasSubstr("do not lead to the root of the signed head"));
}

TEST(Verify, SaysHowManyEventsAnOlderExportLacks) {
  Miniature province{8};
  province.live(100);
  const Bytes older = exported(province.world);
  const std::uint64_t had = head_of(province.world).size;
  province.live(100);
  const model::TreeHead witness = head_of(province.world);
  ASSERT_GT(witness.size, had);
  EXPECT_TRUE(check(older, {}).is_good());  // alone it looks whole
  const Report report = check(older, std::vector{witness});
  EXPECT_THAT(faults_of(report),
              ::testing::HasSubstr(fmt::format("the export is older: {} events are missing", witness.size - had)));
}

TEST(Verify, TellsTheEventsKnownLostWhenACoordinatorWasPutBack) {
  Miniature province{9};
  province.live(60);
  const model::TreeHead witness = head_of(province.world);
  province.world.turn(
      [&](journal::Draft& draft) { return province.world.coordinator.on_restored(draft, 1, province.world.now); });
  model::TreeHead further = witness;  // what a laboratory had seen that the backup had not
  further.size += 12;
  evidence::sign(further, province.world.keys.secret_key);
  const Bytes file = exported(province.world);
  EXPECT_TRUE(check(file, std::vector{witness}).is_good()) << faults_of(check(file, std::vector{witness}));
  EXPECT_THAT(faults_of(check(file, std::vector{further})), ::testing::HasSubstr("12 events known lost"));
}

}  // namespace
}  // namespace lab::verify
