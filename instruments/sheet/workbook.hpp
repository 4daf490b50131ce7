#pragma once
// Spreadsheet files (Office Open XML, ECMA-376): their sheets as rows of cells. Formulas are not calculated; the value
// that was stored with them counts.

#include <vector>

#include "instruments/sheet/sheet.hpp"
#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"

namespace lab::sheet {

/// Of one workbook, counted with the empty cells between others: 40 times the largest export we know of, 400 MB.
inline constexpr std::size_t cells_max = 8'000'000;

/// All sheets in the order of their tabs, hidden ones too. A merged range has its value in its first cell. Malformed,
/// NotFound (of a part) or TooLarge: see Archive and read_xml; also when a cell points to a string that is not there.
Result<std::vector<Sheet>> read_workbook(BytesView xlsx);

}  // namespace lab::sheet
