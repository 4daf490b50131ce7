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
#include "protocol/session/stream.hpp"
#include "protocol/wire/codec.hpp"

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
  std::string text;
  // The instrument's name makes two equal reports two captures.
  for (const std::string& record : sim::astm_records(message, fmt::format("ICP-{:02}", frame))) text += record;
  line.push(sim::astm_frame(1, text, true), now);
  const auto raw = line.take_message();
  EXPECT_TRUE(raw.has_value());
  return raw.value_or(Bytes{});
}

}  // namespace

// One turn: decide, commit, and only then let messages leave.
template <class Decide>
auto Stations::at_coordinator(Decide decide) {
  auto batch = store_->write();
  journal::Draft draft{*batch};
  auto result = decide(draft);
  const auto apply = [&](journal::Effects effects) {
    auto rest = journal::apply(std::move(effects), *batch);
    EXPECT_TRUE(rest.has_value());
    for (auto& effect : *rest) {
      if (auto* send = std::get_if<journal::Send>(&effect)) sent_.emplace_back(send->to, std::move(send->message));
    }
  };
  apply(draft.take());
  apply(coordinator_.pump(*batch, now_));
  EXPECT_TRUE(batch->commit());
  return result;
}

template <class Decide>
auto Stations::at_station(Station& station, Decide decide) {
  auto batch = station.store->write();
  journal::Draft draft{*batch};
  auto result = decide(draft);
  const auto apply = [&](journal::Effects effects) {
    auto rest = journal::apply(std::move(effects), *batch);
    EXPECT_TRUE(rest.has_value());
    for (auto& effect : *rest) {
      if (auto* send = std::get_if<journal::Send>(&effect)) station.sent.push_back(std::move(send->message));
    }
  };
  apply(draft.take());
  if (station.link) apply(station.link->pump(*batch, now_));
  EXPECT_TRUE(batch->commit());
  return result;
}

Stations::Stations() {
  crypto::start();
  const Bytes bundle = reference();
  const auto opened = rules::open_bundle(bundle);
  EXPECT_TRUE(opened) << to_text(opened.error());
  at_coordinator([&](journal::Draft& draft) {
    coordinator_.on_start(draft, crypto::random_bytes(coordinator::secret_octets));
    coordinator_.on_reference(draft, crypto::sha256(bundle), bundle, {}, now_);
    std::vector<model::Laboratory> laboratories;
    for (const std::uint32_t id : {1U, 2U}) {
      laboratories.push_back({.id = model::LaboratoryId{id},
                              .name = fmt::format("第 {} 检测站", id),
                              .city = model::CityCode{510100},
                              .capacity = 100,
                              .panels = {model::PanelCode{"SUM"}, model::PanelCode{"CNF"}}});
    }
    coordinator_.on_laboratories(draft, laboratories, now_);
    return true;
  });
  enrol(first, 1);
  enrol(second, 2);
  talk();
}

void Stations::enrol(Station& station, std::uint32_t laboratory) {
  const std::string ticket = fmt::format("TICKET-{}", laboratory);
  const model::Enrol request{.ticket = ticket,
                             .curve_key = std::string(40, static_cast<char>('a' + laboratory)),
                             .signing_key = Bytes(station.keys.public_key.begin(), station.keys.public_key.end()),
                             .name = fmt::format("bench-{}", laboratory)};
  const model::Message answer = at_coordinator([&](journal::Draft& draft) {
    EXPECT_TRUE(
        coordinator_.on_ticket(draft, model::LaboratoryId{laboratory}, request.name, crypto::sha256(ticket), now_));
    return coordinator_.on_enrol(draft, request, now_);
  });
  const auto& enrolled = std::get<model::Enrolled>(answer);
  station.entry = *coordinator::tables::node(*store_->read(), enrolled.node);
  station.link = std::make_unique<session::NodeLink>(
      session::NodeLink::Options{.signing_key = station.keys.secret_key, .build = "test", .boot = 1});
  at_station(station, [&](journal::Draft& draft) {
    session::set_identity(draft, {.node = enrolled.node,
                                  .laboratory = enrolled.laboratory,
                                  .laboratory_name = enrolled.laboratory_name,
                                  .coordinator_key = keys_.public_key});
    return true;
  });
  for (auto& effect : station.link->on_linked(*station.store->read(), {}, now_)) {
    station.sent.push_back(std::get<journal::Send>(effect).message);
  }
}

void Stations::talk() {
  while (!sent_.empty() || !first.sent.empty() || !second.sent.empty()) {
    for (Station* station : {&first, &second}) {
      for (const auto& message : std::exchange(station->sent, {})) {
        const auto received = wire::decode_message(wire::encode(message));
        ASSERT_TRUE(received) << received.error().message;
        at_coordinator([&](journal::Draft& draft) {
          coordinator_.on_message(draft, station->entry, *received, now_);
          return true;
        });
      }
    }
    for (const auto& [to, message] : std::exchange(sent_, {})) {
      Station& station = to == first.entry.id ? first : second;
      const auto received = wire::decode_message(wire::encode(message));
      ASSERT_TRUE(received) << received.error().message;
      at_station(station, [&](journal::Draft& draft) {
        const session::Delivery delivery = station.link->on_message(draft, *received, now_);
        if (const auto* orders = std::get_if<session::NewOrders>(&delivery))
          station.node.on_orders(draft, orders->orders, now_);
        if (const auto* ack = std::get_if<model::Ack>(&delivery)) station.node.on_ack(draft, *ack);
        if (const auto* set = std::get_if<session::NewReference>(&delivery))
          station.node.on_reference(draft, set->hash, set->bytes);
        return true;
      });
    }
  }
}

