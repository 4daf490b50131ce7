#pragma once
// 质量状况分析报告: the figures of a moment with words beside them. The words are drafted from the figures; people
// write their own over them.

#include <string>
#include <vector>

#include "coordinator/documents/tables.hpp"
#include "protocol/base/result.hpp"

namespace lab::documents {

/// More are left to the table of nonconforming samples, and the section says how many.
constexpr std::size_t listed_samples_max = 2'000;

struct Section {
  std::string key;        // "overview", "category", "city", "items", "causes", "trend", "measures", "samples"
  std::string heading;    // "一、总体情况"
  std::string narrative;  // empty where only people know: causes, measures
  std::vector<Column> columns;
  std::vector<Cells> rows;
};

struct Analysis {
  std::string title;
  Facts facts;
  std::vector<Section> sections;
};

/// Whether there can be one now: unavailable as reports::check_ready, of items that failed.
Result<void> check_draft(const journal::View& store);

/// The draft. Precondition: check_draft() found nothing. Cities are in the order of their rates with a sentence on how
/// much of that order is chance; differences to the month judged before and to the same month a year before are in
/// percentage points with one digit. Rounds have no year of their own, so that none is compared with an older one.
Analysis draft_analysis(const journal::View& store, const Names& names, const TableQuestion& question,
                        std::string title, UtcTime as_of);

/// As it is stored, hashed and answered: JSON, the same octets for the same report.
std::string to_json_text(const Analysis& analysis);
/// Malformed when it is not what to_json_text writes.
Result<Analysis> read_analysis(BytesView json);

}  // namespace lab::documents
