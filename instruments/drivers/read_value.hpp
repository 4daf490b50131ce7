#pragma once
// From the text of one cell or field to a value. Nothing that is not a number ever becomes one.

#include <string_view>

#include "protocol/model/reading.hpp"

namespace lab::drivers {

struct CellFormat {
  bool decimal_comma = false;  // "0,05" is a number only when the profile or the whole file says so
};

/// Reads "0.05", "<0.01", "ND", "未检出", "阴性", "-----", "OVER", ">100", "" ... ; blanks around the text are ignored.
/// Returns: the text without those blanks, always; a number only when the whole text is one, or the bound after a
/// comparator; `invalid` for everything that is not understood (thousands separators among it).
/// A dash or an empty cell is `missing`, never "not detected": no instrument says which of the two it means.
model::ReadValue interpret_cell(std::string_view utf8, CellFormat format = {});

/// Without ASCII blanks, no-break spaces and ideographic spaces at both ends.
std::string_view trim(std::string_view utf8);

}  // namespace lab::drivers
