#pragma once
// Numbers inside the octets of a binary file, the lowest octet first.

#include <cstddef>
#include <cstdint>

#include "protocol/base/bytes.hpp"

namespace lab::sheet {

/// The number in `count` octets (at most 8) from `at`. Octets behind the end count as zero: who reads them has compared
/// the size before, or does not mind.
inline std::uint64_t number_at(BytesView bytes, std::size_t at, std::size_t count) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < count && at + i < bytes.size(); ++i) {
    number |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[at + i])) << (8 * i);
  }
  return number;
}

inline std::uint16_t u16_at(BytesView bytes, std::size_t at) {
  return static_cast<std::uint16_t>(number_at(bytes, at, 2));
}
inline std::uint32_t u32_at(BytesView bytes, std::size_t at) {
  return static_cast<std::uint32_t>(number_at(bytes, at, 4));
}

}  // namespace lab::sheet
