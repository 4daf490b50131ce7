#pragma once
// Requests with typed results that came with a key, so that one sent again is taken once.
//
//   'a' SHA-256 of person and key -> SHA-256 of the request, hash and number of its capture

#include <cstdint>
#include <optional>

#include "protocol/journal/draft.hpp"

namespace lab::node::tables {

struct TypedBefore {
  Hash asked;
  Hash raw;
  std::uint64_t capture = 0;
};

std::optional<TypedBefore> typed_before(const journal::View& store, const Hash& key);
void put_typed(journal::Draft& draft, const Hash& key, const TypedBefore& typed);

}  // namespace lab::node::tables
