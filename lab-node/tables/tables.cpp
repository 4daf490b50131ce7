#include "lab-node/tables/tables.hpp"

#include <algorithm>

#include "lab-node/tables/clocks.hpp"
#include "protocol/base/check.hpp"
#include "protocol/journal/fields.hpp"
#include "protocol/session/stream.hpp"
#include "protocol/wire/codec.hpp"

namespace lab::node::tables {
namespace {

using journal::FieldReader;
using journal::Fields;

constexpr std::string_view counters_key = "m";
constexpr std::string_view current_reference_key = "r";
constexpr std::size_t reference_chunk = 512 * 1024;  // half of the largest record a store takes

Bytes sample_key(const model::TaskId& task) { return Fields{'S'}.add(task).bytes(); }
Bytes number_key(std::string_view number) { return Fields{'n'}.add(number).bytes(); }
Bytes blind_key(std::string_view code) { return Fields{'b'}.add(code).bytes(); }
Bytes capture_key(std::uint64_t id) { return Fields{'k'}.add(id).bytes(); }
Bytes hash_key(char table, const Hash& hash) { return Fields{table}.add(hash).bytes(); }
Bytes quarantine_key(bool open, std::uint64_t id) { return Fields{open ? 'u' : 'v'}.add(id).bytes(); }
Bytes reference_key(const Hash& edition, std::uint32_t chunk) { return Fields{'R'}.add(edition).add(chunk).bytes(); }

template <class Record>
Record decoded(BytesView bytes) {
  auto record = wire::decode_record<Record>(bytes);
  if (!record) throw journal::Damage(to_text(record.error()));
  return std::move(*record);
}

std::optional<model::TaskId> task_at(const journal::View& store, const Bytes& key) {
  const auto record = store.get(key);
  if (!record) return std::nullopt;
  return FieldReader{*record}.take_task();
}

StoredCapture decoded_capture(std::uint64_t id, BytesView record) {
  FieldReader fields{record};
  StoredCapture stored{.id = id, .raw = fields.take_hash()};
  stored.entry = decoded<model::CaptureEntry>(fields.rest());
  return stored;
}

void put_counters(journal::Draft& draft, const Counters& counters) {
  Fields fields;
  for (const std::uint64_t count : counters.samples) fields.add(count);
  fields.add(counters.captures).add(counters.quarantined).add(counters.quarantine_open);
  draft.put(Bytes{counters_key}, fields.bytes());
}

}  // namespace

model::Sample sample_of(BytesView record) { return decoded<model::Sample>(record.substr(1)); }

std::string_view kind_of_key(BytesView key) {
  if (key.empty()) return {};
  switch (key.front()) {
    case 'S':
      return samples_kind;
    case 'k':
      return "captures";
    case 'u':
    case 'v':
      return "quarantine";
    case 'p':
    case 'q':
      return "runs";
    case 't':
    case 'T':
      return "tray";
    case 'd':
      return "instruments";
    case '1':
      return clocks_kind;
    default:  // of an octet, not of an enumeration
      return {};
  }
}

std::optional<model::Sample> sample(const journal::View& store, const model::TaskId& task) {
  const auto record = store.get(sample_key(task));
  if (!record) return std::nullopt;
  return sample_of(*record);
}

std::optional<model::TaskId> task_of_number(const journal::View& store, std::string_view number) {
  if (number.size() != model::SampleNumber::length) return std::nullopt;
  return task_at(store, number_key(number));
}

std::optional<model::TaskId> task_of_blind_code(const journal::View& store, std::string_view blind_code) {
  if (blind_code.empty() || blind_code.size() >= journal::View::key_max) return std::nullopt;
  return task_at(store, blind_key(blind_code));
}

std::optional<model::Sample> sample_by_number(const journal::View& store, std::string_view number) {
  const auto task = task_of_number(store, number);
  return task ? sample(store, *task) : std::nullopt;
}

std::optional<model::Sample> sample_named(const journal::View& store, std::string_view number_or_task) {
  const auto task = model::parse_task_id(number_or_task);
  return task ? sample(store, *task) : sample_by_number(store, number_or_task);
}

void put_sample(journal::Draft& draft, const model::Sample& sample, std::optional<model::SampleState> before) {
  Bytes record(1, static_cast<char>(sample.state));
  record += wire::encode_record(sample);
  draft.put(sample_key(sample.grant.task), std::move(record));
  if (!before) {
    const Bytes task = Fields{}.add(sample.grant.task).bytes();
    draft.put(number_key(sample.grant.number.text()), task);
    const std::string& code = sample.grant.blind_code;
    if (!code.empty() && code.size() < journal::View::key_max) draft.put(blind_key(code), task);
  }
  if (before == sample.state) return;
  Counters now = counters(draft);
  if (before) --now.samples[static_cast<std::size_t>(*before)];
  ++now.samples[static_cast<std::size_t>(sample.state)];
  put_counters(draft, now);
}

Hash note_event(journal::Draft& draft, model::Sample& sample, const model::PersonId& person, model::Happening what,
                UtcTime now) {
  follow(draft, sample.grant, what, now);
  const Hash hash = session::append(
      draft, {.task = sample.grant.task, .token = sample.grant.token, .person = person, .what = std::move(what)}, now);
  const model::StreamHead head = session::stream_head(draft);
  sample.history.push_back({.incarnation = head.incarnation, .sequence = head.sequence});
  return hash;
}

void scan_samples(const journal::View& store, const model::TaskId& after, std::optional<model::SampleState> state,
                  const std::function<bool(const model::Sample&)>& visit) {
  const Bytes first = sample_key(after) + '\0';
  store.scan(first, journal::after_prefix("S"), [&](BytesView, BytesView record) {
    if (state && record.front() != static_cast<char>(*state)) return true;
    return visit(sample_of(record));
  });
}

std::optional<std::uint64_t> capture_of(const journal::View& store, const Hash& raw) {
  const auto record = store.get(hash_key('K', raw));
  if (!record) return std::nullopt;
  return FieldReader{*record}.take<std::uint64_t>();
}

std::optional<StoredCapture> capture(const journal::View& store, std::uint64_t id) {
  const auto record = store.get(capture_key(id));
  if (!record) return std::nullopt;
  return decoded_capture(id, *record);
}

std::uint64_t add_capture(journal::Draft& draft, const Hash& raw, const model::CaptureEntry& entry) {
  Counters now = counters(draft);
  const std::uint64_t id = ++now.captures;
  put_counters(draft, now);
  draft.put(capture_key(id), Fields{}.add(raw).add(wire::encode_record(entry)).bytes());
  if (!capture_of(draft, raw)) draft.put(hash_key('K', raw), Fields{}.add(id).bytes());
  return id;
}

void put_capture(journal::Draft& draft, const StoredCapture& capture) {
  LAB_CHECK(draft.get(capture_key(capture.id)).has_value());
  draft.put(capture_key(capture.id), Fields{}.add(capture.raw).add(wire::encode_record(capture.entry)).bytes());
}

void scan_captures(const journal::View& store, std::uint64_t before,
                   const std::function<bool(const StoredCapture&)>& visit) {
  const std::uint64_t last = counters(store).captures;
  // Ids are dense, so counting down needs no scan backwards.
  for (std::uint64_t id = before == 0 ? last : std::min(before - 1, last); id > 0; --id) {
    const auto stored = capture(store, id);
    if (stored && !visit(*stored)) return;
  }
}

void keep_raw(journal::Draft& draft, const Hash& hash, BytesView bytes) {
  if (bytes.size() > raw_record_max || raw(draft, hash)) return;
  draft.put(hash_key('x', hash), Bytes{bytes});
}

std::optional<Bytes> raw(const journal::View& store, const Hash& hash) { return store.get(hash_key('x', hash)); }

std::optional<model::QuarantineEntry> quarantined(const journal::View& store, std::uint64_t id) {
  auto record = store.get(quarantine_key(true, id));
  if (!record) record = store.get(quarantine_key(false, id));
  if (!record) return std::nullopt;
  return decoded<model::QuarantineEntry>(*record);
}

std::uint64_t add_quarantined(journal::Draft& draft, const model::QuarantineEntry& entry) {
  Counters now = counters(draft);
  const std::uint64_t id = ++now.quarantined;
  ++now.quarantine_open;
  put_counters(draft, now);
  draft.put(quarantine_key(true, id), wire::encode_record(entry));
  return id;
}

void put_quarantined(journal::Draft& draft, std::uint64_t id, const model::QuarantineEntry& entry) {
  LAB_CHECK(entry.decided_by.value().empty() && draft.get(quarantine_key(true, id)).has_value());
  draft.put(quarantine_key(true, id), wire::encode_record(entry));
}

void close_quarantined(journal::Draft& draft, std::uint64_t id, const model::QuarantineEntry& entry) {
  LAB_CHECK(!entry.decided_by.value().empty());
  Counters now = counters(draft);
  LAB_CHECK(now.quarantine_open > 0);
  --now.quarantine_open;
  put_counters(draft, now);
  draft.erase(quarantine_key(true, id));
  draft.put(quarantine_key(false, id), wire::encode_record(entry));
}

void scan_quarantine(const journal::View& store, bool open, std::uint64_t after,
                     const std::function<bool(std::uint64_t id, const model::QuarantineEntry&)>& visit) {
  const Bytes table(1, open ? 'u' : 'v');
  store.scan(quarantine_key(open, after + 1), journal::after_prefix(table), [&](BytesView key, BytesView record) {
    return visit(FieldReader::of_key(key).take<std::uint64_t>(), decoded<model::QuarantineEntry>(record));
  });
}

std::vector<OpenEntry> open_entries_of(const journal::View& store, const std::set<Hash>& captures) {
  std::vector<OpenEntry> found;
  scan_quarantine(store, true, 0, [&](std::uint64_t id, const model::QuarantineEntry& entry) {
    if (captures.contains(entry.capture)) found.push_back({.id = id, .entry = entry});
    return true;
  });
  return found;
}

std::optional<Bytes> reference(const journal::View& store, const Hash& edition) {
  const Bytes prefix = hash_key('R', edition);
  std::optional<Bytes> bytes;
  store.scan(prefix, journal::after_prefix(prefix), [&](BytesView, BytesView chunk) {
    if (!bytes) bytes.emplace();
    *bytes += chunk;
    return true;
  });
  return bytes;
}

void put_reference(journal::Draft& draft, const Hash& edition, BytesView bytes) {
  std::uint32_t chunk = 0;
  for (std::size_t offset = 0; offset < bytes.size(); offset += reference_chunk) {
    draft.put(reference_key(edition, chunk++), Bytes{bytes.substr(offset, reference_chunk)});
  }
}

Hash current_reference(const journal::View& store) {
  const auto record = store.get(current_reference_key);
  return record ? FieldReader{*record}.take_hash() : Hash{};
}

void set_current_reference(journal::Draft& draft, const Hash& edition) {
  draft.put(Bytes{current_reference_key}, Fields{}.add(edition).bytes());
}

Counters counters(const journal::View& store) {
  Counters counters;
  const auto record = store.get(counters_key);
  if (!record) return counters;
  FieldReader fields{*record};
  for (std::uint64_t& count : counters.samples) count = fields.take<std::uint64_t>();
  counters.captures = fields.take<std::uint64_t>();
  counters.quarantined = fields.take<std::uint64_t>();
  counters.quarantine_open = fields.take<std::uint64_t>();
  return counters;
}

}  // namespace lab::node::tables
