#include "instruments/sheet/binary_workbook.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <map>
#include <optional>
#include <utility>

#include "instruments/sheet/biff_records.hpp"
#include "instruments/sheet/compound.hpp"
#include "instruments/sheet/octets.hpp"
#include "protocol/workbook/archive.hpp"
#include "protocol/workbook/number_text.hpp"
#include "protocol/workbook/workbook.hpp"

namespace lab::sheet {
namespace {

using workbook::cell_text;
using workbook::cells_max;
using workbook::CellText;
using workbook::NumberStyle;
using workbook::style_of_format;
using workbook::unpacked_octets_max;

constexpr std::uint16_t biff8 = 0x0600;
constexpr std::uint16_t part_globals = 0x0005;  // what a part of the stream holds
constexpr std::uint16_t part_sheet = 0x0010;
constexpr std::size_t columns_max = 256;

tl::unexpected<Error> damaged(std::string where = {}) {
  return fail(ErrorCode::malformed, "工作簿的内容不完整或有错误，请重新导出或复制", std::move(where));
}

struct SheetPlace {
  std::string name;
  bool hidden = false;
  std::size_t at = 0;  // in the stream
};

struct Globals {
  bool since_1904 = false;
  std::vector<SheetPlace> sheets;
  std::vector<std::string> strings;
  std::map<unsigned, std::string> codes;
  std::vector<unsigned> formats;  // by the index that cells give

  [[nodiscard]] NumberStyle style(std::size_t index) const {
    if (index >= formats.size()) return NumberStyle::plain;
    const auto code = codes.find(formats[index]);
    return style_of_format(formats[index], code == codes.end() ? std::string_view{} : code->second);
  }
};

// False when a string is not whole.
bool read_strings(const BiffRecord& record, std::vector<std::string>& strings) {
  BiffFields fields{record, 4};
  const std::uint64_t count = fields.number(4);
  for (std::uint64_t i = 0; i < count && !fields.failed(); ++i) strings.push_back(fields.string(2));
  return !fields.failed();
}

bool read_sheet_entry(const BiffRecord& record, Globals& globals) {
  constexpr std::uint64_t worksheet = 0;  // charts and macros have no results
  BiffFields fields{record, 0};
  const std::uint64_t at = fields.number(4);
  const std::uint64_t state = fields.number(1);
  const std::uint64_t kind = fields.number(1);
  std::string name = fields.string(1);
  if (fields.failed()) return false;
  if (kind == worksheet) {
    globals.sheets.push_back({std::move(name), (state & 3) != 0, static_cast<std::size_t>(at)});
  }
  return true;
}

bool read_global(const BiffRecord& record, Globals& globals) {
  if (record.id == biff::date_mode) globals.since_1904 = u16_at(record.data(), 0) == 1;
  if (record.id == biff::cell_format) globals.formats.push_back(u16_at(record.data(), 2));
  if (record.id == biff::sheet_entry) return read_sheet_entry(record, globals);
  if (record.id == biff::shared_strings) return read_strings(record, globals.strings);
  if (record.id != biff::number_format) return true;
  BiffFields fields{record, 2};
  globals.codes[u16_at(record.data(), 0)] = fields.string(2);
  return !fields.failed();
}

Result<Globals> read_globals(BytesView stream) {
  BiffReader reader{stream};
  const auto begin = reader.next();
  if (!begin || begin->id != biff::begin_of_part) return damaged();
  if (u16_at(begin->data(), 0) != biff8 || u16_at(begin->data(), 2) != part_globals) {
    return fail(ErrorCode::unsupported, "这是 Excel 5.0/95 的工作簿，不能直接读取；请另存为 .xlsx 后再导入");
  }
  Globals globals;
  while (const auto record = reader.next()) {
    if (record->id == biff::end_of_part) return globals;
    if (record->id == biff::encrypted) {
      return fail(ErrorCode::unsupported, "这个工作簿有密码保护，不能读取；请去掉密码另存后再导入");
    }
    if (!read_global(*record, globals)) return damaged();
  }
  return damaged();
}

// The shortest decimal that is this binary number and no other.
std::string shortest(double number) {
  std::array<char, 32> text{};
  const auto done = std::to_chars(text.data(), text.data() + text.size(), number);
  return {text.data(), done.ptr};
}

std::string number_in(BytesView data, std::size_t at) {
  return shortest(std::bit_cast<double>(number_at(data, at, 8)));
}

// A number in four octets: the upper 30 bits of a binary number or a whole number, either of them a hundredfold.
std::string small_number_in(BytesView data, std::size_t at) {
  const std::uint32_t bits = u32_at(data, at);
  const bool whole = (bits & 2) != 0;
  const double value = whole ? static_cast<double>(static_cast<std::int32_t>(bits) >> 2)
                             : std::bit_cast<double>(std::uint64_t{bits & ~3U} << 32);
  constexpr double hundred = 100;
  return shortest((bits & 1) != 0 ? value / hundred : value);
}

std::string error_name(std::uint64_t code) {
  switch (code) {
    case 0x00:
      return "#NULL!";
    case 0x07:
      return "#DIV/0!";
    case 0x0F:
      return "#VALUE!";
    case 0x17:
      return "#REF!";
    case 0x1D:
      return "#NAME?";
    case 0x24:
      return "#NUM!";
    case 0x2A:
      return "#N/A";
    default:
      return "#ERROR!";
  }
}

CellText boolean(std::uint64_t value) { return {value != 0 ? "TRUE" : "FALSE", CellKind::boolean}; }

struct Cell {
  std::uint16_t row;
  std::uint16_t column;
  CellText value;
};

class SheetCells {
 public:
  SheetCells(const Globals& globals, std::size_t& text_left) : globals_(globals), text_left_(text_left) {}

