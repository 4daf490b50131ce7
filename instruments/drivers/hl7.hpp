#pragma once
// HL7 v2 results, as analysers and information systems send them: ORU (unsolicited observations) and OUL (specimen
// oriented), in a file or as it came over MLLP, one message or many, with or without the envelopes of batches.

#include <string_view>

#include "protocol/base/bytes.hpp"
#include "protocol/model/reading.hpp"

namespace lab::drivers {

inline constexpr std::string_view hl7_profile = "hl7-oru/1";

/// Reads every message of a capture.
/// Takes:   segments ended by CR, LF or CR LF; delimiters from each MSH; MSH-18 for the character set, decoded before
///          anything is split.
/// Gives:   one observation per OBX.
///          sample   SPM-2 (the placer's part, else the filler's), else OBR-3, else OBR-2 (the latter flagged). SPM in
///                   front of the first OBR speaks of the orders behind it, else of the order it follows. Two
///                   different specimens under one order: no sample id, because nothing says whose the result is.
///          type     SPM-11 (P is a patient's, Q a control), else MSH-16 where an analyser uses it for that (0, 1, 2).
///          analyte  name of OBX-3 (component 2, else 5), with the code as flag "code=", else the code (1, else 4); the
///                   whole field when one sample has two different tests of one name.
///          value    OBX-5 by OBX-2: NM, ST, TX, FT as a cell; SN comparator and number; coded types by their text and
///                   never a number; ED, RP, NA, MA flagged `response`. Several parts or repeats are `invalid`.
///          unit OBX-6.1; flags OBX-8; OBX-11 other than F "status="; OBX-4 "sub-id="; time OBX-14, else OBR-7;
///          instrument MSH-3.1, else MSH-4.1; run MSH-10.
///          A message of training or debugging (MSH-11 T or D) is flagged as a status, so that it is not judged.
/// Refuses: a capture that does not begin with MSH (or FHS, BHS), a broken line in a segment that matters, no result at
///          all; then the kinds of its messages are named. Never throws.
model::Decoding decode_hl7(BytesView capture);

/// The capture begins like HL7 v2, sound or not.
bool looks_like_hl7(BytesView capture);

}  // namespace lab::drivers
