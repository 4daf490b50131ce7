// A failed run on its way through both programs: the bytes of a batch table with a recovery outside its window, the
// review refused with the figure, the reviewer's reason, and what the province then holds of it.

#include <gmock/gmock.h>

#include "coordinator/reports/exports.hpp"
#include "coordinator/reports/history.hpp"
#include "coordinator/reports/summary.hpp"
#include "instruments/drivers/decode.hpp"
#include "instruments/sim/masshunter_writer.hpp"
#include "lab-node/tables/runs.hpp"
#include "protocol/crypto/crypto.hpp"
#include "protocol/session/stream.hpp"
#include "tests/coordinator/support/world.hpp"
#include "tests/lab-node/world.hpp"
#include "tests/oracle/recount.hpp"
#include "tests/reference_csv.hpp"
#include "tests/where.hpp"

namespace lab {
namespace {

using ::testing::HasSubstr;

std::vector<rules::ReferenceFile> sichuan_2013() {
  const auto file = [](const std::string& name, const std::string& path) {
    return rules::ReferenceFile{name, lab::testing::read_file(QLIMS_SOURCE_DIR "/" + path)};
  };
  const std::string plan = "coordinator/reference/sichuan_2013/";
  return {file("limits.csv", "protocol/rules/reference/limits.csv"),
          file("limits_2013.csv", plan + "limits_2013.csv"),
          file("categories.csv", "protocol/rules/reference/categories.csv"),
          file("panels.csv", plan + "panels.csv"),
          file("qc_methods.csv", plan + "qc_methods.csv"),
          file("qc_materials.csv", plan + "qc_materials.csv"),
          file("qc_recovery.csv", "protocol/quality/reference/recovery_limits.csv"),
          file("qc_duplicates.csv", "protocol/quality/reference/duplicate_limits.csv")};
}

class FailedRun : public ::testing::Test {
 protected:
  FailedRun() {
    province.add_laboratory(1);
    bench_pc.emplace(province.enrol(1));
    province.dispatched_plan({coordinator::testing::cell(1)});
    station.now = *parse_utc("2013-06-03T08:00:00Z");  // of every event of `bench_pc`: then both have the same bytes
    station.decide([&](journal::Draft& draft) {
      session::set_identity(draft, {.node = bench_pc->id(), .laboratory = model::LaboratoryId{1}});
      const Bytes bytes = rules::bundle(sichuan_2013());
      station.node.on_reference(draft, crypto::sha256(bytes), bytes);
      station.node.on_orders(draft, province.orders_of(*bench_pc), station.now);
      return 0;
    });
    grant = province.grants_of(*bench_pc).front();
    number = grant.number.text();
    EXPECT_TRUE(station.fill_in(number, "2013-06-01").has_value());
    EXPECT_TRUE(station.receive(number).has_value());
    station.capture({node::observation(number, "铅", "0.12"), node::observation(number, "镉", "0.02")});
  }

  // The file that the instrument's software exports; chlorpyrifos is recovered with `found` of 0.1 mg/kg.
  bench::Capture batch(const std::string& found) const {
    const auto set = rules::open_bundle(rules::bundle(sichuan_2013())).value();
    sim::Batch batch{.analytes = {}, .unit = "mg/kg", .rows = {}};
    sim::BatchRow spike{.name = number + "-SP", .data_file = "004.d", .type = "MatrixSpike"};
    for (const model::PanelItem& item : set.panel(grant.panel)->items) {
      if (item.method != "NY/T 761-2008") continue;
      batch.analytes.push_back(item.analyte);
      spike.values.push_back(item.analyte == "毒死蜱" ? found : "0.092");
    }
    const std::vector<std::string> nothing(batch.analytes.size(), "ND");
    batch.rows = {{.name = "BLK", .data_file = "001.d", .type = "Blank", .values = nothing},
                  {.name = number, .data_file = "002.d", .type = "Sample", .values = nothing},
                  {.name = number + "-DUP", .data_file = "003.d", .type = "MatrixDup", .values = nothing},
                  spike};
    const Bytes raw = sim::masshunter_csv(batch);
    return {.raw = crypto::sha256(raw),
            .octets = raw.size(),
            .instrument = "GCMS-01",
            .port = "drop folder",
            .person = model::PersonId{"sun"},
            .decoding = drivers::decode(raw, "")};
  }

