// What honest exports look like to the verifier, and that it says which event of a false one is wrong.

#include "tools/verify/verify.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <functional>

#include "coordinator/reports/exports.hpp"
#include "coordinator/tables/item_counts.hpp"
#include "coordinator/tables/results.hpp"
#include "protocol/evidence/tree_head.hpp"
#include "tests/coordinator/support/items.hpp"
#include "tests/coordinator/support/miniature.hpp"
#include "tests/oracle/recount.hpp"
#include "tests/tools/verify/exported.hpp"
#include "tools/verify/statement.hpp"

namespace lab::verify {
namespace {

using namespace coordinator::testing;
using namespace verify::testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

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
  EXPECT_THAT(report.notes, IsEmpty());
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

// ---- the forms of the statement

std::string statement_of(const Bytes& file) { return sections_of(file).front().body; }

// The lines of the statement changed, and signed again by the coordinator itself.
Bytes restated(const World& world, const Bytes& file, const std::function<void(std::string& lines)>& change) {
  auto sections = sections_of(file);
  std::string lines = statement_of(file);
  lines.erase(lines.rfind("signature "));
  change(lines);
  const auto signature = crypto::sign(lines, world.keys.secret_key);
  sections.front().body = lines + fmt::format("signature {}\n", to_hex(view_of(signature)));
  return file_of(sections);
}

void replace_form(std::string& lines, const std::string& form) {
  lines.replace(0, lines.find('\n'), "qlims statement " + form);
}

void erase_items(std::string& lines) {
  while (lines.find("\nitem ") != std::string::npos) {
    const std::size_t at = lines.find("\nitem ");
    lines.erase(at, lines.find('\n', at + 1) - at);
  }
}

struct Stated {
  Stated() { province.live(150); }

  Miniature province{3};
  World& world = province.world;
};

TEST(Statement, OfAStoreThatDoesNotCountItemsIsGoodAndTheReportSaysThatTheyWereNotCompared) {
  Stated at;
  ASSERT_THAT(statement_of(exported(at.world)), StartsWith("qlims statement 2\n"));
  ASSERT_THAT(statement_of(exported(at.world)), HasSubstr("\nitem "));
  const auto expect_older = [&] {
    const Bytes file = exported(at.world);
    EXPECT_THAT(statement_of(file), StartsWith("qlims statement 1\n"));
    EXPECT_THAT(statement_of(file), Not(HasSubstr("\nitem ")));
    const Report report = check(file, std::vector{head_of(at.world)});
    EXPECT_TRUE(report.is_good()) << faults_of(report);
    EXPECT_THAT(report.notes, ElementsAre(StartsWith("items were not compared")));
  };
  forget_items(at.world);
  expect_older();
  open_anew(at.world);  // some are counted from now on, and those of before are not entered yet
  expect_older();
  at.world.work();
  const Report report = check(exported(at.world), std::vector{head_of(at.world)});
  EXPECT_TRUE(report.is_good()) << faults_of(report);
  EXPECT_THAT(report.notes, IsEmpty());
}

TEST(Statement, ThatSaysItemsSaysAllOfThem) {
  const Stated at;
  const Bytes file = exported(at.world);
  ASSERT_TRUE(check(restated(at.world, file, [](std::string&) {}), {}).is_good());
  const Report report = check(restated(at.world, file, erase_items), {});
  EXPECT_FALSE(report.is_good());
  EXPECT_THAT(report.notes, IsEmpty());
  ASSERT_FALSE(report.faults.empty());
  EXPECT_THAT(report.faults[0].where, StartsWith("item "));
}

TEST(Statement, OfTheFormWithoutItemsHasNoSuchLine) {
  const Stated at;
  const Bytes file = exported(at.world);
  const auto older = restated(at.world, file, [](std::string& lines) { replace_form(lines, "1"); });
  EXPECT_THAT(faults_of(check(older, {})), HasSubstr("is no line of a statement"));
  const auto without = restated(at.world, file, [](std::string& lines) {
    replace_form(lines, "1");
    erase_items(lines);
  });
  EXPECT_TRUE(check(without, {}).is_good()) << faults_of(check(without, {}));
}

TEST(Statement, OfANewerProgramIsRefusedAsThat) {
  const Stated at;
  const Bytes file = exported(at.world);
  const auto read = [&](const std::string& form) {
    return read_statement(
        statement_of(restated(at.world, file, [&](std::string& lines) { replace_form(lines, form); })));
  };
  for (const char* form : {"3", "10"}) {
    const auto newer = read(form);
    ASSERT_FALSE(newer.has_value()) << form;
    EXPECT_EQ(newer.error().code, ErrorCode::unsupported);
    EXPECT_EQ(newer.error().where, "statement, line 1");
    EXPECT_THAT(newer.error().message, HasSubstr("made by a newer program"));
  }
  const Bytes newer = restated(at.world, file, [](std::string& lines) {
    replace_form(lines, "3");
    lines += "a line that is not known here\n";
  });
  EXPECT_THAT(faults_of(check(newer, {})), StartsWith("statement, line 1: made by a newer program"));
  for (const char* form : {"0", "02", "-1", "2 ", "", "x", "99999999999999999999"}) {
    const auto wrong = read(form);
    ASSERT_FALSE(wrong.has_value()) << form;
    EXPECT_EQ(wrong.error().code, ErrorCode::malformed) << form;
  }
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
  EXPECT_THAT(faults_of(report), HasSubstr("has not signed its stream up to event"));
  EXPECT_THAT(faults_of(report), HasSubstr("do not lead to the root of the signed head"));
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
              HasSubstr(fmt::format("the export is older: {} events are missing", witness.size - had)));
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
  EXPECT_THAT(faults_of(check(file, std::vector{further})), HasSubstr("12 events known lost"));
}

TEST(Faults, ThatDifferInNumbersOnlyAreOfOneKind) {
  const std::vector<Fault> faults{{"node 1", "30 orders, the statement says 31"},
                                  {"event 5.1.2", "its chain does not lead to the event before it"},
                                  {"node 2", "0 orders, the statement says 7"}};
  const auto kinds = kinds_of(faults);
  ASSERT_EQ(kinds.size(), 2U);
  EXPECT_EQ(kinds[0].first.where, "node 1");
  EXPECT_EQ(kinds[0].count, 2U);
  EXPECT_EQ(kinds[1].count, 1U);
  EXPECT_THAT(kinds_of({}), IsEmpty());
}

}  // namespace
}  // namespace lab::verify
