// What the printed label is for: every one reads, by either decoder, whatever stands around the code.

#include <gtest/gtest.h>
#include <algorithm>
#include <opencv2/imgcodecs.hpp>

#include "instruments/label/reader/zbar_in.hpp"
#include "instruments/label/reader/zxing.hpp"
#include "tests/instruments/label/print/contents.hpp"

namespace lab::label {
namespace {

std::vector<std::string> texts(const std::vector<Sighting>& sightings) {
  std::vector<std::string> texts;
  for (const Sighting& one : sightings) texts.push_back(one.symbology + " " + one.text);
  std::ranges::sort(texts);
  return texts;
}

class ThousandLabels : public testing::TestWithParam<const Layout*> {
 protected:
  /// From the PNG, as somebody else would see it.
  static void expect_to_read(const Bytes& png, const LabelContent& content, bool bars) {
    const cv::Mat picture = cv::imdecode(std::vector<uchar>(png.begin(), png.end()), cv::IMREAD_GRAYSCALE);
    std::vector<std::string> expected{"QRCode " + code_text(content.payload)};
    if (bars) expected.insert(expected.begin(), "Code128 " + content.payload.number.text());
    auto seen = modules_by_zxing(picture);
    std::ranges::copy(bars_by_zxing(picture), std::back_inserter(seen));
    EXPECT_EQ(texts(seen), expected);
    EXPECT_EQ(texts(zbar_in(picture, {.qr = true})), expected);
  }
};

TEST_P(ThousandLabels, AreReadByBothDecoders) {
  const Layout& layout = *GetParam();
  SomeContents contents{20130603};
  for (int i = 0; i < 1000 && !HasFailure(); ++i) {
    const LabelContent content = contents.next();
    const auto png = render_png(content, {.layout = layout.name});
    ASSERT_TRUE(png.has_value()) << i << " " << content.sample_name << ": " << to_text(png.error());
    expect_to_read(*png, content, layout.bars.has_value());
  }
}

TEST_P(ThousandLabels, AreReadByBothDecodersAt300Dpi) {
  const Layout& layout = *GetParam();
  SomeContents contents{300};
  for (int i = 0; i < 100 && !HasFailure(); ++i) {
    const LabelContent content = contents.next();
    const auto png = render_png(content, {.layout = layout.name, .dots_per_mm = dots_per_mm_300});
    ASSERT_TRUE(png.has_value()) << i << " " << content.sample_name << ": " << to_text(png.error());
    expect_to_read(*png, content, layout.bars.has_value());
  }
}

INSTANTIATE_TEST_SUITE_P(Layouts, ThousandLabels, each_layout(), name_of_layout);

}  // namespace
}  // namespace lab::label
