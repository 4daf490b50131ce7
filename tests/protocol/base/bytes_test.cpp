#include "protocol/base/bytes.hpp"

#include <gtest/gtest.h>

namespace lab {
namespace {

TEST(Bytes, FillAPlaceOfTheirOwnSizeOnly) {
  std::array<std::uint8_t, 2> place{7, 7};
  EXPECT_FALSE(fill(place, "abc"));
  EXPECT_FALSE(fill(place, "a"));
  EXPECT_EQ(view_of(place), "\x07\x07");
  EXPECT_TRUE(fill(place, "\xFFz"));
  EXPECT_EQ(view_of(place), "\xFFz");
}

TEST(Hex, IsReadBackInEitherCase) {
  std::array<std::uint8_t, 3> place{};
  EXPECT_TRUE(fill_from_hex(place, to_hex(BytesView{"\0\x9A\xFF", 3})));
  EXPECT_EQ(view_of(place), (BytesView{"\0\x9A\xFF", 3}));
  EXPECT_TRUE(fill_from_hex(place, "0aBcDE"));
  EXPECT_EQ(to_hex(view_of(place)), "0abcde");
}

TEST(Hex, OfAnotherLengthOrWithAnotherCharacterChangesNothing) {
  std::array<std::uint8_t, 2> place{1, 2};
  for (const char* text : {"", "123", "12345", "123456", "12g4", "12 4", "0x12", "-123",
                           "12\xB3"
                           "4"}) {
    EXPECT_FALSE(fill_from_hex(place, text)) << text;
  }
  EXPECT_EQ(place, (std::array<std::uint8_t, 2>{1, 2}));
}

// RFC 4648 section 10.
TEST(Base64, EncodesTheExamplesOfItsStandard) {
  EXPECT_EQ(to_base64(""), "");
  EXPECT_EQ(to_base64("f"), "Zg==");
  EXPECT_EQ(to_base64("fo"), "Zm8=");
  EXPECT_EQ(to_base64("foo"), "Zm9v");
  EXPECT_EQ(to_base64("foobar"), "Zm9vYmFy");
}

TEST(Base64, EncodesOctetsAboveAscii) { EXPECT_EQ(to_base64("\xFB\xFF\xFE"), "+//+"); }

}  // namespace
}  // namespace lab
