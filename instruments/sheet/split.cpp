#include "instruments/sheet/split.hpp"

#include <utility>

#include "protocol/base/csv.hpp"

namespace lab::sheet {
namespace {

bool is_line_end(char c) { return c == '\n' || c == '\r'; }

// Whether the line that ends just before `offset` is empty.
bool is_behind_blank_line(std::string_view text, std::size_t offset) {
  if (offset == 0 || !is_line_end(text[offset - 1])) return false;
  const bool two = offset >= 2 && text[offset - 1] == '\n' && text[offset - 2] == '\r';
  const std::size_t line_end = offset - (two ? 2 : 1);
  return line_end == 0 || is_line_end(text[line_end - 1]);
}

Result<void> unquote(Row& row, char delimiter) {
  if (row.cells.size() != 1) return {};
  auto inner = parse_csv(row.cells.front(), delimiter);
  if (!inner) return fail(std::move(inner));
  if (inner->size() == 1) row.cells = std::move(inner->front().cells);
  return {};
}

}  // namespace

Result<Sheet> split(std::string_view utf8, char delimiter) {
  auto parsed = parse_csv(utf8, delimiter);
  if (!parsed) return fail(std::move(parsed));
  Sheet sheet;
  sheet.rows.reserve(parsed->size());
  for (std::size_t i = 0; i < parsed->size(); ++i) {
    CsvRow& from = (*parsed)[i];
    const std::size_t end = i + 1 < parsed->size() ? (*parsed)[i + 1].offset : utf8.size();
    sheet.rows.push_back({.cells = std::move(from.cells),
                          .kinds = {},
                          .number = from.line,
                          .offset = i == 0 ? 0 : from.offset,  // blank lines at the very top go with the first row
                          .end = end,
                          .blank_before = is_behind_blank_line(utf8, from.offset)});
  }
  return sheet;
}

Result<Sheet> split_quoted_rows(std::string_view utf8, char delimiter) {
  auto sheet = split(utf8, delimiter);
  if (!sheet) return sheet;
  for (Row& row : sheet->rows) {
    if (auto done = unquote(row, delimiter); !done) return fail(std::move(done));
  }
  return sheet;
}

std::string_view head_of(std::string_view utf8, std::size_t octets_max) {
  if (utf8.size() <= octets_max) return utf8;
  const std::size_t last = utf8.rfind('\n', octets_max);
  return last == std::string_view::npos ? utf8.substr(0, 0) : utf8.substr(0, last + 1);
}

}  // namespace lab::sheet
