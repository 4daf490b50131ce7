#include "coordinator/tables/publications.hpp"

#include <algorithm>
#include <array>

#include "protocol/base/check.hpp"

namespace lab::coordinator::tables {
namespace {

using journal::FieldReader;
using journal::Fields;
using Action = PublicationAction;
using State = PublicationState;

constexpr std::array moves{
    PublicationMove{Action::propose, State::none, State::proposed, false},
    PublicationMove{Action::confirm, State::proposed, State::published, true},
    PublicationMove{Action::refuse, State::proposed, State::refused, false},
    PublicationMove{Action::withdraw, State::published, State::withdrawal_proposed, false},
    PublicationMove{Action::confirm_withdrawal, State::withdrawal_proposed, State::withdrawn, true},
    PublicationMove{Action::keep, State::withdrawal_proposed, State::published, false},
    PublicationMove{Action::supersede, State::published, State::superseded, false},
    PublicationMove{Action::supersede, State::withdrawal_proposed, State::superseded, false},
};

constexpr std::array state_names{"none",      "proposed",  "refused", "published", "withdrawal_proposed",
                                 "withdrawn", "superseded"};
constexpr std::array action_names{"propose", "confirm",  "refuse", "withdraw", "confirm_withdrawal",
                                  "keep",    "supersede"};

Bytes record_key(PublicationId id) { return Fields{letter::publication}.add(BytesView{"r"}).add(id).bytes(); }
Bytes of_prefix(EnterpriseId id) { return Fields{letter::publication}.add(BytesView{"e"}).add(id).bytes(); }

void add_saying(Fields& fields, const Saying& saying) {
  add_short_text(fields, saying.person.value());
  fields.add(saying.at);
  add_long_text(fields, saying.reason);
}

Saying take_saying(FieldReader& fields) {
  Saying saying;
  saying.person = model::PersonId{take_short_text(fields)};
  saying.at = fields.take_time();
  saying.reason = take_long_text(fields);
  return saying;
}

Publication read_publication(PublicationId id, BytesView record) {
  FieldReader fields{record};
  Publication one;
  one.id = id;
  one.enterprise = EnterpriseId{fields.take<std::uint32_t>()};
  one.state = static_cast<State>(fields.take<std::uint8_t>());
  one.credit_class = take_short_text(fields);
  one.blacklisted = fields.take<std::uint8_t>() != 0;
  one.rule = take_short_text(fields);
  one.rules = fields.take_hash();
  const auto verdicts = fields.take<std::uint8_t>();
  for (std::uint8_t i = 0; i < verdicts; ++i) one.verdicts.push_back(fields.take_task());
  for (Saying* saying : {&one.proposed, &one.decided, &one.withdrawal, &one.withdrawal_decided}) {
    *saying = take_saying(fields);
  }
  return one;
}

}  // namespace

const char* name_of(PublicationState state) { return state_names[static_cast<std::size_t>(state)]; }
const char* name_of(PublicationAction action) { return action_names[static_cast<std::size_t>(action)]; }

bool is_public(PublicationState state) { return state == State::published || state == State::withdrawal_proposed; }

std::span<const PublicationMove> publication_moves() { return moves; }

const PublicationMove* publication_move(PublicationAction action, PublicationState from) {
  const auto found = std::ranges::find_if(
      moves, [&](const PublicationMove& move) { return move.action == action && move.from == from; });
  return found == moves.end() ? nullptr : &*found;
}

std::optional<Publication> publication(const journal::View& store, PublicationId id) {
  const auto record = store.get(record_key(id));
  if (!record) return std::nullopt;
  return read_publication(id, *record);
}

PublicationId add_publication(journal::Draft& draft, Publication one) {
  const Bytes count_key = Fields{letter::publication}.add(BytesView{"z"}).bytes();
  const auto count = draft.get(count_key);
  one.id = PublicationId{(count ? FieldReader{*count}.take<std::uint32_t>() : 0) + 1};
  draft.put(count_key, Fields{}.add(one.id).bytes());
  draft.put(Fields{}.add(of_prefix(one.enterprise)).add(one.id).bytes(), Bytes{"1"});
  put_publication(draft, one);
  return one.id;
}

void put_publication(journal::Draft& draft, const Publication& one) {
  LAB_CHECK(one.verdicts.size() <= publication_verdicts_max);
  Fields record;
  record.add(one.enterprise).add(static_cast<std::uint8_t>(one.state));
  add_short_text(record, one.credit_class);
  record.add(static_cast<std::uint8_t>(one.blacklisted));
  add_short_text(record, one.rule);
  record.add(one.rules).add(static_cast<std::uint8_t>(one.verdicts.size()));
  for (const model::TaskId& task : one.verdicts) record.add(task);
  for (const Saying* saying : {&one.proposed, &one.decided, &one.withdrawal, &one.withdrawal_decided}) {
    add_saying(record, *saying);
  }
  draft.put(record_key(one.id), record.bytes());
}

std::vector<Publication> publications_of(const journal::View& store, EnterpriseId id) {
  std::vector<Publication> found;
  const Bytes prefix = of_prefix(id);
  scan_prefix(store, prefix, [&](BytesView key, BytesView) {
    const PublicationId one{FieldReader{key.substr(prefix.size())}.take<std::uint32_t>()};
    if (auto known = publication(store, one)) found.push_back(std::move(*known));
    return true;
  });
  return found;
}

void for_each_publication(const journal::View& store, PublicationId after,
                          const std::function<bool(const Publication& publication)>& visit) {
  store.scan(record_key(PublicationId{after.value() + 1}),
             journal::after_prefix(Fields{letter::publication}.add(BytesView{"r"}).bytes()),
             [&](BytesView key, BytesView record) {
               return visit(read_publication(PublicationId{FieldReader{key.substr(2)}.take<std::uint32_t>()}, record));
             });
}

}  // namespace lab::coordinator::tables
