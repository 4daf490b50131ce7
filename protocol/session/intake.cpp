#include "protocol/session/intake.hpp"

#include <fmt/format.h>
#include <algorithm>

#include "protocol/base/check.hpp"
#include "protocol/base/failpoint.hpp"
#include "protocol/journal/fields.hpp"
#include "protocol/session/event_tree.hpp"
#include "protocol/session/standing.hpp"
#include "protocol/wire/codec.hpp"

namespace lab::session {
namespace {

using journal::FieldReader;
using journal::Fields;
using model::Refuse;
using model::RefuseReason;

Bytes event_key(model::NodeId node, std::uint32_t incarnation, std::uint64_t sequence) {
  return Fields{'e'}.add(node).add(incarnation).add(sequence).bytes();
}

Bytes cursor_key(model::NodeId node, std::uint32_t incarnation) {
  return Fields{'c'}.add(node).add(incarnation).bytes();
}

Bytes order_key(model::NodeId node, std::uint64_t sequence) { return Fields{'q'}.add(node).add(sequence).bytes(); }

model::StreamHead read_cursor(std::uint32_t incarnation, BytesView record) {
  FieldReader fields{record};
  const auto sequence = fields.take<std::uint64_t>();
  return {.incarnation = incarnation, .sequence = sequence, .hash = fields.take_hash()};
}

void set_cursor(journal::Draft& draft, model::NodeId node, const model::StreamHead& cursor) {
  draft.put(cursor_key(node, cursor.incarnation), Fields{}.add(cursor.sequence).add(cursor.hash).bytes());
}

Bytes unpacked(BytesView packed) {
  auto flat = wire::unpack(packed);
  LAB_CHECK(flat.has_value());  // the record's checksum held, and we packed it
  return std::move(*flat);
}

bool is_signed_with(const Bytes& key, BytesView text, const Bytes& signature_octets) {
  crypto::Signature signature{};
  crypto::PublicKey public_key{};
  return fill(signature, signature_octets) && fill(public_key, key) && crypto::verify(text, signature, public_key);
}

// With the node's key, or with a former one of which neither our time nor the node's own is past the overlap.
bool is_signed(const model::NodeEntry& node, const model::Events& events, const model::StreamHead& head, UtcTime now) {
  const Bytes text = wire::head_to_sign(node.id, head);
  if (is_signed_with(node.signing_key, text, events.signature)) return true;
  return std::ranges::any_of(node.former, [&](const model::FormerKeys& former) {
    if (now > former.until || !is_signed_with(former.signing_key, text, events.signature)) return false;
    const auto last = wire::decode_event(events.events.back());
    return !last || last->at <= former.until;
  });
}

// Why this event cannot stand at this place of the stream; empty when it can.
std::string misplaced(const model::Event& event, const model::NodeEntry& node, const model::StreamHead& before) {
  if (event.node != node.id) return "it is another node's event";
  if (event.incarnation != before.incarnation) return "it is of another incarnation";
  if (event.sequence != before.sequence + 1) return "its sequence does not follow";
  if (event.previous != before.hash) return "its chain does not lead to the event before it";
  return {};
}

// Whether everything in `events` up to `cursor` is what we already hold at those places.
bool repeats_what_is_held(const journal::View& store, model::NodeId node, const model::Events& events,
                          const model::StreamHead& cursor) {
  for (std::size_t i = 0; i < events.events.size() && events.first + i <= cursor.sequence; ++i) {
    if (held_event(store, node, events.incarnation, events.first + i) != events.events[i]) return false;
  }
  return true;
}

}  // namespace

std::vector<model::StreamHead> cursors(const journal::View& store, model::NodeId node) {
  std::vector<model::StreamHead> heads;
  const Bytes prefix = Fields{'c'}.add(node).bytes();
  store.scan(prefix, journal::after_prefix(prefix), [&](BytesView key, BytesView record) {
    FieldReader fields{key.substr(prefix.size())};
    heads.push_back(read_cursor(fields.take<std::uint32_t>(), record));
    return true;
  });
  return heads;
}

model::StreamHead cursor(const journal::View& store, model::NodeId node, std::uint32_t incarnation) {
  const auto record = store.get(cursor_key(node, incarnation));
  return record ? read_cursor(incarnation, *record) : model::StreamHead{.incarnation = incarnation};
}

std::optional<Bytes> held_event(const journal::View& store, model::NodeId node, std::uint32_t incarnation,
                                std::uint64_t sequence) {
  const auto packed = store.get(event_key(node, incarnation, sequence));
  if (!packed) return std::nullopt;
  return unpacked(*packed);
}

namespace {

// Whether every event leads to the next, so that the signature over the last one covers all.
bool is_chain(const model::Events& events) {
  Hash before;
  for (const Bytes& bytes : events.events) {
    const auto event = wire::decode_event(bytes);
    if (!event || (!before.is_zero() && event->previous != before)) return false;
    before = crypto::sha256(bytes);
  }
  return true;
}

// Everything from place `first` on of which something else, or nothing, is held.
std::variant<std::vector<Accepted>, Refuse, Evidence> keep_evidence(journal::Draft& draft, const model::NodeEntry& node,
                                                                    const model::Events& events, const Intake& intake,
                                                                    bool beyond_seal) {
  if (events.events.empty()) return std::vector<Accepted>{};
  const model::StreamHead reached{.incarnation = events.incarnation,
                                  .sequence = events.first + events.events.size() - 1,
                                  .hash = crypto::sha256(events.events.back())};
  if (!is_signed(node, events, reached, intake.now) || !is_chain(events)) {
    return Refuse{RefuseReason::bad_signature,
                  fmt::format("events up to {} do not fit and are not signed", reached.sequence)};
  }
  Evidence evidence{.events = 0, .beyond_seal = beyond_seal};
  for (std::size_t i = 0; i < events.events.size(); ++i) {
    const std::uint64_t sequence = events.first + i;
    const Bytes& bytes = events.events[i];
    if (held_event(draft, node.id, events.incarnation, sequence) == bytes) continue;
    keep_fork(draft, node.id,
              {.incarnation = events.incarnation,
               .sequence = sequence,
               .hash = crypto::sha256(bytes),
               .at = intake.now,
               .event = bytes});
    ++evidence.events;
  }
  return evidence;
}

// The signature reaches over all of them, because each leads to the next.
void keep_accepted(journal::Draft& draft, model::NodeId node, const model::Events& events,
                   const std::vector<Accepted>& accepted) {
  std::vector<Hash> hashes;
  for (const Accepted& taken : accepted) {
    draft.put(event_key(node, events.incarnation, taken.sequence),
              wire::pack(events.events[taken.sequence - events.first]));
    hashes.push_back(taken.hash);
  }
  grow_tree(draft,
            {.node = node,
             .incarnation = events.incarnation,
             .first = accepted.front().sequence,
             .signature = events.signature},
            hashes);
}

}  // namespace

std::variant<std::vector<Accepted>, Refuse, Evidence> take_events(journal::Draft& draft, const model::NodeEntry& node,
                                                                  const model::Events& events, const Intake& intake) {
  pass("session.intake");
  const std::uint32_t newest = standing(draft, node.id).incarnation;
  if (events.incarnation > newest || events.incarnation == 0) {
    return Refuse{RefuseReason::resync_needed,
                  fmt::format("incarnation {} was never given to this node", events.incarnation)};
  }
  const bool sealed = events.incarnation < newest && !intake.recovering && intake.policy.seals;
  model::StreamHead head = cursor(draft, node.id, events.incarnation);
  const bool fits = repeats_what_is_held(draft, node.id, events, head);
  if (sealed && (!fits || events.first + events.events.size() > head.sequence + 1)) {
    return keep_evidence(draft, node, events, intake, true);
  }
  if (events.first == 0 || events.first > head.sequence + 1) return std::vector<Accepted>{};
  if (!fits) return keep_evidence(draft, node, events, intake, false);
  std::vector<Accepted> accepted;
  for (std::size_t i = head.sequence + 1 - events.first; i < events.events.size(); ++i) {
    const Bytes& bytes = events.events[i];
    Accepted taken{.sequence = head.sequence + 1, .hash = crypto::sha256(bytes), .event = {}, .problem = {}};
    if (auto event = wire::decode_event(bytes)) {
      const std::string why = misplaced(*event, node, head);
      const bool is_first = accepted.empty() && event->sequence == taken.sequence;
      if (!why.empty() && is_first && event->node == node.id && event->previous != head.hash) {
        return keep_evidence(draft, node, events, intake, false);  // it follows from an event that is not held here
      }
      if (!why.empty()) {
        return Refuse{RefuseReason::bad_signature, fmt::format("event {} was refused: {}", taken.sequence, why)};
      }
      taken.event = std::move(*event);
    } else {
      taken.problem = event.error().message;
    }
    head.sequence = taken.sequence;
    head.hash = taken.hash;
    accepted.push_back(std::move(taken));
  }
  if (accepted.empty()) return accepted;
  if (!is_signed(node, events, head, intake.now)) {
    return Refuse{RefuseReason::bad_signature,
                  fmt::format("the signature up to event {} does not hold", head.sequence)};
  }
  keep_accepted(draft, node.id, events, accepted);
  set_cursor(draft, node.id, head);
  return accepted;
}

model::Resync held_from(const journal::View& store, model::NodeId node, std::uint32_t incarnation,
                        const model::ResyncRequest& from) {
  model::Resync piece{.incarnation = incarnation,
                      .seals = {},
                      .orders = order_progress(store, node).last,
                      .from_incarnation = from.from_incarnation,
                      .from_sequence = from.from_sequence,
                      .events = {}};
  for (const model::StreamHead& seal : cursors(store, node)) {
    if (seal.incarnation < incarnation) piece.seals.push_back(seal);
  }
  std::size_t octets = 0;
  store.scan(event_key(node, from.from_incarnation, from.from_sequence),
             journal::after_prefix(Fields{'e'}.add(node).add(from.from_incarnation).bytes()),
             [&](BytesView, BytesView record) {
               Bytes flat = unpacked(record);
               octets += flat.size();
               if (!piece.events.empty() && octets > wire::events_bytes_max) return false;
               piece.events.push_back(std::move(flat));
               return piece.events.size() < wire::events_per_message_max;
             });
  return piece;
}

std::vector<Deferred> deferred(const journal::View& store) {
  std::vector<Deferred> found;
  store.scan("I", journal::after_prefix("I"), [&](BytesView key, BytesView record) {
    FieldReader place = FieldReader::of_key(key);
    Deferred one{.node = model::NodeId{place.take<std::uint32_t>()}};
    one.incarnation = place.take<std::uint32_t>();
    FieldReader fields{record};
    one.looked_at = fields.take<std::uint64_t>();
    one.decided = fields.take<std::uint64_t>();
    found.push_back(one);
    return true;
  });
  return found;
}

bool is_deferring(const journal::View& store, model::NodeId node, std::uint32_t incarnation) {
  return store.get(Fields{'I'}.add(node).add(incarnation).bytes()).has_value();
}

void defer(journal::Draft& draft, model::NodeId node, std::uint32_t incarnation, std::uint64_t decided) {
  if (is_deferring(draft, node, incarnation)) return;
  draft.put(Fields{'I'}.add(node).add(incarnation).bytes(), Fields{}.add(decided).add(decided).bytes());
}

void set_deferred(journal::Draft& draft, const Deferred& deferred) {
  Bytes key = Fields{'I'}.add(deferred.node).add(deferred.incarnation).bytes();
  if (deferred.decided >= cursor(draft, deferred.node, deferred.incarnation).sequence) {
    draft.erase(std::move(key));
  } else {
    draft.put(std::move(key), Fields{}.add(deferred.looked_at).add(deferred.decided).bytes());
  }
}

std::vector<Accepted> held_events(const journal::View& store, model::NodeId node, std::uint32_t incarnation,
                                  std::uint64_t first) {
  std::vector<Accepted> events;
  store.scan(event_key(node, incarnation, first), journal::after_prefix(Fields{'e'}.add(node).add(incarnation).bytes()),
             [&](BytesView, BytesView record) {
               const Bytes flat = unpacked(record);
               Accepted one{
                   .sequence = first + events.size(), .hash = crypto::sha256(flat), .event = {}, .problem = {}};
               if (auto event = wire::decode_event(flat)) {
                 one.event = std::move(*event);
               } else {
                 one.problem = event.error().message;
               }
               events.push_back(std::move(one));
               return events.size() < wire::events_per_message_max;
             });
  return events;
}

OrderProgress order_progress(const journal::View& store, model::NodeId node) {
  const auto record = store.get(Fields{'Q'}.add(node).bytes());
  if (!record) return {};
  FieldReader fields{*record};
  const auto last = fields.take<std::uint64_t>();
  return {.last = last, .acknowledged = fields.take<std::uint64_t>()};
}

namespace {

void set_order_progress(journal::Draft& draft, model::NodeId node, const OrderProgress& progress) {
  draft.put(Fields{'Q'}.add(node).bytes(), Fields{}.add(progress.last).add(progress.acknowledged).bytes());
}

}  // namespace

std::uint64_t append_order(journal::Draft& draft, model::NodeId node, model::Command what, UtcTime now) {
  pass("session.order");
  OrderProgress progress = order_progress(draft, node);
  const model::Order order{.sequence = ++progress.last, .at = now, .what = std::move(what)};
  draft.put(order_key(node, order.sequence), wire::pack(wire::encode(order)));
  set_order_progress(draft, node, progress);
  return order.sequence;
}

void set_orders_acknowledged(journal::Draft& draft, model::NodeId node, std::uint64_t upto) {
  OrderProgress progress = order_progress(draft, node);
  upto = std::min(upto, progress.last);  // a node cannot hold what was never ordered
  if (upto <= progress.acknowledged) return;
  progress.acknowledged = upto;
  set_order_progress(draft, node, progress);
}

model::Orders orders_from(const journal::View& store, model::NodeId node, std::uint64_t first, std::uint32_t generation,
                          const crypto::SecretKey& key) {
  return orders_between(store, node, first, UINT64_MAX - 1, generation, key);
}

model::Orders orders_between(const journal::View& store, model::NodeId node, std::uint64_t first, std::uint64_t last,
                             std::uint32_t generation, const crypto::SecretKey& key) {
  model::Orders orders{.generation = generation, .orders = {}, .signature = {}};
  store.scan(order_key(node, first), order_key(node, last + 1), [&](BytesView, BytesView record) {
    orders.orders.push_back(unpacked(record));
    return orders.orders.size() < wire::orders_per_message_max;
  });
  if (orders.orders.empty()) return orders;
  const auto signature = crypto::sign(wire::orders_to_sign(node, orders), key);
  orders.signature.assign(signature.begin(), signature.end());
  return orders;
}

}  // namespace lab::session
