#pragma once
// The text of a capture, and the way back from a line of it to the octets it came from.

#include <cstddef>
#include <string>
#include <string_view>

#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"

namespace lab::drivers {

enum class TextCoding { utf8, utf8_bom, utf16_le, utf16_be, gb18030, latin1 };

struct InstrumentText {
  std::string utf8;
  TextCoding coding = TextCoding::utf8;
};

/// As lab::decode_text, and two things that only instruments need: ISO-8859-1, recognised by every octet above 0x7F
/// standing alone and being one of its letters or signs (Chinese octets come in pairs); and a text that is UTF-8 except
/// for a character cut off at its very end is refused instead of being taken for GB18030.
Result<InstrumentText> decode_instrument_text(BytesView capture);

/// The same octets read as GB18030 or ISO-8859-1 because the capture itself declares that set; any other coding is left
/// to decode_instrument_text. Malformed when the octets do not fit.
Result<InstrumentText> decode_declared_text(BytesView capture, TextCoding declared);

/// Finds where a line of the decoded text began in the capture. Both must outlive it. Ask with growing offsets.
class LineOffsets {
 public:
  LineOffsets(BytesView capture, const InstrumentText& text);

  /// `text_offset` is the first octet of a line: 0, or just behind a CR or LF.
  std::size_t in_capture(std::size_t text_offset);

 private:
  [[nodiscard]] bool is_line_end(std::size_t at) const;

  BytesView capture_;
  std::string_view text_;
  TextCoding coding_;
  std::size_t text_at_ = 0;
  std::size_t capture_at_ = 0;
};

}  // namespace lab::drivers
