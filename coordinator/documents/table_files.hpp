#pragma once
// Tables as files: text for programs, workbooks for people. Each says under which filters and of which moment it is.

#include <span>
#include <string>

#include "coordinator/documents/tables.hpp"
#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"

namespace lab::documents {

/// The results of a large province, 30 items of 24,000 samples, are 720,000 rows.
constexpr std::size_t text_rows_max = 2'000'000;
/// Above it a workbook is larger than spreadsheet programs like, and than memory should hold.
constexpr std::size_t workbook_rows_max = 200'000;

/// UTF-8 with LF. First the title and the facts, one to a line that begins with "# "; not when `bare`. A text that a
/// spreadsheet would take for a formula (it begins with = + - @, a tab or a carriage return) has an apostrophe before
/// it; figures have none. Too_large over text_rows_max.
Result<std::string> to_csv(const Table& table, const Facts& facts, bool bare = false);

/// A sheet for each table, with its title, the facts and a heading that stays in sight and is repeated on print. Texts
/// are texts, whatever they begin with. Too_large when a table has more than workbook_rows_max rows.
Result<Bytes> to_workbook(std::span<const Table> tables, const Facts& facts);

}  // namespace lab::documents
