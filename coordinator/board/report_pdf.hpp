#pragma once
// A report as it is printed. Private to this folder.

#include "coordinator/documents/analysis.hpp"
#include "coordinator/tables/report_table.hpp"
#include "protocol/base/result.hpp"

namespace lab::board {

/// Title, facts, then each section with its words and its table. On every page: the facts, and whether it is a draft or
/// which version, with the hash of its content. Errors as page::to_pdf.
Result<Bytes> report_pdf(const documents::Analysis& analysis, const coordinator::tables::Report& report);

}  // namespace lab::board
