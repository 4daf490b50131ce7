#pragma once
// Delimited text becomes rows.

#include <string_view>

#include "instruments/sheet/sheet.hpp"
#include "protocol/base/result.hpp"

namespace lab::sheet {

/// Rows of a decoded text. Blank lines are no rows, but the row behind them knows of them.
/// Malformed when a quoted cell never ends.
Result<Sheet> split(std::string_view utf8, char delimiter);

/// The same, when each row is itself one quoted cell, as some photometers write them: "a,b,c" is three cells.
Result<Sheet> split_quoted_rows(std::string_view utf8, char delimiter);

/// The first lines of a text, whole, for deciding what it is: at most `octets_max` octets, cut behind a line end.
std::string_view head_of(std::string_view utf8, std::size_t octets_max);

}  // namespace lab::sheet
