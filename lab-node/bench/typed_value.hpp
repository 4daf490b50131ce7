#pragma once
// Private to this folder: whether what a person typed is a result. An instrument's file is kept as it came and waits in
// quarantine; whoever types is still there, and is told what to write instead.

#include <optional>
#include <string>

#include "lab-node/tables/refusal.hpp"

namespace lab::bench {

/// Nothing when `value` can be a result of an item that is measured in `unit`. Otherwise decimal_comma, unit_given (it
/// names a unit itself), negative_value (of a concentration or a count: no method measures less than nothing, and a
/// negative reading of an instrument is "not detected" once a person has decided), or not_a_value with what may be
/// written.
std::optional<node::Refusal> problem_of_typed(const std::string& value, const std::string& unit);

}  // namespace lab::bench
