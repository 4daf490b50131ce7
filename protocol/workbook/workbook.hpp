#pragma once
// Spreadsheet files (Office Open XML, ECMA-376): their sheets as rows of cells. Formulas are not calculated; the value
// that was stored with them counts.

#include <vector>

#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"
#include "protocol/workbook/archive.hpp"
#include "protocol/workbook/sheet.hpp"

namespace lab::workbook {

/// Of one workbook, counted with the empty cells between others: 40 times the largest export we know of, 400 MB.
inline constexpr std::size_t cells_max = 8'000'000;

/// Of a sheet that is not read whole: forty rows of a wide table, enough to tell whose it is.
inline constexpr std::size_t head_octets = std::size_t{64} << 10;

/// What reading may cost. A plan is a hundredth of an instrument's export, and anybody may send one.
struct ReadLimits {
  std::size_t octets = unpacked_octets_max;  // of all parts, unpacked
  std::size_t cells = cells_max;
};

/// All sheets in the order of their tabs, hidden ones too; those that are not read whole with the rows that stand in
/// the first head_octets of their XML. A merged range has its value in its first cell. Malformed, NotFound (of a part)
/// or TooLarge: see Archive and read_xml; also when a cell points to a string that is not there.
Result<std::vector<Sheet>> read_workbook(BytesView xlsx, const Whole& whole = all_sheets,
                                         const ReadLimits& limits = {});

}  // namespace lab::workbook
