#include "coordinator/planning/table.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <charconv>
#include <map>

#include "protocol/base/text.hpp"
#include "protocol/workbook/column.hpp"
#include "protocol/workbook/workbook.hpp"

namespace lab::planning {
namespace {

constexpr std::string_view workbook_magic = "PK\x03\x04";  // of a ZIP archive, which XLSX and ODS are
constexpr std::string_view error_column_name = "错误";
// Of a workbook with a plan: the largest plan we take is 80,000 rows of a dozen cells.
constexpr workbook::ReadLimits workbook_limits{.octets = std::size_t{128} << 20, .cells = 2'000'000};

// The header of an error file may carry a complaint of its own behind the name.
bool is_error_column(std::string_view name) { return name.starts_with(error_column_name) || name == "error"; }
bool is_ignored_column(std::string_view name) { return is_error_column(name) || name == "备注" || name == "note"; }

std::string_view trimmed(std::string_view text) {
  constexpr std::array blanks{std::string_view{" "}, std::string_view{"\t"}, std::string_view{"\u3000"},
                              std::string_view{"\u00A0"}};
  for (bool shorter = true; shorter;) {
    shorter = false;
    for (const std::string_view blank : blanks) {
      if (text.starts_with(blank)) {
        text.remove_prefix(blank.size());
        shorter = true;
      }
      if (text.ends_with(blank)) {
        text.remove_suffix(blank.size());
        shorter = true;
      }
    }
  }
  return text;
}

char likely_delimiter(std::string_view text) {
  const std::string_view first_line = text.substr(0, text.find_first_of("\r\n"));
  char best = ',';
  for (const char candidate : {'\t', ';'}) {
    if (std::ranges::count(first_line, candidate) > std::ranges::count(first_line, best)) best = candidate;
  }
  return best;
}

bool is_blank(const CsvRow& row) {
  return std::ranges::all_of(row.cells, [](const std::string& cell) { return trimmed(cell).empty(); });
}

Result<Table> with_rows(Table table, std::vector<CsvRow> rows) {
  std::erase_if(rows, is_blank);  // spreadsheets leave rows of bare delimiters behind
  if (rows.empty()) return fail(ErrorCode::malformed, "文件是空的；第一行应为列名", table.name);
  if (rows.size() - 1 > table_rows_max) {
    return fail(ErrorCode::too_large,
                fmt::format("有 {} 行，超过上限 {} 行；请拆成几个文件", rows.size() - 1, table_rows_max), table.name);
  }
  table.rows = std::move(rows);
  return table;
}

std::vector<CsvRow> rows_of(workbook::Sheet& sheet) {
  std::vector<CsvRow> rows;
  rows.reserve(sheet.rows.size());
  for (workbook::Row& row : sheet.rows) rows.push_back({std::move(row.cells), row.number, 0});
  return rows;
}

// How many of the columns are named in the first row that holds anything.
std::size_t columns_named(const workbook::Sheet& sheet, std::span<const Column> columns) {
  const auto header = std::ranges::find_if(sheet.rows, [](const workbook::Row& row) {
    return std::ranges::any_of(row.cells, [](const std::string& cell) { return !trimmed(cell).empty(); });
  });
  if (header == sheet.rows.end()) return 0;
  return static_cast<std::size_t>(std::ranges::count_if(columns, [&](const Column& column) {
    return std::ranges::any_of(header->cells, [&](const std::string& cell) { return column.is_called(trimmed(cell)); });
  }));
}

Result<Table> read_workbook_table(BytesView file, std::string name, std::span<const Column> columns) {
  auto sheets = workbook::read_workbook(file, workbook::all_sheets, workbook_limits);
  if (!sheets) return fail(sheets.error().code, std::move(sheets.error().message), std::move(name));
  std::optional<std::size_t> best;
  std::size_t most = 0;
  for (std::size_t i = 0; i < sheets->size(); ++i) {
    const workbook::Sheet& sheet = (*sheets)[i];
    if (sheet.hidden || sheet.rows.empty()) continue;
    const std::size_t named = columns_named(sheet, columns);
    if (best && named <= most) continue;
    best = i;
    most = named;
  }
  if (!best) return fail(ErrorCode::malformed, "工作簿里没有看得见、有内容的工作表", std::move(name));
  workbook::Sheet& sheet = (*sheets)[*best];
  Table table{.name = fmt::format("{} 工作表“{}”", name, sheet.name), .sheet = SheetPlace{*best, sheet.name}};
  return with_rows(std::move(table), rows_of(sheet));
}

}  // namespace

bool Column::is_called(std::string_view name) const {
  return !name.empty() && std::ranges::find(names, name) != names.end();
}

std::string to_text(const std::string& file, const Complaint& complaint) {
  std::string text = fmt::format("{} 第 {} 行", file, complaint.line);
  if (complaint.column > 0) text += fmt::format(" 第 {} 列", complaint.column);
  if (!complaint.field.empty()) text += fmt::format("（{}）", complaint.field);
  if (!complaint.value.empty()) text += fmt::format(" “{}”", complaint.value);
  return text + "：" + complaint.message;
}

Result<Table> read_table(BytesView file, std::string name, std::span<const Column> columns) {
  if (file.size() > table_bytes_max) {
    return fail(ErrorCode::too_large,
                fmt::format("文件有 {} 字节，超过上限 {} 字节；请拆成几个文件", file.size(), table_bytes_max), name);
  }
  // A workbook has few enough line ends to look like a text without any of our columns.
  if (file.starts_with(workbook_magic)) return read_workbook_table(file, std::move(name), columns);
  auto text = decode_text(file);
  if (!text) {
    return fail(ErrorCode::malformed, "不是 UTF-8、UTF-16 或 GB18030 文本；请在表格软件中另存为 XLSX 或 CSV",
                fmt::format("{}, {}", name, text.error().where));
  }
  const char delimiter = likely_delimiter(text->utf8);
  auto rows = parse_csv(text->utf8, delimiter);
  if (!rows) {
    return fail(ErrorCode::malformed, "有引号没有配对；请补上缺少的引号",
                fmt::format("{}, {}", name, rows.error().where));
  }
  return with_rows({.name = std::move(name), .charset = text->charset, .delimiter = delimiter}, std::move(*rows));
}

Reader::Reader(const Table& table, std::span<const Column> columns)
    : table_(&table), columns_(columns.begin(), columns.end()), places_(columns.size()) {
  row_ = &table.rows.front();
  line_ = row_->line;
  for (std::size_t wanted = 0; wanted < columns_.size(); ++wanted) find(wanted);
  refuse_unknown_columns();
  header_is_good_ = complaints_.empty();
}

void Reader::find(std::size_t wanted) {
  const Column& column = columns_[wanted];
  const std::string shown{column.names.front()};
  for (std::size_t i = 0; i < row_->cells.size(); ++i) {
    if (!column.is_called(trimmed(row_->cells[i]))) continue;
    if (places_[wanted]) {
      complaints_.push_back({line_, i + 1, shown, row_->cells[i], "这一列出现了两次；请删去一列"});
      return;
    }
    places_[wanted] = i;
  }
  if (!places_[wanted] && !column.may_be_missing) {
    complaints_.push_back({line_, 0, shown, "", fmt::format("缺少列“{}”；请在第一行加上这个列名", shown)});
  }
}

void Reader::refuse_unknown_columns() {
  for (std::size_t i = 0; i < row_->cells.size(); ++i) {
    const std::string_view name = trimmed(row_->cells[i]);
    const bool known = std::ranges::any_of(columns_, [&](const Column& column) { return column.is_called(name); });
    if (known || name.empty() || is_ignored_column(name)) continue;
    complaints_.push_back({line_, i + 1, "", std::string{name}, "不认识的列名；请改正列名，或删去这一列"});
  }
}

void Reader::open(std::size_t row) {
  row_ = &table_->rows[row + 1];
  line_ = row_->line;
  const auto& header = table_->rows.front().cells;
  for (std::size_t i = 0; i < row_->cells.size(); ++i) {
    const bool has_name = i < header.size() && !trimmed(header[i]).empty();
    if (has_name || trimmed(row_->cells[i]).empty()) continue;
    complaints_.push_back({line_, i + 1, "", row_->cells[i].substr(0, cell_bytes_max),
                           "这一格上面没有列名；请检查是否多了分隔符，含分隔符的内容要加引号"});
  }
}

std::string_view Reader::cell(std::size_t column) const {
  const auto place = places_[column];
  if (!place || *place >= row_->cells.size()) return {};
  return trimmed(row_->cells[*place]);
}

std::optional<std::string> Reader::text(std::size_t column) {
  const std::string_view value = cell(column);
  if (value.empty()) {
    complain(column, "不能为空；请填写");
  } else if (value.size() > cell_bytes_max) {
    complain(column, fmt::format("太长（上限 {} 字节）；请检查是否少了分隔符或引号", cell_bytes_max));
  } else if (std::ranges::any_of(value, is_control)) {
    complain(column, "含有换行或其他控制字符；请重新输入");
  } else {
    return std::string{value};
  }
  return std::nullopt;
}

std::optional<std::uint32_t> Reader::whole_number(std::size_t column, std::uint32_t least, std::uint32_t most) {
  const auto value = text(column);
  if (!value) return std::nullopt;
  std::uint32_t number = 0;
  const char* end = value->data() + value->size();
  const auto read = std::from_chars(value->data(), end, number);
  if (read.ec != std::errc{} || read.ptr != end || number < least || number > most) {
    complain(column, fmt::format("应为 {} 到 {} 的整数，只用半角数字", least, most));
    return std::nullopt;
  }
  return number;
}

void Reader::complain(std::size_t column, std::string message) {
  const std::size_t place = places_[column] ? *places_[column] + 1 : 0;
  std::string value{cell(column).substr(0, cell_bytes_max)};
  complaints_.push_back(
      {line_, place, std::string{columns_[column].names.front()}, std::move(value), std::move(message)});
}

void Reader::complain_of_row(std::string message) { complaints_.push_back({line_, 0, "", "", std::move(message)}); }

namespace {

// What is wrong with each row, by its line.
std::map<std::size_t, std::string> said_of_rows(const std::vector<Complaint>& complaints) {
  std::map<std::size_t, std::string> by_line;
  for (const Complaint& complaint : complaints) {
    std::string& text = by_line[complaint.line];
    if (!text.empty()) text += "；";
    if (!complaint.field.empty()) text += complaint.field + "：";
    text += complaint.message;
  }
  return by_line;
}

std::string error_heading(const std::string& said) {
  return std::string{error_column_name} + (said.empty() ? "" : ":" + said);
}

// Where an older column 错误 stands in the header; its size when there is none.
std::size_t old_error_column(const std::vector<std::string>& header) {
  const auto old = std::ranges::find_if(header, [](const std::string& name) { return is_error_column(trimmed(name)); });
  return static_cast<std::size_t>(old - header.begin());
}

Bytes error_text(const Table& table, const std::map<std::size_t, std::string>& by_line) {
  const auto& header = table.rows.front().cells;
  const std::size_t old = old_error_column(header);
  std::string text;
  for (const CsvRow& row : table.rows) {
    std::vector<std::string> cells = row.cells;
    cells.resize(std::max(cells.size(), header.size()));
    if (old < header.size()) cells.erase(cells.begin() + static_cast<std::ptrdiff_t>(old));
    const bool is_header = &row == &table.rows.front();
    const auto found = by_line.find(row.line);
    const std::string said = found == by_line.end() ? std::string{} : found->second;
    cells.push_back(is_header ? error_heading(said) : said);
    text += format_csv_row(cells, table.delimiter);
  }
  // Every charset that decode_text yields can write what it has read and our Chinese beside it.
  return encode_text(text, table.charset).value_or(text);
}

}  // namespace

Bytes error_file(const Table& table, const std::vector<Complaint>& complaints, BytesView file) {
  std::map<std::size_t, std::string> by_line = said_of_rows(complaints);
  if (!table.sheet) return error_text(table, by_line);
  const auto& header = table.rows.front().cells;
  std::size_t column = old_error_column(header);
  if (column == header.size()) {
    for (const CsvRow& row : table.rows) column = std::max(column, row.cells.size());
  }
  std::string& heading = by_line[table.rows.front().line];
  heading = error_heading(heading);
  auto workbook = workbook::with_column(file, table.sheet->index, column, by_line);
  // A sheet that cannot be edited in place (no program we know writes such) comes back as a table of text.
  return workbook ? *std::move(workbook) : error_text(table, said_of_rows(complaints));
}

Error summary_of(const Table& table, const std::vector<Complaint>& complaints) {
  constexpr std::size_t shown_max = 5;  // a sentence per line still fits on a terminal
  std::string text;
  for (std::size_t i = 0; i < std::min(complaints.size(), shown_max); ++i) {
    if (i > 0) text += "\n";
    text += to_text(table.name, complaints[i]);
  }
  if (complaints.size() > shown_max) text += fmt::format("\n…… 共 {} 处错误", complaints.size());
  return {ErrorCode::malformed, std::move(text), table.name};
}

}  // namespace lab::planning