std::string Stations::granted(const std::string& panel) {
  model::Plan plan{.id = {}, .year = 2013, .title = panel, .due = *parse_date("2013-12-31"), .cells = {}};
  plan.cells.push_back({.programme = model::ProgrammeCode{"NCP"},
                        .city = model::CityCode{510100},
                        .county = model::CountyCode{510104},
                        .category = model::CategoryCode{"V1"},
                        .commodity = "菠菜",
                        .round = 2,
                        .panel = model::PanelCode{panel},
                        .quota = 1});
  const auto ref = at_coordinator([&](journal::Draft& draft) {
    const auto entry = coordinator_.on_plan(draft, plan, crypto::sha256(panel), now_);
    EXPECT_TRUE(entry);
    const auto made = coordinator::tables::ref_of(*entry);
    const dispatch::Share share{.cell = 0, .laboratory = model::LaboratoryId{1}, .count = 1};
    EXPECT_TRUE(coordinator_.on_allocation(draft, made, std::span{&share, 1}));
    EXPECT_TRUE(coordinator_.on_dispatch(draft, made, 0));
    return made;
  });
  while (at_coordinator([&](journal::Draft& draft) { return coordinator_.tick(draft, now_); })) {
  }
  talk();
  return coordinator::tables::task(*store_->read(), {.plan = ref.plan, .revision = ref.revision, .number = 1})
      ->number.text();
}

void Stations::draw(Station& at, const std::string& number) {
  const reception::SamplingForm form{.number = number,
                                     .sampled_on = "2013-06-04",
                                     .sample_name = "菠菜",
                                     .quantity = "2.5 kg",
                                     .reserve = "1 kg",
                                     .storage = "冷藏",
                                     .second_sampler = "李"};
  const auto drawn = at_station(
      at, [&](journal::Draft& draft) { return at.node.on_sampling_form(draft, form, model::PersonId{"zhao"}, now_); });
  ASSERT_TRUE(drawn) << drawn.error().detail;
}

void Stations::receive(Station& at, const std::string& number) {
  const reception::Label label{
      .number = model::SampleNumber::parse(number), .reader = "typed", .condition = "封条完好"};
  const auto received = at_station(
      at, [&](journal::Draft& draft) { return at.node.on_label(draft, label, model::PersonId{"qian"}, now_); });
  ASSERT_TRUE(received) << received.error().detail;
}

void Stations::analyser(Station& at, const std::string& id,
                        const std::vector<std::pair<std::string, std::string>>& results) {
  const Bytes raw = on_the_line(id, results, ++frames_, now_);
  const bench::Capture capture{.raw = crypto::sha256(raw),
                               .octets = raw.size(),
                               .instrument = "ICP-01",
                               .port = "astm",
                               .person = model::PersonId{"sun"},
                               .decoding = drivers::decode(raw, "")};
  const auto outcome = at_station(at, [&](journal::Draft& draft) { return at.node.on_capture(draft, capture, now_); });
  ASSERT_TRUE(outcome) << outcome.error().detail;
  EXPECT_EQ(outcome->entry.taken, results.size());
  for (const auto entry : outcome->quarantined) {
    ADD_FAILURE() << node::tables::quarantined(*at.store->read(), entry)->reason;
  }
  talk();
}

std::string Stations::review(Station& at, const std::string& number) {
  const outbox::Review review{.number = number, .record = sample(at, number).record, .agreed = true};
  const auto reviewed = at_station(at, [&](journal::Draft& draft) {
    return at.node.on_reviews(draft, std::span{&review, 1}, model::PersonId{"li"}, now_);
  });
  return reviewed[0] ? std::string{} : reviewed[0].error().code;
}

void Stations::approve(Station& at, const std::string& number) {
  const Hash record = sample(at, number).record;
  const model::PersonId approver{"zhou"};
  const outbox::Approval approval{
      .number = number,
      .record = record,
      .signature = crypto::sign(wire::approval_to_sign(record, approver), at.keys.secret_key)};
  const auto approved = at_station(at, [&](journal::Draft& draft) {
    return at.node.on_approvals(draft, std::span{&approval, 1}, approver, now_);
  });
  ASSERT_TRUE(approved[0]) << approved[0].error().detail;
}

void Stations::sign_off(Station& at, const std::string& number) {
  EXPECT_EQ(review(at, number), "");
  approve(at, number);
  talk();
  EXPECT_EQ(sample(at, number).disposition, model::Disposition::counted);
}

Result<model::NodeId> Stations::order_retest(const std::string& number, const std::string& reason) {
  const auto task = coordinator::tables::task_by_number(*store_->read(), number);
  auto node = at_coordinator([&](journal::Draft& draft) {
    return coordinator_.on_retest(draft, {.task = *task, .reason = reason, .laboratory = {}}, now_);
  });
  talk();
  return node;
}

model::Sample Stations::sample(const Station& at, const std::string& number) {
  auto found = node::tables::sample_by_number(*at.store->read(), number);
  EXPECT_TRUE(found.has_value()) << number;
  return found.value_or(model::Sample{});
}

}  // namespace lab::flow
