// Every way of printing carries the master's dots and no others.

#include <gtest/gtest.h>

#include "instruments/label/print/printer_languages.hpp"
#include "tests/instruments/label/print/contents.hpp"
#include "tests/instruments/label/print/printed_dots.hpp"

namespace lab::label {
namespace {

std::vector<LabelBitmap> some_labels(std::string_view layout, int count, int dots_per_mm = dots_per_mm_203) {
  std::vector<LabelBitmap> labels;
  SomeContents contents{7};
  while (static_cast<int>(labels.size()) < count) {
    auto label = print_label(contents.next(), {.layout = layout, .dots_per_mm = dots_per_mm});
    EXPECT_TRUE(label.has_value()) << to_text(label.error());
    if (!label) return labels;
    labels.push_back(*std::move(label));
  }
  return labels;
}

/// Noise has every run length and no row twice.
LabelBitmap noise(int width, int height) {
  LabelBitmap label = LabelBitmap::blank(width, height, dots_per_mm_203);
  std::mt19937 dice{3};
  for (int y = 0; y < height; ++y) {
    const auto share = 1 + dice() % 20;
    bool dark = false;
    for (int x = 0; x < width; ++x) {
      if (dice() % share == 0) dark = !dark;
      if (dark) label.darken(x, y);
    }
  }
  return label;
}

class Formats : public testing::TestWithParam<const Layout*> {};

TEST_P(Formats, AllCarryTheDotsOfTheMaster) {
  for (const int dots_per_mm : {dots_per_mm_203, dots_per_mm_300}) {
    const auto labels = some_labels(GetParam()->name, 3, dots_per_mm);
    ASSERT_EQ(labels.size(), 3u);
    std::vector<Dots> masters;
    for (const LabelBitmap& label : labels) masters.push_back(dots_of(label));
    EXPECT_EQ(dots_in_zpl(encode(labels, PrintFormat::zpl).value()), masters);
    EXPECT_EQ(dots_in_tspl(encode(labels, PrintFormat::tspl).value()), masters);
    const Bytes pdf = encode(labels, PrintFormat::pdf_roll).value();
    EXPECT_EQ(pages_in_pdf(pdf), 3);
    for (std::size_t i = 0; i < labels.size(); ++i) {
      EXPECT_EQ(dots_in_png(encode({&labels[i], 1}, PrintFormat::png).value()), masters[i]);
      EXPECT_EQ(dots_in_pdf(pdf, static_cast<int>(i) + 1, labels[i].width_dots, labels[i].height_dots), masters[i])
          << i;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Layouts, Formats, each_layout(), name_of_layout);

TEST(Sheets, LabelsFillA4PagesRowByRow) {
  const auto labels = some_labels("bench", 23);  // 3 x 7 on a page
  ASSERT_EQ(labels.size(), 23u);
  const Bytes pdf = encode(labels, PrintFormat::pdf_sheet).value();
  EXPECT_EQ(pages_in_pdf(pdf), 2);
  const Dots page = dots_in_pdf(pdf, 1, 210 * 8, 297 * 8);
  ASSERT_EQ(page.size(), 297u * 8);
  ASSERT_EQ(page.front().size(), 210u * 8);
  constexpr int left = 15 * 8;  // (210 - 3 * 60) / 2 mm
  constexpr int top = 68;       // (297 - 7 * 40) / 2 mm
  for (int i = 0; i < 21; ++i) {
    EXPECT_EQ(cut_out(page, left + i % 3 * 480, top + i / 3 * 320, 480, 320), dots_of(labels[std::size_t(i)])) << i;
  }
  const Dots second = dots_in_pdf(pdf, 2, 210 * 8, 297 * 8);
  EXPECT_EQ(cut_out(second, left + 480, top, 480, 320), dots_of(labels[22]));
  EXPECT_EQ(cut_out(second, left + 960, top, 480, 320), Dots(320, std::string(480, '.'))) << "an empty place";
}

TEST(Zpl, CompressesAnyDots) {
  for (const int width : {8, 480, 7200}) {
    const LabelBitmap label = noise(width, 64);
    EXPECT_EQ(dots_in_zpl(to_zpl({&label, 1})).at(0), dots_of(label)) << width;
  }
}

TEST(Zpl, ALabelTakesLessThanHalfOfItsPlainDigits) {
  const auto labels = some_labels("bench", 1);
  EXPECT_LT(to_zpl(labels).size(), labels.at(0).rows.size());
}

TEST(PrinterLanguages, ARowEndsWhiteThatIsNotAWholeNumberOfOctets) {
  LabelBitmap label = LabelBitmap::blank(12, 2, dots_per_mm_203);
  for (int x = 0; x < 12; ++x) label.darken(x, 1);
  EXPECT_EQ(label.row(1), (BytesView{"\xFF\xF0", 2}));
  EXPECT_EQ(dots_in_zpl(to_zpl({&label, 1})).at(0), dots_of(label));
  EXPECT_NE(to_tspl({&label, 1}).find(Bytes{"0,0,2,2,0,\xFF\xFF\x00\x0F", 14}), Bytes::npos) << "1 is white";
}

}  // namespace
}  // namespace lab::label
