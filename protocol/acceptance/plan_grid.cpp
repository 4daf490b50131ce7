#include "protocol/acceptance/plan_grid.hpp"

#include <charconv>

#include "protocol/base/check.hpp"
#include "protocol/base/csv.hpp"

namespace lab::acceptance {
namespace {

constexpr std::size_t leading_columns = 3;  // inspection, letter, n

int read_count(std::string_view text) {
  int count = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), count);
  LAB_CHECK(read.ec == std::errc{} && read.ptr == text.data() + text.size() && count >= 0);
  return count;
}

// "2/3"
Numbers read_numbers(std::string_view text) {
  const auto slash = text.find('/');
  LAB_CHECK(slash != std::string_view::npos);
  const Numbers numbers{read_count(text.substr(0, slash)), read_count(text.substr(slash + 1))};
  LAB_CHECK(numbers.ac < numbers.re);
  return numbers;
}

Cell read_cell(std::string_view text) {
  if (text == "v") return {.kind = Cell::Kind::down};
  if (text == "^") return {.kind = Cell::Kind::up};
  if (text == "*") return {.kind = Cell::Kind::use_single};
  const auto blank = text.find(' ');
  const Numbers first = read_numbers(text.substr(0, blank));
  const Numbers both = blank == std::string_view::npos ? first : read_numbers(text.substr(blank + 1));
  return {.kind = Cell::Kind::plan, .first = first, .both = both};
}

}  // namespace

PlanGrid PlanGrid::load(std::string_view csv) {
  const auto rows = parse_csv(csv);
  LAB_CHECK(rows && !rows->empty());
  const auto& header = rows->front().cells;
  LAB_CHECK(header.size() == leading_columns + aql_count);
  for (std::size_t a = 0; a < aql_count; ++a) LAB_CHECK(header[leading_columns + a] == Aql::at(a).text());
  PlanGrid grid;
  for (std::size_t r = 1; r < rows->size(); ++r) {
    const auto& cells = (*rows)[r].cells;
    const auto inspection = parse_inspection(cells.at(0));
    const auto letter = CodeLetter::parse(cells.at(1));
    LAB_CHECK(cells.size() == header.size() && inspection && letter);
    Row& row = grid.rows_[static_cast<std::size_t>(*inspection)][letter->index()];
    row.n = cells[2].empty() ? 0 : read_count(cells[2]);
    for (std::size_t a = 0; a < aql_count; ++a) row.cells[a] = read_cell(cells[leading_columns + a]);
  }
  return grid;
}

Place PlanGrid::find(Inspection inspection, CodeLetter letter, Aql aql) const {
  const auto& rows = rows_[static_cast<std::size_t>(inspection)];
  std::size_t index = letter.index();
  const auto kind = [&] { return rows[index].cells[aql.column()].kind; };
  while (kind() == Cell::Kind::down || kind() == Cell::Kind::up) {
    index += kind() == Cell::Kind::down ? 1 : std::size_t(-1);
    LAB_CHECK(index < letter_count);  // no arrow leaves its table
  }
  const Cell& cell = rows[index].cells[aql.column()];
  LAB_CHECK(cell.kind == Cell::Kind::plan || cell.kind == Cell::Kind::use_single);
  return {.letter = CodeLetter::at(index), .n = rows[index].n, .cell = cell};
}

}  // namespace lab::acceptance
