#pragma once
// Runs and control charts as JSON. Private to this folder.

#include <nlohmann/json_fwd.hpp>

#include "lab-node/tables/runs.hpp"
#include "protocol/journal/view.hpp"

namespace lab::desk {

/// Whether the run's results may be used, by what it was accepted or not, and who decided: without its checks.
nlohmann::json run_line(const model::RunEntry& run);
/// The line with every check and shortage.
nlohmann::json run_page(const model::RunEntry& run);
/// A control chart: its frozen line, its newest values, newest first, each with the rules that it
/// completed behind the released ones before it, and the line that those of released runs would
/// give if it were frozen anew; of fewer than quality::frozen_values_min, how many are needed.
nlohmann::json chart_of(const journal::View& store, const node::tables::ControlSeries& series, std::uint64_t values);

}  // namespace lab::desk
