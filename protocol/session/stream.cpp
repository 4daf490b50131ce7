#include "protocol/session/stream.hpp"

#include "protocol/base/check.hpp"
#include "protocol/base/failpoint.hpp"
#include "protocol/journal/fields.hpp"
#include "protocol/session/rehydration.hpp"
#include "protocol/wire/codec.hpp"

namespace lab::session {
namespace {

using journal::FieldReader;
using journal::Fields;

Bytes event_key(std::uint32_t incarnation, std::uint64_t sequence) {
  return Fields{'e'}.add(incarnation).add(sequence).bytes();
}

// One record, because head and acknowledgement are read together on every turn.
struct StreamRecord {
  model::StreamHead head;
  std::uint64_t acknowledged = 0;
};

StreamRecord stream_record(const journal::View& store) {
  const auto record = store.get("s");
  if (!record) return {};
  FieldReader fields{*record};
  StreamRecord stream;
  stream.head.incarnation = fields.take<std::uint32_t>();
  stream.head.sequence = fields.take<std::uint64_t>();
  stream.head.hash = fields.take_hash();
  stream.acknowledged = fields.take<std::uint64_t>();
  return stream;
}

void set_stream_record(journal::Draft& draft, const StreamRecord& stream) {
  draft.put("s", Fields{}
                     .add(stream.head.incarnation)
                     .add(stream.head.sequence)
                     .add(stream.head.hash)
                     .add(stream.acknowledged)
                     .bytes());
}

}  // namespace

std::optional<Identity> identity(const journal::View& store) {
  const auto record = store.get("i");
  if (!record) return std::nullopt;
  FieldReader fields{*record};
  Identity identity;
  identity.node = model::NodeId{fields.take<std::uint32_t>()};
  identity.laboratory = model::LaboratoryId{fields.take<std::uint32_t>()};
  const BytesView key = fields.take_bytes(identity.coordinator_key.size());
  std::copy(key.begin(), key.end(), identity.coordinator_key.begin());
  identity.laboratory_name = Bytes{fields.rest()};
  return identity;
}

void set_identity(journal::Draft& draft, const Identity& identity) {
  draft.put("i", Fields{}
                     .add(identity.node)
                     .add(identity.laboratory)
                     .add(view_of(identity.coordinator_key))
                     .add(identity.laboratory_name)
                     .bytes());
}

model::StreamHead stream_head(const journal::View& store) { return stream_record(store).head; }

std::vector<model::StreamHead> stream_heads(const journal::View& store) {
  std::vector<model::StreamHead> heads;
  store.scan("g", journal::after_prefix("g"), [&](BytesView key, BytesView record) {
    FieldReader fields{record};
    model::StreamHead head{.incarnation = FieldReader::of_key(key).take<std::uint32_t>()};
    head.sequence = fields.take<std::uint64_t>();
    head.hash = fields.take_hash();
    heads.push_back(head);
    return true;
  });
  heads.push_back(stream_head(store));
  return heads;
}

void open_stream(journal::Draft& draft, std::uint32_t incarnation, const std::vector<model::StreamHead>& seals) {
  pass("session.seal");
  LAB_CHECK(incarnation > stream_head(draft).incarnation);
  for (const model::StreamHead& seal : seals) {
    draft.put(Fields{'g'}.add(seal.incarnation).bytes(), Fields{}.add(seal.sequence).add(seal.hash).bytes());
  }
  set_stream_record(draft, {.head = {.incarnation = incarnation, .sequence = 0, .hash = {}}, .acknowledged = 0});
}

std::uint64_t acknowledged(const journal::View& store) { return stream_record(store).acknowledged; }

Hash append(journal::Draft& draft, Entry entry, UtcTime now) {
  pass("session.append");
  const auto me = identity(draft);
  LAB_CHECK(me.has_value());
  LAB_CHECK(!is_rehydrating(draft));  // it would be acknowledged here, and evidence when the stream is sealed
  StreamRecord stream = stream_record(draft);
  const model::Event event{.node = me->node,
                           .incarnation = stream.head.incarnation,
                           .sequence = stream.head.sequence + 1,
                           .previous = stream.head.hash,
                           .at = now,
                           .task = entry.task,
                           .token = entry.token,
                           .person = std::move(entry.person),
                           .what = std::move(entry.what)};
  const Bytes flat = wire::encode(event);
  stream.head.sequence = event.sequence;
  stream.head.hash = crypto::sha256(flat);
  draft.put(event_key(event.incarnation, event.sequence), wire::pack(flat));
  set_stream_record(draft, stream);
  return stream.head.hash;
}

void announce_keys(journal::Draft& draft, const FreshKeys& fresh, const crypto::PublicKey& former, UtcTime now) {
  const Bytes said =
      Fields{}.add(stream_head(draft).incarnation).add(view_of(fresh.signing.public_key)).add(fresh.curve_key).bytes();
  if (draft.get("U") == said) return;
  pass("session.keys");
  model::KeysReplaced keys{.curve_key = fresh.curve_key,
                           .signing_key = Bytes{view_of(fresh.signing.public_key)},
                           .former = Bytes{view_of(former)},
                           .possession = {}};
  const auto signature = crypto::sign(wire::keys_to_sign(identity(draft)->node, keys), fresh.signing.secret_key);
  keys.possession.assign(signature.begin(), signature.end());
  append(draft, {.task = {}, .token = {}, .person = {}, .what = std::move(keys)}, now);
  draft.put("U", said);
}

std::optional<Bytes> event_bytes(const journal::View& store, std::uint32_t incarnation, std::uint64_t sequence) {
  const auto packed = store.get(event_key(incarnation, sequence));
  if (!packed) return std::nullopt;
  auto flat = wire::unpack(*packed);
  LAB_CHECK(flat.has_value());  // the record's checksum held, and we packed it
  return std::move(*flat);
}

Boots boots(const journal::View& store) {
  const auto record = store.get("B");
  if (!record) return {};
  FieldReader fields{*record};
  const auto current = fields.take<std::uint64_t>();
  return {.current = current, .previous = fields.take<std::uint64_t>()};
}

void note_boot(journal::Draft& draft, std::uint64_t boot) {
  const Boots before = boots(draft);
  if (before.current != boot) draft.put("B", Fields{}.add(boot).add(before.current).bytes());
}

OrdersState orders_state(const journal::View& store) {
  const auto record = store.get("o");
  if (!record) return {};
  FieldReader fields{*record};
  OrdersState state;
  state.upto = fields.take<std::uint64_t>();
  state.generation = fields.take<std::uint32_t>();
  state.highest_token.generation = fields.take<std::uint32_t>();
  state.highest_token.counter = fields.take<std::uint64_t>();
  return state;
}

void set_orders_state(journal::Draft& draft, const OrdersState& state) {
  draft.put("o", Fields{}
                     .add(state.upto)
                     .add(state.generation)
                     .add(state.highest_token.generation)
                     .add(state.highest_token.counter)
                     .bytes());
}

void set_acknowledged(journal::Draft& draft, std::uint64_t upto) {
  StreamRecord stream = stream_record(draft);
  LAB_CHECK(upto <= stream.head.sequence && upto >= stream.acknowledged);
  stream.acknowledged = upto;
  set_stream_record(draft, stream);
}

}  // namespace lab::session
