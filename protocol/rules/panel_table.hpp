#pragma once
// panels.csv: what laboratories are asked to measure, and how it is judged together.

#include <string_view>
#include <vector>

#include "protocol/base/result.hpp"
#include "protocol/model/plan.hpp"

namespace lab::rules {

constexpr std::size_t panel_items_max = 1'000;  // what one event holds; the longest panels in use have 600

/// Reads the table of panels; the columns are named in reference_set.hpp. Malformed with row and line: a cell that
/// cannot be read, an analyte twice in a panel, or whatever check_panel() says. All or nothing.
Result<std::vector<model::Panel>> read_panels(std::string_view csv);

}  // namespace lab::rules
