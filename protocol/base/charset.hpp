#pragma once
// Text as it arrives: UTF-8 with or without a byte order mark, UTF-16 with one, or GB18030 as Chinese spreadsheets save
// it.

#include <string>

#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"

namespace lab {

enum class Charset { utf8, utf8_bom, utf16_le, utf16_be, gb18030 };

const char* name_of(Charset charset);

struct DecodedText {
  std::string utf8;
  Charset charset = Charset::utf8;
};

/// Decides by byte order mark, then strict UTF-8, then GB18030 (the order that reads every file Excel writes in China).
/// Malformed when none of them fits, with the offset of the first bad octet in `where`.
Result<DecodedText> decode_text(BytesView bytes);

/// The text, when its charset is known; a byte order mark is left out. Malformed as above.
Result<std::string> decode_text_as(BytesView bytes, Charset charset);

/// Every octet below 0x80: the same text in all charsets but UTF-16.
bool is_ascii(BytesView bytes);

/// Shortest-form UTF-8 without surrogates.
bool is_utf8(BytesView bytes);

/// The reverse of decode_text; malformed when a character has no place in that charset.
Result<Bytes> encode_text(std::string_view utf8, Charset charset);

}  // namespace lab
