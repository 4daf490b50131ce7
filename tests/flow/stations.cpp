#include "tests/flow/stations.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "coordinator/tables/plans.hpp"
#include "coordinator/tables/tasks.hpp"
#include "instruments/drivers/astm_link.hpp"
#include "instruments/drivers/decode.hpp"
#include "instruments/sim/astm_analyser.hpp"
#include "lab-node/tables/tables.hpp"
#include "protocol/rules/reference_set.hpp"

namespace lab::flow {
namespace {

// SUM: aldicarb as the sum of two parts, and mercury in two steps. CNF: lead, to be confirmed once. Every limit is of
// leaf vegetables; the numbers are those of the standards for other products, and serve the story only.
Bytes reference() {
  return rules::bundle(
      {{"limits.csv",
        "analyte_zh,analyte_en,commodity,op,limit,unit,standard,clause,effective_from,effective_to\n"
        "铅,lead,叶菜类蔬菜,<=,0.3,mg/kg,GB 2762-2012,4.1,2013-06-01,\n"
        "甲基汞,methylmercury,叶菜类蔬菜,<=,0.5,mg/kg,GB 2762-2012,4.3,2013-06-01,\n"
        "涕灭威,aldicarb,叶菜类蔬菜,<=,0.03,mg/kg,GB 2763-2012,4.9,2013-03-01,\n"},
       {"categories.csv", "code,name_zh,parent\nV,蔬菜,\nV1,叶菜类蔬菜,V\n"},
       {"panels.csv",
        "panel,panel_name,analyte,method,unit,lod,loq,reference_only,definition,factor,non_detects,total_of,"
        "confirmations\n"
        "SUM,残留之和,涕灭威,NY/T 761-2008,mg/kg,0.01,,0,涕灭威,,zero,,\n"
        "SUM,残留之和,涕灭威砜,NY/T 761-2008,mg/kg,0.01,,0,涕灭威,0.856,zero,,\n"
        "SUM,残留之和,总汞,GB/T 5009.17-2003,mg/kg,0.001,,0,,,,甲基汞,\n"
        "SUM,残留之和,甲基汞,GB/T 5009.17-2003,mg/kg,0.001,,0,,,,,\n"
        "CNF,须确证,铅,GB 5009.12-2010,mg/kg,0.005,0.02,0,,,,,1\n"
        "CNF,须确证,涕灭威,NY/T 761-2008,mg/kg,0.01,,0,,,,,\n"}});
}

// The bytes an analyser puts on the line for one sample.
Bytes on_the_line(const std::string& id, const std::vector<std::pair<std::string, std::string>>& results,
                  std::uint32_t frame, UtcTime now) {
  sim::AnalyserMessage message{.sample = id, .results = {}};
  for (const auto& [analyte, value] : results) message.results.push_back({analyte, value, "mg/kg"});
  drivers::AstmLink line;
  line.push("\x05", now);
  auto records = sim::astm_records(message, "ICP-01");
  // The second of the header's time makes two equal reports two captures.
  std::string& header = records.front();
  header.replace(header.size() - 3, 2, fmt::format("{:02}", frame % 60));
  std::string text;
  for (const std::string& record : records) text += record;
  line.push(sim::astm_frame(1, text, true), now);
  const auto raw = line.take_message();
  EXPECT_TRUE(raw.has_value());
  return raw.value_or(Bytes{});
}

}  // namespace

Stations::Stations() {
  std::vector<model::Laboratory> laboratories;
  for (const std::uint32_t id : {1U, 2U}) {
    laboratories.push_back({.id = model::LaboratoryId{id},
                            .name = fmt::format("第 {} 检测站", id),
                            .city = model::CityCode{510100},
                            .capacity = 100,
                            .panels = {model::PanelCode{"SUM"}, model::PanelCode{"CNF"}}});
  }
  use(reference(), laboratories);
  enrol(first, model::LaboratoryId{1});
  enrol(second, model::LaboratoryId{2});
}

std::string Stations::granted(const std::string& panel, const std::string& programme) {
  model::Plan plan{.id = {}, .year = 2013, .title = panel, .due = *parse_date("2013-12-31"), .cells = {}};
  plan.cells.push_back({.programme = model::ProgrammeCode{programme},
                        .city = model::CityCode{510100},
                        .county = model::CountyCode{510104},
                        .category = model::CategoryCode{"V1"},
                        .commodity = "菠菜",
                        .round = 2,
                        .panel = model::PanelCode{panel},
                        .quota = 1});
  const auto ref = at_coordinator([&](journal::Draft& draft) {
    const auto entry = coordinator.on_plan(draft, plan, crypto::sha256(panel), now);
    EXPECT_TRUE(entry);
    const auto made = coordinator::tables::ref_of(*entry);
    const dispatch::Share share{.cell = 0, .laboratory = model::LaboratoryId{1}, .count = 1};
    EXPECT_TRUE(coordinator.on_allocation(draft, made, std::span{&share, 1}));
    EXPECT_TRUE(coordinator.on_dispatch(draft, made, 0));
    return made;
  });
  the_coordinator_works();
  return coordinator::tables::task(*store->read(), {.plan = ref.plan, .revision = ref.revision, .number = 1})
      ->number.text();
}

void Stations::analyser(Station& station, const std::string& id,
                        const std::vector<std::pair<std::string, std::string>>& results) {
  const bench::CaptureOutcome outcome = send(station, report(id, results));
  EXPECT_EQ(outcome.entry.taken, results.size());
  for (const auto entry : outcome.quarantined) {
    ADD_FAILURE() << node::tables::quarantined(*station.store->read(), entry)->reason;
  }
  talk();
}

bench::Capture Stations::report(const std::string& id,
                                const std::vector<std::pair<std::string, std::string>>& results) {
  const Bytes raw = on_the_line(id, results, ++frames_, now);
  return {.raw = crypto::sha256(raw),
          .octets = raw.size(),
          .instrument = "ICP-01",
          .port = "astm",
          .person = model::PersonId{"sun"},
          .decoding = drivers::decode(raw, "")};
}

bench::CaptureOutcome Stations::send(Station& station, const bench::Capture& capture) {
  auto outcome = at(station, [&](journal::Draft& draft) { return station.node.on_capture(draft, capture, now); });
  if (!outcome) {
    ADD_FAILURE() << outcome.error().detail;
    return {};
  }
  return std::move(*outcome);
}

void Stations::sign_off(Station& station, const std::string& number) {
  EXPECT_EQ(review(station, number), "");
  approve(station, number);
  talk();
  EXPECT_EQ(sample(station, number).disposition, model::Disposition::counted);
}

Result<model::NodeId> Stations::order_retest(const std::string& number, const std::string& reason) {
  const auto task = coordinator::tables::task_by_number(*store->read(), number);
  auto node = at_coordinator([&](journal::Draft& draft) {
    return coordinator.on_retest(
        draft, {.task = *task, .reason = reason, .laboratory = {}, .reserve_fit = true, .expired = false}, now);
  });
  talk();
  return node;
}

}  // namespace lab::flow
