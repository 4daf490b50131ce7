#include "lab-node/tables/tray.hpp"

#include "protocol/base/check.hpp"
#include "protocol/journal/fields.hpp"
#include "protocol/wire/codec.hpp"

namespace lab::node::tables {
namespace {

using journal::FieldReader;
using journal::Fields;

constexpr std::string_view counts_key = "l";

Bytes entry_key(bool open, std::uint64_t id) { return Fields{open ? 't' : 'T'}.add(id).bytes(); }
Bytes photo_key(const Hash& photo) { return Fields{'j'}.add(photo).bytes(); }

struct Counts {
  std::uint64_t last = 0;
  std::uint64_t waiting = 0;
};

Counts counts_of(const journal::View& store) {
  const auto record = store.get(counts_key);
  if (!record) return {};
  FieldReader fields{*record};
  Counts counts{.last = fields.take<std::uint64_t>()};
  counts.waiting = fields.take<std::uint64_t>();
  return counts;
}

void put_counts(journal::Draft& draft, const Counts& counts) {
  draft.put(Bytes{counts_key}, Fields{}.add(counts.last).add(counts.waiting).bytes());
}

model::TrayEntry decoded(BytesView record) {
  auto entry = wire::decode_record<model::TrayEntry>(record);
  if (!entry) throw journal::Damage(to_text(entry.error()));
  return std::move(*entry);
}

}  // namespace

std::optional<model::TrayEntry> tray_entry(const journal::View& store, std::uint64_t id) {
  auto record = store.get(entry_key(true, id));
  if (!record) record = store.get(entry_key(false, id));
  if (!record) return std::nullopt;
  return decoded(*record);
}

std::optional<std::uint64_t> tray_entry_of(const journal::View& store, const Hash& photo) {
  const auto record = store.get(photo_key(photo));
  if (!record) return std::nullopt;
  return FieldReader{*record}.take<std::uint64_t>();
}

std::uint64_t add_tray_entry(journal::Draft& draft, const model::TrayEntry& entry) {
  Counts counts = counts_of(draft);
  const std::uint64_t id = ++counts.last;
  ++counts.waiting;
  put_counts(draft, counts);
  draft.put(entry_key(true, id), wire::encode_record(entry));
  draft.put(photo_key(entry.seen.photo), Fields{}.add(id).bytes());
  return id;
}

void close_tray_entry(journal::Draft& draft, std::uint64_t id, const model::TrayEntry& entry) {
  LAB_CHECK(!entry.decided_by.value().empty() && draft.get(entry_key(true, id)).has_value());
  Counts counts = counts_of(draft);
  LAB_CHECK(counts.waiting > 0);
  --counts.waiting;
  put_counts(draft, counts);
  draft.erase(entry_key(true, id));
  draft.put(entry_key(false, id), wire::encode_record(entry));
}

std::uint64_t tray_waiting(const journal::View& store) { return counts_of(store).waiting; }

void scan_tray(const journal::View& store, bool open, std::uint64_t after,
               const std::function<bool(std::uint64_t id, const model::TrayEntry&)>& visit) {
  const Bytes table(1, open ? 't' : 'T');
  store.scan(entry_key(open, after + 1), journal::after_prefix(table), [&](BytesView key, BytesView record) {
    return visit(FieldReader::of_key(key).take<std::uint64_t>(), decoded(record));
  });
}

}  // namespace lab::node::tables
