#include "instruments/sheet/sheet.hpp"

#include <fmt/format.h>
#include <algorithm>

namespace lab::sheet {

std::string_view Row::cell(std::size_t column) const {
  return column < cells.size() ? std::string_view{cells[column]} : std::string_view{};
}

CellKind Row::kind(std::size_t column) const { return column < kinds.size() ? kinds[column] : CellKind::text; }

std::string cell_name(std::size_t column, std::size_t row_number) {
  constexpr std::size_t letters = 26;
  std::string name;
  for (std::size_t rest = column + 1; rest > 0; rest = (rest - 1) / letters) {
    name += static_cast<char>('A' + (rest - 1) % letters);
  }
  std::ranges::reverse(name);
  return fmt::format("{}{}", name, row_number);
}

}  // namespace lab::sheet