  std::vector<Cell> cells;
  bool too_large = false;

  // False when the record contradicts itself or the globals.
  bool take(const BiffRecord& record) {
    const BytesView data = record.data();
    const bool waits = std::exchange(formula_waits_, false);
    switch (record.id) {
      case biff::shared_string:
        return data.size() >= 10 && take_shared(data);
      case biff::number:
        return data.size() >= 14 && add(data, styled(data, number_in(data, 6)));
      case biff::small_number:
        return data.size() >= 10 && add(data, styled(data, small_number_in(data, 6)));
      case biff::many_small_numbers:
        return take_many(data);
      case biff::text:
      case biff::rich_text:
        return data.size() >= 8 && take_text(record);
      case biff::boolean_or_error:
        return data.size() >= 8 && add(data, boolean_or_error(data));
      case biff::formula:
        return data.size() >= 14 && take_formula(data);
      case biff::formula_text:
        return !waits || take_formula_text(record);
      default:
        formula_waits_ = waits;  // between a formula and its text stands what several formulas share
        return true;
    }
  }

 private:
  bool add(std::uint16_t row, std::uint16_t column, CellText value) {
    if (column >= columns_max) return false;
    if (value.text.empty()) return true;
    if (value.text.size() > text_left_) {
      too_large = true;
      return false;
    }
    text_left_ -= value.text.size();
    cells.push_back({row, column, std::move(value)});
    return true;
  }

  bool add(BytesView data, CellText value) { return add(u16_at(data, 0), u16_at(data, 2), std::move(value)); }

  [[nodiscard]] CellText styled(BytesView data, const std::string& number) const {
    return cell_text(number, globals_.style(u16_at(data, 4)), globals_.since_1904);
  }

  bool take_shared(BytesView data) {
    const std::uint32_t index = u32_at(data, 6);
    return index < globals_.strings.size() && add(data, {globals_.strings[index], CellKind::text});
  }

  // Row, first column, then a format and a number for each column, then the last column.
  bool take_many(BytesView data) {
    constexpr std::size_t each = 6;
    if (data.size() < 6 + each || (data.size() - 6) % each != 0) return false;
    const std::size_t count = (data.size() - 6) / each;
    const std::size_t first = u16_at(data, 2);
    if (first + count > columns_max) return false;
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t at = 4 + i * each;
      const CellText value =
          cell_text(small_number_in(data, at + 2), globals_.style(u16_at(data, at)), globals_.since_1904);
      if (!add(u16_at(data, 0), static_cast<std::uint16_t>(first + i), value)) return false;
    }
    return true;
  }

  bool take_text(const BiffRecord& record) {
    BiffFields fields{record, 6};
    std::string text = fields.string(2);
    return !fields.failed() && add(record.data(), {std::move(text), CellKind::text});
  }

  static CellText boolean_or_error(BytesView data) {
    const std::uint64_t value = number_at(data, 6, 1);
    if (number_at(data, 7, 1) == 0) return boolean(value);
    return {error_name(value), CellKind::error};
  }

