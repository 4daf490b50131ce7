#pragma once
// That a tree of some size is the same tree as an earlier one with more behind it (RFC 6962 section 2.1.2, RFC 9162
// section 2.1.4.2).

#include <span>

#include "protocol/evidence/tree.hpp"

namespace lab::evidence {

/// A tree of 2^40 events needs 41; more are no proof of ours.
constexpr std::size_t proof_hashes_max = 64;

/// Empty when `before` is 0 or `size`. Precondition: before <= size, and the tree has `size` leaves.
std::vector<Hash> consistency_proof(const GetTile& tiles, std::uint64_t before, std::uint64_t size);

struct Root {
  std::uint64_t size = 0;
  Hash hash;

  bool operator==(const Root&) const = default;
};

/// Whether `proof` shows that the leaves of `before` are the first ones of `after`. Nothing is known of an empty tree
/// but its size, so any tree extends it.
bool is_extension(const Root& before, const Root& after, std::span<const Hash> proof);

}  // namespace lab::evidence
