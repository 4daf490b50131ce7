#include "protocol/base/charset.hpp"

#include <fmt/format.h>
#include <iconv.h>
#include <cerrno>
#include <cstdint>
#include <cstring>

#include "protocol/base/check.hpp"

namespace lab {
namespace {

const char* iconv_name(Charset charset) { return name_of(charset == Charset::utf8_bom ? Charset::utf8 : charset); }

BytesView mark_of(Charset charset) {
  switch (charset) {
    case Charset::utf8:
    case Charset::gb18030:
      return "";
    case Charset::utf8_bom:
      return "\xEF\xBB\xBF";
    case Charset::utf16_le:
      return "\xFF\xFE";
    case Charset::utf16_be:
      return "\xFE\xFF";
  }
  return "";
}

// How many ASCII octets stand in front. Instruments hardly write anything else, so eight at a time.
std::size_t ascii_octets(BytesView bytes) {
  constexpr std::uint64_t high_bits = 0x8080808080808080;
  std::size_t count = 0;
  for (std::uint64_t word = 0; count + sizeof word <= bytes.size(); count += sizeof word) {
    std::memcpy(&word, bytes.data() + count, sizeof word);
    if ((word & high_bits) != 0) break;
  }
  while (count < bytes.size() && static_cast<unsigned char>(bytes[count]) < 0x80) ++count;
  return count;
}

// Converts all of `input`, or names the offset at which it stops making sense.
// `skipped` octets (a byte order mark) came before `input`.
Result<std::string> convert_charset(BytesView input, const char* from, const char* to, std::size_t skipped = 0) {
  const iconv_t converter = iconv_open(to, from);
  LAB_CHECK(converter != reinterpret_cast<iconv_t>(-1));
  std::string output;
  std::string chunk(4096, '\0');
  char* source = const_cast<char*>(input.data());  // iconv does not write through it
  std::size_t left = input.size();
  bool good = true;
  while (good && left > 0) {
    char* target = chunk.data();
    std::size_t room = chunk.size();
    const std::size_t converted = iconv(converter, &source, &left, &target, &room);
    output.append(chunk.data(), chunk.size() - room);
    good = converted != static_cast<std::size_t>(-1) || errno == E2BIG;
  }
  iconv_close(converter);
  if (!good) {
    return fail(ErrorCode::malformed, fmt::format("the text is not {}", from),
                fmt::format("byte {}", skipped + input.size() - left));
  }
  return output;
}

}  // namespace

const char* name_of(Charset charset) {
  switch (charset) {
    case Charset::utf8:
      return "UTF-8";
    case Charset::utf8_bom:
      return "UTF-8 with byte order mark";
    case Charset::utf16_le:
      return "UTF-16LE";
    case Charset::utf16_be:
      return "UTF-16BE";
    case Charset::gb18030:
      return "GB18030";
  }
  return "UTF-8";
}

bool is_ascii(BytesView bytes) { return ascii_octets(bytes) == bytes.size(); }

bool is_utf8(BytesView bytes) {
  std::size_t i = 0;
  while (i < bytes.size()) {
    const auto lead = static_cast<unsigned char>(bytes[i]);
    if (lead < 0x80) {
      i += ascii_octets(bytes.substr(i));
      continue;
    }
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || i + length > bytes.size()) return false;
    for (std::size_t k = 1; k < length; ++k) {
      if ((static_cast<unsigned char>(bytes[i + k]) & 0xC0) != 0x80) return false;
    }
    const auto second = static_cast<unsigned char>(bytes[i + 1]);
    if ((lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F)) return false;  // overlong, surrogate
    if ((lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second > 0x8F)) return false;  // overlong, above U+10FFFF
    i += length;
  }
  return true;
}

Result<DecodedText> decode_text(BytesView bytes) {
  for (const Charset charset : {Charset::utf8_bom, Charset::utf16_le, Charset::utf16_be}) {
    const BytesView mark = mark_of(charset);
    if (!bytes.starts_with(mark)) continue;
    auto text = convert_charset(bytes.substr(mark.size()), iconv_name(charset), "UTF-8", mark.size());
    if (!text) return fail(std::move(text));
    return DecodedText{std::move(*text), charset};
  }
  if (is_utf8(bytes)) return DecodedText{std::string{bytes}, Charset::utf8};
  auto text = convert_charset(bytes, "GB18030", "UTF-8");
  if (!text) return fail(ErrorCode::malformed, "the text is neither UTF-8 nor GB18030", text.error().where);
  return DecodedText{std::move(*text), Charset::gb18030};
}

Result<std::string> decode_text_as(BytesView bytes, Charset charset) {
  const BytesView mark = mark_of(charset);
  const std::size_t skipped = bytes.starts_with(mark) ? mark.size() : 0;
  return convert_charset(bytes.substr(skipped), iconv_name(charset), "UTF-8", skipped);
}

Result<Bytes> encode_text(std::string_view utf8, Charset charset) {
  auto bytes = convert_charset(utf8, "UTF-8", iconv_name(charset));
  if (!bytes) return bytes;
  return Bytes{mark_of(charset)} + *bytes;
}

}  // namespace lab
