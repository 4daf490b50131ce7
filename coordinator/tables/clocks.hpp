#pragma once
// The province's clocks, and what it counts time by.

#include "coordinator/tables/keys.hpp"
#include "protocol/clocks/clock_table.hpp"

namespace lab::coordinator::tables {

constexpr clocks::ClockTable clock_table{letter::clock, letter::clock_open};

/// Under which names the province may give its own; those inside the program stand in for a missing one.
constexpr const char* deadlines_file = "deadlines.csv";
constexpr const char* holidays_file = "holidays.csv";

/// Both tables were read before they were taken, so one that cannot be read is damage.
clocks::Terms terms(const journal::View& store);

}  // namespace lab::coordinator::tables
