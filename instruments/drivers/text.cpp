#include "instruments/drivers/text.hpp"

#include <algorithm>
#include <array>

#include "protocol/base/charset.hpp"

namespace lab::drivers {
namespace {

bool is_high(char c) { return static_cast<unsigned char>(c) >= 0x80; }

// "°", "±", "²", "µ" and the letters.
bool is_latin1_sign(char c) {
  const auto octet = static_cast<unsigned char>(c);
  return octet >= 0xC0 || octet == 0xB0 || octet == 0xB1 || octet == 0xB2 || octet == 0xB5;
}

bool looks_like_latin1(BytesView bytes) {
  constexpr std::size_t alone_for_a_pair = 3;
  std::size_t alone = 0;
  std::size_t pairs = 0;
  for (std::size_t i = 0; i < bytes.size();) {
    std::size_t run = 0;
    while (i + run < bytes.size() && is_high(bytes[i + run])) ++run;
    if (run > 2 || !std::ranges::all_of(bytes.substr(i, run), is_latin1_sign)) return false;
    alone += run == 1 ? 1U : 0U;
    pairs += run == 2 ? 1U : 0U;
    i += std::max<std::size_t>(run, 1);
  }
  return alone > 0 && alone >= alone_for_a_pair * pairs;
}

void append_below_surrogates(std::string& utf8, char16_t code) {
  if (code >= 0x800) {
    utf8 += static_cast<char>(0xE0 | (code >> 12));
    utf8 += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
  } else {
    utf8 += static_cast<char>(0xC0 | (code >> 6));
  }
  utf8 += static_cast<char>(0x80 | (code & 0x3F));
}

// The characters of Windows-1252 at 0x80 to 0x9F, where ISO-8859-1 has controls; the five without one stay controls.
constexpr std::array<char16_t, 32> windows_1252_marks{0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                                      0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x008D, 0x017D, 0x008F,
                                                      0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                                      0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178};

// ISO-8859-1, or Windows-1252 with its marks.
std::string western_to_utf8(BytesView bytes, TextCoding coding) {
  constexpr std::size_t first_mark = 0x80;
  std::string utf8;
  utf8.reserve(bytes.size() + bytes.size() / 16);
  for (const char c : bytes) {
    if (!is_high(c)) {
      utf8 += c;
      continue;
    }
    const auto octet = static_cast<unsigned char>(c);
    const bool is_mark = coding == TextCoding::windows_1252 && octet < first_mark + windows_1252_marks.size();
    append_below_surrogates(utf8, is_mark ? windows_1252_marks[octet - first_mark] : char16_t{octet});
  }
  return utf8;
}

// UTF-8 with at least one long character, but for one to three octets of an unfinished character at the end.
bool is_cut_inside_a_character(BytesView bytes) {
  for (std::size_t cut = 1; cut <= 3 && cut < bytes.size(); ++cut) {
    const auto lead = static_cast<unsigned char>(bytes[bytes.size() - cut]);
    if (lead < 0xC0) continue;
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    const BytesView head = bytes.substr(0, bytes.size() - cut);
    return length > cut && std::ranges::any_of(head, is_high) && is_utf8(head);
  }
  return false;
}

TextCoding coding_of(Charset charset) {
  switch (charset) {
    case Charset::utf8:
      return TextCoding::utf8;
    case Charset::utf8_bom:
      return TextCoding::utf8_bom;
    case Charset::utf16_le:
      return TextCoding::utf16_le;
    case Charset::utf16_be:
      return TextCoding::utf16_be;
    case Charset::gb18030:
      return TextCoding::gb18030;
  }
  return TextCoding::utf8;
}

std::size_t mark_octets(TextCoding coding) {
  switch (coding) {
    case TextCoding::utf8:
    case TextCoding::gb18030:
    case TextCoding::latin1:
    case TextCoding::windows_1252:
      return 0;
    case TextCoding::utf8_bom:
      return 3;
    case TextCoding::utf16_le:
    case TextCoding::utf16_be:
      return 2;
  }
  return 0;
}

bool has_mark(BytesView bytes) {
  return bytes.starts_with("\xEF\xBB\xBF") || bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF");
}

}  // namespace

Result<InstrumentText> decode_instrument_text(BytesView capture) {
  if (!has_mark(capture) && !is_utf8(capture)) {
    if (is_cut_inside_a_character(capture)) {
      return fail(ErrorCode::malformed, "文件在一个字符中间中断，请重新导出或复制");
    }
    if (looks_like_latin1(capture))
      return InstrumentText{western_to_utf8(capture, TextCoding::latin1), TextCoding::latin1};
  }
  auto text = decode_text(capture);
  if (!text) {
    return fail(ErrorCode::malformed, "不是 UTF-8、UTF-16 或 GB18030 文本，请重新导出为文本", text.error().where);
  }
  return InstrumentText{std::move(text->utf8), coding_of(text->charset)};
}

Result<InstrumentText> decode_declared_text(BytesView capture, TextCoding declared) {
  if (declared == TextCoding::latin1 || declared == TextCoding::windows_1252) {
    return InstrumentText{western_to_utf8(capture, declared), declared};
  }
  if (declared != TextCoding::gb18030) return decode_instrument_text(capture);
  auto text = decode_text_as(capture, Charset::gb18030);
  if (!text) return fail(std::move(text));
  return InstrumentText{*std::move(text), TextCoding::gb18030};
}

Result<InstrumentText> decode_text_said_to_be(BytesView capture, TextCoding coding) {
  if (has_mark(capture) || is_utf8(capture)) return decode_instrument_text(capture);
  return decode_declared_text(capture, coding);
}

BytesView first_lines(BytesView capture, std::size_t octets) {
  if (capture.size() <= octets) return capture;
  const BytesView head = capture.substr(0, octets);
  const std::size_t end = head.find_last_of(std::string_view{"\r\n\x0B\x1C", 4}) + 1;
  const bool is_utf16 = head.starts_with("\xFF\xFE") || head.starts_with("\xFE\xFF");
  return capture.substr(0, is_utf16 ? end + end % 2 : end);  // a line end of UTF-16 has a second octet, maybe behind it
}

LineOffsets::LineOffsets(BytesView capture, const InstrumentText& text)
    : capture_(capture), text_(text.utf8), coding_(text.coding), capture_at_(mark_octets(text.coding)) {}

bool LineOffsets::is_line_end(std::size_t at) const {
  const bool wide = coding_ == TextCoding::utf16_le || coding_ == TextCoding::utf16_be;
  if (!wide) return capture_[at] == '\n' || capture_[at] == '\r';
  if (at + 1 >= capture_.size()) return false;
  const char low = coding_ == TextCoding::utf16_le ? capture_[at] : capture_[at + 1];
  const char high = coding_ == TextCoding::utf16_le ? capture_[at + 1] : capture_[at];
  return high == 0 && (low == '\n' || low == '\r');
}

std::size_t LineOffsets::in_capture(std::size_t text_offset) {
  if (coding_ == TextCoding::utf8 || coding_ == TextCoding::utf8_bom) return text_offset + mark_octets(coding_);
  // CR and LF are never part of another character in these codings, so the n-th of them is the n-th here and there.
  const std::size_t step = coding_ == TextCoding::utf16_le || coding_ == TextCoding::utf16_be ? 2 : 1;
  for (; text_at_ < text_offset && text_at_ < text_.size(); ++text_at_) {
    if (text_[text_at_] != '\n' && text_[text_at_] != '\r') continue;
    while (capture_at_ < capture_.size() && !is_line_end(capture_at_)) capture_at_ += step;
    capture_at_ = std::min(capture_at_ + step, capture_.size());
  }
  return capture_at_;
}

}  // namespace lab::drivers
