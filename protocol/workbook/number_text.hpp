#pragma once
// Numbers and dates of a spreadsheet, from what stands in its file to what the person sees.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/workbook/sheet.hpp"

namespace lab::workbook {

/// How the style of a cell shows its number.
enum class NumberStyle : std::uint8_t { plain, percent, date };

/// By the number of a built-in format (ECMA-376 part 1, 18.8.30), or by the code of one of the workbook's own.
NumberStyle style_of_format(unsigned id, std::string_view code);

/// The exact decimal. A spreadsheet keeps numbers in binary and may write 17 digits, of which it shows and compares
/// 15 ("0.10000000000000001" is 0.1): so a number with more than 15 significant digits is rounded to 15, half to even.
/// All others keep their digits and their trailing zeros. Nothing when it is not a number.
std::optional<std::string> number_text(std::string_view xml);

/// The number as a percentage: "0.05" is "5%".
std::optional<std::string> percent_text(std::string_view xml);

/// Day and time of a serial number, to the second. `since_1904`: the workbook counts from 1904. Nothing outside the
/// years 1900 to 9999.
std::optional<std::string> date_text(std::string_view xml, bool since_1904);

struct CellText {
  std::string text;
  CellKind kind = CellKind::text;
};

/// The text and the kind of a cell with a number under a style. What is no number ("NaN", "INF" from careless writers)
/// is an error of that cell, as if the program had written "#NUM!"; a number that cannot be a day is shown as a number.
CellText cell_text(std::string_view xml, NumberStyle style, bool since_1904);

}  // namespace lab::workbook
