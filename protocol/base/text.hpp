#pragma once
// Short texts from outside, as records and pages may hold them: UTF-8 without control characters, of bounded length.

#include <cstddef>
#include <string>
#include <string_view>

namespace lab {

/// A name, a reason or a remark in a sentence or two: 66 Chinese characters.
constexpr std::size_t text_octets_max = 200;

/// ASCII control characters, line ends and tabs among them.
constexpr bool is_control(char c) {
  const auto octet = static_cast<unsigned char>(c);
  return octet < 0x20 || octet == 0x7F;
}

/// Whether it may be kept as it stands. An empty text is tidy.
bool is_tidy(std::string_view text, std::size_t octets_max = text_octets_max);

/// The beginning of a text within so many octets, never ended inside a character.
std::string_view shortened(std::string_view utf8, std::size_t octets_max);

/// The text made tidy: control characters become blanks, octets that are no UTF-8 question marks, and the end is
/// cut at a character's edge. For texts whose raw octets are kept elsewhere.
std::string tidy(std::string_view text, std::size_t octets_max = text_octets_max);

/// Without ASCII blanks, tabs, line ends, no-break and ideographic spaces at both ends.
std::string_view without_blanks(std::string_view utf8);

/// The same. Nearly every cell has none, which is told in place.
inline std::string_view trim(std::string_view utf8) {
  const auto is_plain = [](char c) { return c > ' ' && static_cast<unsigned char>(c) < 0x80; };
  const bool is_bare = utf8.empty() || (is_plain(utf8.front()) && is_plain(utf8.back()));
  return is_bare ? utf8 : without_blanks(utf8);
}

/// Full-width forms (U+FF01 to U+FF5E), as an input method produces them, as the ASCII characters that they are; the
/// rest as it stands.
std::string half_width(std::string_view utf8);

/// By what a name is known again however it was typed: without blanks, full-width forms and letters as small ASCII.
std::string folded_name(std::string_view utf8);

/// Whether a comma, of either width, stands between two digits: "2,5" is 2.5 to one reader and 25 to the next.
bool has_comma_between_digits(std::string_view utf8);

/// How many octets are added, left out or changed between two words: how near a mistyped one is to those there are.
std::size_t edit_distance(std::string_view one, std::string_view other);

}  // namespace lab
