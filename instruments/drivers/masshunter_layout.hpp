#pragma once
// The two layouts of a MassHunter export. Each fills observations and diagnostics of a Decoding, with offsets that
// count octets of the decoded text.

#include "instruments/drivers/masshunter_table.hpp"
#include "protocol/base/result.hpp"
#include "protocol/model/reading.hpp"

namespace lab::drivers::masshunter {

/// One row per injection, compounds side by side: "Sample | A Method | A Results | Qualifier (..) Results | B ...".
Result<void> read_wide(const Table& table, model::Decoding& decoding);

/// One row per compound, injections side by side: "Compound Method | sample 1 | Qualifier 1 Results | sample 2 ...".
Result<void> read_compound_table(const Table& table, model::Decoding& decoding);

/// "SBLK1.d" -> "SBLK1"
std::string_view data_file_stem(std::string_view data_file);

}  // namespace lab::drivers::masshunter
