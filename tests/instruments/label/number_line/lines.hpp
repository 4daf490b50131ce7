#pragma once
// Lines as the recogniser would see them, for tests of what follows it.

#include <string_view>

#include "instruments/label/number_line/column_scores.hpp"

namespace lab::label {

/// A column that shows `character`, or nothing for '.'; every other class scores `others`.
inline ColumnScores column_of(char character, float others = -12) {
  ColumnScores column;
  column.fill(others);
  column[character == '.' ? 0 : class_of(character)] = 0;
  return column;
}

/// A column for each character of `columns`.
inline LineScores line_of(std::string_view columns) {
  LineScores line;
  for (const char character : columns) line.push_back(column_of(character));
  return line;
}

/// As a recogniser sees print: two columns for each character, and one of nothing behind it.
inline LineScores printed_line(std::string_view text) {
  LineScores line;
  for (const char character : text) {
    for (const char shown : {character, character, '.'}) line.push_back(column_of(shown));
  }
  return line;
}

}  // namespace lab::label
