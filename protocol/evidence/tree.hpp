#pragma once
// A Merkle tree that only grows, hashed as RFC 6962 says: what is in it, and in which order, is bound by one hash.
//
// Leaf: SHA-256(0x00, entry); node: SHA-256(0x01, left, right); the root of an empty tree: SHA-256 of nothing. An entry
// is the SHA-256 of an event's bytes, so that a proof never needs the event.
//
// The tree is kept in tiles of up to 16 hashes: tile (0, i) has the leaves 16 i to 16 i + 15, and tile (k, i) the
// hashes of the 16 full tiles (k - 1, 16 i) to (k - 1, 16 i + 15). A leaf changes its tile and, every sixteenth time,
// the one above. Every hash of the tree is folded from the hashes of one tile, so proofs between any two sizes need no
// more than two tiles a level.

#include <cstdint>
#include <functional>
#include <map>
#include <utility>
#include <vector>

#include "protocol/base/bytes.hpp"

namespace lab::evidence {

constexpr unsigned tile_levels = 4;  // levels of the tree in one tile
constexpr std::size_t tile_width = std::size_t{1} << tile_levels;

struct TileId {
  std::uint8_t level = 0;
  std::uint64_t index = 0;

  auto operator<=>(const TileId&) const = default;
};
using Tile = std::vector<Hash>;

/// Where tiles are kept. One that was never written is empty.
using GetTile = std::function<Tile(const TileId& id)>;

Hash leaf_hash(const Hash& event);
Hash node_hash(const Hash& left, const Hash& right);
Hash empty_root();

/// The root of the first `size` leaves. Precondition: the tree has as many.
Hash root_at(const GetTile& tiles, std::uint64_t size);

/// The hash over the leaves [first, last), which is the root of these alone. Precondition: first < last <= size, and
/// the range is one that the tree of some size is split into (RFC 6962 section 2.1).
Hash range_hash(const GetTile& tiles, std::uint64_t first, std::uint64_t last);

/// The largest power of two below `count`. Precondition: count > 1.
std::uint64_t split_of(std::uint64_t count);

/// Leaves behind the first `size`. Collects the tiles it changes; nothing is kept until they are written.
class Growth {
 public:
  Growth(GetTile tiles, std::uint64_t size) : tiles_(std::move(tiles)), size_(size) {}

  void add(const Hash& event);
  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] const std::map<TileId, Tile>& changed() const { return changed_; }

 private:
  void put(std::uint8_t level, std::uint64_t place, const Hash& hash);

  GetTile tiles_;
  std::uint64_t size_;
  std::map<TileId, Tile> changed_;
};

}  // namespace lab::evidence
