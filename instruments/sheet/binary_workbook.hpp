#pragma once
// Binary spreadsheet files of Excel 97 to 2003 (".xls", [MS-XLS] in a compound file): their sheets as rows of cells, as
// read_workbook has them. Of the format only what a sheet of results needs is read; decisions/0018 says why here.

#include <vector>

#include "instruments/sheet/sheet.hpp"
#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"

namespace lab::sheet {

/// All sheets in the order of their tabs, hidden ones too. Formulas are not calculated; the value that was stored with
/// them counts. Unsupported, with what to do, when it holds no workbook, one of Excel 5 or 95, or one with a password.
/// Malformed when it is cut short or contradicts itself; TooLarge beyond cells_max or the text that an archive may
/// hold.
Result<std::vector<Sheet>> read_binary_workbook(BytesView xls);

}  // namespace lab::sheet
