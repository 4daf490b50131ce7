#include "tools/qlims/text_table.hpp"

#include <algorithm>

namespace lab::qlims {
namespace {

bool is_number(std::string_view text) {
  return !text.empty() &&
         std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '%'; });
}

std::string padded(const std::string& cell, std::size_t width) {
  const std::string blanks(width - display_width(cell), ' ');
  return is_number(cell) ? blanks + cell : cell + blanks;
}

std::string line_of(const std::vector<std::string>& cells, const std::vector<std::size_t>& widths) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) line += "  ";
    line += padded(cells[i], widths[i]);
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line + '\n';
}

}  // namespace

std::size_t display_width(std::string_view utf8) {
  std::size_t width = 0;
  for (const char c : utf8) {
    const auto octet = static_cast<unsigned char>(c);
    if ((octet & 0xC0) == 0x80) continue;  // inside a character
    width += octet >= 0xE2 ? 2 : 1;        // from U+2000 on: nearly all of what we print there is full width
  }
  return width;
}

std::string text_table(const std::vector<std::string>& header, const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths(header.size());
  const auto widen = [&](const std::vector<std::string>& cells) {
    for (std::size_t i = 0; i < cells.size(); ++i) widths[i] = std::max(widths[i], display_width(cells[i]));
  };
  widen(header);
  std::ranges::for_each(rows, widen);
  std::string text = line_of(header, widths);
  std::vector<std::string> rule;
  rule.reserve(widths.size());
  for (const std::size_t width : widths) rule.emplace_back(width, '-');
  text += line_of(rule, widths);
  for (const auto& row : rows) text += line_of(row, widths);
  return text;
}

}  // namespace lab::qlims
