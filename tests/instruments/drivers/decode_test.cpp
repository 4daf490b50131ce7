#include "instruments/drivers/decode.hpp"

#include <gtest/gtest.h>

#include "protocol/base/charset.hpp"

namespace lab::drivers {
namespace {

TEST(Decoding, ChoosesTheProfileByContent) {
  EXPECT_EQ(decode("# by hand\nH|\\^&\nO|1|S\nR|1|^^^A|1|g\nL|1\n", "").profile, "astm-e1394/1");
  EXPECT_EQ(decode("Sample,,A Results\nName,Data File,Area\nS,1.d,1\n", "").profile, "masshunter-quant/1");
  EXPECT_EQ(decode("S S 1.0 g\r\n", "").profile, "mt-sics/1");
}

// A head that ends within a character would not be text.
TEST(Decoding, ChoosesByWholeCharactersInAnyCharset) {
  for (const char* remark : {"R|1|^^^A|1|g\n", "R|1|^^^AB|1|g\n"}) {
    std::string text = "# by hand\nH|\\^&\nO|1|S\n";
    while (text.size() < 5'000) text += remark;
    for (const Charset charset : {Charset::utf8, Charset::utf16_le, Charset::utf16_be}) {
      EXPECT_EQ(decode(*encode_text(text, charset), "").profile, "astm-e1394/1") << name_of(charset);
    }
  }
}

TEST(Decoding, RefusesWhatItDoesNotKnowWithAReason) {
  for (const char* capture : {"", "hello", "a,b\n1,2\n", "MSH|^~\\&|X\r",
                              "\x02"
                              "24/10/29 13:08 ID# 1\x03\n",
                              "PK\x03\x04"}) {
    const auto decoding = decode(capture, "");
    EXPECT_NE(decoding.refused, "") << capture;
    EXPECT_TRUE(decoding.observations.empty());
  }
}

TEST(Decoding, RefusesAnUnknownProfileAndNamesTheKnownOnes) {
  const auto decoding = decode("S S 1.0 g\r\n", "mt-sics/9");
  EXPECT_NE(decoding.refused.find("mt-sics/1"), std::string::npos);
}

TEST(Decoding, ANamedProfileIsNotReplacedByABetterOne) {
  EXPECT_NE(decode("S S 1.0 g\r\n", "astm-e1394/1").refused, "");
  EXPECT_EQ(decode("S S 1.0 g\r\n", "mt-sics/1").refused, "");
}

}  // namespace
}  // namespace lab::drivers
