#include "protocol/acceptance/tables.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <charconv>
#include <iterator>

#include "protocol/acceptance/table_text.hpp"
#include "protocol/base/check.hpp"
#include "protocol/base/csv.hpp"

namespace lab::acceptance {
namespace {

constexpr std::size_t first_level_column = 2;  // after lot_min, lot_max
constexpr std::size_t level_count = 7;

std::uint64_t read_size(std::string_view text) {
  std::uint64_t size = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), size);
  LAB_CHECK(read.ec == std::errc{} && read.ptr == text.data() + text.size());
  return size;
}

}  // namespace

Tables Tables::load() {
  Tables tables;
  tables.gbt_single_ = PlanGrid::load(gbt2828_1_2012_single_csv);
  tables.mil_single_ = PlanGrid::load(milstd105e_single_csv);
  tables.mil_double_ = PlanGrid::load(milstd105e_double_csv);
  const auto rows = parse_csv(code_letters_csv);
  LAB_CHECK(rows && rows->size() > 1);
  for (std::size_t r = 1; r < rows->size(); ++r) {
    const auto& cells = (*rows)[r].cells;
    LAB_CHECK(cells.size() == first_level_column + level_count);
    LotRange range{.least = read_size(cells[0]), .letters = {}};
    for (std::size_t c = first_level_column; c < cells.size(); ++c) {
      range.letters.push_back(CodeLetter::parse(cells[c]).value());
    }
    tables.ranges_.push_back(std::move(range));
  }
  LAB_CHECK(tables.ranges_.front().least == lot_size_min &&
            std::ranges::is_sorted(tables.ranges_, {}, &LotRange::least));
  return tables;
}

const Tables& Tables::standard() {
  static const Tables tables = load();
  return tables;
}

Result<CodeLetter> Tables::letter_for(std::uint64_t lot_size, Level level) const {
  if (lot_size < lot_size_min) {
    return fail(ErrorCode::malformed,
                fmt::format("a lot of {} has no code letter; table 1 begins at {} items", lot_size, lot_size_min),
                "lot_size");
  }
  const auto above = std::ranges::upper_bound(ranges_, lot_size, {}, &LotRange::least);
  return std::prev(above)->letters[static_cast<std::size_t>(level)];
}

SinglePlan Tables::single_plan(Scheme scheme, CodeLetter letter, Aql aql, Inspection inspection) const {
  const PlanGrid& grid = scheme == Scheme::milstd105e ? mil_single_ : gbt_single_;
  const Place place = grid.find(inspection, letter, aql);
  return {.letter = letter,
          .final_letter = place.letter,
          .n = place.n,
          .ac = place.cell.first.ac,
          .re = place.cell.first.re};
}

std::optional<DoublePlan> Tables::double_plan(CodeLetter letter, Aql aql, Inspection inspection) const {
  const Place place = mil_double_.find(inspection, letter, aql);
  if (place.cell.kind == Cell::Kind::use_single) return std::nullopt;
  return DoublePlan{
      .letter = letter, .final_letter = place.letter, .n = place.n, .first = place.cell.first, .both = place.cell.both};
}

}  // namespace lab::acceptance
