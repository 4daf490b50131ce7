// The life of one sample, from the province's plan to its pass rate, in the order of docs/ARCHITECTURE.md: the real
// cores of coordinator and node, real labels, real instrument bytes; only the wire and the disks are in memory.

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "coordinator/coordinator.hpp"
#include "coordinator/planning/allocate.hpp"
#include "coordinator/planning/import.hpp"
#include "coordinator/reports/exports.hpp"
#include "coordinator/reports/summary.hpp"
#include "instruments/drivers/astm_link.hpp"
#include "instruments/drivers/decode.hpp"
#include "instruments/label/photo.hpp"
#include "instruments/label/print.hpp"
#include "instruments/label/read.hpp"
#include "instruments/sim/astm_analyser.hpp"
#include "lab-node/node.hpp"
#include "lab-node/tables/tables.hpp"
#include "protocol/journal/store.hpp"
#include "protocol/rules/reference_set.hpp"
#include "protocol/session/node_link.hpp"
#include "protocol/session/stream.hpp"
#include "protocol/wire/codec.hpp"
#include "tests/oracle/recount.hpp"

namespace lab {
namespace {

std::string file_of(const std::string& path) {
  std::ifstream file(std::string{QLIMS_SOURCE_DIR} + "/" + path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

Bytes edition() {
  const std::string rules = "protocol/rules/reference/";
  const std::string plan = "coordinator/reference/sichuan_2013/";
  return rules::bundle({{"limits.csv", file_of(rules + "limits.csv")},
                        {"limits_2013.csv", file_of(plan + "limits_2013.csv")},
                        {"categories.csv", file_of(rules + "categories.csv")},
                        {"panels.csv", file_of(plan + "panels.csv")}});
}

planning::Table table_of(const std::string& path) { return *planning::read_table(file_of(path), path); }

// Both programs over stores in memory. A turn decides, commits, and only then lets messages leave.
class LifeOfASample : public ::testing::Test {
 protected:
  template <class Decide, class Pump>
  auto turn(journal::Store& store, Decide decide, Pump pump, std::vector<model::Message>& sent) {
    auto batch = store.write();
    const auto apply = [&](journal::Effects effects) {
      auto rest = journal::apply(std::move(effects), *batch);
      EXPECT_TRUE(rest);
      for (auto& effect : *rest) {
        if (auto* send = std::get_if<journal::Send>(&effect)) sent.push_back(std::move(send->message));
      }
    };
    journal::Draft draft{*batch};
    const auto finish = [&] {
      apply(draft.take());
      if (link) apply(pump(*batch));
      EXPECT_TRUE(batch->commit());
    };
    if constexpr (std::is_void_v<decltype(decide(draft))>) {
      decide(draft);
      finish();
    } else {
      auto result = decide(draft);
      finish();
      return result;
    }
  }

  template <class Decide>
  auto at_coordinator(Decide decide) {
    return turn(
        *coordinator_store, decide, [&](const journal::View& view) { return coordinator.pump(view, now); }, to_node);
  }

  template <class Decide>
  auto at_node(Decide decide) {
    return turn(
        *node_store, decide, [&](const journal::View& view) { return link->pump(view, now); }, to_coordinator);
  }

  void SetUp() override {
    at_coordinator([&](journal::Draft& draft) { coordinator.on_start(draft, crypto::random_bytes(32)); });
  }

  // Carries messages both ways, through their bytes, until nobody has anything to say.
  void talk() {
    while (!to_node.empty() || !to_coordinator.empty()) {
      for (const auto& message : std::exchange(to_coordinator, {})) {
        const auto received = wire::decode_message(wire::encode(message));
        ASSERT_TRUE(received) << received.error().message;
        at_coordinator([&](journal::Draft& draft) { coordinator.on_message(draft, bench_pc, *received, now); });
      }
      for (const auto& message : std::exchange(to_node, {})) {
        const auto received = wire::decode_message(wire::encode(message));
        ASSERT_TRUE(received) << received.error().message;
        at_node([&](journal::Draft& draft) { take(draft, *received); });
      }
    }
  }

  void take(journal::Draft& draft, const model::Message& message) {
    const session::Delivery delivery = link->on_message(draft, message, now);
    if (const auto* orders = std::get_if<session::NewOrders>(&delivery)) node.on_orders(draft, orders->orders, now);
    if (const auto* ack = std::get_if<model::Ack>(&delivery)) node.on_ack(draft, *ack);
    if (const auto* set = std::get_if<session::NewReference>(&delivery))
      node.on_reference(draft, set->hash, set->bytes);
  }

  void the_province_sets_up();
  void a_plan_of_one_sample_is_imported_allocated_and_granted();
  void a_bench_pc_enrols_and_says_hello();
  void the_sample_is_drawn_and_labelled();
  void the_label_is_photographed_at_reception();
  void the_analyser_reports(const std::string& lead);
  void review_and_approval_by_two_other_people();

  model::Sample sample() { return *node::tables::sample_by_number(*node_store->read(), number); }

  UtcTime now = *parse_utc("2013-06-05T02:00:00Z");
  crypto::KeyPair coordinator_keys = crypto::make_key_pair();
  crypto::KeyPair node_keys = crypto::make_key_pair();
  crypto::KeyPair approver_keys = crypto::make_key_pair();
  std::unique_ptr<journal::Store> coordinator_store = journal::make_memory_store();
  std::unique_ptr<journal::Store> node_store = journal::make_memory_store();
  coordinator::Coordinator coordinator{coordinator_keys};
  node::Node node;
  std::unique_ptr<session::NodeLink> link;
  model::NodeEntry bench_pc;
  std::vector<model::Message> to_node;
  std::vector<model::Message> to_coordinator;
  std::vector<model::Panel> panels = *planning::load_panels(table_of("coordinator/reference/sichuan_2013/panels.csv"));
  Bytes label;
  std::string number;
};

void LifeOfASample::the_province_sets_up() {
  const Bytes bundle = edition();
  const auto opened = rules::open_bundle(bundle);
  ASSERT_TRUE(opened) << to_text(opened.error());
  at_coordinator([&](journal::Draft& draft) {
    coordinator.on_reference(draft, crypto::sha256(bundle), bundle, {}, now);
    const model::Laboratory laboratory{.id = model::LaboratoryId{1},
                                       .name = "成都市农产品质量安全检测站",
                                       .city = model::CityCode{510100},
                                       .capacity = 10,
                                       .panels = {model::PanelCode{"VEGA"}}};
    coordinator.on_laboratories(draft, std::span{&laboratory, 1}, now);
  });
}

void LifeOfASample::a_bench_pc_enrols_and_says_hello() {
  const model::Enrol request{.ticket = "ONCE",
                             .curve_key = std::string(40, 'k'),
                             .signing_key = Bytes(node_keys.public_key.begin(), node_keys.public_key.end()),
                             .name = "bench-1"};
  const model::Message answer = at_coordinator([&](journal::Draft& draft) {
    EXPECT_TRUE(coordinator.on_ticket(draft, model::LaboratoryId{1}, "bench-1", crypto::sha256("ONCE"), now));
    return coordinator.on_enrol(draft, request, now);
  });
  const auto& enrolled = std::get<model::Enrolled>(answer);
  bench_pc = *coordinator::tables::node(*coordinator_store->read(), enrolled.node);
  link = std::make_unique<session::NodeLink>(
      session::NodeLink::Options{.signing_key = node_keys.secret_key, .build = "test", .boot = 1});
  at_node([&](journal::Draft& draft) {
    session::set_identity(draft, {.node = enrolled.node,
                                  .laboratory = enrolled.laboratory,
                                  .laboratory_name = enrolled.laboratory_name,
                                  .coordinator_key = coordinator_keys.public_key});
  });
  const auto view = node_store->read();
  for (auto& effect : link->on_linked(*view, {}, now))
    to_coordinator.push_back(std::get<journal::Send>(effect).message);
  talk();
  EXPECT_TRUE(link->is_welcome());
}

void LifeOfASample::a_plan_of_one_sample_is_imported_allocated_and_granted() {
  const auto divisions = *planning::Divisions::load(table_of("coordinator/reference/divisions/sichuan.csv"));
  const auto categories = *planning::Categories::load(table_of("protocol/rules/reference/categories.csv"));
  const auto programmes = *planning::load_programmes(table_of("coordinator/reference/sichuan_2013/programmes.csv"));
  const auto import = *planning::import_plan(
      "项目,市州代码,区县代码,产品类别,产品名称,抽样环节,轮次,检测包,样品数\nNCP,510100,510104,V1,菠菜,农贸市场,2,VEGA,"
      "1\n",
      "plan.csv", {.year = 2013, .title = "2013", .due = *parse_date("2013-12-31")},
      {divisions, categories, programmes, panels});
  ASSERT_TRUE(import.accepted()) << import.complaints.front().message;
  const auto laboratories = coordinator::tables::laboratories(*coordinator_store->read());
  const auto assignments = *planning::allocate(import.plan.cells, laboratories, divisions);
  at_coordinator([&](journal::Draft& draft) {
    const auto plan = coordinator.on_plan(draft, import.plan, crypto::sha256("plan.csv"), now);
    ASSERT_TRUE(plan) << plan.error().message;
    const auto ref = coordinator::tables::ref_of(*plan);
    const dispatch::Share share{.cell = 0, .laboratory = assignments[0].laboratory, .count = assignments[0].count};
    EXPECT_TRUE(coordinator.on_allocation(draft, ref, std::span{&share, 1}));
    EXPECT_TRUE(coordinator.on_dispatch(draft, ref, 0));
  });
  while (at_coordinator([&](journal::Draft& draft) { return coordinator.tick(draft, now); })) {
  }
  talk();
  node::tables::scan_samples(*node_store->read(), {}, std::nullopt, [&](const model::Sample& one) {
    number = one.grant.number.text();
    return true;
  });
  EXPECT_EQ(number.substr(0, 7), "SC13NCP");
  EXPECT_EQ(sample().state, model::SampleState::assigned);
}

void LifeOfASample::the_sample_is_drawn_and_labelled() {
  const reception::SamplingForm form{.number = number,
                                     .sampled_on = "2013-06-04",
                                     .sample_name = "菠菜",
                                     .quantity = "2.5 kg",
                                     .reserve = "1 kg",
                                     .storage = "冷藏",
                                     .second_sampler = "李"};
  const auto sampled =
      at_node([&](journal::Draft& draft) { return node.on_sampling_form(draft, form, model::PersonId{"zhao"}, now); });
  ASSERT_TRUE(sampled) << sampled.error().detail;
  const auto printed = label::render_png(
      {.payload = {.number = sample().grant.number, .laboratory = "1", .sampled_on = *parse_date("2013-06-04")},
       .blind_code = sample().grant.blind_code});
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
      at_node([&](journal::Draft& draft) { return node.on_label(draft, read, model::PersonId{"qian"}, now); });
  ASSERT_TRUE(received) << received.error().detail;
}

// The bytes an analyser puts on the line, through the link that acknowledges them only once they are stored.
void LifeOfASample::the_analyser_reports(const std::string& lead) {
  sim::AnalyserMessage message{.sample = number, .results = {}};
  for (const model::Panel& panel : panels) {
    if (panel.code != sample().grant.panel) continue;
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
  const auto outcome = at_node([&](journal::Draft& draft) { return node.on_capture(draft, capture, now); });
  ASSERT_TRUE(outcome) << outcome.error().detail;
  for (const auto entry : outcome->quarantined) {
    ADD_FAILURE() << node::tables::quarantined(*node_store->read(), entry)->reason;
  }
  line.stored(now);
  EXPECT_EQ(line.take_reply(), "\x06");
}

void LifeOfASample::review_and_approval_by_two_other_people() {
  const auto judged = sample();
  const outbox::Review review{.number = number, .record = judged.record, .agreed = true};
  const auto reviewed = at_node([&](journal::Draft& draft) {
    return node.on_reviews(draft, std::span{&review, 1}, model::PersonId{"li"}, now);
  });
  ASSERT_TRUE(reviewed[0]) << reviewed[0].error().detail;
  const model::PersonId approver{"zhou"};
  const outbox::Approval approval{
      .number = number,
      .record = judged.record,
      .signature = crypto::sign(wire::approval_to_sign(judged.record, approver), approver_keys.secret_key)};
  const auto approved = at_node([&](journal::Draft& draft) {
    return node.on_approvals(draft, std::span{&approval, 1}, approver, now);
  });
  ASSERT_TRUE(approved[0]) << approved[0].error().detail;
  talk();
}

TEST_F(LifeOfASample, LeadsFromThePlanToThePassRate) {
  the_province_sets_up();
  a_bench_pc_enrols_and_says_hello();
  a_plan_of_one_sample_is_imported_allocated_and_granted();
  the_sample_is_drawn_and_labelled();
  the_label_is_photographed_at_reception();
  the_analyser_reports("0.12");

  ASSERT_EQ(sample().state, model::SampleState::judged);
  EXPECT_EQ(sample().judged.outcome, model::SampleOutcome::pass);
  review_and_approval_by_two_other_people();

  EXPECT_EQ(sample().state, model::SampleState::approved);
  EXPECT_EQ(sample().disposition, model::Disposition::counted);
  const auto view = coordinator_store->read();
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
  a_plan_of_one_sample_is_imported_allocated_and_granted();
  the_sample_is_drawn_and_labelled();
  the_label_is_photographed_at_reception();
  the_analyser_reports("0.31");
  ASSERT_EQ(sample().state, model::SampleState::judged);
  EXPECT_EQ(sample().judged.outcome, model::SampleOutcome::fail);
  review_and_approval_by_two_other_people();
  EXPECT_EQ(reports::summarize(*coordinator_store->read(), {}, {}).total.counts.fail, 1u);
}

}  // namespace
}  // namespace lab
