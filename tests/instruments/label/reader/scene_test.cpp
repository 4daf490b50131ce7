// What was read is covered, and the rest of the picture is still looked at.

#include "instruments/label/reader/scene.hpp"

#include <gtest/gtest.h>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "instruments/label/reader/bars_in.hpp"
#include "instruments/label/reader/finder_crossings.hpp"
#include "instruments/label/reader/finders.hpp"
#include "instruments/label/reader/read.hpp"
#include "instruments/label/reader/zxing.hpp"
#include "tests/instruments/label/samples.hpp"

namespace lab::label {
namespace {

cv::Mat code_of(Symbology symbology, const std::string& text) {
  const Bytes png = lone_code(symbology, text);
  return cv::imdecode(std::vector<uchar>(png.begin(), png.end()), cv::IMREAD_GRAYSCALE);
}

const std::string product = "6901234567892";
const std::string number = some_payload(42).number.text();

/// A product's bar code on the left, `beside` it another code on the right.
cv::Mat product_and(const cv::Mat& beside) {
  const cv::Mat bars = code_of(Symbology::ean13, product);
  cv::Mat sheet(std::max(bars.rows, beside.rows) + 80, bars.cols + beside.cols + 120, CV_8U, cv::Scalar(230));
  bars.copyTo(sheet(cv::Rect(40, 40, bars.cols, bars.rows)));
  beside.copyTo(sheet(cv::Rect(bars.cols + 80, 40, beside.cols, beside.rows)));
  return sheet;
}

std::vector<Place> place_of(const std::string& text, const cv::Mat& picture) {
  for (const auto& sighting : modules_by_zxing(picture)) {
    if (sighting.text == text) return sighting.outline;
  }
  for (const auto& sighting : bars_by_zxing(picture)) {
    if (sighting.text == text) return sighting.outline;
  }
  return {};
}

TEST(Scene, ACoveredCodeIsNotSeenAgainAndTheOtherStillIs) {
  const cv::Mat picture = product_and(code_of(Symbology::qr, number));
  Scene scene{picture.clone(), {}};
  ASSERT_EQ(scene.effort(), Effort::all);
  const std::size_t before = scene.bar_regions().size();
  scene.cover(place_of(product, picture));
  EXPECT_EQ(scene.effort(), Effort::ordinary);
  EXPECT_LT(scene.bar_regions().size(), before);
  EXPECT_TRUE(bars_by_zxing(scene.grey()).empty());
  EXPECT_TRUE(bars_in(scene.grey(), scene.bar_regions()).empty());
  ASSERT_EQ(modules_by_zxing(scene.grey()).size(), 1u);
  EXPECT_EQ(modules_by_zxing(scene.grey()).front().text, number);
  const std::size_t symbols = scene.regions().size();
  scene.cover(place_of(number, picture));
  EXPECT_LT(scene.regions().size(), symbols);
  EXPECT_TRUE(modules_by_zxing(scene.grey()).empty());
}

TEST(Scene, WhatHasNoPlaceOrIsAlmostTheWholePictureIsNotCovered) {
  const cv::Mat picture = product_and(code_of(Symbology::qr, number));
  Scene scene{picture.clone(), {}};
  scene.cover({});
  const double right = picture.cols;
  const double bottom = picture.rows;
  scene.cover({{0, 0}, {right, 0}, {right, bottom}, {0, bottom}});
  scene.cover({{2, 5}, {30, 5}});  // across bars, where there are none
  EXPECT_EQ(scene.effort(), Effort::all);
  EXPECT_EQ(cv::countNonZero(scene.grey() != picture), 0);
}

TEST(Scene, ASampleBesideAProductIsTheSample) {
  for (const Symbology symbology : {Symbology::qr, Symbology::data_matrix, Symbology::code128}) {
    std::vector<uchar> file;
    cv::imencode(".png", product_and(code_of(symbology, number)), file);
    EXPECT_EQ(read(Bytes(file.begin(), file.end())).number, some_payload(42).number) << static_cast<int>(symbology);
  }
}

TEST(Finders, AreFoundAtEveryRollAndPrintIsNotLookedAt) {
  cv::Mat sheet(420, 420, CV_8U, cv::Scalar(225));
  const cv::Mat code = code_of(Symbology::qr, number);
  code.copyTo(sheet(cv::Rect((sheet.cols - code.cols) / 2, (sheet.rows - code.rows) / 2, code.cols, code.rows)));
  cv::Mat print(420, 420, CV_8U, cv::Scalar(225));
  for (int line = 30; line < print.rows; line += 26) {
    cv::putText(print, "SC13NCP00042 leaf mustard", {10, line}, cv::FONT_HERSHEY_SIMPLEX, 0.8, cv::Scalar(20), 2);
  }
  for (int degrees = 0; degrees < 90; degrees += 15) {
    cv::Mat turned;
    cv::warpAffine(sheet, turned, cv::getRotationMatrix2D({210, 210}, degrees, 1), sheet.size(), cv::INTER_LINEAR,
                   cv::BORDER_CONSTANT, cv::Scalar(225));
    cv::GaussianBlur(turned, turned, {}, 1.2);
    cv::hconcat(turned, print, turned);
    EXPECT_EQ(finders_in(turned).size(), 3u) << degrees;
    const cv::Mat kept = about_crossings(turned < 128);
    ASSERT_FALSE(kept.empty()) << degrees;
    const cv::Rect printed({420, 0}, print.size());
    EXPECT_LT(cv::countNonZero(kept(printed)), cv::countNonZero(print < 128) / 4) << degrees;
  }
  EXPECT_TRUE(about_crossings(code_of(Symbology::ean13, product) < 128).empty());
}

}  // namespace
}  // namespace lab::label
