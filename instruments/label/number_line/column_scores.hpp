#pragma once
// Internal to this folder. What the recogniser says about each column of a strip. Plain values.

#include <array>
#include <cstddef>
#include <string_view>
#include <vector>

namespace lab::label {

constexpr std::string_view line_characters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// By class: 0 is "no character begins or goes on here", c + 1 is line_characters[c]. Natural logarithms of
/// probabilities, each less that of the column's likeliest class: 0 for that one, below 0 for the others.
using ColumnScores = std::array<float, line_characters.size() + 1>;

/// From left to right. A character is one or more columns of its class; two alike have a column of class 0 between.
using LineScores = std::vector<ColumnScores>;

constexpr std::size_t class_of(char character) {
  return static_cast<std::size_t>(character <= '9' ? character - '0' : character - 'A' + 10) + 1;
}

}  // namespace lab::label
