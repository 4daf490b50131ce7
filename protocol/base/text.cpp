#include "protocol/base/text.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>
#include <vector>

#include "protocol/base/charset.hpp"

namespace lab {
namespace {

constexpr std::array<std::string_view, 2> wide_blanks{"\u00A0", "\u3000"};

constexpr bool is_ascii_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
constexpr bool is_wide(char c) { return static_cast<unsigned char>(c) >= 0x80; }

// Octets of the blank in front or behind, 0 when there is none. An indented file asks for each of its cells many times.
std::size_t blank_in_front(std::string_view text) {
  if (text.empty()) return 0;
  if (!is_wide(text.front())) return is_ascii_blank(text.front()) ? 1 : 0;
  const auto blank = std::ranges::find_if(wide_blanks, [&](std::string_view each) { return text.starts_with(each); });
  return blank == wide_blanks.end() ? 0 : blank->size();
}

std::size_t blank_behind(std::string_view text) {
  if (text.empty()) return 0;
  if (!is_wide(text.back())) return is_ascii_blank(text.back()) ? 1 : 0;
  const auto blank = std::ranges::find_if(wide_blanks, [&](std::string_view each) { return text.ends_with(each); });
  return blank == wide_blanks.end() ? 0 : blank->size();
}

}  // namespace

bool is_tidy(std::string_view text, std::size_t octets_max) {
  return text.size() <= octets_max && std::ranges::none_of(text, is_control) && is_utf8(text);
}

std::string_view shortened(std::string_view utf8, std::size_t octets_max) {
  if (utf8.size() <= octets_max) return utf8;
  std::size_t end = octets_max;
  while (end > 0 && (static_cast<unsigned char>(utf8[end]) & 0xC0U) == 0x80U) --end;
  return utf8.substr(0, end);
}

std::string tidy(std::string_view text, std::size_t octets_max) {
  std::string clean{text};
  std::ranges::replace_if(clean, is_control, ' ');
  if (!is_utf8(clean)) {
    std::ranges::replace_if(
        clean, [](char c) { return static_cast<unsigned char>(c) >= 0x80; }, '?');
  }
  clean.resize(shortened(clean, octets_max).size());
  return clean;
}

std::string_view without_blanks(std::string_view utf8) {
  while (const std::size_t octets = blank_in_front(utf8)) utf8.remove_prefix(octets);
  while (const std::size_t octets = blank_behind(utf8)) utf8.remove_suffix(octets);
  return utf8;
}

std::string half_width(std::string_view utf8) {
  std::string result;
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    const auto lead = static_cast<unsigned char>(utf8[i]);
    if (lead == 0xEF && i + 2 < utf8.size()) {
      const unsigned code = 0xF000U | (static_cast<unsigned char>(utf8[i + 1]) & 0x3FU) << 6 |
                            (static_cast<unsigned char>(utf8[i + 2]) & 0x3FU);
      if (code >= 0xFF01 && code <= 0xFF5E) {
        result += static_cast<char>(code - 0xFEE0);
        i += 2;
        continue;
      }
    }
    result += utf8[i];
  }
  return result;
}

std::string folded_name(std::string_view utf8) {
  const std::string half = half_width(utf8);
  std::string folded;
  for (std::string_view rest = half; !rest.empty();) {
    if (const std::size_t blank = blank_in_front(rest)) {
      rest.remove_prefix(blank);
      continue;
    }
    const char c = rest.front();
    folded += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    rest.remove_prefix(1);
  }
  return folded;
}

bool has_comma_between_digits(std::string_view utf8) {
  const std::string half = half_width(utf8);
  const auto is_digit = [&](std::size_t i) { return half[i] >= '0' && half[i] <= '9'; };
  for (std::size_t i = 1; i + 1 < half.size(); ++i) {
    if (half[i] == ',' && is_digit(i - 1) && is_digit(i + 1)) return true;
  }
  return false;
}

std::size_t edit_distance(std::string_view one, std::string_view other) {
  std::vector<std::size_t> row(other.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < one.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t k = 0; k < other.size(); ++k) {
      const std::size_t changed = diagonal + (one[i] == other[k] ? 0 : 1);
      diagonal = std::exchange(row[k + 1], std::min({row[k + 1] + 1, row[k] + 1, changed}));
    }
  }
  return row.back();
}

}  // namespace lab
