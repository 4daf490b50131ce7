#include "protocol/workbook/column.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/workbook/archive.hpp"
#include "protocol/workbook/sheet.hpp"
#include "protocol/workbook/workbook_parts.hpp"
#include "protocol/workbook/writer.hpp"
#include "protocol/workbook/xml.hpp"

namespace lab::workbook {
namespace {

// Octets [begin, end) of the XML give way to `text`.
struct Edit {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string text;
};

// Finds what has to change, in the order of the octets.
class ColumnEditor : public XmlReader {
 public:
  ColumnEditor(BytesView xml, std::size_t column, const ColumnTexts& texts)
      : xml_(xml), column_(column), texts_(texts) {}

  std::vector<Edit> edits;

  void at(std::size_t offset, std::size_t octets) override {
    begin_ = offset;
    end_ = offset + octets;
  }

  bool begin(std::string_view name, const Attributes& attributes) override {
    if (name == "dimension") edits.push_back({begin_, end_, {}});  // says how far the cells reach, and may be left out
    if (name == "row") begin_row(attributes);
    if (name == "c" && in_row_) begin_cell(attributes);
    return true;
  }

  bool end(std::string_view name) override {
    if (name == "c" && in_row_) end_cell();
    if (name == "row" && in_row_) end_row();
    return true;
  }
  void text(std::string_view) override {}

 private:
  [[nodiscard]] std::string_view tag() const { return xml_.substr(begin_, end_ - begin_); }

  void begin_row(const Attributes& attributes) {
    ++row_;
    if (const auto given = attributes.find("r")) {
      std::from_chars(given->data(), given->data() + given->size(), row_);
    }
    in_row_ = true;
    next_column_ = 0;
    is_done_ = !texts_.contains(row_);
    const std::string_view whole = tag();
    const std::size_t colon = whole.substr(0, whole.find_first_of(" \t\r\n/>")).find(':');
    prefix_ = colon == std::string_view::npos ? std::string{} : std::string{whole.substr(1, colon)};
    is_empty_ = whole.ends_with("/>");
    // A row may say which columns it has, which is no longer true.
    const std::size_t spans = whole.find(" spans=\"");
    if (spans == std::string_view::npos) return;
    const std::size_t quote = whole.find('"', spans + 8);
    if (quote != std::string_view::npos) edits.push_back({begin_ + spans, begin_ + quote + 1, {}});
  }

  void begin_cell(const Attributes& attributes) {
    cell_column_ = next_column_;
    if (const auto reference = attributes.find("r")) cell_column_ = column_named(*reference).value_or(next_column_);
    next_column_ = cell_column_ + 1;
    cell_begin_ = begin_;
    if (cell_column_ > column_ && !is_done_) insert(begin_, begin_);
  }

  void end_cell() {
    if (cell_column_ != column_) return;
    if (!is_done_) return insert(cell_begin_, end_);
    edits.push_back({cell_begin_, end_, {}});
  }

  void end_row() {
    in_row_ = false;
    if (is_done_) return;
    if (!is_empty_) return insert(begin_, begin_);
    // <row/> becomes <row>...</row>; its end stands behind its one tag.
    insert(begin_ - 2, begin_);
    edits.back().text = ">" + edits.back().text + fmt::format("</{}row>", prefix_);
  }

  void insert(std::size_t begin, std::size_t end) {
    edits.push_back(
        {begin, end,
         fmt::format(R"(<{0}c r="{1}" t="inlineStr"><{0}is><{0}t xml:space="preserve">{2}</{0}t></{0}is></{0}c>)",
                     prefix_, cell_name(column_, row_), xml_text(texts_.at(row_)))});
    is_done_ = true;
  }

  BytesView xml_;
  std::size_t column_;
  const ColumnTexts& texts_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t row_ = 0;
  std::size_t next_column_ = 0;
  std::size_t cell_column_ = 0;
  std::size_t cell_begin_ = 0;
  std::string prefix_;
  bool in_row_ = false;
  bool is_empty_ = false;
  bool is_done_ = false;
};

// Places in the octets are places in the text only where the XML is UTF-8.
bool is_utf8_xml(BytesView xml) {
  if (xml.starts_with("\xEF\xBB\xBF")) xml.remove_prefix(3);
  if (!xml.starts_with('<')) return false;
  const std::string_view head = xml.substr(0, xml.find('>'));
  if (!head.starts_with("<?xml") || head.find("encoding") == std::string_view::npos) return true;
  return head.find("UTF-8") != std::string_view::npos || head.find("utf-8") != std::string_view::npos;
}

Bytes edited(BytesView xml, const std::vector<Edit>& edits) {
  Bytes result;
  result.reserve(xml.size() + edits.size() * 100);
  std::size_t copied = 0;
  for (const Edit& edit : edits) {
    result += xml.substr(copied, edit.begin - copied);
    result += edit.text;
    copied = edit.end;
  }
  result += xml.substr(copied);
  return result;
}

}  // namespace

Result<Bytes> with_column(BytesView xlsx, std::size_t sheet, std::size_t column, const ColumnTexts& texts) {
  auto archive = Archive::open(xlsx);
  if (!archive) return fail(std::move(archive));
  auto parts = read_parts(*archive);
  if (!parts) return fail(std::move(parts));
  std::vector<std::string> paths;
  for (const SheetEntry& entry : parts->sheets) {
    if (entry.path.find("worksheets/") != std::string::npos) paths.push_back(entry.path);
  }
  if (sheet >= paths.size()) return fail(ErrorCode::not_found, "工作簿里没有这张工作表");
  const auto xml = archive->read(paths[sheet]);
  if (!xml) return tl::unexpected(xml.error());
  if (!is_utf8_xml(*xml)) return fail(ErrorCode::unsupported, "工作表不是 UTF-8 编码，请另存为 xlsx");
  ColumnEditor editor{*xml, column, texts};
  if (auto done = read_xml(*xml, editor); !done) return fail(std::move(done));
  return with_file(xlsx, paths[sheet], edited(*xml, editor.edits));
}

}  // namespace lab::workbook
