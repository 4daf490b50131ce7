#include "protocol/base/csv.hpp"

#include <fmt/format.h>

namespace lab {
namespace {

class CsvReader {
 public:
  CsvReader(std::string_view text, char delimiter) : text_(text), delimiter_(delimiter) {}

  Result<std::vector<CsvRow>> rows() {
    std::vector<CsvRow> rows;
    while (at_ < text_.size()) {
      CsvRow row{.cells = {}, .line = line_, .offset = at_};
      if (auto read = read_row(row); !read) return fail(std::move(read));
      const bool blank = row.cells.size() == 1 && row.cells.front().empty();
      if (!blank) rows.push_back(std::move(row));
    }
    return rows;
  }

 private:
  Result<void> read_row(CsvRow& row) {
    for (;;) {
      std::string cell;
      if (auto read = read_cell(cell); !read) return read;
      row.cells.push_back(std::move(cell));
      if (at_ >= text_.size() || text_[at_] != delimiter_) break;
      ++at_;
    }
    skip_line_end();
    return {};
  }

  // Quotes may open anywhere in a cell: `"a"b` reads as ab, as spreadsheets do.
  Result<void> read_cell(std::string& cell) {
    const std::size_t opened_on = line_;
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
      } else if (c == delimiter_ || c == '\n' || c == '\r') {
        return {};
      } else {
        cell += c;
      }
    }
    if (quoted) {
      return fail(ErrorCode::malformed, "a quoted cell is never closed; add the missing quotation mark",
                  fmt::format("line {}", opened_on));
    }
    return {};
  }

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
};

}  // namespace

Result<std::vector<CsvRow>> parse_csv(std::string_view utf8, char delimiter) {
  return CsvReader{utf8, delimiter}.rows();
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