  void tell_the_province() {
    for (const model::Event& event : station.events()) {
      bench_pc->happen({.task = event.task, .token = event.token}, event.person.value(), event.what);
    }
    EXPECT_THAT(province.acknowledged(*bench_pc, bench_pc->all_events()).notes,
                ::testing::ElementsAre(
                    model::EventNote{.sequence = bench_pc->size(), .disposition = model::Disposition::counted}));
  }

  coordinator::testing::World province;
  std::optional<coordinator::testing::Bench> bench_pc;
  node::World station;
  model::Grant grant;
  std::string number;
};

TEST_F(FailedRun, IsBlockedWithItsFigureAndReleasedWithAReasonThatTheProvinceHolds) {
  const bench::Capture capture = batch("0.055");
  const auto taken = station.capture_again(capture);
  EXPECT_EQ(taken.entry.quarantined, 0u);
  ASSERT_EQ(station.sample(number).state, model::SampleState::judged);

  const auto blocked = station.review(number, "li");
  ASSERT_FALSE(blocked.has_value());
  EXPECT_EQ(blocked.error().code, "run_failed");
  EXPECT_THAT(blocked.error().detail, HasSubstr("毒死蜱 加标回收率（" + number + "-SP） 55.00 %，要求 80-110 %"));

  const auto run = node::tables::run_of(*station.store->read(), capture.raw).value();
  const auto decide = [&](const char* person) {
    const outbox::RunDecision decision{
        .capture = capture.raw, .record = run.record, .release = true, .reason = "毒死蜱基质抑制，标准加入法复核无误"};
    return station.decide([&](auto& draft) {
      return station.node.on_run_decision(draft, decision, model::PersonId{person}, station.now);
    });
  };
  EXPECT_EQ(decide("sun").error().code, "four_eyes") << "the analyst cannot release the run";
  ASSERT_TRUE(decide("li").has_value());
  EXPECT_TRUE(station.capture_again(capture).repeated);
  ASSERT_TRUE(station.review(number, "li").has_value());
  ASSERT_TRUE(station.approve(number, "zhou").has_value());

  tell_the_province();
  const auto view = province.view();
  EXPECT_EQ(reports::summarize(*view, {}, {}).total.counts.pass, 1u);
  const auto told = reports::history(*view, grant.task).value();
  const auto decided = std::ranges::find_if(told.lines, [](const reports::HistoryLine& line) {
    return std::holds_alternative<model::RunDecided>(line.event.what);
  });
  ASSERT_NE(decided, told.lines.end());
  EXPECT_EQ(decided->event.person, model::PersonId{"li"});
  EXPECT_EQ(std::get<model::RunDecided>(decided->event.what).record, run.record);

  const auto recount =
      oracle::recount(reports::export_orders(*view, "")->bytes, reports::export_events(*view, "")->bytes);
  const std::string hash = to_hex(capture.raw.view());
  EXPECT_THAT(recount.failed_runs, ::testing::ElementsAre(hash));
  EXPECT_THAT(recount.released_runs,
              ::testing::ElementsAre(std::pair{hash, std::string{"毒死蜱基质抑制，标准加入法复核无误"}}));
  EXPECT_EQ(recount.counted, 1u);
  EXPECT_EQ(recount.broken_chains, 0u);
}

TEST_F(FailedRun, DoesNotHappenWhenEveryRecoveryIsInside) {
  station.capture_again(batch("0.088"));
  ASSERT_TRUE(station.review(number, "li").has_value());
  ASSERT_TRUE(station.approve(number, "zhou").has_value());
  tell_the_province();
  const auto recount = oracle::recount(reports::export_orders(*province.view(), "")->bytes,
                                       reports::export_events(*province.view(), "")->bytes);
  EXPECT_THAT(recount.failed_runs, ::testing::IsEmpty());
}

}  // namespace
}  // namespace lab
