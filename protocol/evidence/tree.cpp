#include "protocol/evidence/tree.hpp"

#include <bit>

#include "protocol/base/check.hpp"
#include "protocol/crypto/crypto.hpp"

namespace lab::evidence {
namespace {

bool is_whole(std::uint64_t first, std::uint64_t last) {
  const std::uint64_t count = last - first;
  return std::has_single_bit(count) && first % count == 0;
}

// Of as many hashes as a full subtree has at some level.
Hash folded(Tile row) {
  while (row.size() > 1) {
    for (std::size_t i = 0; i < row.size() / 2; ++i) row[i] = node_hash(row[2 * i], row[2 * i + 1]);
    row.resize(row.size() / 2);
  }
  return row.front();
}

// A full subtree of 2^height leaves, folded from the hashes of the one tile that it is in.
Hash subtree_hash(const GetTile& tiles, unsigned height, std::uint64_t index) {
  const unsigned level = height / tile_levels;
  const std::size_t count = std::size_t{1} << (height % tile_levels);
  const std::uint64_t first = index * count;
  const Tile tile = tiles({static_cast<std::uint8_t>(level), first / tile_width});
  const std::size_t start = first % tile_width;
  LAB_CHECK(start + count <= tile.size());
  const auto begin = tile.begin() + static_cast<std::ptrdiff_t>(start);
  return folded(Tile(begin, begin + static_cast<std::ptrdiff_t>(count)));
}

}  // namespace

Hash leaf_hash(const Hash& event) { return crypto::sha256(Bytes(1, '\0').append(event.view())); }

Hash node_hash(const Hash& left, const Hash& right) {
  return crypto::sha256(Bytes(1, '\1').append(left.view()).append(right.view()));
}

Hash empty_root() { return crypto::sha256({}); }

std::uint64_t split_of(std::uint64_t count) {
  LAB_CHECK(count > 1);
  return std::bit_floor(count - 1);
}

Hash range_hash(const GetTile& tiles, std::uint64_t first, std::uint64_t last) {
  LAB_CHECK(first < last);
  if (is_whole(first, last)) {
    const auto height = static_cast<unsigned>(std::countr_zero(last - first));
    return subtree_hash(tiles, height, first >> height);
  }
  const std::uint64_t middle = first + split_of(last - first);
  return node_hash(range_hash(tiles, first, middle), range_hash(tiles, middle, last));
}

Hash root_at(const GetTile& tiles, std::uint64_t size) { return size == 0 ? empty_root() : range_hash(tiles, 0, size); }

void Growth::add(const Hash& event) { put(0, size_++, leaf_hash(event)); }

void Growth::put(std::uint8_t level, std::uint64_t place, const Hash& hash) {
  const TileId id{level, place / tile_width};
  auto found = changed_.find(id);
  if (found == changed_.end()) {
    found = changed_.emplace(id, place % tile_width == 0 ? Tile{} : tiles_(id)).first;
  }
  Tile& tile = found->second;
  LAB_CHECK(tile.size() == place % tile_width);
  tile.push_back(hash);
  if (tile.size() < tile_width) return;
  put(static_cast<std::uint8_t>(level + 1), id.index, folded(tile));
}

}  // namespace lab::evidence
