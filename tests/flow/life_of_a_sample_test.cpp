// The life of one sample, from the province's plan to its pass rate, in the order of docs/ARCHITECTURE.md: the real
// cores of coordinator and node, real labels, real instrument bytes; only the wire and the disks are in memory.

#include "coordinator/reports/exports.hpp"
#include "coordinator/reports/summary.hpp"
#include "instruments/drivers/astm_link.hpp"
#include "instruments/drivers/decode.hpp"
#include "instruments/label/photo/photo.hpp"
#include "instruments/label/print/print.hpp"
#include "instruments/label/reader/read.hpp"
#include "instruments/sim/astm_analyser.hpp"
#include "lab-node/tables/tables.hpp"
#include "tests/flow/two_programs.hpp"
#include "tests/oracle/recount.hpp"

namespace lab::flow {
namespace {

constexpr const char* plan_of_one_sample =
    "项目,市州代码,区县代码,产品类别,产品名称,抽样环节,轮次,检测包,样品数\n"
    "NCP,510100,510104,V1,菠菜,农贸市场,2,VEGA,1\n";

class LifeOfASample : public TwoPrograms {
 protected:
  void the_sample_gets_its_label();
  void the_label_is_photographed_at_reception();
  void the_analyser_reports(const std::string& lead);

  Bytes label;
  std::string number;
};

void LifeOfASample::the_sample_gets_its_label() {
  const auto printed = label::render_png(
      {.payload = {.number = sample(number).grant.number, .laboratory = "1", .sampled_on = *parse_date("2013-06-04")},
       .blind_code = sample(number).grant.blind_code});
  ASSERT_TRUE(printed) << printed.error().message;
  label = *printed;
}

void LifeOfASample::the_label_is_photographed_at_reception() {
  const Bytes photo = *label::photograph(label, {.seed = 3, .severity = 0});
  const label::LabelReading reading = label::read(photo);
  ASSERT_TRUE(reading.number);
  const reception::Label read{
      .number = reading.number, .photo = crypto::sha256(photo), .reader = reading.reader, .condition = "封条完好"};
  const auto received =
      at_node([&](journal::Draft& draft) { return station.node.on_label(draft, read, model::PersonId{"qian"}, now); });
  ASSERT_TRUE(received) << received.error().detail;
}

// The bytes an analyser puts on the line, through the link that acknowledges them only once they are stored.
void LifeOfASample::the_analyser_reports(const std::string& lead) {
  sim::AnalyserMessage message{.sample = number, .results = {}};
  for (const model::Panel& panel : panels) {
    if (panel.code != sample(number).grant.panel) continue;
    for (const auto& item : panel.items)
      message.results.push_back({item.analyte, item.analyte == "铅" ? lead : "ND", item.unit});
  }
  drivers::AstmLink line;
  line.push("\x05", now);
  std::string text;
  for (const std::string& record : sim::astm_records(message, "ICP-01")) text += record;
  line.push(sim::astm_frame(1, text, true), now);
  EXPECT_EQ(line.take_reply(), "\x06") << "ENQ is answered; the frame's ACK waits for the store";
  const auto raw = line.take_message();
  ASSERT_TRUE(raw);
  const bench::Capture capture{.raw = crypto::sha256(*raw),
                               .octets = raw->size(),
                               .instrument = "ICP-01",
                               .port = "astm",
                               .person = model::PersonId{"sun"},
                               .decoding = drivers::decode(*raw, "")};
  const auto outcome = at_node([&](journal::Draft& draft) { return station.node.on_capture(draft, capture, now); });
  ASSERT_TRUE(outcome) << outcome.error().detail;
  for (const auto entry : outcome->quarantined) {
    ADD_FAILURE() << node::tables::quarantined(*station.store->read(), entry)->reason;
  }
  line.stored(now);
  EXPECT_EQ(line.take_reply(), "\x06");
}

TEST_F(LifeOfASample, LeadsFromThePlanToThePassRate) {
  the_province_sets_up();
  a_bench_pc_enrols_and_says_hello();
  number = a_plan_is_imported_allocated_and_granted(plan_of_one_sample).at(0);
  EXPECT_EQ(number.substr(0, 7), "SC13NCP");
  EXPECT_EQ(sample(number).state, model::SampleState::assigned);
  the_sample_is_drawn(number, "菠菜");
  the_sample_gets_its_label();
  the_label_is_photographed_at_reception();
  the_analyser_reports("0.12");

  ASSERT_EQ(sample(number).state, model::SampleState::judged);
  EXPECT_EQ(sample(number).judged.outcome, model::SampleOutcome::pass);
  review_and_approval_by_two_other_people(number);

  EXPECT_EQ(sample(number).state, model::SampleState::approved);
  EXPECT_EQ(sample(number).disposition, model::Disposition::counted);
  const auto view = store->read();
  const auto summary = reports::summarize(*view, {.by = {reports::Axis::city}}, {});
  EXPECT_EQ(summary.total.counts.pass, 1u);
  EXPECT_EQ(summary.total.rate, "100.0");
  EXPECT_EQ(summary.judged, 1u);

  const auto recount =
      oracle::recount(reports::export_orders(*view, "")->bytes, reports::export_events(*view, "")->bytes);
  EXPECT_EQ(recount.counted, 1u);
  EXPECT_EQ(recount.broken_chains, 0u);
}

TEST_F(LifeOfASample, EndsAsAFailureWhenLeadIsAboveTheLimit) {
  the_province_sets_up();
  a_bench_pc_enrols_and_says_hello();
  number = a_plan_is_imported_allocated_and_granted(plan_of_one_sample).at(0);
  the_sample_is_drawn(number, "菠菜");
  the_sample_gets_its_label();
  the_label_is_photographed_at_reception();
  the_analyser_reports("0.31");
  ASSERT_EQ(sample(number).state, model::SampleState::judged);
  EXPECT_EQ(sample(number).judged.outcome, model::SampleOutcome::fail);
  review_and_approval_by_two_other_people(number);
  EXPECT_EQ(reports::summarize(*store->read(), {}, {}).total.counts.fail, 1u);
}

}  // namespace
}  // namespace lab::flow
