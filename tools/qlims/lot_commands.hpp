#pragma once
// The commands of `qlims lot`, one file each, and the fields they have in common.

#include <cstdint>
#include <optional>

#include "protocol/acceptance/names.hpp"
#include "tools/qlims/jsonl.hpp"

namespace CLI {
class App;
}

namespace lab::qlims {

void add_lot_oc_command(CLI::App& lot);
void add_lot_history_command(CLI::App& lot);
void add_lot_variables_command(CLI::App& lot);

/// A count of zero or more; 0 when it was rejected.
std::uint64_t read_count(Fields& in, std::string_view field);
/// As read_count; the field must be given.
std::uint64_t require_count(Fields& in, std::string_view field);
/// One of the 26 AQLs, which must be given.
acceptance::Aql require_aql(Fields& in, std::string_view field);
/// II when nothing was given (GB/T 2828.1-2012, 10.1).
acceptance::Level read_level(Fields& in, std::string_view field);
/// Normal when nothing was given (9.1).
acceptance::Inspection read_inspection(Fields& in);

}  // namespace lab::qlims
