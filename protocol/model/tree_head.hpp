#pragma once
// What the coordinator says of all events it holds: one signed hash, and how it follows from an earlier one.

#include <cstdint>
#include <vector>

#include "protocol/base/bytes.hpp"
#include "protocol/base/time.hpp"

namespace lab::model {

/// Head of the Merkle tree over all events, in the order the coordinator took them. Generation 0: none.
struct TreeHead {
  std::uint32_t generation = 0;  // of the coordinator
  std::uint64_t base = 0;        // leaves it had when this generation began: up to here it is the tree before
  std::uint64_t size = 0;        // leaves
  Hash root;
  UtcTime at{};
  Bytes signature;  // Ed25519 of the coordinator, 64 octets

  bool operator==(const TreeHead&) const = default;
};

/// A head with the proof that it extends the tree of `from` leaves; without one when `from` is 0 or the same size.
struct ShownHead {
  TreeHead head;
  std::uint64_t from = 0;
  std::vector<Hash> proof;

  bool operator==(const ShownHead&) const = default;
};

}  // namespace lab::model
