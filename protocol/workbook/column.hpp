#pragma once
// One column of somebody else's workbook, written anew. Everything beside it stays as it is: other sheets, formats,
// drop-downs and formulas are the same octets as before.

#include <cstddef>
#include <map>
#include <string>

#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"

namespace lab::workbook {

/// Texts by the 1-based number of their row.
using ColumnTexts = std::map<std::size_t, std::string>;

/// The workbook with `texts` in the column (0-based) of the sheet (its place among those of read_workbook): cells that
/// stood there are gone from every row, rows without a text have none. A row that the sheet does not have is not added.
/// Malformed, NotFound or TooLarge as read_workbook; Unsupported when the XML of the sheet is not in UTF-8, which no
/// program we know writes.
Result<Bytes> with_column(BytesView xlsx, std::size_t sheet, std::size_t column, const ColumnTexts& texts);

}  // namespace lab::workbook
