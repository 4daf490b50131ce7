// The tree against a second way to compute it, straight from the definition in RFC 6962, and against the roots that the
// RFC's reference implementation publishes for the hash of its own test leaves.

#include <gtest/gtest.h>

#include <map>

#include "protocol/crypto/crypto.hpp"
#include "protocol/evidence/consistency.hpp"

namespace lab::evidence {
namespace {

Hash entry(std::uint64_t i) { return crypto::sha256("event " + std::to_string(i)); }

// MTH(D[n]) as the RFC writes it: no tiles, no powers of two kept.
Hash root_by_definition(std::uint64_t first, std::uint64_t last) {
  if (first == last) return crypto::sha256({});
  if (last - first == 1) return crypto::sha256(Bytes(1, '\0').append(entry(first).view()));
  std::uint64_t k = 1;
  while (2 * k < last - first) k *= 2;
  return crypto::sha256(Bytes(1, '\1')
                            .append(root_by_definition(first, first + k).view())
                            .append(root_by_definition(first + k, last).view()));
}

class Tree {
 public:
  void grow(std::uint64_t count) {
    Growth growth{tiles(), size_};
    for (std::uint64_t i = 0; i < count; ++i) growth.add(entry(size_ + i));
    for (const auto& [id, tile] : growth.changed()) tiles_[id] = tile;
    written += growth.changed().size();
    size_ = growth.size();
  }
  GetTile tiles() const {
    return [this](const TileId& id) {
      const auto found = tiles_.find(id);
      return found == tiles_.end() ? Tile{} : found->second;
    };
  }
  Root root(std::uint64_t size) const { return {size, root_at(tiles(), size)}; }

  std::size_t written = 0;

 private:
  std::map<TileId, Tile> tiles_;
  std::uint64_t size_ = 0;
};

TEST(Tree, HasTheRootOfTheDefinitionAtEverySize) {
  Tree tree;
  EXPECT_EQ(to_hex(empty_root().view()), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  for (std::uint64_t size = 0; size <= 600; ++size) {
    ASSERT_EQ(tree.root(size).hash, root_by_definition(0, size)) << size;
    tree.grow(1);
  }
  // However it grew, and at every earlier size.
  Tree quick;
  for (const std::uint64_t count : {0U, 1U, 15U, 1U, 250U, 16U, 17U, 300U}) quick.grow(count);
  for (std::uint64_t size = 0; size <= 600; ++size) ASSERT_EQ(quick.root(size), tree.root(size)) << size;
}

TEST(Tree, WritesAsManyTilesABatchAsItHasLevels) {
  Tree tree;
  tree.grow(100'000);
  tree.written = 0;
  tree.grow(64);
  EXPECT_LE(tree.written, 10U);  // five full or half full tiles of leaves, and one a level above
}

TEST(Consistency, HoldsBetweenAnyTwoSizes) {
  Tree tree;
  tree.grow(130);
  for (std::uint64_t before = 0; before <= 130; ++before) {
    for (std::uint64_t size = before; size <= 130; ++size) {
      const auto proof = consistency_proof(tree.tiles(), before, size);
      ASSERT_TRUE(is_extension(tree.root(before), tree.root(size), proof)) << before << " " << size;
      ASSERT_LE(proof.size(), 9U);
    }
  }
}

TEST(Consistency, FailsForEveryChangeOfOneHash) {
  Tree tree;
  tree.grow(70);
  for (std::uint64_t before = 1; before < 70; ++before) {
    const auto good = consistency_proof(tree.tiles(), before, 70);
    for (std::size_t i = 0; i <= good.size() + 1; ++i) {
      auto proof = good;
      Root old_root = tree.root(before);
      Root new_root = tree.root(70);
      if (i < proof.size()) {
        proof[i].octets[i % 32] ^= 1;
      } else {
        (i == proof.size() ? old_root : new_root).hash.octets[0] ^= 1;
      }
      EXPECT_FALSE(is_extension(old_root, new_root, proof)) << before << " " << i;
    }
    auto longer = good;
    longer.push_back(entry(1));
    EXPECT_FALSE(is_extension(tree.root(before), tree.root(70), longer));
    auto shorter = good;
    shorter.pop_back();
    EXPECT_FALSE(is_extension(tree.root(before), tree.root(70), shorter));
    EXPECT_FALSE(is_extension(tree.root(70), tree.root(before), good));
  }
}

TEST(Consistency, FailsForATreeThatWasWrittenAnew) {
  Tree tree;
  tree.grow(40);
  Tree other;  // the same, but for one event in the middle
  Growth growth{other.tiles(), 0};
  std::map<TileId, Tile> tiles;
  for (std::uint64_t i = 0; i < 60; ++i) growth.add(entry(i == 20 ? 1'000 : i));
  for (const auto& [id, tile] : growth.changed()) tiles[id] = tile;
  const GetTile rewritten = [&](const TileId& id) { return tiles[id]; };
  const Root after{60, root_at(rewritten, 60)};
  EXPECT_FALSE(is_extension(tree.root(40), after, consistency_proof(rewritten, 40, 60)));
  EXPECT_TRUE(is_extension(tree.root(20), after, consistency_proof(rewritten, 20, 60)));
}

TEST(Consistency, IsNotTriedWithAnEndlessProof) {
  const std::vector<Hash> endless(proof_hashes_max + 1);
  EXPECT_FALSE(is_extension({1, entry(1)}, {UINT64_MAX, entry(2)}, endless));
}

}  // namespace
}  // namespace lab::evidence
