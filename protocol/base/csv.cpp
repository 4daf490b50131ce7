#include "protocol/base/csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace lab {
namespace {

class CsvReader {
 public:
  CsvReader(std::string_view text, char delimiter) : text_(text), delimiter_(delimiter) {}

  Result<CsvView> read() {
    std::vector<std::size_t> ends;  // of each row, in cells
    while (at_ < text_.size()) {
      const std::size_t before = view_.cells.size();
      view_.rows.push_back({.cells = {}, .line = line_, .offset = at_});
      if (auto read = read_row(); !read) return fail(std::move(read));
      const bool blank = view_.cells.size() == before + 1 && view_.cells.back().empty();
      if (blank) {
        view_.cells.pop_back();
        view_.rows.pop_back();
      } else {
        ends.push_back(view_.cells.size());
      }
    }
    // Only now do the cells stand where they will stay.
    std::size_t begin = 0;
    for (std::size_t i = 0; i < ends.size(); ++i) {
      view_.rows[i].cells = std::span{view_.cells}.subspan(begin, ends[i] - begin);
      begin = ends[i];
    }
    return std::move(view_);
  }

 private:
  Result<void> read_row() {
    for (;;) {
      if (auto read = read_cell(); !read) return read;
      if (at_ >= text_.size() || text_[at_] != delimiter_) break;
      ++at_;
    }
    skip_line_end();
    return {};
  }

  // Nearly every cell is a piece of the text as it stands.
  Result<void> read_cell() {
    const std::size_t begin = at_;
    if (begin < text_.size() && text_[begin] == '"' && take_plainly_quoted()) return {};
    while (at_ < text_.size() && !ends_cell(text_[at_]) && text_[at_] != '"') ++at_;
    if (at_ < text_.size() && text_[at_] == '"') {
      at_ = begin;
      return read_quoted();
    }
    view_.cells.push_back(text_.substr(begin, at_ - begin));
    return {};
  }

  // One pair of quotes around the whole cell, and none inside.
  bool take_plainly_quoted() {
    const std::size_t close = text_.find('"', at_ + 1);
    if (close == std::string_view::npos) return false;
    if (close + 1 < text_.size() && !ends_cell(text_[close + 1])) return false;
    const std::string_view cell = text_.substr(at_ + 1, close - at_ - 1);
    line_ += static_cast<std::size_t>(std::ranges::count(cell, '\n'));
    view_.cells.push_back(cell);
    at_ = close + 1;
    return true;
  }

  // Quotes may open anywhere in a cell: `"a"b` reads as ab, as spreadsheets do.
  Result<void> read_quoted() {
    const std::size_t opened_on = line_;
    std::string& cell = view_.copied.emplace_back();
    bool quoted = false;
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (quoted) {
        if (c == '\n') ++line_;
        if (c != '"') {
          cell += c;
        } else if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
          cell += c;
          ++at_;
        } else {
          quoted = false;
        }
      } else if (c == '"') {
        quoted = true;
      } else if (ends_cell(c)) {
        break;
      } else {
        cell += c;
      }
    }
    if (quoted) {
      return fail(ErrorCode::malformed, "a quoted cell is never closed; add the missing quotation mark",
                  fmt::format("line {}", opened_on));
    }
    view_.cells.emplace_back(cell);
    return {};
  }

  [[nodiscard]] bool ends_cell(char c) const { return c == delimiter_ || c == '\n' || c == '\r'; }

  void skip_line_end() {
    if (at_ >= text_.size()) return;
    if (text_[at_] == '\r' && at_ + 1 < text_.size() && text_[at_ + 1] == '\n') ++at_;
    ++at_;
    ++line_;
  }

  std::string_view text_;
  char delimiter_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
  CsvView view_;
};

}  // namespace

Result<CsvView> view_csv(std::string_view utf8, char delimiter) { return CsvReader{utf8, delimiter}.read(); }

Result<std::vector<CsvRow>> parse_csv(std::string_view utf8, char delimiter) {
  const auto view = view_csv(utf8, delimiter);
  if (!view) return tl::unexpected(view.error());
  std::vector<CsvRow> rows;
  rows.reserve(view->rows.size());
  for (const CsvRowView& row : view->rows) {
    rows.push_back({.cells = {row.cells.begin(), row.cells.end()}, .line = row.line, .offset = row.offset});
  }
  return rows;
}

std::string format_csv_row(const std::vector<std::string>& cells, char delimiter) {
  const std::string special = std::string{"\"\r\n"} + delimiter;
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) line += delimiter;
    if (cells[i].find_first_of(special) == std::string::npos) {
      line += cells[i];
      continue;
    }
    line += '"';
    for (const char c : cells[i]) {
      if (c == '"') line += '"';
      line += c;
    }
    line += '"';
  }
  return line + '\n';
}

}  // namespace lab
