#pragma once
// From the cell of a result to its value, by the rules of a profile.

#include <string>
#include <vector>

#include "instruments/profiles/profile.hpp"
#include "instruments/sheet/sheet.hpp"
#include "protocol/base/result.hpp"
#include "protocol/model/reading.hpp"

namespace lab::profiles {

/// The cell as it stands, and what other cells of its row say about it.
struct RawValue {
  std::string text;
  sheet::CellKind kind = sheet::CellKind::text;
  bool dash_means_absent = false;  // the column that proves the absence of a peak has a dash, too
  std::string status;              // the words of the status columns
};

struct ValueAndUnit {
  model::ReadValue value;
  std::string unit;  // when the cell has one: "12.5 mg/kg"
};

/// Whether commas are decimal marks, for the whole file. With DecimalMark::by_file every cell that is text is a
/// witness ("0,5" and "1,25" are, "1,250" is none). Malformed when they disagree or no witness speaks.
Result<bool> uses_decimal_comma(const Profile& profile, const std::vector<RawValue>& values);

/// The value model of one cell. An error cell ("#DIV/0!"), a date or a boolean is `invalid`. What the profile does not
/// say is as in drivers::interpret_cell.
ValueAndUnit read_cell(const Profile& profile, const RawValue& raw, bool decimal_comma);

}  // namespace lab::profiles
