#pragma once
// Rows and cells, wherever they came from: delimited text, a spreadsheet, a table in a web page. They are those of
// protocol/workbook, which coordinators read too.

#include "protocol/workbook/sheet.hpp"

namespace lab::sheet {

using workbook::all_sheets;
using workbook::cell_name;
using workbook::CellKind;
using workbook::no_sheet;
using workbook::Row;
using workbook::Sheet;
using workbook::Whole;

}  // namespace lab::sheet
