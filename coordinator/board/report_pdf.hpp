#pragma once
// A report as it is printed. Private to this folder.

#include "coordinator/documents/analysis.hpp"
#include "coordinator/tables/report_table.hpp"
#include "protocol/base/result.hpp"

namespace lab::board {

/// Title, facts, then each section with its words and its table. On every page: the facts, and whether it is a draft or
/// which version, with the hash of its content. A section without words or a table says that it has none. Errors as
/// page::to_pdf.
Result<Bytes> report_pdf(const documents::Analysis& analysis, const coordinator::tables::Report& report);

/// A sheet for each section that has a table, with the facts, the edition and the hash of the content on each. Errors
/// as documents::to_workbook.
Result<Bytes> report_workbook(const documents::Analysis& analysis, const coordinator::tables::Report& report);

}  // namespace lab::board
