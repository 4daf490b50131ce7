#pragma once
// Which figures are asked for, as the address says it: the same names for summaries, exports and reports. Private to
// this folder.

#include <functional>
#include <optional>

#include "coordinator/board/request.hpp"
#include "coordinator/reports/summary.hpp"

namespace lab::board {

/// by, programme, city, county, category, stage, round, month (2013-06), lab, verdicts (first, final), comparable_from;
/// of samples. Malformed with the name of the field, also when items are asked for, or when it names what is not there
/// (known_codes.hpp).
Result<reports::Query> query_in(const Visit& visit, const journal::View& store);
/// The same, where items may be asked for: by analyte, or of one.
Result<reports::Query> item_query_in(const Visit& visit, const journal::View& store);

/// as_of: a moment in UTC ("2013-06-03T09:00:00Z") or by the time of Beijing ("2013-06-03T17:00:00+08:00"); nothing
/// when it is not given. Malformed when it is neither, or later than `now`: nobody knows those figures.
Result<std::optional<UtcTime>> moment_in(const http::Request& request, UtcTime now);

/// Malformed with `why` when as_of is given to what is of now only: nobody shall take it for what was asked.
Result<void> only_of_now(const http::Request& request, const char* why);

}  // namespace lab::board
