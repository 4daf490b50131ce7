#pragma once
// From a stored capture to the text of its messages, and back from a line of that text to its octets.

#include <cstddef>
#include <vector>

#include "instruments/drivers/text.hpp"
#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"
#include "protocol/model/reading.hpp"

namespace lab::drivers::astm {

/// Part of a text that lies in one piece in the capture.
struct Piece {
  std::size_t text_offset = 0;
  std::size_t capture_offset = 0;
};

struct CaptureText {
  Bytes octets;               // of the records; CR behind every ETX text
  std::vector<Piece> pieces;  // growing offsets
  std::size_t uncovered = 0;  // octets that are in no record and are not known line control
  std::vector<model::Diagnostic> diagnostics;
};

/// Takes the frames away. A capture without STX is taken as it stands.
/// Malformed when the last frame is cut off.
Result<CaptureText> unwrap(BytesView capture);

/// Where an octet of the text lies in the capture.
std::size_t capture_offset(const CaptureText& text, std::size_t text_offset);

}  // namespace lab::drivers::astm
