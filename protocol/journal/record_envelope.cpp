#include "protocol/journal/record_envelope.hpp"

#include <xxhash.h>

#include <concepts>
#include <limits>

#include "protocol/base/check.hpp"

namespace lab::journal {
namespace {

constexpr std::size_t header_bytes = 6;

template <std::unsigned_integral Number>
void append_little_endian(Bytes& bytes, Number number) {
  for (std::size_t i = 0; i < sizeof(Number); ++i) bytes += static_cast<char>(number >> (8 * i));
}

template <std::unsigned_integral Number>
Number read_little_endian(BytesView bytes) {
  Number number = 0;
  for (std::size_t i = 0; i < sizeof(Number); ++i) {
    number = static_cast<Number>(number | (static_cast<Number>(static_cast<unsigned char>(bytes[i])) << (8 * i)));
  }
  return number;
}

/// The key seeds the sum, so that a right record under a wrong key is found out as well.
std::uint64_t checksum(BytesView key, BytesView covered) {
  return XXH3_64bits_withSeed(covered.data(), covered.size(), XXH3_64bits(key.data(), key.size()));
}

}  // namespace

Bytes seal_record(BytesView key, BytesView record) {
  LAB_CHECK(record.size() <= std::numeric_limits<std::uint32_t>::max());
  Bytes stored;
  stored.reserve(record.size() + envelope_overhead);
  append_little_endian(stored, envelope_version);
  append_little_endian(stored, static_cast<std::uint32_t>(record.size()));
  stored += record;
  append_little_endian(stored, checksum(key, stored));
  return stored;
}

std::uint64_t record_sum(BytesView key, BytesView record) { return checksum(key, record); }

tl::expected<BytesView, const char*> unseal_record(BytesView key, BytesView stored) {
  if (stored.size() < envelope_overhead) return tl::unexpected<const char*>("it is shorter than an empty record");
  const BytesView covered = stored.substr(0, stored.size() - sizeof(std::uint64_t));
  // The sum first: with a wrong one neither version nor length means anything.
  if (read_little_endian<std::uint64_t>(stored.substr(covered.size())) != checksum(key, covered)) {
    return tl::unexpected<const char*>("its checksum does not match");
  }
  if (read_little_endian<std::uint16_t>(covered) != envelope_version)
    return tl::unexpected<const char*>("its version is unknown");
  if (read_little_endian<std::uint32_t>(covered.substr(2)) != covered.size() - header_bytes) {
    return tl::unexpected<const char*>("its length is wrong");
  }
  return covered.substr(header_bytes);
}

}  // namespace lab::journal
