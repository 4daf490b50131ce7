#pragma once
// The records of ASTM E1394 / CLSI LIS2-A2: header, patient, order, result ... terminator, in frames (astm_frame.hpp)
// or as bare text with one record a line.

#include <string_view>

#include "protocol/base/bytes.hpp"
#include "protocol/model/reading.hpp"

namespace lab::drivers {

inline constexpr std::string_view astm_profile = "astm-e1394/1";

/// Reads every message of a capture.
/// Takes:   frames by the rules of the receiver (bad checksum and wrong number skipped, repeats once), or text without
///          frames; delimiters and escapes from each header record, split after the character set has been decoded.
/// Gives:   per result record: sample from O-3 (O-4 when O-3 is empty, flagged), analyte = first filled component of
///          R-3 (the whole test id when that would name two different tests of one sample alike), value R-4, unit R-5,
///          flags, time, instrument H-5, run H-3.
/// Refuses: a message without H or L (cut off), a header that names another standard, no result record at all.
/// A value of several components is `invalid`, never a number. Never throws.
model::Decoding decode_astm(BytesView capture);

/// The capture begins like E1394 text, framed or bare.
bool looks_like_astm(BytesView capture);

}  // namespace lab::drivers
