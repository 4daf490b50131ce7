#pragma once
// The text inside a sample label's code: "SCQT1;S=<number>;L=<laboratory>;D=<yyyymmdd>;C=<copy>". ASCII only, because
// readers guess the character set of anything else.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/base/time.hpp"
#include "protocol/model/sample_number.hpp"

namespace lab::label {

struct Payload {
  model::SampleNumber number;
  std::string laboratory;  // letters and digits, at most `laboratory_chars_max`
  CivilDate sampled_on{};  // year 0..9999
  int copy = 1;            // 1 is the test sample, 2 and up its reserves; 1..99

  bool operator==(const Payload&) const = default;
};

constexpr int copies_max = 99;
constexpr std::size_t laboratory_chars_max = 8;  // keeps the code at QR version 4 or 5

/// Precondition: the fields hold what is said beside them.
std::string code_text(const Payload& payload);

/// The sample number in the text of a code: the S field of a payload, or the bare number as hand scanners print it.
/// Nothing for any other text, however much it looks like one, and nothing when S is missing, repeated or wrong.
std::optional<model::SampleNumber> sample_in(std::string_view text);

/// What the code of a label of ours says beside its number.
struct LabelFields {
  model::SampleNumber number;
  std::string laboratory;              // empty for a bare number
  std::optional<std::uint8_t> copy{};  // nothing for a bare number, as hand scanners print it
};

/// A copy, 1..copies_max, in figures. Nothing for anything else.
std::optional<std::uint8_t> copy_in(std::string_view text);

/// Nothing where sample_in gives nothing. A copy that is no number of 1..99 makes the whole text worth nothing: it was
/// not printed by us, or misread.
std::optional<LabelFields> fields_in(std::string_view text);

}  // namespace lab::label
