#pragma once
// Octets. A std::string holds them because it compares, hashes and orders as keys do; embedded zeros are ordinary.

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace lab {

using Bytes = std::string;
using BytesView = std::string_view;

/// The same octets, not copied: keys and signatures are arrays of numbers elsewhere.
inline BytesView view_of(std::span<const std::uint8_t> octets) {
  return {reinterpret_cast<const char*>(octets.data()), octets.size()};
}

/// Copies as many octets as there is place for; false, and nothing is copied, when `bytes` has another number.
[[nodiscard]] bool fill(std::span<std::uint8_t> octets, BytesView bytes);

/// A SHA-256 value. All zero means "none": the hash before the first event of a stream.
struct Hash {
  std::array<std::uint8_t, 32> octets{};

  [[nodiscard]] BytesView view() const { return view_of(octets); }
  [[nodiscard]] bool is_zero() const { return *this == Hash{}; }
  auto operator<=>(const Hash&) const = default;
};

/// Lower-case hexadecimal.
std::string to_hex(BytesView bytes);
/// Two hexadecimal digits, of either case, for each octet; false, and nothing is changed, for anything else.
[[nodiscard]] bool fill_from_hex(std::span<std::uint8_t> octets, std::string_view hex);

/// RFC 4648 section 4, with padding: files inside JSON.
std::string to_base64(BytesView bytes);

}  // namespace lab
