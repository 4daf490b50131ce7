#pragma once
// A profile around the rules of a test, and what it makes of a text.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <string>
#include <string_view>

#include "instruments/profiles/decode.hpp"
#include "instruments/profiles/library.hpp"

namespace lab::profiles {

/// A profile named "test" that recognises the text "Sample" in any first cell. `more` are further fields, each with
/// its comma in front.
inline std::string profile_with(std::string_view rows, std::string_view more = "") {
  return fmt::format(
      R"({{"name": "test", "version": 1, "title": "test", "recognise": [{{"is": "Sample"}}], "rows": [{}]{}}})", rows,
      more);
}

inline model::Decoding decode_with(const std::string& profile, std::string_view capture) {
  Library library;
  const auto added = library.add(profile);
  if (!added) {
    ADD_FAILURE() << to_text(added.error());
    return {};
  }
  return decode(capture, {.profile = "test"}, library);
}

/// "W-1 Pb=0.05 mg/kg", one per line: the results in short.
inline std::string results_of(const model::Decoding& decoding) {
  if (!decoding.refused.empty()) return "refused: " + decoding.refused;
  std::string text;
  for (const model::Observation& observation : decoding.observations) {
    const std::string number = observation.value.number ? observation.value.number->to_text()
                                                        : std::string{model::name_of(observation.value.state)};
    text += fmt::format("{}{} {}={}{}{}", text.empty() ? "" : "; ", observation.sample_id, observation.analyte, number,
                        observation.unit.empty() ? "" : " ", observation.unit);
  }
  return text;
}

}  // namespace lab::profiles
