#include "protocol/session/rehydration.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "protocol/base/check.hpp"
#include "protocol/base/failpoint.hpp"
#include "protocol/crypto/crypto.hpp"
#include "protocol/journal/fields.hpp"
#include "protocol/session/stream.hpp"
#include "protocol/wire/codec.hpp"

namespace lab::session {
namespace {

using journal::FieldReader;
using journal::Fields;

Bytes place_key(char table, std::uint32_t incarnation, std::uint64_t sequence) {
  return Fields{table}.add(incarnation).add(sequence).bytes();
}

void set_rehydration(journal::Draft& draft, const Rehydration& state) {
  draft.put("h", Fields{}.add(state.incarnation).add(state.next_incarnation).add(state.next_sequence).bytes());
}

// Whatever of this incarnation lies behind its seal was never taken by the coordinator, and never will be.
void displace_beyond(journal::Draft& draft, std::uint32_t incarnation, std::uint64_t seal) {
  std::vector<std::pair<Bytes, Bytes>> beyond;
  draft.scan(place_key('e', incarnation, seal + 1), journal::after_prefix(Fields{'e'}.add(incarnation).bytes()),
             [&](BytesView key, BytesView record) {
               beyond.emplace_back(key, record);
               return true;
             });
  for (auto& [key, record] : beyond) {
    draft.erase(key);
    key.front() = 'H';
    draft.put(std::move(key), std::move(record));
  }
}

struct Displaced {
  std::vector<model::Forked> evidence;
  std::vector<model::Event> events;  // those that can be read here
};

Displaced displaced(const journal::View& store) {
  Displaced all;
  store.scan("H", journal::after_prefix("H"), [&](BytesView key, BytesView record) {
    FieldReader place = FieldReader::of_key(key);
    model::Forked one{.incarnation = place.take<std::uint32_t>()};
    one.sequence = place.take<std::uint64_t>();
    auto flat = wire::unpack(record);
    LAB_CHECK(flat.has_value());  // the record's checksum held, and we packed it
    one.hash = crypto::sha256(*flat);
    if (auto event = wire::decode_event(*flat)) all.events.push_back(std::move(*event));
    if (flat->size() <= wire::forked_event_max) one.event = std::move(*flat);
    all.evidence.push_back(std::move(one));
    return true;
  });
  return all;
}

// The new stream begins with what happened to the old one. Returns the displaced events.
std::vector<model::Event> go_on(journal::Draft& draft, const model::Resync& piece, UtcTime now) {
  const std::uint32_t before = stream_head(draft).incarnation;
  std::uint64_t seal = 0;
  for (const model::StreamHead& one : piece.seals) {
    if (one.incarnation == before) seal = one.sequence;
    displace_beyond(draft, one.incarnation, one.sequence);
  }
  const bool unknown = std::ranges::none_of(piece.seals, [&](const auto& one) { return one.incarnation == before; });
  if (unknown) displace_beyond(draft, before, 0);
  open_stream(draft, piece.incarnation, piece.seals);
  draft.erase("h");
  Displaced all = displaced(draft);
  append(draft,
         {.task = {},
          .token = {},
          .person = {},
          .what = model::Incident{fmt::format("本站数据库曾从备份恢复或被复制：第 {} 期止于第 {} 号事件，现为第 {} 期，"
                                              "其后附 {} 条不计入的分叉事件",
                                              before, seal, piece.incarnation, all.evidence.size())}},
         now);
  pass("rehydration.fork");
  for (const model::Forked& one : all.evidence) {
    draft.erase(place_key('H', one.incarnation, one.sequence));
    append(draft, {.task = {}, .token = {}, .person = {}, .what = one}, now);
  }
  return std::move(all.events);
}

// The first place behind the piece that a seal still covers; nothing when everything has been compared.
std::optional<Rehydration> next_place(const model::Resync& piece) {
  const std::uint64_t next = piece.from_sequence + piece.events.size();
  for (const model::StreamHead& seal : piece.seals) {
    if (seal.incarnation < piece.from_incarnation || seal.sequence == 0) continue;
    const bool same = seal.incarnation == piece.from_incarnation;
    if (same && next > seal.sequence) continue;
    return Rehydration{
        .incarnation = piece.incarnation, .next_incarnation = seal.incarnation, .next_sequence = same ? next : 1};
  }
  return std::nullopt;
}

}  // namespace

std::optional<Rehydration> rehydration(const journal::View& store) {
  const auto record = store.get("h");
  if (!record) return std::nullopt;
  FieldReader fields{*record};
  Rehydration state;
  state.incarnation = fields.take<std::uint32_t>();
  state.next_incarnation = fields.take<std::uint32_t>();
  state.next_sequence = fields.take<std::uint64_t>();
  return state;
}

void restart_rehydration(journal::Draft& draft) {
  if (is_rehydrating(draft)) set_rehydration(draft, {});
}

void begin_rehydration(journal::Draft& draft) {
  if (is_rehydrating(draft)) return;
  set_rehydration(draft, {});
  pass("rehydration.begin");
  draft.tell("store", "this store is not what the coordinator knows of it: the node stops until it has asked");
}

Rehydrated take_held(journal::Draft& draft, const model::Resync& piece, UtcTime now) {
  pass("rehydration.held");
  const auto state = rehydration(draft);
  LAB_CHECK(state && (state->incarnation == 0 || state->incarnation == piece.incarnation));
  Rehydrated taken{.first = state->incarnation == 0, .last = false, .events = {}, .displaced = {}};
  for (std::size_t i = 0; i < piece.events.size(); ++i) {
    const Bytes& held = piece.events[i];
    const std::uint64_t sequence = piece.from_sequence + i;
    const Bytes key = place_key('e', piece.from_incarnation, sequence);
    if (const auto here = event_bytes(draft, piece.from_incarnation, sequence); here && *here != held) {
      draft.put(place_key('H', piece.from_incarnation, sequence), wire::pack(*here));
    }
    draft.put(key, wire::pack(held));
    auto event = wire::decode_event(held);
    if (!event) continue;
    HeldEvent one{.event = std::move(*event), .hash = crypto::sha256(held), .disposition = {}};
    const auto note = std::ranges::find(piece.notes, sequence, &model::EventNote::sequence);
    if (note != piece.notes.end()) one.disposition = note->disposition;
    taken.events.push_back(std::move(one));
  }
  if (const auto next = next_place(piece)) {
    set_rehydration(draft, *next);
    return taken;
  }
  taken.displaced = go_on(draft, piece, now);
  taken.last = true;
  return taken;
}

}  // namespace lab::session