  // A number, or a mark in its highest octets and then what else the result is.
  bool take_formula(BytesView data) {
    if (u16_at(data, 12) != 0xFFFF) return add(data, styled(data, number_in(data, 6)));
    switch (number_at(data, 6, 1)) {
      case 0:
        formula_waits_ = true;
        formula_row_ = u16_at(data, 0);
        formula_column_ = u16_at(data, 2);
        return true;
      case 1:
        return add(data, boolean(number_at(data, 8, 1)));
      case 2:
        return add(data, {error_name(number_at(data, 8, 1)), CellKind::error});
      case 3:
        return true;  // an empty text
      default:
        return false;
    }
  }

  bool take_formula_text(const BiffRecord& record) {
    BiffFields fields{record, 0};
    std::string text = fields.string(2);
    return !fields.failed() && add(formula_row_, formula_column_, {std::move(text), CellKind::text});
  }

  const Globals& globals_;
  std::size_t& text_left_;
  bool formula_waits_ = false;
  std::uint16_t formula_row_ = 0;
  std::uint16_t formula_column_ = 0;
};

// Of all sheets together.
struct Budget {
  std::size_t records_left;  // as many as the stream can have: sheets do not overlap
  std::size_t cells_left = cells_max;
  std::size_t text_left = unpacked_octets_max;
};

tl::unexpected<Error> too_large(const std::string& name) {
  return fail(ErrorCode::too_large, "工作簿的内容太多，不是正常的导出文件", name);
}

// Programs write the cells of a row together, in any order.
Result<std::vector<Row>> rows_of(std::vector<Cell> cells, const std::string& name, Budget& budget) {
  std::ranges::stable_sort(cells, {}, [](const Cell& cell) { return std::pair{cell.row, cell.column}; });
  std::vector<Row> rows;
  for (Cell& cell : cells) {
    const std::size_t number = std::size_t{cell.row} + 1;
    if (rows.empty() || rows.back().number != number) {
      const std::size_t before = rows.empty() ? 0 : rows.back().number;
      rows.push_back(
          {.cells = {}, .kinds = {}, .number = number, .offset = 0, .end = 0, .blank_before = number > before + 1});
    }
    Row& row = rows.back();
    if (cell.column < row.cells.size()) return damaged(name + "!" + cell_name(cell.column, number));
    const std::size_t more = cell.column + 1 - row.cells.size();
    if (more > budget.cells_left) return too_large(name);
    budget.cells_left -= more;
    row.cells.resize(cell.column + std::size_t{1});
    row.kinds.resize(cell.column + std::size_t{1}, CellKind::text);
    row.cells.back() = std::move(cell.value.text);
    row.kinds.back() = cell.value.kind;
  }
  return rows;
}

Result<std::vector<Row>> read_sheet(BytesView stream, const SheetPlace& place, const Globals& globals, Budget& budget) {
  BiffReader reader{stream, place.at};
  const auto begin = reader.next();
  if (!begin || begin->id != biff::begin_of_part || u16_at(begin->data(), 2) != part_sheet) return damaged(place.name);
  SheetCells sheet{globals, budget.text_left};
  std::size_t depth = 1;  // charts on the sheet are parts inside this one
  while (const auto record = reader.next()) {
    if (budget.records_left == 0) break;
    --budget.records_left;
    if (record->id == biff::begin_of_part) ++depth;
    if (record->id == biff::end_of_part && --depth == 0) return rows_of(std::move(sheet.cells), place.name, budget);
    if (depth > 1 || sheet.take(*record)) continue;
    if (sheet.too_large) return too_large(place.name);
    return damaged(place.name);
  }
  return damaged(place.name);
}

}  // namespace

Result<std::vector<Sheet>> read_binary_workbook(BytesView xls) {
  auto stream = read_stream(xls, "Workbook");
  if (!stream && stream.error().code == ErrorCode::not_found) stream = read_stream(xls, "Book");
  if (!stream && stream.error().code == ErrorCode::not_found) {
    return fail(ErrorCode::unsupported, "这是旧版 Office 格式的文件，但不是 Excel 工作簿；请导出为文本或 xlsx");
  }
  if (!stream) return fail(std::move(stream));
  const auto globals = read_globals(*stream);
  if (!globals) return tl::unexpected<Error>(globals.error());
  std::vector<Sheet> sheets;
  constexpr std::size_t record_octets_min = 4;
  Budget budget{.records_left = stream->size() / record_octets_min};
  for (const SheetPlace& place : globals->sheets) {
    auto rows = read_sheet(*stream, place, *globals, budget);
    if (!rows) return fail(std::move(rows));
    sheets.push_back({.name = place.name, .hidden = place.hidden, .rows = *std::move(rows)});
  }
  return sheets;
}

}  // namespace lab::sheet
