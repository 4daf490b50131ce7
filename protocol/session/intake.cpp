#include "protocol/session/intake.hpp"

#include <fmt/format.h>
#include <algorithm>

#include "protocol/base/check.hpp"
#include "protocol/journal/fields.hpp"
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

bool is_signed(const model::NodeEntry& node, const model::Events& events, const model::StreamHead& head) {
  crypto::Signature signature{};
  crypto::PublicKey key{};
  return fill(signature, events.signature) && fill(key, node.signing_key) &&
         crypto::verify(wire::head_to_sign(node.id, head), signature, key);
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

std::variant<std::vector<Accepted>, Refuse> take_events(journal::Draft& draft, const model::NodeEntry& node,
                                                        const model::Events& events) {
  if (events.incarnation != 1) {
    return Refuse{RefuseReason::resync_needed,
                  fmt::format("incarnation {} was never given to this node", events.incarnation)};
  }
  model::StreamHead head = cursor(draft, node.id, events.incarnation);
  if (events.first == 0 || events.first > head.sequence + 1) return std::vector<Accepted>{};
  if (!repeats_what_is_held(draft, node.id, events, head)) {
    return Refuse{RefuseReason::resync_needed,
                  "events already held here were different: was this store copied or restored?"};
  }
  std::vector<Accepted> accepted;
  for (std::size_t i = head.sequence + 1 - events.first; i < events.events.size(); ++i) {
    const Bytes& bytes = events.events[i];
    Accepted taken{.sequence = head.sequence + 1, .hash = crypto::sha256(bytes), .event = {}, .problem = {}};
    if (auto event = wire::decode_event(bytes)) {
      const std::string why = misplaced(*event, node, head);
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
  if (!is_signed(node, events, head)) {
    return Refuse{RefuseReason::bad_signature,
                  fmt::format("the signature up to event {} does not hold", head.sequence)};
  }
  for (const Accepted& taken : accepted) {
    draft.put(event_key(node.id, events.incarnation, taken.sequence),
              wire::pack(events.events[taken.sequence - events.first]));
  }
  set_cursor(draft, node.id, head);
  return accepted;
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
  model::Orders orders{.generation = generation, .orders = {}, .signature = {}};
  const Bytes end = journal::after_prefix(Fields{'q'}.add(node).bytes());
  store.scan(order_key(node, first), end, [&](BytesView, BytesView record) {
    orders.orders.push_back(unpacked(record));
    return orders.orders.size() < wire::orders_per_message_max;
  });
  if (orders.orders.empty()) return orders;
  const auto signature = crypto::sign(wire::orders_to_sign(node, orders), key);
  orders.signature.assign(signature.begin(), signature.end());
  return orders;
}

}  // namespace lab::session
