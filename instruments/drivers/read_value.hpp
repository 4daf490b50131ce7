#pragma once
// From the text of one cell or field to a value.

#include <string_view>

#include "protocol/base/text.hpp"
#include "protocol/model/read_value.hpp"

namespace lab::drivers {

using lab::trim;
using CellFormat = model::NumberFormat;

/// As model::read_value, for a cell whose blanks say nothing: its text is kept without them.
inline model::ReadValue interpret_cell(std::string_view utf8, CellFormat format = {}) {
  return model::read_value(trim(utf8), format);
}

}  // namespace lab::drivers
