#include "instruments/drivers/masshunter_table.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>

#include "instruments/drivers/flags.hpp"
#include "instruments/drivers/masshunter_words.hpp"

namespace lab::drivers::masshunter {
namespace {

constexpr std::size_t cells_max = 20'000'000;  // 1,000 injections of 1,000 compounds with 20 columns each

char find_delimiter(std::string_view text) {
  const std::string_view first_line = text.substr(0, text.find_first_of("\r\n"));
  constexpr std::array delimiters{',', ';', '\t'};
  return *std::ranges::max_element(delimiters, {}, [&](char c) { return std::ranges::count(first_line, c); });
}

bool is_empty(const CsvRowView& row) {
  return std::ranges::all_of(row.cells, [](std::string_view cell) { return trim(cell).empty(); });
}

std::vector<Group> find_groups(const CsvRowView& row, std::size_t width) {
  std::vector<Group> groups;
  for (std::size_t i = 0; i < row.cells.size(); ++i) {
    const std::string_view name = trim(row.cells[i]);
    if (name.empty() && i > 0) continue;
    if (!groups.empty()) groups.back().end = i;
    groups.push_back({.name = english_group(name), .begin = i, .end = width});
  }
  return groups;
}

bool is_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// Without a sign of any kind.
std::string_view magnitude_of(std::string_view cell) {
  std::string_view text = trim(cell);
  if (text.starts_with('-') || text.starts_with('+') || text.starts_with('<') || text.starts_with('>'))
    text.remove_prefix(1);
  return trim(text);
}

bool has_decimal_point(std::string_view cell) {
  return cell.find('.') != std::string_view::npos && Decimal::parse(magnitude_of(cell));
}

enum class Comma { none, decimal, decimal_or_thousands };

// "0,05" can only be a decimal comma; "1,234" could also be one thousand two hundred and thirty-four.
Comma comma_in(std::string_view cell) {
  const std::string_view text = magnitude_of(cell);
  const std::size_t comma = text.find(',');
  const std::string_view before = text.substr(0, comma);
  std::string_view after = text.substr(comma + 1);
  const std::size_t exponent = after.find_first_of("eE");
  if (exponent != std::string_view::npos) after = after.substr(0, exponent);
  if (!is_digits(before) || !is_digits(after)) return Comma::none;
  const bool thousands =
      before.front() != '0' && before.size() <= 3 && after.size() == 3 && exponent == std::string_view::npos;
  return thousands ? Comma::decimal_or_thousands : Comma::decimal;
}

bool any_value(const Table& table, const std::vector<ResultColumns>& ions, std::size_t ResultColumns::*column) {
  for (const ResultColumns& ion : ions) {
    if (ion.*column == nowhere) continue;
    for (const CsvRowView& row : table.rows) {
      if (!cell_of(row, ion.*column).empty()) return true;
    }
  }
  return false;
}

}  // namespace

std::string normalised(std::string_view title) {
  std::string name;
  for (const char c : trim(title)) {
    if (c == ' ' || c == '.') continue;
    name += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return name;
}

Result<Table> read_table(std::string_view utf8) {
  const char delimiter = find_delimiter(utf8);
  const auto marks = static_cast<std::size_t>(std::ranges::count(utf8, delimiter));
  if (marks > cells_max) return fail(ErrorCode::too_large, fmt::format("超过 {} 个单元格，请少导出一些列", cells_max));
  auto csv = view_csv(utf8, delimiter);
  if (!csv) return fail(ErrorCode::malformed, "有引号没有配对，请重新导出", csv.error().where);
  std::erase_if(csv->rows, is_empty);
  const auto& rows = csv->rows;
  if (rows.size() < 3) {
    return fail(ErrorCode::malformed, "应有两行列名和至少一行数据；请重新导出批处理表");
  }
  const std::size_t width = rows[1].cells.size();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::size_t cells = rows[i].cells.size();
    if (i == 0 ? cells <= width : cells == width) continue;  // the first row may leave out empty cells at its end
    return fail(ErrorCode::malformed,
                fmt::format("这一行有 {} 格，列名有 {} 个：行被截断或损坏，请重新导出", cells, width),
                fmt::format("第 {} 行", rows[i].line));
  }
  Table table{.columns = {},
              .titles = rows[1].cells,
              .groups = find_groups(rows.front(), width),
              .rows = std::span{rows}.subspan(2),
              .csv = *std::move(csv)};
  for (const std::string_view title : table.titles) table.columns.emplace_back(english_title(normalised(title)));
  return table;
}

Result<std::size_t> find_column(const Table& table, const Group& group, std::string_view title) {
  std::size_t found = nowhere;
  for (std::size_t i = group.begin; i < group.end; ++i) {
    if (table.columns[i] != title) continue;
    if (found != nowhere) {
      return fail(ErrorCode::malformed,
                  fmt::format("“{}”在“{}”下出现了两次，请去掉一列后重新导出", table.titles[i], group.name),
                  fmt::format("第 {} 列", i + 1));
    }
    found = i;
  }
  return found;
}

Result<void> add_columns(const Table& table, const Group& group, ResultColumns& columns) {
  struct Wanted {
    std::string_view title;
    std::size_t ResultColumns::*column;
  };
  constexpr std::array wanted{
      Wanted{"finalconc", &ResultColumns::final_concentration},
      Wanted{"calcconc", &ResultColumns::calculated_concentration},
      Wanted{"area", &ResultColumns::area},
      Wanted{"height", &ResultColumns::height},
      Wanted{"rt", &ResultColumns::retention_time},
      Wanted{"mi", &ResultColumns::manual_integration},
      Wanted{"units", &ResultColumns::unit},
      Wanted{"concunits", &ResultColumns::unit},
  };
  for (const Wanted& want : wanted) {
    const auto column = find_column(table, group, want.title);
    if (!column) return fail(Result<std::size_t>{column});
    if (*column != nowhere) columns.*want.column = *column;
  }
  return {};
}

Quantity choose_quantity(const Table& table, const std::vector<ResultColumns>& ions) {
  if (any_value(table, ions, &ResultColumns::final_concentration)) return Quantity::final_concentration;
  if (any_value(table, ions, &ResultColumns::calculated_concentration)) return Quantity::calculated_concentration;
  return Quantity::response;
}

Choice choose_column(const ResultColumns& columns, Quantity quantity) {
  if (quantity == Quantity::final_concentration && columns.final_concentration != nowhere)
    return {columns.final_concentration};
  if (quantity == Quantity::calculated_concentration && columns.calculated_concentration != nowhere) {
    return {columns.calculated_concentration};
  }
  if (columns.area != nowhere) return {columns.area, true};
  if (columns.height != nowhere) return {columns.height, true};
  // Nothing was quantified: the empty concentration is still what the export is about.
  if (columns.final_concentration != nowhere) return {columns.final_concentration};
  return {columns.calculated_concentration};
}

Result<CellFormat> choose_format(const Table& table) {
  bool points = false;
  bool commas = false;
  bool doubtful = false;
  for (const CsvRowView& row : table.rows) {
    for (const std::string_view cell : row.cells.subspan(table.groups.front().end)) {
      if (cell.find(',') == std::string_view::npos) {
        points = points || has_decimal_point(cell);
        continue;
      }
      const Comma comma = comma_in(cell);
      commas = commas || comma == Comma::decimal;
      doubtful = doubtful || comma == Comma::decimal_or_thousands;
    }
  }
  if (points && commas) return fail(ErrorCode::malformed, "同一文件里既有小数点又有小数逗号，请统一后重新导出");
  if (doubtful && !points && !commas) {
    return fail(ErrorCode::malformed, "分不清逗号是小数点还是千位分隔符；请改用小数点，或连同保留时间一起导出");
  }
  return CellFormat{.decimal_comma = commas};
}

void read_ion(const CsvRowView& row, const ResultColumns& columns, const Reading& reading,
              model::Observation& observation) {
  const Choice choice = choose_column(columns, reading.quantity);
  observation.value = interpret_cell(row.cells[choice.column], reading.format);
  observation.offset = row.offset;
  if (!choice.is_response) observation.unit = cell_of(row, columns.unit);
  if (choice.is_response) observation.flags.emplace_back(flag_response);
  if (columns.manual_integration != nowhere && normalised(row.cells[columns.manual_integration]) == "true") {
    observation.flags.emplace_back(flag_manual_integration);
  }
  if (const std::string_view time = cell_of(row, columns.retention_time); !time.empty()) {
    observation.flags.emplace_back(flag_retention_time) += time;
  }
}

std::string_view cell_of(const CsvRowView& row, std::size_t column) {
  return column == nowhere ? std::string_view{} : trim(row.cells[column]);
}

}  // namespace lab::drivers::masshunter
