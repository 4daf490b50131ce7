#include "coordinator/tables/registry.hpp"

#include "coordinator/tables/record.hpp"
#include "protocol/crypto/crypto.hpp"

namespace lab::coordinator::tables {
namespace {

using journal::FieldReader;
using journal::Fields;

Bytes single(char table) { return Bytes(1, table); }

template <class Id>
Bytes key(char table, Id id) {
  return Fields{table}.add(id).bytes();
}

template <class Record>
std::vector<Record> all(const journal::View& store, char table) {
  std::vector<Record> records;
  scan_prefix(store, single(table), [&](BytesView, BytesView record) {
    records.push_back(decoded<Record>(record));
    return true;
  });
  return records;
}

constexpr std::uint64_t blob_chunks_max = 1024;  // 128 MiB: far above any table

Bytes blob_key(const Hash& hash, std::uint32_t chunk) { return Fields{letter::blob}.add(hash).add(chunk).bytes(); }

}  // namespace

// Every chunk names the size of the whole. An empty blob is one empty chunk.
void put_blob(journal::Draft& draft, const Hash& hash, BytesView content) {
  const std::uint64_t total = content.size();
  std::uint32_t chunk = 0;
  do {
    const BytesView part = content.substr(0, chunk_octets);
    draft.put(blob_key(hash, chunk++), Fields{}.add(total).add(part).bytes());
    content.remove_prefix(part.size());
  } while (!content.empty());
}

Numbers numbers(const journal::View& store) {
  const auto record = store.get(single(letter::numbers));
  if (!record) return {};
  FieldReader fields{*record};
  Numbers numbers;
  numbers.generation = fields.take<std::uint32_t>();
  numbers.tokens = fields.take<std::uint64_t>();
  numbers.plans = fields.take<std::uint32_t>();
  numbers.nodes = fields.take<std::uint32_t>();
  return numbers;
}

void set_numbers(journal::Draft& draft, const Numbers& numbers) {
  draft.put(single(letter::numbers),
            Fields{}.add(numbers.generation).add(numbers.tokens).add(numbers.plans).add(numbers.nodes).bytes());
}

Bytes secret(const journal::View& store) { return store.get(single(letter::secret)).value_or(Bytes{}); }

void set_secret(journal::Draft& draft, BytesView secret) { draft.put(single(letter::secret), Bytes{secret}); }

std::optional<model::Laboratory> laboratory(const journal::View& store, model::LaboratoryId id) {
  return load<model::Laboratory>(store, key(letter::laboratory, id));
}

std::vector<model::Laboratory> laboratories(const journal::View& store) {
  return all<model::Laboratory>(store, letter::laboratory);
}

void put_laboratory(journal::Draft& draft, const model::Laboratory& laboratory) {
  draft.put(key(letter::laboratory, laboratory.id), wire::encode_record(laboratory));
}

std::optional<model::NodeEntry> node(const journal::View& store, model::NodeId id) {
  return load<model::NodeEntry>(store, key(letter::node, id));
}

std::optional<model::NodeEntry> node_by_key(const journal::View& store, std::string_view curve_key) {
  const auto record = store.get(Fields{letter::node_by_key}.add(BytesView{curve_key}).bytes());
  if (!record) return std::nullopt;
  return node(store, model::NodeId{FieldReader{*record}.take<std::uint32_t>()});
}

std::vector<model::NodeEntry> nodes(const journal::View& store) { return all<model::NodeEntry>(store, letter::node); }

void put_node(journal::Draft& draft, const model::NodeEntry& node) {
  draft.put(key(letter::node, node.id), wire::encode_record(node));
  draft.put(Fields{letter::node_by_key}.add(BytesView{node.curve_key}).bytes(), Fields{}.add(node.id).bytes());
}

std::optional<model::Ticket> ticket(const journal::View& store, const Hash& secret) {
  return load<model::Ticket>(store, Fields{letter::ticket}.add(secret).bytes());
}

void put_ticket(journal::Draft& draft, const Hash& secret, const model::Ticket& ticket) {
  draft.put(Fields{letter::ticket}.add(secret).bytes(), wire::encode_record(ticket));
}

std::optional<Bytes> blob_chunk(const journal::View& store, const Hash& hash, std::uint64_t offset,
                                std::uint64_t& total) {
  const auto chunk = static_cast<std::uint32_t>(offset / chunk_octets);
  if (offset % chunk_octets != 0 || offset / chunk_octets > blob_chunks_max) return std::nullopt;
  const auto record = store.get(blob_key(hash, chunk));
  if (!record) return std::nullopt;
  FieldReader fields{*record};
  total = fields.take<std::uint64_t>();
  return Bytes{fields.rest()};
}

std::optional<Bytes> blob(const journal::View& store, const Hash& hash) {
  Bytes whole;
  std::uint64_t total = 0;
  do {
    const auto chunk = blob_chunk(store, hash, whole.size(), total);
    if (!chunk) return std::nullopt;
    whole += *chunk;
  } while (whole.size() < total);
  return whole;
}

Hash reference_in_use(const journal::View& store) {
  const auto record = store.get(single(letter::reference_now));
  return record ? FieldReader{*record}.take_hash() : Hash{};
}

void put_reference(journal::Draft& draft, const Hash& hash, BytesView bundle) {
  put_blob(draft, hash, bundle);
  draft.put(single(letter::reference_now), Bytes{hash.view()});
}

Hash province_file_hash(const journal::View& store, std::string_view name) {
  const auto record = store.get(Fields{letter::province_file}.add(BytesView{name}).bytes());
  return record ? FieldReader{*record}.take_hash() : Hash{};
}

std::optional<Bytes> province_file(const journal::View& store, std::string_view name) {
  const Hash hash = province_file_hash(store, name);
  if (hash.is_zero()) return std::nullopt;
  return blob(store, hash);
}

void put_province_file(journal::Draft& draft, std::string_view name, BytesView content) {
  const Hash hash = crypto::sha256(content);
  put_blob(draft, hash, content);
  draft.put(Fields{letter::province_file}.add(BytesView{name}).bytes(), Bytes{hash.view()});
}

}  // namespace lab::coordinator::tables
