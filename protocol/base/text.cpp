#include "protocol/base/text.hpp"

#include <algorithm>
#include <array>

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

std::string_view without_blanks(std::string_view utf8) {
  constexpr std::array<std::string_view, 6> blanks{" ", "\t", "\r", "\n", "\u00A0", "\u3000"};
  for (bool again = true; again;) {
    again = false;
    for (const std::string_view blank : blanks) {
      if (utf8.starts_with(blank)) {
        utf8.remove_prefix(blank.size());
        again = true;
      }
      if (utf8.ends_with(blank)) {
        utf8.remove_suffix(blank.size());
        again = true;
      }
    }
  }
  return utf8;
}

}  // namespace lab
