#pragma once
// Which figures are asked for, as the address says it: the same names for summaries, exports and reports. Private to
// this folder.

#include <functional>
#include <optional>

#include "coordinator/board/request.hpp"
#include "coordinator/reports/summary.hpp"

namespace lab::board {

/// by, programme, city, category, stage, month (2013-06), lab, verdicts (first, final), comparable_from. Malformed with
/// the name of the field.
Result<reports::Query> query_in(const http::Request& request);

/// as_of: a moment in UTC ("2013-06-03T09:00:00Z") or by the time of Beijing ("2013-06-03T17:00:00+08:00"); nothing
/// when it is not given. Malformed when it is neither, or later than `now`: nobody knows those figures.
Result<std::optional<UtcTime>> moment_in(const http::Request& request, UtcTime now);

}  // namespace lab::board
