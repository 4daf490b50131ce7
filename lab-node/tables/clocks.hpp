#pragma once
// The laboratory's own clocks: when its report is due, how long a reserve is kept. They follow from the sample's
// events, whenever those are seen: when they happen, or when a store that was put back is made again from them.

#include "protocol/clocks/clock_table.hpp"
#include "protocol/model/event.hpp"
#include "protocol/model/sample.hpp"

namespace lab::node::tables {

constexpr clocks::ClockTable clock_table{'1', '2'};

inline constexpr std::string_view clocks_kind = "clocks";

/// Of the reference set in use; those inside the program where it has none.
clocks::Terms terms(const journal::View& store);

/// Reception starts the report's clock, or the retest's; approval meets it and starts that of the reserve.
void follow(journal::Draft& draft, const model::Grant& grant, const model::Happening& what, UtcTime at);

/// The sample is not this laboratory's any more, or is made again from nothing.
void stop_clocks(journal::Draft& draft, const model::TaskId& task);

}  // namespace lab::node::tables
