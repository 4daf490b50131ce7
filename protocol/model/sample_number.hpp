#pragma once
// The number printed on a sample label, with a check character that catches every single wrong character.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/model/ids.hpp"

namespace lab::model {

/// "SC13NCP00042H": SC, year of two digits, programme of three letters, serial of five digits, check character.
/// A value of this type is always well formed and carries the right check character.
class SampleNumber {
 public:
  static constexpr std::size_t length = 13;
  static constexpr std::uint32_t serial_max = 99'999;
  static constexpr std::uint16_t century = 2000;  // of the two digits

  SampleNumber() = default;  // empty: no number given yet

  /// Precondition: year 0..99, programme of three upper-case letters, serial <= serial_max.
  static SampleNumber make(int year, const ProgrammeCode& programme, std::uint32_t serial);
  /// Nothing unless grammar and check character hold; the text is taken as it stands (no blanks, upper case).
  static std::optional<SampleNumber> parse(std::string_view text);

  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] bool empty() const { return text_.empty(); }
  auto operator<=>(const SampleNumber&) const = default;

 private:
  explicit SampleNumber(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

/// ISO 7064 MOD 37,36: the character that completes `text` (upper-case letters and digits). Nothing for other
/// characters.
std::optional<char> check_character(std::string_view text);

}  // namespace lab::model
