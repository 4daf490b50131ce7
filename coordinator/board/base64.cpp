#include "coordinator/board/base64.hpp"

#include <cstdint>

namespace lab::board {

std::string base64(BytesView bytes) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const BytesView three = bytes.substr(i, 3);
    std::uint32_t bits = 0;
    for (std::size_t j = 0; j < 3; ++j)
      bits = bits << 8 | (j < three.size() ? static_cast<unsigned char>(three[j]) : 0U);
    for (std::size_t j = 0; j < 4; ++j) {
      text += j <= three.size() ? alphabet[bits >> (18 - 6 * j) & 63U] : '=';
    }
  }
  return text;
}

}  // namespace lab::board
