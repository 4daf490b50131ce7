#pragma once
// Result sets of Agilent OpenLab CDS (".rslt", a folder packed into an archive): a list of samples and injections in
// ACAML, an XML of the program's own, and beside it one archive for each injection with the peaks found in it.

#include <vector>

#include "instruments/sheet/sheet.hpp"
#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"

namespace lab::sheet {

/// Whether an archive has such a list.
bool holds_result_set(BytesView zip);

/// One sheet "Peaks" with a row for each peak of each injection, and one for each named compound without a peak, below
/// the titles; the samples in the order of the list. A compound's amount stands beside its first peak; that of a named
/// one without an amount is a dash. Malformed when an injection or its results are missing that the list names;
/// TooLarge beyond the cells and the text of a workbook; otherwise as Archive and read_xml.
Result<std::vector<Sheet>> read_result_set(BytesView zip);

}  // namespace lab::sheet
