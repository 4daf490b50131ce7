#include "protocol/workbook/sheet.hpp"

#include <fmt/format.h>
#include <algorithm>

namespace lab::workbook {
namespace {

constexpr std::size_t letters = 26;

}  // namespace

std::string_view Row::cell(std::size_t column) const {
  return column < cells.size() ? std::string_view{cells[column]} : std::string_view{};
}

CellKind Row::kind(std::size_t column) const { return column < kinds.size() ? kinds[column] : CellKind::text; }

std::optional<std::size_t> column_named(std::string_view cell) {
  std::size_t column = 0;
  for (const char c : cell) {
    if (c < 'A' || c > 'Z') break;
    column = column * letters + static_cast<std::size_t>(c - 'A') + 1;
    if (column > columns_max) return std::nullopt;
  }
  if (column == 0) return std::nullopt;
  return column - 1;
}

std::string cell_name(std::size_t column, std::size_t row_number) {
  std::string name;
  for (std::size_t rest = column + 1; rest > 0; rest = (rest - 1) / letters) {
    name += static_cast<char>('A' + (rest - 1) % letters);
  }
  std::ranges::reverse(name);
  return fmt::format("{}{}", name, row_number);
}

}  // namespace lab::workbook
