#include "tests/sim/station.hpp"

#include <fmt/format.h>

#include "lab-node/inbox/serials.hpp"
#include "lab-node/tables/serials.hpp"
#include "lab-node/tables/tables.hpp"
#include "protocol/base/check.hpp"
#include "protocol/journal/fields.hpp"
#include "protocol/model/read_value.hpp"
#include "protocol/session/rehydration.hpp"
#include "protocol/session/stream.hpp"
#include "protocol/wire/codec.hpp"
#include "tests/sim/reference.hpp"

namespace lab::sim {
namespace {

namespace tables = node::tables;
using model::PersonId;
using model::SampleState;

constexpr std::size_t frames_per_turn = 16;

}  // namespace

// What one turn gathers before its commit.
struct Station::Turn {
  std::unique_ptr<journal::Batch> batch;
  std::size_t changes = 0;
  std::vector<Bytes> said{};

  void take(journal::Effects effects) {
    for (const auto& effect : effects) changes += effect.index() < 2;  // Put, Erase
    auto rest = journal::apply(std::move(effects), *batch);
    LAB_CHECK(rest.has_value());
    for (const auto& effect : *rest) {
      if (const auto* send = std::get_if<journal::Send>(&effect)) {
        said.push_back(wire::encode(send->message, send->session));
      }
    }
  }
};

Station::Station(std::size_t place, model::NodeId node, crypto::KeyPair keys, Dice& dice, Weather& weather)
    : place_(place), node_(node), keys_(keys), dice_(dice), weather_(weather), disk_(std::make_unique<Disk>()) {}

CommitFate Station::fate() {
  if (disk_full || weather_.strikes(Fault::node_commit_refused, 6'000)) return CommitFate::refused;
  if (weather_.strikes(Fault::node_commit_unknown_stored, 4'000)) return CommitFate::unknown_stored;
  if (weather_.strikes(Fault::node_commit_unknown_lost, 4'000)) return CommitFate::unknown_lost;
  return CommitFate::stored;
}

void Station::start(UtcTime) {
  LAB_CHECK(!link_ && !gone);
  disk_->reopen();
  disk_->set_fate([this] { return fate(); });
  boot_ = dice_.bits() | 1U;
  boots_.push_back(boot_);
  core_ = std::make_unique<node::Node>();
  link_ = std::make_unique<session::NodeLink>(
      session::NodeLink::Options{.signing_key = keys_.secret_key, .build = "sim", .boot = boot_});
  fresh_ = true;
}

void Station::die() {
  link_.reset();
  core_.reset();
  inbox_.clear();
  linked_ = relink_ = false;
  given_.reset();
}

void Station::set_linked(bool linked, UtcTime) {
  if (!link_) return;
  linked_ = relink_ = linked;
  if (!linked) {
    link_->on_unlinked();
    inbox_.clear();
  }
}

UtcTime Station::wake_at() const { return link_->wake_at(); }

void Station::put_back(const Records& records, bool noticed, UtcTime now) {
  LAB_CHECK(!link_);
  is_set_back = true;
  disk_ = std::make_unique<Disk>(records);
  disk_place_ = dice_.bits();
  if (!noticed) return;
  auto batch = disk_->write();
  journal::Draft draft{*batch};
  session::begin_rehydration(draft);
  LAB_CHECK(journal::apply(draft.take(), *batch).has_value() && batch->commit().has_value());
  (void)now;
}

// Before anything else, as lab-node/app does.
void Station::check_serials(journal::Draft& draft, UtcTime now) {
  bool any = tables::serials_given(draft) > 0;
  tables::for_each_held_serials(draft, [&](const model::SerialKind&, const tables::HeldSerials& held) {
    any = any || !held.ranges.empty() || !held.request.is_zero();
  });
  const std::uint64_t given = tables::serials_given(draft);
  if (any && (beside_.given != given || beside_.place != disk_place_)) {
    const std::uint64_t beyond = std::max(given, beside_.given) + 1;
    core_->give_up_serials(draft, beyond, "restored", now);
    given_ = beyond;
  } else {
    given_ = given;
  }
}

bool Station::turn(UtcTime now, bool people_work, std::vector<Bytes>& said) {
  Turn turn{.batch = disk_->write()};
  const auto decide = [&](auto what) {
    journal::Draft draft{*turn.batch};
    what(draft);
    turn.take(draft.take());
  };
  if (std::exchange(fresh_, false)) decide([&](journal::Draft& draft) { check_serials(draft, now); });
  for (std::size_t i = 0; i < frames_per_turn && !inbox_.empty(); ++i) {
    const Bytes frame = std::move(inbox_.front());
    inbox_.pop_front();
    decide([&](journal::Draft& draft) { take_frame(draft, frame, now); });
  }
  if (people_work) decide([&](journal::Draft& draft) { work(draft, now); });
  if (std::exchange(relink_, false)) {
    turn.take(link_->on_linked(*turn.batch, tables::current_reference(*turn.batch), now));
  }
  turn.take(link_->pump(*turn.batch, now));
  if (weather_.strikes(Fault::node_died_before_commit, 1'000)) return false;
  if (given_) beside_ = {.given = *std::exchange(given_, std::nullopt), .place = disk_place_};
  if (turn.changes > 0 && !turn.batch->commit()) {
    if (disk_->figures().stopped) return false;
    relink_ = linked_;  // what the link remembers may be ahead of the store
    fresh_ = true;
    return true;
  }
  turn.batch.reset();
  if (weather_.strikes(Fault::node_died_after_commit, 1'000)) return false;
  said = std::move(turn.said);
  return !weather_.strikes(Fault::node_died_after_sending, 1'000);
}

void Station::take_frame(journal::Draft& draft, const Bytes& frame, UtcTime now) {
  const auto envelope = wire::decode_envelope(frame);
  LAB_CHECK(envelope.has_value());
  const session::Delivery delivery = link_->on_message(draft, envelope->message, now, envelope->session);
  if (link_->is_welcome()) is_set_back = false;
  if (const auto* orders = std::get_if<session::NewOrders>(&delivery)) {
    core_->on_orders(draft, orders->orders, now);
    core_->want_serials(draft, orders->orders, now);
  } else if (const auto* ack = std::get_if<model::Ack>(&delivery)) {
    core_->on_ack(draft, *ack);
  } else if (const auto* reference = std::get_if<session::NewReference>(&delivery)) {
    core_->on_reference(draft, reference->hash, reference->bytes);
  } else if (const auto* welcomed = std::get_if<session::Welcomed>(&delivery)) {
    core_->on_welcomed(draft, *welcomed, now);
  } else if (const auto* held = std::get_if<session::Rehydrated>(&delivery); held && rehydrates) {
    core_->on_rehydrated(draft, *held, now);
  }
}

// ---- the people: one of them does the next thing to one sample

void Station::work(journal::Draft& draft, UtcTime now) {
  if (has_bag && work_on_shares(draft, now)) return;
  std::vector<model::Sample> open;
  tables::scan_samples(draft, {}, std::nullopt, [&](const model::Sample& sample) {
    const bool is_done = sample.state == SampleState::approved || sample.state == SampleState::declined ||
                         sample.state == SampleState::revoked;
    if (!is_done) open.push_back(sample);
    return true;
  });
  if (!open.empty()) work_on(draft, open[dice_.number(open.size())], now);
}

void Station::draw(journal::Draft& draft, const model::Sample& sample, UtcTime now) {
  const std::string& number = sample.grant.number.text();
  if (!finishing && weather_.strikes(Fault::sample_declined, 60'000)) {
    (void)core_->on_declined(
        draft, {.number = number, .what = {.reason = "歇业", .cause = "closed_down", .second_sampler = "wang"}},
        PersonId{"zhao"}, now);
    return;
  }
  if (!finishing && weather_.strikes(Fault::sample_renumbered, 150'000)) {
    const auto renumbered =
        core_->on_renumbering(draft, {.number = number, .reason = "标签浸湿"}, PersonId{"zhao"}, now);
    if (renumbered) given_ = tables::serials_given(draft);
    return;
  }
  (void)core_->on_sampling_form(draft,
                                {.number = number,
                                 .sampled_on = dice_.chance(500'000) ? "2013-06-20" : "2013-07-01",
                                 .sample_name = "菠菜",
                                 .quantity = "2.5 kg",
                                 .reserve = "1 kg",
                                 .storage = "冷藏",
                                 .second_sampler = "wang",
                                 .fields = lot_fields(sample.grant.programme)},
                                PersonId{"zhao"}, now);
}

// What is drawn of shares is of one of two lots; the other programme's form does not ask for it.
std::vector<model::FormField> Station::lot_fields(const model::ProgrammeCode& programme) {
  if (programme.value() != escrow_programme) return {};
  return {{"lot_number", fmt::format("L{}", dice_.number(2))}};
}

void Station::measure(journal::Draft& draft, const model::Sample& sample, UtcTime now) {
  const std::string number = sample.grant.number.text();
  const auto observed = [&](const char* analyte, const char* value) {
    return model::Observation{
        .sample_id = number, .analyte = analyte, .value = model::read_value(value), .unit = "mg/kg"};
  };
  const Bytes raw = fmt::format("{} {} {}", boot_, place_, ++captures_);
  (void)core_->on_capture(draft,
                          {.raw = crypto::sha256(raw),
                           .octets = raw.size(),
                           .instrument = "ICP-01",
                           .port = "sim",
                           .person = PersonId{"chen"},
                           .decoding = {.profile = "sim/1",
                                        .observations = {observed("铅", dice_.chance(150'000) ? "0.41" : "0.12"),
                                                         observed("毒死蜱", "ND")}}},
                          now);
}

// I10: who has tested does not review, and who has tested or reviewed does not approve. Nothing is left of the attempt.
bool Station::sign_in_two_roles(journal::Draft& draft, const model::Sample& sample, UtcTime now) {
  if (finishing || !role_dice || !role_dice->chance(50'000)) return false;
  weather_.note(Fault::signed_in_two_roles);
  const std::string& number = sample.grant.number.text();
  bool is_refused = false;
  if (sample.state == SampleState::judged) {
    const outbox::Review review{.number = number, .record = sample.record, .agreed = true, .note = ""};
    is_refused = !core_->on_reviews(draft, {&review, 1}, PersonId{"chen"}, now).front().has_value();
  } else {
    const PersonId person{role_dice->chance(500'000) ? "chen" : "li"};
    const outbox::Approval approval{.number = number, .record = sample.record, .signature = {}};
    is_refused = !core_->on_approvals(draft, {&approval, 1}, person, now).front().has_value();
  }
  if (!is_refused) throw TwoRoles(number + " was signed by one person in two roles");
  return true;
}

void Station::work_on(journal::Draft& draft, const model::Sample& sample, UtcTime now) {
  const std::string& number = sample.grant.number.text();
  switch (sample.state) {
    case SampleState::assigned:
      return draw(draft, sample, now);
    case SampleState::sampled:
      (void)core_->on_label(draft,
                            {.number = model::SampleNumber::parse(number), .reader = "typed", .condition = "完好"},
                            PersonId{"qian"}, now);
      return;
    case SampleState::received:
      return measure(draft, sample, now);
    case SampleState::measuring:
      if (sample.record.is_zero()) return measure(draft, sample, now);
      (void)core_->on_judge_again(draft, number, "复核退回", PersonId{"chen"}, now);
      return;
    case SampleState::judged: {
      if (sign_in_two_roles(draft, sample, now)) return;
      const bool agreed = finishing || !weather_.strikes(Fault::verdict_returned, 100'000);
      const outbox::Review review{
          .number = number, .record = sample.record, .agreed = agreed, .note = agreed ? "" : "重算"};
      (void)core_->on_reviews(draft, {&review, 1}, PersonId{"li"}, now);
      return;
    }
    case SampleState::reviewed: {
      if (sign_in_two_roles(draft, sample, now)) return;
      const outbox::Approval approval{.number = number, .record = sample.record, .signature = {}};
      (void)core_->on_approvals(draft, {&approval, 1}, PersonId{"zhou"}, now);
      return;
    }
    case SampleState::approved:
    case SampleState::declined:
    case SampleState::revoked:
      return;
  }
}

// Bytes that no decoder takes, in their place of the chain.
void Station::write_poison(UtcTime now) {
  auto batch = disk_->write();
  journal::Draft draft{*batch};
  if (session::is_rehydrating(draft) || !session::identity(draft)) return;
  session::append(draft, {.task = {}, .token = {}, .person = {}, .what = model::Incident{"to be spoilt"}}, now);
  const model::StreamHead head = session::stream_head(draft);
  const Bytes bytes(24, '\x7F');
  draft.put(journal::Fields{'e'}.add(head.incarnation).add(head.sequence).bytes(), wire::pack(bytes));
  draft.put("s", journal::Fields{}
                     .add(head.incarnation)
                     .add(head.sequence)
                     .add(crypto::sha256(bytes))
                     .add(session::acknowledged(draft))
                     .bytes());
  LAB_CHECK(journal::apply(draft.take(), *batch).has_value());
  (void)batch->commit();
}

}  // namespace lab::sim
