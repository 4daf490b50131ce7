#pragma once
// Internal to this folder. What the lines of one picture say, weighed against the number of its code. Pure.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "instruments/label/number_line/column_scores.hpp"
#include "instruments/label/reading.hpp"

namespace lab::label {

/// A line that says something of the form of a sample number. Scores as in number_in_line.hpp.
struct SeenNumber {
  std::string text;          // what it says most likely
  float score = 0;           // of that text
  float lead = 0;            // of that text over any that differs in one place
  float expected_score = 0;  // of the code's number; `score` when there is none
  float expected_lead = 0;

  bool operator==(const SeenNumber&) const = default;
};

/// `expected`: the code's number, or empty. Nothing when the line says nothing of that form.
std::optional<SeenNumber> seen_in(const LineScores& line, std::string_view expected);

/// `seen`: of different lines. Agree: a line says the code's number and no other number would do, or two do so
/// together, and none differs. Differ: a line clearly says another number in the code's place. Otherwise unreadable.
/// Without a number to compare with, a number that is proven by its check character may be given as a suggestion.
PrintedNumber judge_printed(const std::vector<SeenNumber>& seen, std::string_view expected);

}  // namespace lab::label
