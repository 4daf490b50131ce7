#include "protocol/base/text.hpp"

#include <algorithm>

#include "protocol/base/charset.hpp"

namespace lab {

bool is_tidy(std::string_view text, std::size_t octets_max) {
  return text.size() <= octets_max && std::ranges::none_of(text, is_control) && is_utf8(text);
}

std::string tidy(std::string_view text, std::size_t octets_max) {
  std::string clean{text};
  std::ranges::replace_if(clean, is_control, ' ');
  if (!is_utf8(clean)) {
    std::ranges::replace_if(
        clean, [](char c) { return static_cast<unsigned char>(c) >= 0x80; }, '?');
  }
  if (clean.size() > octets_max) {
    std::size_t end = octets_max;
    while (end > 0 && (static_cast<unsigned char>(clean[end]) & 0xC0) == 0x80) --end;
    clean.resize(end);
  }
  return clean;
}

}  // namespace lab
