#include "protocol/base/bytes.hpp"

#include <algorithm>

namespace lab {
namespace {

// 16 for what is no digit.
unsigned value_of_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
  return 16;
}

}  // namespace

bool fill(std::span<std::uint8_t> octets, BytesView bytes) {
  if (bytes.size() != octets.size()) return false;
  std::ranges::copy(bytes, octets.begin());
  return true;
}

std::string to_hex(BytesView bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto octet = static_cast<unsigned char>(c);
    text += digits[octet >> 4];
    text += digits[octet & 15];
  }
  return text;
}

bool fill_from_hex(std::span<std::uint8_t> octets, std::string_view hex) {
  if (hex.size() != octets.size() * 2) return false;
  if (std::ranges::any_of(hex, [](char c) { return value_of_digit(c) > 15; })) return false;
  for (std::size_t i = 0; i < octets.size(); ++i) {
    octets[i] = static_cast<std::uint8_t>(value_of_digit(hex[2 * i]) << 4 | value_of_digit(hex[2 * i + 1]));
  }
  return true;
}

std::string to_base64(BytesView bytes) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const BytesView three = bytes.substr(i, 3);
    std::uint32_t bits = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      bits = bits << 8 | (j < three.size() ? static_cast<unsigned char>(three[j]) : 0U);
    }
    for (std::size_t j = 0; j < 4; ++j) text += j <= three.size() ? alphabet[bits >> (18 - 6 * j) & 63U] : '=';
  }
  return text;
}

}  // namespace lab
