#include "coordinator/documents/table_files.hpp"

#include <fmt/format.h>

#include "protocol/base/csv.hpp"
#include "protocol/base/decimal.hpp"
#include "protocol/workbook/writer.hpp"

namespace lab::documents {
namespace {

using workbook::Look;
using workbook::OutCell;

std::string guarded(const std::string& text, bool is_figure) {
  constexpr std::string_view dangerous = "=+-@\t\r";
  if (text.empty() || dangerous.find(text.front()) == std::string_view::npos) return text;
  if (is_figure && Decimal::parse(text)) return text;
  return "'" + text;
}

Error too_many(const Table& table, std::size_t rows_max, const char* advice) {
  return {ErrorCode::too_large, fmt::format("{}超过 {} 行；{}", table.title, rows_max, advice), "table"};
}

// Whether all rows found their place.
bool write_sheet(workbook::WorkbookWriter& writer, const Table& table, const Facts& facts) {
  const std::size_t heading_row = facts.size() + 2;
  std::vector<double> widths;
  for (const Column& column : table.columns) widths.push_back(column.width);
  writer.begin_sheet({.name = table.title,
                      .widths = std::move(widths),
                      .frozen_rows = heading_row,
                      .repeated_row = heading_row,
                      .landscape = true});
  writer.add_row({{table.title, Look::title}});
  writer.merge(0, table.columns.size() - 1);
  for (const auto& [what, value] : facts) {
    writer.add_row({{fmt::format("{}：{}", what, value), Look::note}});
    writer.merge(0, table.columns.size() - 1);
  }
  std::vector<OutCell> cells;
  for (const Column& column : table.columns) cells.push_back({column.heading, Look::heading});
  writer.add_row(cells);
  std::size_t rows = 0;
  table.rows([&](const Cells& row) {
    if (++rows > workbook_rows_max) return false;
    cells.clear();
    for (std::size_t i = 0; i < row.size(); ++i) {
      cells.push_back({row[i], table.columns[i].is_figure ? Look::figure : Look::cell});
    }
    writer.add_row(cells);
    return true;
  });
  return rows <= workbook_rows_max;
}

}  // namespace

Result<std::string> to_csv(const Table& table, const Facts& facts, bool bare) {
  std::string text;
  if (!bare) {
    text = "# " + table.title + "\n";
    for (const auto& [what, value] : facts) text += fmt::format("# {}：{}\n", what, value);
  }
  Cells cells;
  for (const Column& column : table.columns) cells.push_back(column.heading);
  text += format_csv_row(cells);
  std::size_t rows = 0;
  table.rows([&](const Cells& row) {
    if (++rows > text_rows_max) return false;
    cells.clear();
    for (std::size_t i = 0; i < row.size(); ++i) cells.push_back(guarded(row[i], table.columns[i].is_figure));
    text += format_csv_row(cells);
    return true;
  });
  if (rows > text_rows_max) return tl::unexpected(too_many(table, text_rows_max, "请加上筛选条件"));
  return text;
}

Result<Bytes> to_workbook(std::span<const Table> tables, const Facts& facts) {
  workbook::WorkbookWriter writer;
  for (const Table& table : tables) {
    if (!write_sheet(writer, table, facts)) {
      return tl::unexpected(too_many(table, workbook_rows_max, "请加上筛选条件，或改用 CSV"));
    }
  }
  return writer.finish(tables.empty() ? "" : tables.front().title);
}

}  // namespace lab::documents
