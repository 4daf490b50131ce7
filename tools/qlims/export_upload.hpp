#pragma once
// Counted samples as an upload interface of somebody else wants them.

#include <string>

#include "tools/qlims/api_options.hpp"
#include "tools/qlims/export_table.hpp"

namespace lab::qlims {

/// Page by page into `out`, which is there whole or not at all; without it to standard output. Ends the command with
/// the rows that cannot be uploaded, or when it fails.
void export_upload(const TableOptions& options, const ApiOptions& api_options, const std::string& profile,
                   const std::string& out);

}  // namespace lab::qlims
