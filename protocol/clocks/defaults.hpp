#pragma once
// Tables that every program starts with; made at build time from protocol/clocks/reference.

#include <string_view>

namespace lab::clocks {

extern const std::string_view default_deadlines;  // reference/deadlines.csv
extern const std::string_view default_holidays;   // reference/holidays.csv

}  // namespace lab::clocks
