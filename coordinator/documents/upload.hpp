#pragma once
// Counted samples as an upload interface wants them, page by page.

#include <string>
#include <vector>

#include "coordinator/documents/names.hpp"
#include "coordinator/documents/upload_profile.hpp"
#include "protocol/journal/view.hpp"

namespace lab::documents {

enum class UploadFormat : std::uint8_t { ndjson, csv };

/// A page ends with the sample in which it reaches either.
constexpr std::size_t upload_rows_max = 5'000;
constexpr std::size_t upload_octets_max = 4 << 20;
/// Faults told of one page; the first ones say what is wrong with the rest.
constexpr std::size_t upload_faults_max = 20;

/// Why a row cannot be uploaded.
struct UploadFault {
  std::uint64_t row = 0;  // of the whole upload, from 1
  std::string number;     // of the sample
  std::string column;
  std::string message;  // Chinese
};

struct UploadPage {
  std::string text;  // UTF-8; of CSV, the first page begins with the columns' names. Empty when there are faults
  std::string next;  // ask for it after this; empty: there is no more
  std::vector<UploadFault> faults;
};

struct UploadQuestion {
  reports::Query query;
  UploadFormat format = UploadFormat::ndjson;
  std::string after;  // empty, or `next` of the page before
  std::size_t rows_max = upload_rows_max;
};

/// Values go out exactly as they are: nothing is added that would keep a spreadsheet from taking one for a formula.
/// Errors: malformed for a place that is none. What a row lacks is a fault, and then the page has no rows.
Result<UploadPage> upload_page(const journal::View& store, const Names& names, const UploadProfile& profile,
                               const UploadQuestion& question);

}  // namespace lab::documents
