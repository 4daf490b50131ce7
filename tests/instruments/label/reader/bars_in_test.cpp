#include "instruments/label/reader/bars_in.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <cmath>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "instruments/label/reader/zbar_in.hpp"
#include "tests/instruments/label/samples.hpp"

namespace lab::label {
namespace {

const std::string number = some_payload(42).number.text();

cv::Mat drawn(Symbology symbology, const std::string& text) {
  Bytes png = lone_code(symbology, text);
  return cv::imdecode(cv::Mat(1, static_cast<int>(png.size()), CV_8UC1, png.data()), cv::IMREAD_GRAYSCALE);
}

/// In the middle of a white sheet, turned.
cv::Mat turned(const cv::Mat& symbol, double degrees) {
  const int side = static_cast<int>(1.3 * std::hypot(symbol.cols, symbol.rows));
  cv::Mat turn =
      cv::getRotationMatrix2D({static_cast<float>(symbol.cols) / 2, static_cast<float>(symbol.rows) / 2}, degrees, 1);
  turn.at<double>(0, 2) += (side - symbol.cols) / 2.0;
  turn.at<double>(1, 2) += (side - symbol.rows) / 2.0;
  cv::Mat out;
  cv::warpAffine(symbol, out, turn, {side, side}, cv::INTER_LINEAR, cv::BORDER_CONSTANT, cv::Scalar(255));
  return out;
}

cv::Mat with_noise(const cv::Mat& grey, double deviation) {
  cv::RNG dice(7);
  cv::Mat noise(grey.size(), CV_16SC1);
  dice.fill(noise, cv::RNG::NORMAL, 0, deviation);
  cv::Mat out;
  cv::add(grey, noise, out, cv::noArray(), CV_8U);
  return out;
}

MATCHER_P2(IsProven, symbology, text, "") {
  return arg.symbology == symbology && arg.text == text && arg.proofs > 1 && !arg.self_proving;
}

TEST(BarsIn, AreReadWhicheverWayTheyLie) {
  const cv::Mat code128 = drawn(Symbology::code128, number);
  const cv::Mat ean13 = drawn(Symbology::ean13, "6901234567892");
  for (int degrees = 0; degrees < 360; degrees += 33) {
    EXPECT_THAT(bars_in(turned(code128, degrees)), testing::ElementsAre(IsProven("Code128", number))) << degrees;
    EXPECT_THAT(bars_in(turned(ean13, degrees)), testing::ElementsAre(IsProven("EAN13", "6901234567892"))) << degrees;
  }
}

TEST(BarsIn, AreReadThroughNoise) {
  const cv::Mat picture = with_noise(turned(drawn(Symbology::code128, number), 20), 60);
  EXPECT_THAT(bars_in(picture), testing::Contains(IsProven("Code128", number)));
}

TEST(BarsIn, NoBarsGiveNothing) {
  const cv::Mat grey(480, 640, CV_8UC1, cv::Scalar(128));
  EXPECT_TRUE(bars_in(grey).empty());
  EXPECT_TRUE(bars_in(with_noise(grey, 40)).empty());
  EXPECT_TRUE(bars_in(drawn(Symbology::qr, number)).empty());
  EXPECT_TRUE(bars_in(cv::Mat(3, 5, CV_8UC1, cv::Scalar(0))).empty());
  cv::Mat grating(480, 640, CV_8UC1, cv::Scalar(255));
  for (int x = 0; x < grating.cols; x += 8) grating.colRange(x, x + 3).setTo(0);
  EXPECT_TRUE(bars_in(grating).empty());
}

TEST(BarsIn, RegionsAreUprightForOtherDecoders) {
  const cv::Mat picture = turned(drawn(Symbology::code128, number), 28);
  const auto regions = find_bar_regions(picture);
  ASSERT_FALSE(regions.empty());
  EXPECT_TRUE(zbar_in(picture).empty());
  const auto sightings = zbar_in(upright(picture, regions.front(), {2, 2}));
  ASSERT_EQ(sightings.size(), 1U);
  EXPECT_EQ(sightings.front().text, number);
}

TEST(ZbarIn, ReadsQrCodesOnlyWhenAsked) {
  const cv::Mat picture = turned(drawn(Symbology::qr, number), 0);
  EXPECT_TRUE(zbar_in(picture).empty());
  const auto sightings = zbar_in(picture, {.qr = true});
  ASSERT_EQ(sightings.size(), 1U);
  EXPECT_EQ(sightings.front().symbology, "QRCode");
  EXPECT_TRUE(sightings.front().self_proving);
}

TEST(ZbarIn, PassesOverTextsWhoseCharacterSetItGuesses) {
  EXPECT_TRUE(zbar_in(turned(drawn(Symbology::qr, "正宗铁观音茶叶"), 0), {.qr = true}).empty());
}

}  // namespace
}  // namespace lab::label
