#include "lab-node/inbox/inbox.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lab-node/inbox/serials.hpp"
#include "lab-node/inbox/shares.hpp"
#include "lab-node/tables/clocks.hpp"
#include "lab-node/tables/serials.hpp"
#include "lab-node/tables/tables.hpp"
#include "protocol/base/failpoint.hpp"
#include "protocol/base/text.hpp"
#include "protocol/session/rehydration.hpp"
#include "protocol/session/stream.hpp"
#include "protocol/wire/codec.hpp"

namespace lab::inbox {
namespace {

namespace tables = node::tables;
using model::SampleState;

// How far a sample has come by what is known of it, without its verdict.
SampleState state_before_verdict(const model::Sample& sample) {
  const bool has_result =
      std::ranges::any_of(sample.measured, [](const model::Measured& one) { return !one.determinations.empty(); });
  if (has_result || sample.lot) return SampleState::measuring;
  if (!sample.received.number.empty()) return SampleState::received;
  return sample.sampled.number.empty() ? SampleState::assigned : SampleState::sampled;
}

// Signatures made under an older token say nothing under this one.
void grant_again(journal::Draft& draft, model::Sample sample, const model::Grant& grant) {
  const SampleState before = sample.state;
  // Another plan asks for another number of items: what was counted under the old one says nothing about it.
  if (sample.grant.lot != grant.lot) sample.lot.reset();
  sample.grant = grant;
  sample.state = state_before_verdict(sample);
  sample.reviewed = {};
  sample.reviewer = {};
  sample.approver = {};
  sample.disposition.reset();
  sample.note = "任务重新下达";
  tables::put_sample(draft, sample, before);
}

// The reserve comes as it was drawn: it is received next. What was measured here under an earlier grant is another
// portion of another dispute; its events stay in the stream.
model::Sample reserve_of(const model::Grant& grant) {
  model::Sample sample{.grant = grant, .state = SampleState::sampled};
  sample.sampled.number = grant.number;
  sample.sampled.sampled_on = grant.retest->sampled_on;
  sample.sampled.sample_name = grant.commodity;
  sample.note = "复检：检验备份样品";
  return sample;
}

bool is_taken_by_another(const journal::View& store, const model::Grant& grant) {
  const auto by_number = tables::task_of_number(store, grant.number.text());
  const auto once = tables::task_of_replaced_number(store, grant.number.text());
  const auto by_code = tables::task_of_blind_code(store, grant.blind_code);
  return (by_number && *by_number != grant.task) || (once && *once != grant.task) ||
         (by_code && *by_code != grant.task);
}

// A newer grant of a sample that is here.
bool take_again(journal::Draft& draft, model::Sample held, const model::Grant& grant) {
  if (grant.retest && !held.grant.retest) {
    model::Sample reserve = reserve_of(grant);
    reserve.history = std::move(held.history);
    tables::put_sample(draft, reserve, held.state);
    return true;
  }
  grant_again(draft, std::move(held), grant);
  return true;
}

// The new label was told under a grant that has ended, which the coordinator passes over: told once more it is about
// this grant. One that knows of it already learns nothing new.
void tell_label_again(journal::Draft& draft, const model::Grant& grant, UtcTime now) {
  if (session::is_rehydrating(draft)) return;  // nothing is written now, and what was said before comes back
  auto sample = tables::sample(draft, grant.task);
  for (auto place = sample->history.rbegin(); place != sample->history.rend(); ++place) {
    const auto bytes = session::event_bytes(draft, place->incarnation, place->sequence);
    if (!bytes) continue;
    const auto event = wire::decode_event(*bytes);
    if (!event) throw journal::Damage(to_text(event.error()));
    const auto* told = std::get_if<model::Renumbered>(&event->what);
    if (told == nullptr || told->number != sample->grant.number) continue;
    const SampleState state = sample->state;
    tables::note_event(draft, *sample, event->person,
                       model::Renumbered{.before = grant.number, .number = told->number, .reason = told->reason}, now);
    return tables::put_sample(draft, *sample, state);
  }
}

// Another station had the task in between and replaced the label: all that were known here are void. They are not
// `former` ones, which are those that events of this station tell of.
void take_number(journal::Draft& draft, model::Sample& held, const model::SampleNumber& number) {
  const model::SampleNumber before = held.grant.number;
  held.former.clear();
  held.grant.number = number;
  if (!held.sampled.number.empty()) held.sampled.number = number;
  tables::replace_number(draft, held, before);
}

bool take_grant(journal::Draft& draft, const model::Grant& grant, UtcTime now) {
  pass("inbox.grant");
  if (grant.number.empty() || is_taken_by_another(draft, grant)) {
    draft.tell(to_text(grant.task), "the sample number or blind code of this grant belongs to another task");
    if (session::is_rehydrating(draft)) return false;
    session::append(
        draft,
        {.task = grant.task,
         .token = grant.token,
         .person = {},
         .what = model::Incident{fmt::format("任务 {} 的样品编号或盲码已属于另一任务，未接收", to_text(grant.task))}},
        now);
    return false;
  }
  auto held = tables::sample(draft, grant.task);
  if (!held) {
    tables::put_sample(draft, grant.retest ? reserve_of(grant) : model::Sample{.grant = grant}, std::nullopt);
    return true;
  }
  if (grant.token <= held->grant.token) return false;
  // The coordinator may not have heard yet that the label was replaced here. Or a store that was put back does not know
  // it any more: the event that says so comes with the others that are held of this node.
  const bool was_replaced = std::ranges::find(held->former, grant.number) != held->former.end();
  if (was_replaced || session::is_rehydrating(draft)) {
    model::Grant renumbered = grant;
    renumbered.number = held->grant.number;
    take_again(draft, std::move(*held), renumbered);
    tell_label_again(draft, grant, now);
    return true;
  }
  if (grant.number != held->grant.number) take_number(draft, *held, grant.number);
  return take_again(draft, std::move(*held), grant);
}

// What was not drawn will not be, which the coordinator may wait for; asked again, it is said again.
void answer_revocation(journal::Draft& draft, model::Sample& held, const model::Revocation& revocation, UtcTime now) {
  const bool knows = is_undrawn(held) && !is_doubted(draft, held.grant.task) && !session::is_rehydrating(draft);
  if (held.grant.token != revocation.token || !knows) return;
  say_handed_back(draft, held, tidy(revocation.reason), {}, now);
}

bool take_revocation(journal::Draft& draft, const model::Revocation& revocation, UtcTime now) {
  auto held = tables::sample(draft, revocation.task);
  if (!held || held->grant.token > revocation.token) return false;
  const SampleState before = held->state;
  if (before == SampleState::revoked) {
    answer_revocation(draft, *held, revocation, now);
    tables::put_sample(draft, *held, before);
    return false;
  }
  held->state = SampleState::revoked;
  held->note = tidy(revocation.reason);
  if (before == SampleState::assigned) answer_revocation(draft, *held, revocation, now);
  tables::put_sample(draft, *held, before);
  tables::stop_clocks(draft, revocation.task);
  return true;
}

// What the coordinator says about the reserve of a sample that is or was tested here.
bool take_hold(journal::Draft& draft, const model::Hold& hold) {
  auto held = tables::sample(draft, hold.task);
  const std::string reason = hold.held ? tidy(hold.reason) : std::string{};
  if (!held || held->held == reason) return false;
  held->held = reason;
  tables::put_sample(draft, *held, held->state);
  return true;
}

}  // namespace

Taken take(journal::Draft& draft, std::span<const model::Order> orders, UtcTime now) {
  Taken taken;
  for (const model::Order& order : orders) {
    if (const auto* grant = std::get_if<model::Grant>(&order.what)) {
      if (!tables::sample(draft, grant->task)) doubt_if_old(draft, grant->task, order.at);
      ++(take_grant(draft, *grant, now) ? taken.granted : taken.ignored);
    } else if (const auto* revocation = std::get_if<model::Revocation>(&order.what)) {
      ++(take_revocation(draft, *revocation, now) ? taken.revoked : taken.ignored);
    } else if (const auto* hold = std::get_if<model::Hold>(&order.what)) {
      ++(take_hold(draft, *hold) ? taken.held : taken.ignored);
    } else if (const auto* block = std::get_if<model::SerialBlock>(&order.what)) {
      ++(take_serials(draft, *block) ? taken.leased : taken.ignored);
    }
  }
  return taken;
}

}  // namespace lab::inbox
