#pragma once
// The text of a capture, and the way back from a line of it to the octets it came from.

#include <cstddef>
#include <string>
#include <string_view>

#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"

namespace lab::drivers {

enum class TextCoding { utf8, utf8_bom, utf16_le, utf16_be, gb18030, latin1, windows_1252 };

struct InstrumentText {
  std::string utf8;
  TextCoding coding = TextCoding::utf8;
};

/// As lab::decode_text, and two things that only instruments need: ISO-8859-1, recognised by its letters and signs
/// above 0x7F standing alone (Chinese octets come in pairs, and pairs in words) but for at most one pair to every three
/// of them; and a text that is UTF-8 except for a character cut off at its very end is refused instead of being taken
/// for GB18030. What is neither is taken for GB18030, whose pairs leave hardly anything unread: a guess, which
/// is_guessed() tells.
Result<InstrumentText> decode_instrument_text(BytesView capture);

/// Whether nothing but the habits of Chinese programs speaks for this reading of the octets.
inline bool is_guessed(const InstrumentText& text) { return text.coding == TextCoding::gb18030; }

/// The same octets read as GB18030, ISO-8859-1 or Windows-1252 because the capture itself declares that set; any other
/// coding is left to decode_instrument_text. Malformed when the octets do not fit.
Result<InstrumentText> decode_declared_text(BytesView capture, TextCoding declared);

/// The same because somebody has said so of all captures of this kind: a byte order mark and strict UTF-8 still count
/// for more.
Result<InstrumentText> decode_text_said_to_be(BytesView capture, TextCoding coding);

/// The lines at the head of a capture by which its format is recognised: at most so many octets, cut behind a line and
/// not within a character. All of a shorter capture.
BytesView first_lines(BytesView capture, std::size_t octets);

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
