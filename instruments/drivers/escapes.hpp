#pragma once
// Escape sequences as E1394 and HL7 v2 have them: a name between two escape characters.

#include <cstddef>
#include <string>
#include <string_view>

namespace lab::drivers {

/// `meaning(name)` gives what a sequence stands for, as an optional; a sequence without one stays as it is.
template <class Meaning>
std::string unescaped(std::string_view text, char escape, Meaning meaning) {
  if (text.find(escape) == std::string_view::npos) return std::string{text};
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == escape) {
      const std::size_t end = text.find(escape, i + 1);
      const auto name = end == std::string_view::npos ? std::string_view{} : text.substr(i + 1, end - i - 1);
      if (const auto meant = meaning(name)) {
        plain += *meant;
        i = end;
        continue;
      }
    }
    plain += text[i];
  }
  return plain;
}

}  // namespace lab::drivers
