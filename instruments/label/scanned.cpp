#include "instruments/label/scanned.hpp"

#include <array>

#include "protocol/base/charset.hpp"

namespace lab::label {
namespace {

constexpr char no_character = '\0';

char capital(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

// U+FF01..U+FF5E are the characters from '!' to '~', as wide as a Chinese one: EF BC 81..BF and EF BD 80..9E.
char narrow(std::string_view three) {
  const auto second = static_cast<unsigned char>(three[1]);
  const auto third = static_cast<unsigned char>(three[2]);
  if (static_cast<unsigned char>(three[0]) != 0xEF) return no_character;
  if (second == 0xBC && third >= 0x81) return static_cast<char>(third - 0x81 + '!');
  if (second == 0xBD && third <= 0x9E) return static_cast<char>(third - 0x80 + '`');
  return no_character;
}

// Blanks that an input method or a scanner puts in: ideographic, no-break, byte-order mark.
constexpr std::array<std::string_view, 3> wide_blanks{"\xE3\x80\x80", "\xC2\xA0", "\xEF\xBB\xBF"};

std::string narrowed(std::string_view text) {
  std::string plain;
  while (!text.empty()) {
    bool is_blank = false;
    for (const std::string_view blank : wide_blanks) {
      if (is_blank || !text.starts_with(blank)) continue;
      text.remove_prefix(blank.size());
      is_blank = true;
    }
    if (is_blank) continue;
    const char c = text.size() >= 3 ? narrow(text.substr(0, 3)) : no_character;
    if (c != no_character) {
      plain += capital(c);
      text.remove_prefix(3);
      continue;
    }
    const auto octet = static_cast<unsigned char>(text.front());
    if (octet > 0x20 && octet != 0x7F) plain += capital(text.front());
    text.remove_prefix(1);
  }
  return plain;
}

}  // namespace

std::string plain_scan(std::string_view typed) {
  if (typed.size() > scan_octets_max || !is_utf8(typed)) return {};
  std::string plain = narrowed(typed);
  // AIM symbology identifier: "]", a letter, a modifier.
  if (plain.size() > 3 && plain.front() == ']') plain.erase(0, 3);
  return plain;
}

}  // namespace lab::label
