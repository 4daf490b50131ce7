#pragma once
// What is published for everybody: pass rates of one programme by city and category with their sums, without the
// figures that few samples stand behind, and without those from which they could be computed
// (statistics/suppression.hpp). One table per programme and no other by other axes: two tables of the same samples
// would give away what one of them hides.

#include <string>
#include <vector>

#include "coordinator/documents/names.hpp"
#include "coordinator/statistics/suppression.hpp"
#include "protocol/base/result.hpp"

namespace lab::documents {

/// Without a rule of the province: a figure of nine samples is as good as a name.
constexpr std::uint64_t publish_least_usual = 10;

struct PublicRow {
  std::string city;  // empty: the sum of all
  std::string city_name;
  std::string category;  // empty: the sum of all
  std::string category_name;
  statistics::Shown shown = statistics::Shown::yes;
  statistics::Counts counts;  // zero when it is not shown
  std::string rate;           // percent; empty when it is not shown
};

struct PublicTable {
  model::ProgrammeCode programme;
  std::string title;
  std::uint64_t least = publish_least_usual;
  std::string rule;  // why: code and reason of the province's rule
  Facts facts;
  UtcTime as_of{};
  std::uint64_t version = 0;
  std::vector<PublicRow> rows;  // by city, then category; sums behind what they are sums of
};

/// Of the verdicts that stand at `as_of`; now without it. Errors: malformed without a programme or with another filter
/// than that; not_found for a moment of which there is no record.
Result<PublicTable> public_table(const journal::View& store, const Names& names, const reports::Query& query,
                                 std::optional<UtcTime> as_of, UtcTime now);

/// UTF-8 with LF; facts first, one to a line that begins with "# ". What is not shown is an empty field with the mark
/// "不公布" behind it; whether it is small or protects another is not said, for that would tell how large it can be.
std::string to_public_csv(const PublicTable& table);
/// The same as JSON.
std::string to_public_json(const PublicTable& table);
/// What there is to fetch, by programme, as a DCAT-like catalogue in JSON: title, fields, filters, moment, version,
/// addresses of both forms.
std::string catalogue_json(const journal::View& store, const Names& names, UtcTime now);

}  // namespace lab::documents
