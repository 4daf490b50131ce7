#include "instruments/label/print/print.hpp"

#include <gtest/gtest.h>
#include <cstdlib>
#include <fstream>

#include "instruments/label/print/proof.hpp"
#include "instruments/label/reader/read.hpp"
#include "tests/instruments/label/print/contents.hpp"

namespace lab::label {
namespace {

std::string refused_field(const LabelContent& content, std::string_view layout = "bench") {
  const auto label = print_label(content, {.layout = layout});
  EXPECT_FALSE(label.has_value());
  return label ? "" : label.error().where;
}

/// The dots of a box, as quarters of a millimetre.
bool same_dots(const LabelBitmap& a, const LabelBitmap& b, const Box& box) {
  for (int y = box.y * a.dots_per_mm / 4; y < (box.y + box.height) * a.dots_per_mm / 4; ++y) {
    for (int x = box.x * a.dots_per_mm / 4; x < (box.x + box.width) * a.dots_per_mm / 4; ++x) {
      if (a.is_dark(x, y) != b.is_dark(x, y)) return false;
    }
  }
  return true;
}

TEST(Printing, EveryLabelReadsAsItsNumber) {
  for (std::uint32_t serial = 0; serial < 100'000; serial += 3017) {
    auto content = some_content();
    content.payload = some_payload(serial);
    const auto png = render_png(content);
    ASSERT_TRUE(png.has_value()) << to_text(png.error());
    EXPECT_EQ(read(*png).number, content.payload.number);
  }
}

TEST(Printing, TheLongestContentStillFitsAndReads) {
  auto content = full_content();
  content.payload.laboratory = "ABCDEFGH";
  content.payload.copy = content.copies = 99;
  content.sample_name = content.batch = content.storage = content.sampler = content.place = content.sampled_party = "";
  for (int i = 0; i < 66; ++i) {
    for (auto* text : {&content.sample_name, &content.batch, &content.storage, &content.sampler}) *text += "鱻";
    for (auto* text : {&content.place, &content.sampled_party}) *text += "龘";
  }
  for (const Layout& layout : layouts()) {
    const auto label = print_label(content, {.layout = layout.name});
    EXPECT_TRUE(label.has_value()) << layout.name << " " << to_text(label.error());
  }
}

TEST(Printing, TheBitmapSaysHowLargeItsDotsAre) {
  const auto png = some_label(42);
  EXPECT_EQ(png.substr(37, 4), "pHYs");
  EXPECT_EQ(png.substr(41, 9), (Bytes{"\0\0\x1F\x40\0\0\x1F\x40\1", 9}));  // 8000 dots per metre: 203.2 dpi
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
  content.copies = 100;
  EXPECT_EQ(refused_field(content), "copies");
  content = some_content();
  content.storage = "冷藏\n冷冻";
  EXPECT_EQ(refused_field(content), "storage");
  content = some_content();
  content.sample_name = "\xE8\xBE";
  EXPECT_EQ(refused_field(content), "sample_name");
  content = some_content();
  content.seal = std::string(text_octets_max + 1, 'A');
  EXPECT_EQ(refused_field(content), "seal");
}

TEST(Printing, AnIdentifierIsNeverCut) {
  auto content = some_content();
  content.seal = "川质监封〔2013〕第00871号之二十五补发第三次";
  EXPECT_EQ(refused_field(content, "bench"), "seal");
  content = some_content();
  content.blind_code = std::string(60, 'A');
  for (const std::string_view layout : {"bench", "bench-bars", "tube"}) {
    EXPECT_EQ(refused_field(content, layout), "blind_code") << layout;
  }
}

TEST(Printing, ACharacterThatNoFontDrawsIsRefusedAndNeverABox) {
  auto content = some_content();
  content.sample_name = "𠮷";  // outside the font
  EXPECT_EQ(refused_field(content), "sample_name");
  content.sample_name = "菜\xE3\x85\xA4";  // U+3164: in the font, and nothing to see
  EXPECT_EQ(refused_field(content), "sample_name");
}

TEST(Printing, SignsThatTheFontLeavesBlankAreDrawnInTheirPlainForm) {
  auto blank = some_content();
  blank.storage = "-18℃";
  auto plain = some_content();
  plain.storage = "-18°C";
  EXPECT_EQ(print_label(blank).value(), print_label(plain).value());
  plain.storage = "-18";
  EXPECT_NE(print_label(blank).value(), print_label(plain).value());
}

TEST(Printing, ABlindLabelDoesNotNameWhoWasSampled) {
  auto content = full_content();
  content.sample_name = "绿源牌菠菜";
  content.sampled_party = " 绿源 ";
  EXPECT_EQ(refused_field(content, "bench"), "sample_name");
  EXPECT_EQ(refused_field(content, "tube"), "sample_name");
  EXPECT_TRUE(print_label(content, {.layout = "sampling"}).has_value());
  content.sample_name = "菠菜";
  const auto named = print_label(content).value();
  content.sampled_party = content.place = content.sampler = content.batch = "";
  EXPECT_EQ(named, print_label(content).value()) << "nothing of it is on the label";
}

TEST(Printing, TheFirstCopyIsTheTestSampleAndTheOthersAreReservesUnlessSaidOtherwise) {
  auto content = some_content();
  EXPECT_EQ(kind_of(content), SampleKind::test);
  content.payload.copy = 2;
  EXPECT_EQ(kind_of(content), SampleKind::reserve);
  const auto reserve = print_label(content).value();
  content.kind = SampleKind::kept;
  const auto kept = print_label(content).value();
  EXPECT_FALSE(same_dots(reserve, kept, find_layout("bench")->kind));
  EXPECT_TRUE(same_dots(reserve, kept, find_layout("bench")->code));
  EXPECT_EQ(parse_sample_kind("备样"), SampleKind::reserve);
  EXPECT_EQ(parse_sample_kind("kept"), SampleKind::kept);
  EXPECT_FALSE(parse_sample_kind("样品").has_value());
}

TEST(Printing, AnUnknownLayoutAndResolutionAreNamed) {
  const auto unknown = print_label(some_content(), {.layout = "poster"});
  ASSERT_FALSE(unknown.has_value());
  EXPECT_NE(unknown.error().message.find("bench, bench-bars, sampling, tube"), std::string::npos);
  EXPECT_EQ(print_label(some_content(), {.dots_per_mm = 6}).error().code, ErrorCode::unsupported);
}

// Fonts are looked up once in a process: this one begins in a process of its own.
TEST(Printing, AMissingFontIsSaidWithItsPackage) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const std::string no_fonts = testing::TempDir() + "no_fonts.conf";
  std::ofstream{no_fonts} << "<?xml version=\"1.0\"?><fontconfig></fontconfig>";
  EXPECT_EXIT(
      {
        ::setenv("FONTCONFIG_FILE", no_fonts.c_str(), 1);
        const auto label = print_label(some_content());
        std::fputs(label ? "drawn" : to_text(label.error()).c_str(), stderr);
        std::exit(label ? 0 : 3);
      },
      testing::ExitedWithCode(3), "fonts-wqy-microhei");
}

TEST(Proof, ALabelThatSaysAnythingElseIsRefused) {
  const auto content = some_content();
  const std::string text = code_text(content.payload);
  const auto label = print_label(content).value();
  EXPECT_TRUE(prove(label, {.qr = text, .bars = ""}).has_value());
  auto other = some_content();
  other.payload.copy = 2;
  EXPECT_EQ(prove(label, {.qr = code_text(other.payload), .bars = ""}).error().code, ErrorCode::conflict);
  EXPECT_FALSE(prove(label, {.qr = text, .bars = content.payload.number.text()}).has_value()) << "the bars are missing";
  const auto bars = print_label(content, {.layout = "bench-bars"}).value();
  EXPECT_TRUE(prove(bars, {.qr = text, .bars = content.payload.number.text()}).has_value());
  EXPECT_FALSE(prove(bars, {.qr = text, .bars = ""}).has_value()) << "bars that should not be there";
}

TEST(Proof, ALabelWithABurntStripeIsRefused) {
  const auto content = some_content();
  auto label = print_label(content).value();
  for (int y = 64; y < 220; ++y) {
    for (int x = 16; x < 60; ++x) label.darken(x, y);
  }
  const auto refused = prove(label, {.qr = code_text(content.payload), .bars = ""});
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().where, "ZXing");
}

TEST(Symbols, ATextThatTheSymbologyCannotHoldIsRefused) {
  EXPECT_FALSE(encode_symbol(Symbology::ean13, "not digits").has_value());
  EXPECT_FALSE(encode_symbol(Symbology::qr, "").has_value());
  EXPECT_FALSE(encode_symbol(Symbology::qr, std::string(5000, 'A')).has_value());
}

}  // namespace
}  // namespace lab::label
