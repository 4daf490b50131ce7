#include "instruments/profiles/condition.hpp"

#include <algorithm>

#include "instruments/drivers/read_value.hpp"
#include "instruments/profiles/fold.hpp"

namespace lab::profiles {
namespace {

bool is_filled(std::string_view cell) { return !drivers::trim(cell).empty(); }

bool is_number(std::string_view cell) {
  return drivers::interpret_cell(cell).number.has_value() ||
         drivers::interpret_cell(cell, {.decimal_comma = true}).number.has_value();
}

// "*:#": `*` stands for any text, `#` for digits.
bool is_like(std::string_view text, std::string_view pattern) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] == '*') {
    return is_like(text, pattern.substr(1)) || (!text.empty() && is_like(text.substr(1), pattern));
  }
  if (text.empty()) return false;
  if (pattern[0] == '#') {
    if (text[0] < '0' || text[0] > '9') return false;
    return is_like(text.substr(1), pattern.substr(1)) || is_like(text.substr(1), pattern);
  }
  return text[0] == pattern[0] && is_like(text.substr(1), pattern.substr(1));
}

bool any_word(const std::vector<std::string>& words, bool (*fits)(std::string_view, std::string_view),
              std::string_view text) {
  return std::ranges::any_of(words, [&](const std::string& word) { return fits(text, word); });
}

bool says(const CellTest& test, std::string_view cell) {
  switch (test.relation) {
    case Relation::empty:
      return !is_filled(cell);
    case Relation::filled:
      return is_filled(cell);
    case Relation::number:
      return is_number(cell);
    case Relation::equals:
      return std::ranges::any_of(test.words, [&](const std::string& word) { return folds_to(cell, word); });
    case Relation::starts:
      return any_word(
          test.words, [](std::string_view a, std::string_view b) { return a.starts_with(b); }, fold(cell));
    case Relation::ends:
      return any_word(
          test.words, [](std::string_view a, std::string_view b) { return a.ends_with(b); }, fold(cell));
    case Relation::contains:
      return any_word(
          test.words, [](std::string_view a, std::string_view b) { return a.find(b) != std::string_view::npos; },
          fold(cell));
    case Relation::like: {
      constexpr std::size_t label_octets_max = 200;  // the time grows with each "*"; labels are short
      const std::string text = fold(cell);
      return text.size() <= label_octets_max && any_word(test.words, is_like, text);
    }
  }
  return false;
}

bool holds_for_cell(const CellTest& test, const sheet::Row& row, const Surroundings& around) {
  if (test.any) {
    return std::ranges::any_of(row.cells, [&](const std::string& cell) { return says(test, cell); });
  }
  std::size_t column = test.column.value_or(0);
  if (!test.title.empty()) {
    if (around.titles == nullptr || !around.titles->contains(test.title)) return false;
    column = around.titles->at(test.title);
  } else if (!test.column) {
    column = test.last ? last_filled(row) : first_filled(row);
  }
  return says(test, row.cell(column));
}

bool has_titles(const std::vector<std::string>& titles, const sheet::Row& row) {
  return std::ranges::all_of(titles, [&](const std::string& title) {
    return std::ranges::any_of(row.cells, [&](const std::string& cell) { return folds_to(cell, title); });
  });
}

}  // namespace

std::size_t first_filled(const sheet::Row& row) {
  const auto found = std::ranges::find_if(row.cells, [](const std::string& cell) { return is_filled(cell); });
  return found == row.cells.end() ? std::string::npos : static_cast<std::size_t>(found - row.cells.begin());
}

std::size_t last_filled(const sheet::Row& row) {
  for (std::size_t i = row.cells.size(); i > 0; --i) {
    if (is_filled(row.cells[i - 1])) return i - 1;
  }
  return std::string::npos;
}

bool is_blank(const sheet::Row& row) { return first_filled(row) == std::string::npos; }

bool holds(const Condition& condition, const sheet::Row& row, const Surroundings& around) {
  if (condition.in_table && *condition.in_table != around.in_table) return false;
  if (!condition.sections.empty() && std::ranges::find(condition.sections, around.section) == condition.sections.end())
    return false;
  if (condition.after_blank && *condition.after_blank != (around.after_blank || row.blank_before)) return false;
  if (condition.filled) {
    const auto filled = std::ranges::count_if(row.cells, [](const std::string& cell) { return is_filled(cell); });
    if (static_cast<std::size_t>(filled) != *condition.filled) return false;
  }
  if (!std::ranges::all_of(condition.cells, [&](const CellTest& test) { return holds_for_cell(test, row, around); })) {
    return false;
  }
  return condition.titles.empty() || has_titles(condition.titles, row);
}

}  // namespace lab::profiles
