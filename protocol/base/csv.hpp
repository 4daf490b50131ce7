#pragma once
// Delimited text (RFC 4180 with the liberties real files take). Splitting happens after the text has been decoded:
// GB18030 trail bytes include delimiters.

#include <cstddef>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/result.hpp"

namespace lab {

struct CsvRow {
  std::vector<std::string> cells;
  std::size_t line = 0;    // 1-based, of the row's first line
  std::size_t offset = 0;  // of the row's first octet in the text
};

/// Rows of a UTF-8 text. Quoted cells may hold delimiters, doubled quotes and line ends; LF, CRLF and CR end a row;
/// blank lines are left out. Malformed when a quoted cell never ends, with the line it began on.
Result<std::vector<CsvRow>> parse_csv(std::string_view utf8, char delimiter = ',');

struct CsvRowView {
  std::span<const std::string_view> cells;
  std::size_t line = 0;    // as of CsvRow
  std::size_t offset = 0;  // as of CsvRow
};

/// Rows whose cells are pieces of the text, which must outlive them. Moved, never copied: rows point into cells.
struct CsvView {
  std::vector<CsvRowView> rows;
  std::vector<std::string_view> cells;  // of all rows
  std::deque<std::string> copied;       // the text of cells with quotes inside

  CsvView() = default;
  CsvView(CsvView&&) = default;
  CsvView& operator=(CsvView&&) = default;
};

/// As parse_csv, without a copy of each cell.
Result<CsvView> view_csv(std::string_view utf8, char delimiter = ',');

/// One row, quoted where needed, ending in LF.
std::string format_csv_row(const std::vector<std::string>& cells, char delimiter = ',');

}  // namespace lab
