#pragma once
// The notice of a nonconforming sample (不合格结果报告) as it is printed and signed for, and as a workbook. Private to
// this folder.

#include "coordinator/documents/tables.hpp"
#include "coordinator/tables/notices.hpp"

namespace lab::board {

/// A notice with what its print says of it.
struct PrintedNotice {
  coordinator::tables::Notice notice;
  std::string number;  // of the sample
  std::string text;    // what was sent, or what would be sent now
  UtcTime as_of{};
  std::uint64_t version = 0;  // of the data
};

/// The words line by line, places to sign, and on every page the sample, whether and when it was sent, the moment, the
/// version of the data and the hash of the words. Errors as page::to_pdf.
Result<Bytes> notice_pdf(const PrintedNotice& printed);

/// The same words, one line to a row. Errors as documents::to_workbook.
Result<Bytes> notice_workbook(const PrintedNotice& printed);

}  // namespace lab::board
