#pragma once
// Two kinds of text that instruments send between STX and ETX instead of E1394 records, in captures of one or several
// texts with line control between them.

#include <string_view>

#include "protocol/base/bytes.hpp"
#include "protocol/model/reading.hpp"

namespace lab::drivers {

inline constexpr std::string_view bci_profile = "biomerieux-bci/1";
inline constexpr std::string_view result_line_profile = "stx-result-line/1";

/// The bioMérieux computer interface (VIDAS, mini VIDAS): lines begin with RS anywhere in the text, fields of a
/// two-letter code and a value between "|", GS and two hexadecimal digits at the end.
/// Gives:   per text of type "rsl" one observation: sample ci (si when ci is empty), analyte rt, and when ql is filled
///          its word, with the number of qn in a flag ("qn=0.05": an index, not a concentration); otherwise the number
///          and unit of qn. The decimal mark of qn may be a comma. A calibration status nc other than "valid" is a
///          flag.
/// Refuses: a text without GS, a sum that does not match (of the octets from the first RS through GS, CR and LF left
///          out, modulo 256; checked against a published message), qn whose unit contradicts y3, no result at all.
model::Decoding decode_bci(BytesView capture);

/// One line as it would be printed (Spotchem): date, time, "ID#" and the sample, the material in brackets, then name,
/// value and unit of each test.
/// Refuses: a text of any other form, as there is no checksum: a value that is no number and no known word, a unit that
/// is a number, a group of tests that is not complete.
model::Decoding decode_result_line(BytesView capture);

bool looks_like_bci(BytesView capture);
bool looks_like_result_line(BytesView capture);

}  // namespace lab::drivers
