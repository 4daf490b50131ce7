#pragma once
// Tables as they are printed. Private to this folder.

#include <span>
#include <string>

#include "coordinator/documents/tables.hpp"
#include "protocol/base/result.hpp"
#include "protocol/page/page.hpp"

namespace lab::board {

/// Of all tables of one document: some sixty pages, and about a second to draw. Who wants more wants a workbook.
constexpr std::size_t printed_rows_max = 2'000;

/// The same columns and rows, as a page has them.
page::Table printed_table(std::span<const documents::Column> columns, std::vector<documents::Cells> rows);

/// "筛选条件：无（全部）　截至：…": what a document says of itself at the head of each page.
std::string facts_line(const documents::Facts& facts);

/// Title and facts, then each table under its heading, which is repeated on every page; across the page when one of
/// them is wide. At the foot the SHA-256 of what the tables hold, which is that of their CSV without facts, one behind
/// the other. `as_of`: for the properties of the file. Too_large over printed_rows_max, with what to do; else as
/// page::to_pdf.
Result<Bytes> tables_pdf(std::span<const documents::Table> tables, const documents::Facts& facts, UtcTime as_of);

}  // namespace lab::board
