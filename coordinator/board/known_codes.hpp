#pragma once
// Whether what a question names is there: of a code that nobody knows every figure would be zero. Private to this
// folder.

#include "coordinator/board/province.hpp"
#include "coordinator/reports/summary.hpp"
#include "protocol/base/result.hpp"

namespace lab::board {

/// Malformed, with the field, what is known or what comes nearest, when a programme, city, county, category or analyte
/// stands in no list of the province and in no count, when a county is of another city than the one asked for, or when
/// no laboratory has the number. What was counted before a list changed can be asked for. Everything is good while the
/// province has no lists (`province` is nothing).
Result<void> check_known(const journal::View& store, const Province* province, const reports::Query& query);

}  // namespace lab::board
