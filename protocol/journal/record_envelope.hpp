#pragma once
// What surrounds every record in the store: LMDB has no checksums, and half of all flipped bits in its file come back
// as ordinary data (components.md, section 3). Private to this folder, except for its fuzz target.
//
//   octets  0..1   version, 1                            all numbers little-endian
//           2..5   length of the record
//           6..    the record
//           last 8 XXH3-64 of everything before, seeded with the XXH3-64 of the key

#include <cstdint>
#include <tl/expected.hpp>

#include "protocol/base/bytes.hpp"

namespace lab::journal {

constexpr std::size_t envelope_overhead = 2 + 4 + 8;
constexpr std::uint16_t envelope_version = 1;

/// Precondition: the record is shorter than 4 GiB.
Bytes seal_record(BytesView key, BytesView record);

/// One number for a key with its record. The sum over all records, modulo 2^64, stands in the store's stamp: it tells
/// when a page shows an older state of itself, in which every record is whole.
std::uint64_t record_sum(BytesView key, BytesView record);

/// The record inside `stored`, a view into it, or what is wrong with it. Accepts any octets; never throws.
tl::expected<BytesView, const char*> unseal_record(BytesView key, BytesView stored);

}  // namespace lab::journal
