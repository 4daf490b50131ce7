#pragma once
// One pass over the rows of a sheet by the rules of a profile.

#include <string>
#include <utility>
#include <vector>

#include "instruments/profiles/cell_value.hpp"
#include "instruments/profiles/profile.hpp"
#include "instruments/sheet/sheet.hpp"
#include "protocol/base/result.hpp"
#include "protocol/model/reading.hpp"

namespace lab::profiles {

/// Where a value stands. Kept as numbers: a batch has hundreds of thousands, of which a few are spoken of.
struct Place {
  std::size_t row = 0;     // as people count
  std::size_t column = 0;  // from 0
  std::size_t sheet = 0;   // index of the sheet among those that were walked
};

/// The rows of a sheet, and its name for the places of diagnostics; empty for text. Both belong to the caller.
struct SheetRows {
  const std::vector<sheet::Row>* rows = nullptr;
  std::string name;
};

/// "第 3 行第 2 列" of a text, "Data!B3" of a sheet.
std::string to_text(const Place& place, const std::vector<SheetRows>& sheets);

/// Offsets are those of the rows: in the decoded text, or 0 in a workbook.
struct Walked {
  std::vector<model::Observation> observations;  // with the text of their values; the rest is read afterwards
  std::vector<RawValue> values;                  // one per observation
  std::vector<Place> places;                     // of each value
  std::vector<model::Diagnostic> diagnostics;
  std::vector<std::size_t> unknown_rows;  // indices in their sheets of rows that no rule knows
};

/// `terminated`: the text ends with a line end, so nothing of the last row can be missing. Malformed for everything
/// that is wrong with the structure: a required column missing, a plate with another number of wells than the file
/// says, a last row that is shorter than its table and has no line end, a row that says "error".
Result<Walked> walk(const Profile& profile, const std::vector<SheetRows>& sheets, bool terminated);

/// The text that an observation has for a field; for fields that are no text of their own it is the time.
std::string& field_of(model::Observation& observation, Field field);

/// Whether a cell names a statistic over the rows above it: "Average", "%RSD", "Std. Dev.", "平均值" ...
bool names_statistic(std::string_view cell);

}  // namespace lab::profiles
