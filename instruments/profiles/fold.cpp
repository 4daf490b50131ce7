#include "instruments/profiles/fold.hpp"

namespace lab::profiles {
namespace {

// Octets of a blank at the beginning of `text`, or 0.
std::size_t blank_octets(std::string_view text) {
  if (text[0] == ' ' || text[0] == '\t' || text[0] == '\n' || text[0] == '\r') return 1;
  if (text.starts_with("\u00A0")) return 2;
  if (text.starts_with("\u3000") || text.starts_with("\uFEFF")) return 3;
  return 0;
}

}  // namespace

std::string fold(std::string_view text) {
  std::string folded;
  folded.reserve(text.size());
  bool blank = false;
  while (!text.empty()) {
    if (const std::size_t octets = blank_octets(text)) {
      blank = !folded.empty();
      text.remove_prefix(octets);
      continue;
    }
    if (blank) folded += ' ';
    blank = false;
    const char c = text[0];
    folded += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    text.remove_prefix(1);
  }
  return folded;
}

bool folds_to(std::string_view text, std::string_view word) {
  while (!text.empty() && text[0] == ' ') text.remove_prefix(1);
  if (text.size() < word.size()) return false;
  if (text.empty() || word.empty()) return fold(text) == word;
  const auto first = static_cast<unsigned char>(text[0]);
  // Control characters and the octets of other blanks may still vanish; a plain character may not.
  const bool plain = first > ' ' && first < 0x80;
  const char c = first >= 'A' && first <= 'Z' ? static_cast<char>(first - 'A' + 'a') : text[0];
  return (!plain || c == word[0]) && fold(text) == word;
}

}  // namespace lab::profiles
