#include "tests/lab-node/world.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "protocol/crypto/crypto.hpp"
#include "protocol/model/read_value.hpp"
#include "protocol/session/stream.hpp"
#include "protocol/wire/codec.hpp"

namespace lab::node {

std::vector<rules::ReferenceFile> small_reference() {
  return {
      {"limits.csv",
       "analyte_zh,analyte_en,commodity,op,limit,unit,standard,clause,effective_from,effective_to,source,confidence,"
       "note\n"
       "铅,lead,叶菜类蔬菜,<=,0.3,mg/kg,GB 2762-2012,4.1,2013-06-01,,t,A,\n"
       "毒死蜱,chlorpyrifos,叶菜类蔬菜,<=,0.1,mg/kg,GB 2763-2012,4.2,2013-03-01,,t,A,\n"
       "涕灭威,aldicarb,叶菜类蔬菜,<=,0.03,mg/kg,GB 2763-2012,4.9,2013-03-01,,t,A,\n"
       "甲基汞,methylmercury,叶菜类蔬菜,<=,0.5,mg/kg,GB 2762-2012,4.3,2013-06-01,,t,A,\n"},
      {"categories.csv", "code,name_zh,parent\nV,蔬菜,\nV1,叶菜类蔬菜,V\n"},
      {"analytes.csv", "name_zh,name_en,cas,group\n铅,lead,7439-92-1,x\n毒死蜱,chlorpyrifos,2921-88-2,x\n"},
      {"panels.csv",
       "panel,panel_name,analyte,method,unit,lod,loq,reference_only,definition,factor,non_detects,total_of,"
       "confirmations\n"
       "VEG,蔬菜,铅,GB 5009.12,mg/kg,0.005,0.02,0,,,,,\n"
       "VEG,蔬菜,毒死蜱,NY/T 761,mg/kg,0.01,0.03,0,,,,,\n"
       "NOB,无限量,百菌清,NY/T 761,mg/kg,0.01,0.03,0,,,,,\n"
       "SUM,残留之和,涕灭威,NY/T 761,mg/kg,0.01,,0,涕灭威,,zero,,\n"
       "SUM,残留之和,涕灭威砜,NY/T 761,mg/kg,0.01,,0,涕灭威,0.856,zero,,\n"
       "SUM,残留之和,总汞,GB/T 5009.17,mg/kg,0.001,,1,,,,甲基汞,\n"
       "SUM,残留之和,甲基汞,GB/T 5009.17,mg/kg,0.001,,0,,,,,\n"
       "CNF,须确证,铅,GB 5009.12,mg/kg,0.005,0.02,0,,,,,1\n"
       "CNF,须确证,毒死蜱,NY/T 761,mg/kg,0.01,0.03,0,,,,,\n"}};
}

model::Observation observation(std::string sample, std::string analyte, std::string value, std::string unit) {
  return {.sample_id = std::move(sample),
          .analyte = std::move(analyte),
          .value = model::read_value(value),
          .unit = std::move(unit)};
}

World::World(std::unique_ptr<journal::Store> where) : store(std::move(where)), now(*parse_utc("2013-07-01T02:00:00Z")) {
  crypto::start();
  decide([&](journal::Draft& draft) {
    session::set_identity(draft, {.node = model::NodeId{7}, .laboratory = model::LaboratoryId{3}});
    const Bytes bytes = rules::bundle(small_reference());
    node.on_reference(draft, crypto::sha256(bytes), bytes);
    return 0;
  });
}

void World::commit(journal::Effects effects) {
  auto batch = store->write();
  ASSERT_TRUE(journal::apply(std::move(effects), *batch).has_value());
  ASSERT_TRUE(batch->commit().has_value());
}

model::Grant World::make_grant(std::uint32_t task, const std::string& panel, std::uint64_t token) const {
  return {.task = {.plan = model::PlanId{1}, .revision = 1, .number = task},
          .token = {.generation = 1, .counter = token},
          .number = model::SampleNumber::make(13, model::ProgrammeCode{"NCP"}, task),
          .blind_code = fmt::format("BLIND{:03}", task),
          .programme = model::ProgrammeCode{"NCP"},
          .city = model::CityCode{510100},
          .county = model::CountyCode{510104},
          .category = model::CategoryCode{"V1"},
          .commodity = "菠菜",
          .panel = model::PanelCode{panel},
          .due = *parse_date("2013-12-31")};
}

void World::order(model::Command what) {
  const model::Order order{.sequence = ++orders_, .at = now, .what = std::move(what)};
  decide([&](journal::Draft& draft) { return node.on_orders(draft, {&order, 1}, now); });
}

std::string World::grant(std::uint32_t task, const std::string& panel, std::uint64_t token) {
  const model::Grant grant = make_grant(task, panel, token);
  order(grant);
  return grant.number.text();
}

Decided<model::Sample> World::fill_in(const std::string& number, const std::string& date) {
  const reception::SamplingForm form{.number = number,
                                     .sampled_on = date,
                                     .sample_name = "菠菜",
                                     .quantity = "2.5 kg",
                                     .reserve = "1 kg",
                                     .storage = "冷藏",
                                     .second_sampler = "wang"};
  return decide([&](auto& draft) { return node.on_sampling_form(draft, form, model::PersonId{"zhao"}, now); });
}

Decided<model::Sample> World::receive(const std::string& number) {
  const reception::Label label{.number = model::SampleNumber::parse(number), .reader = "typed", .condition = "完好"};
  return decide([&](auto& draft) { return node.on_label(draft, label, model::PersonId{"qian"}, now); });
}

Decided<model::Sample> World::decline(const std::string& number, const std::string& reason, const std::string& person) {
  const reception::Declining declining{.number = number,
                                       .what = {.reason = reason, .cause = "closed_down", .second_sampler = "wang"}};
  return decide([&](auto& draft) { return node.on_declined(draft, declining, model::PersonId{person}, now); });
}

std::string World::received(std::uint32_t task, const std::string& panel) {
  const std::string number = grant(task, panel);
  EXPECT_TRUE(fill_in(number).has_value());
  EXPECT_TRUE(receive(number).has_value());
  return number;
}

model::Grant World::make_lot_grant(std::uint32_t task, std::uint64_t token, bool tightened) const {
  model::Grant grant = make_grant(task, "VEG", token);
  const std::uint32_t ac = tightened ? 1 : 2;
  grant.lot = model::LotOrder{.terms = {.size = 1000, .level = "II", .aql = "1.0"},
                              .inspection = tightened ? "tightened" : "normal",
                              .letter = "J",
                              .final_letter = "J",
                              .n = 80,
                              .ac = ac,
                              .re = ac + 1,
                              .to_inspect = 80};
  return grant;
}

std::string World::received_lot(std::uint32_t task) {
  const model::Grant grant = make_lot_grant(task);
  order(grant);
  EXPECT_TRUE(fill_in(grant.number.text()).has_value());
  EXPECT_TRUE(receive(grant.number.text()).has_value());
  return grant.number.text();
}

Decided<model::Sample> World::inspect(const std::string& number, std::uint64_t inspected, std::uint64_t nonconforming,
                                      const std::string& person) {
  const bench::LotInspection inspection{.number = number,
                                        .count = {.inspected = inspected, .nonconforming = nonconforming}};
  return decide([&](auto& draft) { return node.on_lot_inspected(draft, inspection, model::PersonId{person}, now); });
}

bench::Capture World::make_capture(std::vector<model::Observation> observations, const std::string& person) {
  const Bytes raw = fmt::format("capture {}", ++captures_);
  return {.raw = crypto::sha256(raw),
          .octets = raw.size(),
          .instrument = "ICP-01",
          .port = "test",
          .person = model::PersonId{person},
          .decoding = {.profile = "test/1", .observations = std::move(observations)}};
}

bench::CaptureOutcome World::capture_again(const bench::Capture& capture) {
  auto outcome = decide([&](auto& draft) { return node.on_capture(draft, capture, now); });
  EXPECT_TRUE(outcome.has_value());
  return *outcome;
}

bench::CaptureOutcome World::capture(std::vector<model::Observation> observations, const std::string& person) {
  return capture_again(make_capture(std::move(observations), person));
}

std::string World::judged(std::uint32_t task) {
  const std::string number = received(task);
  capture({observation(number, "铅", "0.12"), observation(number, "毒死蜱", "ND")});
  EXPECT_EQ(sample(number).state, model::SampleState::judged);
  return number;
}

Decided<model::Sample> World::review(const std::string& number, const std::string& person, bool agreed,
                                     const std::string& note) {
  const outbox::Review review{.number = number, .record = sample(number).record, .agreed = agreed, .note = note};
  return decide([&](auto& draft) {
    return node.on_reviews(draft, {&review, 1}, model::PersonId{person}, now).front();
  });
}

Decided<model::Sample> World::approve(const std::string& number, const std::string& person) {
  const outbox::Approval approval{.number = number, .record = sample(number).record, .signature = {}};
  return decide([&](auto& draft) {
    return node.on_approvals(draft, {&approval, 1}, model::PersonId{person}, now).front();
  });
}

model::Sample World::sample(const std::string& number) const {
  auto found = tables::sample_by_number(*store->read(), number);
  EXPECT_TRUE(found.has_value()) << number;
  return found.value_or(model::Sample{});
}

std::vector<model::QuarantineEntry> World::quarantine() const {
  std::vector<model::QuarantineEntry> entries;
  tables::scan_quarantine(*store->read(), true, 0, [&](std::uint64_t, const model::QuarantineEntry& entry) {
    entries.push_back(entry);
    return true;
  });
  return entries;
}

std::vector<model::Event> World::events() const {
  std::vector<model::Event> events;
  const auto view = store->read();
  for (std::uint64_t sequence = 1;; ++sequence) {
    const auto bytes = session::event_bytes(*view, 1, sequence);
    if (!bytes) return events;
    events.push_back(wire::decode_event(*bytes).value());
  }
}

}  // namespace lab::node
