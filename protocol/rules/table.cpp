#include "protocol/rules/table.hpp"

#include <fmt/format.h>

namespace lab::rules {

Result<Table> Table::load(std::string_view csv, std::initializer_list<std::string_view> needed) {
  auto rows = parse_csv(csv);
  if (!rows) return fail(std::move(rows));
  if (rows->empty()) return fail(ErrorCode::malformed, "the table is empty; it needs a row of column names");
  Table table;
  const auto& header = rows->front().cells;
  for (std::size_t i = 0; i < header.size(); ++i) table.columns_.emplace(header[i], i);
  for (const std::string_view column : needed) {
    if (!table.columns_.contains(column)) {
      return fail(ErrorCode::malformed, fmt::format("column \"{}\" is missing; add it to the first row", column));
    }
  }
  for (const CsvRow& row : *rows) {
    if (row.cells.size() > header.size()) {
      return fail(ErrorCode::malformed,
                  fmt::format("{} cells under {} columns; put quotation marks around cells that hold a comma",
                              row.cells.size(), header.size()),
                  fmt::format("line {}", row.line));
    }
  }
  rows->erase(rows->begin());
  table.rows_ = std::move(*rows);
  return table;
}

std::string_view Table::cell(std::size_t row, std::string_view column) const {
  const auto at = columns_.find(column);
  if (at == columns_.end() || at->second >= rows_[row].cells.size()) return {};
  std::string_view text = rows_[row].cells[at->second];
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

std::string Table::place(std::size_t row) const { return fmt::format("row {} (line {})", row + 1, rows_[row].line); }

}  // namespace lab::rules
