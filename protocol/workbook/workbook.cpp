#include "protocol/workbook/workbook.hpp"

#include <charconv>
#include <optional>
#include <utility>

#include "protocol/workbook/archive.hpp"
#include "protocol/workbook/workbook_parts.hpp"
#include "protocol/workbook/xml.hpp"

namespace lab::workbook {
namespace {

constexpr std::size_t rows_max = 1'048'576;  // ECMA-376

std::optional<std::size_t> number_in(std::string_view text) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

class SheetReader : public XmlReader {
 public:
  SheetReader(const WorkbookParts& parts, std::size_t cells_left) : parts_(parts), cells_left_(cells_left) {}

  std::vector<Row> rows;
  Error error{ErrorCode::malformed, "工作表的内容有错误，请重新导出", {}};
  bool failed = false;

  [[nodiscard]] std::size_t cells_left() const { return cells_left_; }

  bool begin(std::string_view name, const Attributes& attributes) override {
    if (name == "row") return begin_row(attributes);
    if (name == "c") return begin_cell(attributes);
    in_text_ = name == "v" || (name == "t" && in_inline_ && !in_phonetic_);
    if (name == "is") in_inline_ = true;
    if (name == "rPh") in_phonetic_ = true;
    return true;
  }

  bool end(std::string_view name) override {
    in_text_ = false;
    if (name == "is") in_inline_ = false;
    if (name == "rPh") in_phonetic_ = false;
    if (name == "row" && !rows.empty() && rows.back().cells.empty()) rows.pop_back();
    return name != "c" || end_cell();
  }

  void text(std::string_view piece) override {
    if (in_text_) text_ += piece;
  }

 private:
  bool stop(std::string message) {
    error.message = std::move(message);
    failed = true;
    return false;
  }

  bool begin_row(const Attributes& attributes) {
    std::size_t number = last_row_ + 1;
    if (const auto given = attributes.find("r")) number = number_in(*given).value_or(0);
    if (number <= last_row_ || number > rows_max) return stop("工作表的行号有错误，请重新导出");
    rows.push_back({.cells = {},
                    .kinds = {},
                    .number = number,
                    .offset = 0,
                    .end = 0,
                    .blank_before = number > (rows.empty() ? 0 : rows.back().number) + 1});
    last_row_ = number;
    return true;
  }

  bool begin_cell(const Attributes& attributes) {
    if (rows.empty()) return stop("工作表里有不属于任何行的单元格，请重新导出");
    column_ = rows.back().cells.size();
    if (const auto reference = attributes.find("r")) column_ = column_named(*reference).value_or(columns_max);
    if (column_ >= columns_max || column_ < rows.back().cells.size()) {
      return stop("工作表的单元格编号有错误，请重新导出");
    }
    type_ = attributes.find("t").value_or("n");
    style_ = NumberStyle::plain;
    if (const auto style = number_in(attributes.find("s").value_or(""))) {
      if (*style < parts_.styles.size()) style_ = parts_.styles[*style];
    }
    text_.clear();
    return true;
  }

  bool end_cell() {
    auto value = value_of();
    if (!value) return stop("单元格 " + cell_name(column_, rows.back().number) + " 的内容有错误，请重新导出");
    if (value->text.empty()) return true;
    Row& row = rows.back();
    const std::size_t more = column_ + 1 - row.cells.size();
    if (more > cells_left_) {
      error.code = ErrorCode::too_large;
      return stop("工作簿的单元格太多，不是正常的导出文件");
    }
    cells_left_ -= more;
    row.cells.resize(column_ + 1);
    row.kinds.resize(column_ + 1, CellKind::text);
    row.cells.back() = std::move(value->text);
    row.kinds.back() = value->kind;
    return true;
  }

  [[nodiscard]] std::optional<CellText> value_of() const {
    if (type_ == "s") {
      const auto index = number_in(text_);
      if (!index || *index >= parts_.strings.size()) return std::nullopt;
      return CellText{parts_.strings[*index], CellKind::text};
    }
    if (type_ == "inlineStr" || type_ == "str") return CellText{text_, CellKind::text};
    if (type_ == "b") return CellText{text_ == "1" ? "TRUE" : "FALSE", CellKind::boolean};
    if (type_ == "e") return CellText{text_, CellKind::error};
    if (type_ == "d") return CellText{text_, CellKind::date};
    if (text_.empty()) return CellText{{}, CellKind::text};  // a cell that only has a style
    return cell_text(text_, style_, parts_.since_1904);
  }

  const WorkbookParts& parts_;
  std::size_t cells_left_;
  std::size_t last_row_ = 0;
  std::size_t column_ = 0;
  std::string type_;
  std::string text_;
  NumberStyle style_ = NumberStyle::plain;
  bool in_text_ = false;
  bool in_inline_ = false;
  bool in_phonetic_ = false;
};

class SheetsReader {
 public:
  SheetsReader(Archive& archive, const WorkbookParts& parts, const Whole& whole, std::size_t cells_left)
      : archive_(archive), parts_(parts), whole_(whole), cells_left_(cells_left) {}

  Result<std::vector<Sheet>> read() {
    for (const SheetEntry& entry : parts_.sheets) {
      // Charts have tabs of their own, and no cells.
      if (entry.path.find("worksheets/") == std::string::npos) continue;
      auto sheet = read_sheet(entry, whole_(sheets_.size()));
      if (!sheet) return fail(std::move(sheet));
      sheets_.push_back(*std::move(sheet));
    }
    return std::move(sheets_);
  }

 private:
  Result<Sheet> read_sheet(const SheetEntry& entry, bool whole) {
    const auto xml = whole ? archive_.read(entry.path) : archive_.read_head(entry.path, head_octets);
    if (!xml) return tl::unexpected(xml.error());
    const bool partial = !whole && xml->size() == head_octets;
    SheetReader reader{parts_, cells_left_};
    auto done = read_xml(*xml, reader);
    if (reader.failed) return fail(reader.error.code, reader.error.message, entry.name);
    if (!done && !partial) return fail(std::move(done));
    if (partial && !reader.rows.empty()) reader.rows.pop_back();  // it may be cut
    cells_left_ = reader.cells_left();
    return Sheet{.name = entry.name, .hidden = entry.hidden, .partial = partial, .rows = std::move(reader.rows)};
  }

  Archive& archive_;
  const WorkbookParts& parts_;
  const Whole& whole_;
  std::vector<Sheet> sheets_;
  std::size_t cells_left_;
};

}  // namespace

Result<std::vector<Sheet>> read_workbook(BytesView xlsx, const Whole& whole, const ReadLimits& limits) {
  auto archive = Archive::open(xlsx, limits.octets);
  if (!archive) return fail(std::move(archive));
  auto parts = read_parts(*archive);
  if (!parts) return fail(std::move(parts));
  return SheetsReader{*archive, *parts, whole, limits.cells}.read();
}

}  // namespace lab::workbook
