#pragma once
// Rows and cells, wherever they came from: delimited text, a spreadsheet, a table in a web page.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lab::workbook {

/// What a cell of a spreadsheet holds. Cells of delimited text are all `text`.
enum class CellKind : std::uint8_t {
  text,
  number,   // its text is the exact decimal, written with a point whatever the language of the program
  date,     // its text is "2013-06-03", "2013-06-03 09:15:00" or "09:15:00"
  boolean,  // "TRUE" or "FALSE"
  error,    // "#DIV/0!" and the like: never a number
};

struct Row {
  std::vector<std::string> cells;  // UTF-8, as the person sees them; absent cells in between are empty
  std::vector<CellKind> kinds;     // one per cell, or none at all: then every cell is text
  std::size_t number = 0;          // 1-based line of the text or row of the sheet
  std::size_t offset = 0;          // of its first octet in the decoded text; 0 in a spreadsheet
  std::size_t end = 0;             // of the octet behind it and the blank lines that follow
  bool blank_before = false;       // at least one blank line or missing row stands before it

  [[nodiscard]] std::string_view cell(std::size_t column) const;  // empty behind the last one
  [[nodiscard]] CellKind kind(std::size_t column) const;
};

struct Sheet {
  std::string name;  // empty for text
  bool hidden = false;
  bool partial = false;  // only its first rows are here
  std::vector<Row> rows;
};

/// Which sheets of a workbook, by their places, are to be read whole. Of the others the beginning is enough.
using Whole = std::function<bool(std::size_t sheet)>;
inline bool all_sheets(std::size_t) { return true; }
inline bool no_sheet(std::size_t) { return false; }

inline constexpr std::size_t columns_max = 16'384;  // ECMA-376: the last column is XFD

/// 53 for "BB12"; nothing when it does not begin with the letters of a column.
std::optional<std::size_t> column_named(std::string_view cell);

/// "B3" for column 1 and row 3: how people name a cell.
std::string cell_name(std::size_t column, std::size_t row_number);

}  // namespace lab::workbook
