#include "instruments/label/print/print.hpp"

#include <gtest/gtest.h>

#include "instruments/label/reader/read.hpp"
#include "tests/instruments/label/samples.hpp"

namespace lab::label {
namespace {

LabelContent some_content() {
  return {.payload = some_payload(42), .copies = 2, .blind_code = "QX7M2K", .sample_name = "CHILI"};
}

std::string refused_field(const LabelContent& content) {
  const auto png = render_png(content);
  EXPECT_FALSE(png.has_value());
  return png ? "" : png.error().where;
}

TEST(Printing, EveryLabelReadsAsItsNumber) {
  for (std::uint32_t serial = 0; serial < 100'000; serial += 1013) {
    auto content = some_content();
    content.payload = some_payload(serial);
    const auto png = render_png(content);
    ASSERT_TRUE(png.has_value()) << to_text(png.error());
    EXPECT_EQ(read(*png).number, content.payload.number);
  }
}

TEST(Printing, TheLongestContentStillFitsAndReads) {
  auto content = some_content();
  content.payload.laboratory = "ABCDEFGH";
  content.payload.copy = content.copies = 99;
  content.blind_code = content.sample_name = std::string(words_chars_max, 'W');
  EXPECT_TRUE(render_png(content).has_value());
}

TEST(Printing, TheBitmapSaysHowLargeItsDotsAre) {
  const auto png = some_label(42);
  EXPECT_EQ(png.substr(37, 4), "pHYs");
  EXPECT_EQ(png.substr(41, 9), (Bytes{"\0\0\x1F\x38\0\0\x1F\x38\1", 9}));  // 7992 dots per metre: 203 dpi
}

TEST(Printing, TheSameContentGivesTheSameBytes) { EXPECT_EQ(some_label(42), some_label(42)); }

TEST(Printing, NamesTheFieldThatCannotBePrinted) {
  auto content = some_content();
  content.payload.number = {};
  EXPECT_EQ(refused_field(content), "number");
  content = some_content();
  content.payload.laboratory = "CD;S=1";
  EXPECT_EQ(refused_field(content), "laboratory");
  content = some_content();
  content.payload.sampled_on = {std::chrono::year{2013}, std::chrono::February, std::chrono::day{30}};
  EXPECT_EQ(refused_field(content), "sampled_on");
  content = some_content();
  content.payload.copy = 3;
  EXPECT_EQ(refused_field(content), "copy");
  content = some_content();
  content.blind_code = std::string(words_chars_max + 1, 'A');
  EXPECT_EQ(refused_field(content), "blind_code");
  content = some_content();
  content.sample_name = "辣椒";
  EXPECT_EQ(refused_field(content), "sample_name");
}

TEST(Symbols, ATextThatTheSymbologyCannotHoldIsRefused) {
  EXPECT_FALSE(encode_symbol(Symbology::ean13, "not digits").has_value());
  EXPECT_FALSE(encode_symbol(Symbology::qr, "").has_value());
  EXPECT_FALSE(encode_symbol(Symbology::qr, std::string(5000, 'A')).has_value());
}

}  // namespace
}  // namespace lab::label
