#pragma once
// The tables of JCAMP-DX: lines of one abscissa and its ordinates in any of the ASDF forms, and lists of groups.

#include <cstddef>
#include <string_view>
#include <vector>

#include "instruments/drivers/jcamp_numbers.hpp"
#include "protocol/base/result.hpp"

namespace lab::drivers::jcamp {

/// Where a line of ordinates says that it begins.
struct LineStart {
  double x = 0;           // as written, before its factor
  double resolution = 0;  // one unit of its last digit
  std::size_t index = 0;  // of its first ordinate among all
  std::size_t line = 0;   // 1-based in the table
};

struct Ordinates {
  Column y;
  std::vector<LineStart> lines;
};

/// Of a whole file. A repetition count of a few digits must fill neither the memory nor the afternoon.
constexpr std::size_t points_max = std::size_t{1} << 23;

/// (X++(Y..Y)): AFFN, PAC, SQZ, DIF and DUP, mixed as they come. Behind a line that ends in differences the first
/// ordinate of the next is the check of the last one and not a point of its own.
/// Malformed, with the line in `where`: a check that fails, a difference without a value before it, an octet that is in
/// no form, more than points_max.
Result<Ordinates> read_ordinates(std::string_view table, std::size_t room = points_max);

/// (XY..XY), (XYW..XYW): `group` numbers at a time, parted by blanks, commas, semicolons and line ends.
/// Malformed when a text is not a number or the last group is not complete. A group is at least one octet, so the size
/// of the table bounds them. Precondition: group > 0.
Result<std::vector<Column>> read_groups(std::string_view table, std::size_t group);

}  // namespace lab::drivers::jcamp
