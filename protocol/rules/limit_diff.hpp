#pragma once
// What a new edition of a limit table changes.

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/rules/limit_catalogue.hpp"

namespace lab::rules {

/// One column of a row that reads differently, as text.
struct ChangedField {
  std::string column;  // as the table names it: "limit", "effective_from" ...
  std::string was;
  std::string is;

  bool operator==(const ChangedField&) const = default;
};

/// A row of both editions that does not say the same in both.
struct ChangedRow {
  std::uint32_t old_row = 0;  // 1-based
  std::uint32_t new_row = 0;
  std::vector<ChangedField> fields;
  /// less: the new row asks for more; equal: for the same; nothing: the two cannot be put in order.
  std::optional<std::strong_ordering> strictness;
};

struct LimitDiff {
  std::vector<std::uint32_t> removed;  // rows of the old edition, ascending
  std::vector<std::uint32_t> added;    // rows of the new edition, ascending
  std::vector<ChangedRow> changed;     // ascending by their old row
  std::size_t unchanged = 0;
};

/// Compares two editions row by row, wherever in the table the rows stand. Rows belong together when they name the same
/// analyte and commodity; of several, those that say the same, then those that begin on the same day, then the rest in
/// their order. Numbers and units count by value: 0.05 and 0.050 are no change, 50 μg/kg for 0.05 mg/kg is one of the
/// unit and the number that asks for the same. Pure.
LimitDiff compare_editions(const LimitCatalogue& before, const LimitCatalogue& after);

/// The number of a limit as its column has it: "0.05", "5.5~8.5"; empty when it has none.
std::string number_text(const model::Limit& limit);

}  // namespace lab::rules
