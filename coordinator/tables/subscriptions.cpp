#include "coordinator/tables/subscriptions.hpp"

namespace lab::coordinator::tables {
namespace {

using journal::FieldReader;
using journal::Fields;

Bytes key(std::uint32_t id) { return Fields{letter::subscription}.add(id).bytes(); }

Bytes to_record(const Subscription& one) {
  Fields record;
  add_long_text(record, one.url);
  record.add(one.kinds.bits()).add(static_cast<std::uint8_t>(one.with_units));
  add_short_text(record, one.by.value());
  record.add(one.made);
  add_short_text(record, one.secret);
  record.add(static_cast<std::uint8_t>(one.state)).add(one.next).add(one.upto).add(one.failures);
  record.add(one.next_try).add(one.confirmed);
  add_long_text(record, one.problem);
  record.add(one.missed);
  return record.bytes();
}

Subscription read_subscription(std::uint32_t id, BytesView record) {
  FieldReader fields{record};
  Subscription one;
  one.id = id;
  one.url = take_long_text(fields);
  one.kinds = AnnouncedKinds{fields.take<std::uint32_t>()};
  one.with_units = fields.take<std::uint8_t>() != 0;
  one.by = model::PersonId{take_short_text(fields)};
  one.made = fields.take_time();
  one.secret = take_short_text(fields);
  one.state = static_cast<SubscriptionState>(fields.take<std::uint8_t>());
  one.next = fields.take<std::uint64_t>();
  one.upto = fields.take<std::uint64_t>();
  one.failures = fields.take<std::uint32_t>();
  one.next_try = fields.take_time();
  one.confirmed = fields.take_time();
  one.problem = take_long_text(fields);
  one.missed = fields.take<std::uint64_t>();
  return one;
}

void follow_kinds(journal::Draft& draft) {
  Announcing state = announcing(draft);
  state.wanted = {};
  for (const Subscription& one : subscriptions(draft)) state.wanted.add(one.kinds);
  put_announcing(draft, state);
}

}  // namespace

const char* name_of(SubscriptionState state) {
  switch (state) {
    case SubscriptionState::active:
      return "active";
    case SubscriptionState::dead:
      return "dead";
    case SubscriptionState::paused:
      return "paused";
  }
  return "";
}

std::optional<Subscription> subscription(const journal::View& store, std::uint32_t id) {
  const auto record = store.get(key(id));
  if (!record) return std::nullopt;
  return read_subscription(id, *record);
}

std::vector<Subscription> subscriptions(const journal::View& store) {
  std::vector<Subscription> all;
  scan_prefix(store, Bytes(1, letter::subscription), [&](BytesView found, BytesView record) {
    all.push_back(read_subscription(FieldReader::of_key(found).take<std::uint32_t>(), record));
    return true;
  });
  return all;
}

void put_subscription(journal::Draft& draft, const Subscription& subscription) {
  const Bytes at = key(subscription.id);
  const bool is_new = !draft.get(at);
  draft.put(at, to_record(subscription));
  if (is_new) follow_kinds(draft);  // they do not change later
}

void erase_subscription(journal::Draft& draft, std::uint32_t id) {
  draft.erase(key(id));
  follow_kinds(draft);
}

}  // namespace lab::coordinator::tables
