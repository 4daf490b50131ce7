#include "protocol/evidence/consistency.hpp"

#include <bit>

#include "protocol/base/check.hpp"

namespace lab::evidence {
namespace {

// SUBPROOF(m, D[first:last], is_known) of RFC 6962: `before` leaves of this range were there, and their hash is known
// to the reader when they are a whole tree of the earlier one.
void add_proof(const GetTile& tiles, std::uint64_t before, std::uint64_t first, std::uint64_t last, bool is_known,
               std::vector<Hash>& proof) {
  const std::uint64_t count = last - first;
  if (before == count) {
    if (!is_known) proof.push_back(range_hash(tiles, first, last));
    return;
  }
  const std::uint64_t left = split_of(count);
  if (before <= left) {
    add_proof(tiles, before, first, first + left, is_known, proof);
    proof.push_back(range_hash(tiles, first + left, last));
  } else {
    add_proof(tiles, before - left, first + left, last, false, proof);
    proof.push_back(range_hash(tiles, first, first + left));
  }
}

}  // namespace

std::vector<Hash> consistency_proof(const GetTile& tiles, std::uint64_t before, std::uint64_t size) {
  LAB_CHECK(before <= size);
  std::vector<Hash> proof;
  if (before > 0 && before < size) add_proof(tiles, before, 0, size, true, proof);
  return proof;
}

bool is_extension(const Root& before, const Root& after, std::span<const Hash> proof) {
  if (before.size > after.size || proof.size() > proof_hashes_max) return false;
  if (before.size == after.size) return before.hash == after.hash && proof.empty();
  if (before.size == 0) return proof.empty();
  std::size_t at = 0;
  // The last leaf of either tree, level by level upwards.
  std::uint64_t old_place = before.size - 1;
  std::uint64_t new_place = after.size - 1;
  const int known = std::countr_one(old_place);
  old_place >>= known;
  new_place >>= known;
  // An earlier tree that is one full subtree is where the proof begins.
  Hash old_hash = before.hash;
  if (!std::has_single_bit(before.size)) {
    if (proof.empty()) return false;
    old_hash = proof[at++];
  }
  Hash new_hash = old_hash;
  for (; at < proof.size(); ++at) {
    if (new_place == 0) return false;
    if (old_place % 2 == 1 || old_place == new_place) {
      old_hash = node_hash(proof[at], old_hash);
      new_hash = node_hash(proof[at], new_hash);
      while (old_place % 2 == 0 && old_place != 0) {
        old_place >>= 1;
        new_place >>= 1;
      }
    } else {
      new_hash = node_hash(new_hash, proof[at]);
    }
    old_place >>= 1;
    new_place >>= 1;
  }
  return new_place == 0 && old_hash == before.hash && new_hash == after.hash;
}

}  // namespace lab::evidence
