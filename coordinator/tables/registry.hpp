#pragma once
// Who and what the coordinator knows: laboratories, nodes, tickets, the reference set, and its own running numbers.

#include <optional>
#include <vector>

#include "coordinator/tables/keys.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/model/plan.hpp"
#include "protocol/model/registry.hpp"
#include "protocol/wire/codec.hpp"

namespace lab::coordinator::tables {

/// What has been given out so far. `generation` grows when a coordinator is restored from a backup (sync.md section 5).
struct Numbers {
  std::uint32_t generation = 1;
  std::uint64_t tokens = 0;
  std::uint32_t plans = 0;
  std::uint32_t nodes = 0;

  bool operator==(const Numbers&) const = default;
};

Numbers numbers(const journal::View& store);
void set_numbers(journal::Draft& draft, const Numbers& numbers);

/// Blind codes are derived from it; whoever knows it can tell which code belongs to which task.
Bytes secret(const journal::View& store);  // empty before the first start
void set_secret(journal::Draft& draft, BytesView secret);

std::optional<model::Laboratory> laboratory(const journal::View& store, model::LaboratoryId id);
std::vector<model::Laboratory> laboratories(const journal::View& store);
void put_laboratory(journal::Draft& draft, const model::Laboratory& laboratory);

std::optional<model::NodeEntry> node(const journal::View& store, model::NodeId id);
std::optional<model::NodeEntry> node_by_key(const journal::View& store, std::string_view curve_key);
std::vector<model::NodeEntry> nodes(const journal::View& store);
void put_node(journal::Draft& draft, const model::NodeEntry& node);

std::optional<model::Ticket> ticket(const journal::View& store, const Hash& secret);
void put_ticket(journal::Draft& draft, const Hash& secret, const model::Ticket& ticket);

/// Octets to a record: what one message of the wire carries, and far below the largest record a store takes.
constexpr std::size_t chunk_octets = 128 * 1024;
static_assert(chunk_octets == wire::blob_chunk_max);

/// Octets [offset, offset + chunk_octets) of a blob, or what there is of them; nothing when there is no such blob or
/// the offset is not one that a chunk begins at. `total` becomes the size of the blob.
std::optional<Bytes> blob_chunk(const journal::View& store, const Hash& hash, std::uint64_t offset,
                                std::uint64_t& total);
std::optional<Bytes> blob(const journal::View& store, const Hash& hash);
/// `hash` is that of `content`.
void put_blob(journal::Draft& draft, const Hash& hash, BytesView content);

/// Hash of the reference set in use, by which nodes fetch it; none before the first.
Hash reference_in_use(const journal::View& store);
/// `hash` is that of `bundle`.
void put_reference(journal::Draft& draft, const Hash& hash, BytesView bundle);

/// Tables that people maintain, under their file names ("divisions.csv"): kept as sent.
/// None when there is no table of that name.
Hash province_file_hash(const journal::View& store, std::string_view name);
std::optional<Bytes> province_file(const journal::View& store, std::string_view name);
void put_province_file(journal::Draft& draft, std::string_view name, BytesView content);

}  // namespace lab::coordinator::tables
