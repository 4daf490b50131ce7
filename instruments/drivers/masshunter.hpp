#pragma once
// Agilent MassHunter Quantitative Analysis, batch table exported as CSV: two header rows, then one row per injection
// ("wide") or one row per compound ("compound table").

#include <string_view>

#include "protocol/base/bytes.hpp"
#include "protocol/model/reading.hpp"

namespace lab::drivers {

inline constexpr std::string_view masshunter_profile = "masshunter-quant/1";

/// Reads a whole export.
/// Value:   "Final Conc." when any cell of the file has one, else "Calc. Conc.", else the peak area, else the height;
///          the latter two are flagged `response` and are not concentrations. An empty cell is `missing`.
/// Sample:  "Name"; the data file without its ending when the export has no such column. Run: "Data File".
///          Type as given: Cal, QC and Blank rows are reported and are not samples.
/// Qualifier ions are reported under their own name, flagged `qualifier`.
/// Decimal comma: when every number of the result columns agrees on it; a file that could be read both ways is refused.
/// Refuses: the whole file when its structure is in doubt: first cell unknown, no "Data File" column, rows of unequal
///          length, a compound, column or injection that appears twice, no result column, no data row. Never throws.
model::Decoding decode_masshunter(BytesView capture);

/// The capture begins like such an export, sound or not.
bool looks_like_masshunter(BytesView capture);

}  // namespace lab::drivers
