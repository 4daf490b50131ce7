#pragma once
// Tables from files, as the commands that judge take them.

#include <filesystem>
#include <string>

#include "protocol/base/result.hpp"
#include "protocol/rules/limit_catalogue.hpp"

namespace lab::qlims {

/// Text of a file in UTF-8, whatever charset the spreadsheet saved it in. At most 64 MiB.
Result<std::string> read_text(const std::filesystem::path& path);

/// The limits of a file; analytes.csv beside it, if there, adds other names of analytes, and with `with_bans` the lists
/// of banned substances beside it must be there.
Result<rules::LimitCatalogue> load_edition(const std::filesystem::path& table, bool with_bans);

}  // namespace lab::qlims
