#include "protocol/base/charset.hpp"

#include <gtest/gtest.h>

namespace lab {
namespace {

// One character of the first, second, third and fourth UTF-8 length, and one that GB18030 needs four octets for.
const std::string sample = "铅 0.05 mg/kg ≤ μ é 𠀀 噁喹酸";

TEST(Charset, EveryCharsetRoundTrips) {
  for (const Charset charset :
       {Charset::utf8, Charset::utf8_bom, Charset::utf16_le, Charset::utf16_be, Charset::gb18030}) {
    const auto bytes = encode_text(sample, charset);
    ASSERT_TRUE(bytes) << name_of(charset);
    const auto text = decode_text(*bytes);
    ASSERT_TRUE(text) << name_of(charset);
    EXPECT_EQ(text->utf8, sample) << name_of(charset);
    EXPECT_EQ(text->charset, charset);
  }
}

// The private use area is left out: standards disagree about it, and no laboratory means anything by it.
TEST(Charset, EveryCharacterOfTheCommonPlaneSurvivesGb18030) {
  for (unsigned code = 0x80; code <= 0xFFFF; code += 7) {
    if (code >= 0xD800 && code <= 0xF8FF) continue;
    std::string text;
    if (code < 0x800) {
      text = {static_cast<char>(0xC0 | code >> 6), static_cast<char>(0x80 | (code & 0x3F))};
    } else {
      text = {static_cast<char>(0xE0 | code >> 12), static_cast<char>(0x80 | (code >> 6 & 0x3F)),
              static_cast<char>(0x80 | (code & 0x3F))};
    }
    ASSERT_TRUE(is_utf8(text)) << code;
    const auto bytes = encode_text(text, Charset::gb18030);
    ASSERT_TRUE(bytes) << std::hex << code;
    // The prefix makes sure that the octets are not UTF-8 by accident.
    const auto again = decode_text("\xD6\xD0" + *bytes);
    ASSERT_TRUE(again) << std::hex << code;
    ASSERT_EQ(again->utf8, "中" + text) << std::hex << code;
  }
}

TEST(Charset, MalformedTextNamesTheOffsetInTheFile) {
  const auto text = decode_text(
      "\xEF\xBB\xBF"
      "ab\xFFz");
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().where, "byte 5");
  const auto neither = decode_text("abc\xFF");
  ASSERT_FALSE(neither);
  EXPECT_EQ(neither.error().where, "byte 3");
}

TEST(Charset, CutOffCharactersAreMalformed) {
  const auto gb = encode_text("铅", Charset::gb18030);
  ASSERT_TRUE(gb);
  EXPECT_FALSE(decode_text(gb->substr(0, 1)));
  EXPECT_FALSE(
      decode_text("\xFF\xFE"
                  "a"));
}

TEST(Charset, Utf8MeansShortestFormWithoutSurrogates) {
  for (const char* good : {"", "a", "é", "铅", "\xF0\xA0\x80\x80", "\xF4\x8F\xBF\xBF"}) EXPECT_TRUE(is_utf8(good));
  for (const char* bad : {"\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\x80",
                          "\xC3", "\xE9\x93", "\xF5\x80\x80\x80"}) {
    EXPECT_FALSE(is_utf8(bad));
  }
}

}  // namespace
}  // namespace lab
