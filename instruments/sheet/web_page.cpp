#include "instruments/sheet/web_page.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <vector>

#include "protocol/workbook/workbook.hpp"

namespace lab::sheet {
namespace {

using workbook::cells_max;

constexpr std::size_t span_max = 1000;  // rows or columns of one cell

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool begins(std::string_view text, std::string_view word) {
  return text.size() >= word.size() &&
         std::ranges::equal(text.substr(0, word.size()), word, {}, [](char c) { return lower(c); });
}

std::string_view without_blanks(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  return first == std::string_view::npos ? std::string_view{} : text.substr(first);
}

void append_character(std::string& text, std::uint32_t code) {
  if (code < 0x80) {
    text += static_cast<char>(code);
  } else if (code < 0x800) {
    text += static_cast<char>(0xC0 | (code >> 6));
    text += static_cast<char>(0x80 | (code & 0x3F));
  } else if (code < 0x10000 && (code < 0xD800 || code > 0xDFFF)) {
    text += static_cast<char>(0xE0 | (code >> 12));
    text += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    text += static_cast<char>(0x80 | (code & 0x3F));
  } else {
    text += '?';
  }
}

struct Named {
  std::string_view name;
  std::string_view text;
};

// The ones that tables of numbers use; others stay as they are written, and are seen to be wrong.
constexpr std::array entities{Named{"nbsp", " "}, Named{"amp", "&"},        Named{"lt", "<"},
                              Named{"gt", ">"},   Named{"quot", "\""},      Named{"apos", "'"},
                              Named{"deg", "°"},  Named{"micro", "\u00B5"}, Named{"plusmn", "±"}};

// What stands between "&" and ";".
void append_entity(std::string& text, std::string_view name) {
  const auto* known = std::ranges::find(entities, name, &Named::name);
  if (known != entities.end()) {
    text += known->text;
    return;
  }
  const bool hexadecimal = begins(name, "#x");
  std::uint32_t code = 0;
  const char* first = name.data() + (hexadecimal ? 2 : 1);
  const char* last = name.data() + name.size();
  const bool numeric = name.size() > 1 && name[0] == '#' && first < last &&
                       std::from_chars(first, last, code, hexadecimal ? 16 : 10).ptr == last;
  if (numeric && code >= 0x20) {
    append_character(text, code);
  } else {
    text += '&';
    text += name;
    text += ';';
  }
}

void append_text(std::string& cell, std::string_view text) {
  constexpr std::size_t entity_octets_max = 10;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::size_t end = text[i] == '&' ? text.find(';', i) : std::string_view::npos;
    if (end != std::string_view::npos && end - i <= entity_octets_max) {
      append_entity(cell, text.substr(i + 1, end - i - 1));
      i = end;
    } else {
      cell += text[i] == '\n' || text[i] == '\r' || text[i] == '\t' ? ' ' : text[i];
    }
  }
}

// rowspan = "5" in the inside of a tag; 1 when it is not there.
std::size_t span_in(std::string_view tag, std::string_view name) {
  for (std::size_t at = 0; at + name.size() < tag.size(); ++at) {
    if (!begins(tag.substr(at), name)) continue;
    const std::size_t digits = tag.find_first_not_of(" =\"'", at + name.size());
    if (digits == std::string_view::npos) return 1;
    std::size_t value = 1;
    std::from_chars(tag.data() + digits, tag.data() + tag.size(), value);
    return std::clamp<std::size_t>(value, 1, span_max);
  }
  return 1;
}

class PageReader {
 public:
  explicit PageReader(std::string_view page) : page_(page) {}

  Result<Sheet> read() {
    while (at_ < page_.size()) {
      const std::size_t open = std::min(page_.find('<', at_), page_.size());
      if (cell_) append_text(*cell_, page_.substr(at_, open - at_));
      if (open == page_.size()) break;
      const bool comment = page_.substr(open).starts_with("<!--");
      const std::size_t close = comment ? page_.find("-->", open) : page_.find('>', open);
      if (close == std::string_view::npos) return cut();
      if (!comment && !take_tag(page_.substr(open + 1, close - open - 1))) {
        return fail(ErrorCode::too_large, "网页里的表格太大，不是正常的导出文件");
      }
      at_ = close + (comment ? 3 : 1);
    }
    if (cell_ || !closed_) return cut();
    return std::move(sheet_);
  }

 private:
  static tl::unexpected<Error> cut() { return fail(ErrorCode::malformed, "网页不完整，请重新导出或复制"); }

  // False beyond a limit.
  bool take_tag(std::string_view tag) {
    const auto is = [&](std::string_view name) {
      if (!begins(tag, name)) return false;
      return tag.size() == name.size() || tag[name.size()] == ' ' || tag[name.size()] == '\n' ||
             tag[name.size()] == '\r' || tag[name.size()] == '/';
    };
    if (is("tr")) begin_row();
    if (is("td") || is("th")) return begin_cell(tag);
    if (is("/td") || is("/th")) end_cell();
    if (is("br") && cell_) *cell_ += ' ';
    if (is("/html") || is("/table")) closed_ = true;
    if (is("table")) closed_ = false;
    return true;
  }

  void begin_row() {
    end_cell();
    sheet_.rows.push_back({.cells = {}, .kinds = {}, .number = sheet_.rows.size() + 1});
    column_ = 0;
  }

  bool begin_cell(std::string_view tag) {
    end_cell();
    if (sheet_.rows.empty()) begin_row();
    skip_cells_from_above();
    const std::size_t columns = span_in(tag, "colspan");
    const std::size_t rows = span_in(tag, "rowspan");
    if (column_ + columns > span_max || cells_ + column_ > cells_max) return false;
    if (covered_.size() < column_ + columns) covered_.resize(column_ + columns, 0);
    for (std::size_t i = 0; i < columns; ++i) covered_[column_ + i] = rows - 1;
    place_ = column_;
    column_ += columns;
    cell_.emplace();
    return true;
  }

  // Columns where a cell of a row above reaches down.
  void skip_cells_from_above() {
    while (column_ < covered_.size() && covered_[column_] > 0) --covered_[column_++];
  }

  void end_cell() {
    if (!cell_) return;
    const std::string_view text = without_blanks(*cell_);
    auto& cells = sheet_.rows.back().cells;
    cells_ += place_ + 1 - std::min(cells.size(), place_ + 1);
    cells.resize(std::max(cells.size(), place_ + 1));
    cells[place_] = text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
    cell_.reset();
  }

  std::string_view page_;
  std::size_t at_ = 0;
  Sheet sheet_;
  std::optional<std::string> cell_;
  std::vector<std::size_t> covered_;  // for each column: how many rows below are still covered by a cell above
  std::size_t column_ = 0;            // of the next cell
  std::size_t place_ = 0;             // of the open cell
  std::size_t cells_ = 0;
  bool closed_ = false;  // the last table or the page has ended
};

}  // namespace

bool looks_like_web_page(std::string_view utf8) {
  const std::string_view text = without_blanks(utf8);
  return begins(text, "<html") || begins(text, "<!doctype html") || begins(text, "<table");
}

Result<Sheet> read_web_page(std::string_view utf8) { return PageReader{utf8}.read(); }

}  // namespace lab::sheet
