#pragma once
// Internal to this folder. Which sample number a line says, and how sure that is. Pure.
// A score is a logarithm of likelihood: 0 when the text is what the recogniser sees anyway, the lower the more it must
// be talked into it. What stands before and behind the number costs nothing.

#include <string>
#include <string_view>

#include "instruments/label/number_line/column_scores.hpp"

namespace lab::label {

/// A score nothing reaches: the line is too short for the text.
constexpr float impossible = -1e9F;

/// What may stand at a place of a sample number. The check character is not calculated: a misprint has a wrong one.
/// Precondition: place < model::SampleNumber::length.
std::string_view allowed_at(std::size_t place);

/// O for 0, I for 1 and the other way round: no print tells them apart, and only the check character may be either.
/// Other characters as they are.
char look_alike(char character);

/// Precondition: `text` consists of line_characters and is not empty.
float score_of(const LineScores& line, std::string_view text);

/// `number` with whichever of its check character and the look-alike of that scores better.
/// Precondition: of the form of a sample number.
std::string as_it_looks(const LineScores& line, std::string_view number);

/// How much better `number`, as it looks, scores than any text of the same form that differs from it in one place.
/// Precondition: of the form of a sample number.
float lead_of(const LineScores& line, std::string_view number);

struct LikelyNumber {
  std::string text;  // 13 characters of the form of a sample number; empty when the line is too short for any
  float score = impossible;
};

LikelyNumber likeliest_number(const LineScores& line);

}  // namespace lab::label
