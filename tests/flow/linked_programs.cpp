#include "tests/flow/linked_programs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <span>

#include "lab-node/tables/forms.hpp"
#include "lab-node/tables/tables.hpp"
#include "protocol/rules/reference_set.hpp"
#include "protocol/session/stream.hpp"
#include "protocol/wire/codec.hpp"
#include "tests/where.hpp"

namespace lab::flow {
namespace {

// As it comes out at the other end.
model::Envelope through_bytes(const journal::Send& sent) {
  auto received = wire::decode_envelope(wire::encode(sent.message, sent.session));
  EXPECT_TRUE(received) << received.error().message;
  return std::move(*received);
}

// What the form of a programme demands beside what every form has.
std::vector<model::FormField> demanded_fields(const journal::View& store, const model::ProgrammeCode& programme) {
  const forms::SamplingFields known = node::tables::sampling_fields(store);
  std::vector<model::FormField> fields;
  for (const forms::SamplingField* field : known.of(programme, forms::Keeper::node)) {
    if (!field->is_required_by(programme)) continue;
    const bool is_date = field->kind == forms::FieldKind::date;
    const bool is_number = field->kind == forms::FieldKind::number;
    fields.push_back({.code = field->code,
                      .value = !field->choices.empty() ? field->choices[0]
                               : is_date               ? "2013-06-04"
                               : is_number             ? "1"
                                                       : "按现场记录"});
  }
  return fields;
}

}  // namespace

std::string file_of(const std::string& path) {
  std::ifstream file(std::string{QLIMS_SOURCE_DIR} + "/" + path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

LinkedPrograms::LinkedPrograms() {
  crypto::start();
  at_coordinator(
      [&](journal::Draft& draft) { coordinator.on_start(draft, crypto::random_bytes(coordinator::secret_octets)); });
}

void LinkedPrograms::use(const Bytes& reference_set, const std::vector<model::Laboratory>& laboratories) {
  const auto opened = rules::open_bundle(reference_set);
  ASSERT_TRUE(opened) << to_text(opened.error());
  at_coordinator([&](journal::Draft& draft) {
    coordinator.on_reference(draft, crypto::sha256(reference_set), reference_set, {}, now);
    coordinator.on_laboratories(draft, laboratories, now);
  });
}

void LinkedPrograms::enrol(Station& station, model::LaboratoryId laboratory) {
  const std::string ticket = fmt::format("TICKET-{}", laboratory.value());
  const model::Enrol request{.ticket = ticket,
                             .curve_key = std::string(40, static_cast<char>('a' + laboratory.value())),
                             .signing_key = Bytes(station.keys.public_key.begin(), station.keys.public_key.end()),
                             .name = fmt::format("bench-{}", laboratory.value())};
  const model::Message answer = at_coordinator([&](journal::Draft& draft) {
    EXPECT_TRUE(coordinator.on_ticket(draft, laboratory, request.name, crypto::sha256(ticket), now));
    return coordinator.on_enrol(draft, request, now);
  });
  const auto& enrolled = std::get<model::Enrolled>(answer);
  station.entry = *coordinator::tables::node(*store->read(), enrolled.node);
  at(station, [&](journal::Draft& draft) {
    session::set_identity(draft, {.node = enrolled.node,
                                  .laboratory = enrolled.laboratory,
                                  .laboratory_name = enrolled.laboratory_name,
                                  .coordinator_key = keys.public_key});
  });
  stations_.push_back(&station);
  link_up(station);
  talk();
  EXPECT_TRUE(station.link->is_welcome());
}

void LinkedPrograms::link_up(Station& station) {
  station.link = std::make_unique<session::NodeLink>(
      session::NodeLink::Options{.signing_key = station.keys.secret_key, .build = "test", .boot = ++boots_});
  const auto batch = station.store->write();
  auto said = journal::apply(station.link->on_linked(*batch, node::tables::current_reference(*batch), now), *batch);
  ASSERT_TRUE(said && batch->commit());
  for (auto& effect : *said) {
    if (auto* send = std::get_if<journal::Send>(&effect)) station.sent.push_back(std::move(*send));
  }
}

void LinkedPrograms::restart(Station& station) {
  station.sent.clear();
  std::erase_if(sent_, [&](const auto& under_way) { return under_way.to == station.entry.id; });
  link_up(station);
}

void LinkedPrograms::the_coordinator_works() {
  while (at_coordinator([&](journal::Draft& draft) { return coordinator.tick(draft, now); })) {
  }
  talk();
}

void LinkedPrograms::talk() {
  const auto is_silent = [](const Station* station) { return station->sent.empty(); };
  while (!sent_.empty() || !std::ranges::all_of(stations_, is_silent)) {
    for (Station* station : stations_) {
      for (const auto& message : std::exchange(station->sent, {})) {
        hear(*station, message);
      }
    }
    for (const auto& message : std::exchange(sent_, {})) {
      const auto station = std::ranges::find(stations_, message.to, [](const Station* one) { return one->entry.id; });
      carry_to(**station, message);
    }
  }
}

void LinkedPrograms::carry_from(Station& station) {
  for (const auto& message : std::exchange(station.sent, {})) hear(station, message);
}

void LinkedPrograms::hear(const Station& station, const journal::Send& sent) {
  const model::Envelope envelope = through_bytes(sent);
  at_coordinator([&](journal::Draft& draft) {
    coordinator.on_message(draft, station.entry, envelope.message, now, envelope.session);
  });
}

void LinkedPrograms::carry_to(Station& station, const journal::Send& sent) {
  const model::Envelope envelope = through_bytes(sent);
  at(station, [&](journal::Draft& draft) {
    const session::Delivery delivery = station.link->on_message(draft, envelope.message, now, envelope.session);
    if (const auto* orders = std::get_if<session::NewOrders>(&delivery)) {
      station.node.on_orders(draft, orders->orders, now);
    }
    if (const auto* ack = std::get_if<model::Ack>(&delivery)) station.node.on_ack(draft, *ack);
    if (const auto* set = std::get_if<session::NewReference>(&delivery)) {
      station.node.on_reference(draft, set->hash, set->bytes);
    }
    if (const auto* welcomed = std::get_if<session::Welcomed>(&delivery)) {
      station.node.on_welcomed(draft, *welcomed, now);
    }
    if (const auto* held = std::get_if<session::Rehydrated>(&delivery)) {
      station.node.on_rehydrated(draft, *held, now);
    }
  });
}

void LinkedPrograms::draw(Station& station, const std::string& number, const std::string& name) {
  const model::ProgrammeCode programme = sample(station, number).grant.programme;
  const reception::SamplingForm form{.number = number,
                                     .sampled_on = "2013-06-04",
                                     .sample_name = name,
                                     .quantity = "2.5 kg",
                                     .reserve = "1 kg",
                                     .storage = "冷藏",
                                     .second_sampler = "李",
                                     .fields = demanded_fields(*station.store->read(), programme)};
  const auto drawn = at(station, [&](journal::Draft& draft) {
    return station.node.on_sampling_form(draft, form, model::PersonId{"zhao"}, now);
  });
  ASSERT_TRUE(drawn) << drawn.error().detail;
}

void LinkedPrograms::receive(Station& station, const std::string& number, const std::string& condition) {
  const reception::Label label{.number = model::SampleNumber::parse(number), .reader = "typed", .condition = condition};
  const auto received = at(station, [&](journal::Draft& draft) {
    return station.node.on_label(draft, label, model::PersonId{"qian"}, now);
  });
  ASSERT_TRUE(received) << received.error().detail;
}

std::string LinkedPrograms::review(Station& station, const std::string& number) {
  const outbox::Review review{.number = number, .record = sample(station, number).record, .agreed = true};
  const auto reviewed = at(station, [&](journal::Draft& draft) {
    return station.node.on_reviews(draft, std::span{&review, 1}, model::PersonId{"li"}, now);
  });
  return reviewed[0] ? std::string{} : reviewed[0].error().code;
}

void LinkedPrograms::approve(Station& station, const std::string& number) {
  const Hash record = sample(station, number).record;
  const model::PersonId approver{"zhou"};
  const outbox::Approval approval{
      .number = number,
      .record = record,
      .signature = crypto::sign(wire::approval_to_sign(record, approver), approver_keys_.secret_key)};
  const auto approved = at(station, [&](journal::Draft& draft) {
    return station.node.on_approvals(draft, std::span{&approval, 1}, approver, now);
  });
  ASSERT_TRUE(approved[0]) << approved[0].error().detail;
}

model::Sample LinkedPrograms::sample(const Station& station, const std::string& number) {
  auto found = node::tables::sample_by_number(*station.store->read(), number);
  EXPECT_TRUE(found.has_value()) << number;
  return found.value_or(model::Sample{});
}

}  // namespace lab::flow
