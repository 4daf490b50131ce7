#pragma once
// Octets. A std::string holds them because it compares, hashes and orders as keys do; embedded zeros are ordinary.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace lab {

using Bytes = std::string;
using BytesView = std::string_view;

/// A SHA-256 value. All zero means "none": the hash before the first event of a stream.
struct Hash {
  std::array<std::uint8_t, 32> octets{};

  [[nodiscard]] BytesView view() const { return {reinterpret_cast<const char*>(octets.data()), octets.size()}; }
  [[nodiscard]] bool is_zero() const { return *this == Hash{}; }
  auto operator<=>(const Hash&) const = default;
};

/// Lower-case hexadecimal.
std::string to_hex(BytesView bytes);

}  // namespace lab
