// Codes that were bent, blurred, covered or overexposed on purpose, read by our own steps.

#include <gtest/gtest.h>
#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <numbers>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "instruments/label/reader/data_matrix_in.hpp"
#include "instruments/label/reader/qr_in.hpp"
#include "instruments/label/reader/read.hpp"
#include "instruments/label/reader/symbol_regions.hpp"
#include "tests/instruments/label/samples.hpp"

namespace lab::label {
namespace {

const std::string number = some_payload(42).number.text();

/// A code on a larger sheet of paper, six pixels a module.
cv::Mat sheet_with(Symbology symbology) {
  const Bytes png = lone_code(symbology, number);
  const std::vector<uchar> bytes(png.begin(), png.end());
  cv::Mat code = cv::imdecode(bytes, cv::IMREAD_GRAYSCALE);
  cv::resize(code, code, {}, 1.5, 1.5, cv::INTER_AREA);
  cv::Mat sheet(480, 640, CV_8U, cv::Scalar(225));
  code = cv::max(code, 30);
  code.copyTo(sheet(cv::Rect((sheet.cols - code.cols) / 2, (sheet.rows - code.rows) / 2, code.cols, code.rows)));
  cv::GaussianBlur(sheet, sheet, {}, 0.8);
  return sheet;
}

/// The sheet round a bottle that stands upright; `reach` of the picture's width is its radius.
cv::Mat on_a_bottle(const cv::Mat& sheet, double reach) {
  cv::Mat map_x(sheet.size(), CV_32F);
  cv::Mat map_y(sheet.size(), CV_32F);
  const double radius = reach * sheet.cols;
  for (int y = 0; y < sheet.rows; ++y) {
    for (int x = 0; x < sheet.cols; ++x) {
      const double off = (x - sheet.cols / 2.0) / radius;
      const double along = std::abs(off) < 1 ? radius * std::asin(off) : 10.0 * sheet.cols;
      map_x.at<float>(y, x) = static_cast<float>(sheet.cols / 2.0 + along);
      map_y.at<float>(y, x) = static_cast<float>(y + 25 * off * off);  // seen from a little above
    }
  }
  cv::Mat out;
  cv::remap(sheet, out, map_x, map_y, cv::INTER_LINEAR, cv::BORDER_CONSTANT, cv::Scalar(90));
  return out;
}

cv::Mat in_motion(const cv::Mat& sheet, int pixels) {
  cv::Mat out;
  const cv::Mat kernel(1, pixels, CV_32F, cv::Scalar(1.0 / pixels));
  cv::filter2D(sheet, out, -1, kernel);
  return out;
}

std::vector<Sighting> data_matrix_in_regions(const cv::Mat& picture) {
  std::vector<Sighting> found;
  for (const cv::Rect& region : symbol_regions(picture)) {
    for (Sighting& sighting : data_matrix_in(picture(region))) found.push_back(std::move(sighting));
  }
  return found;
}

/// Once, or once in each of two regions that overlap.
bool says_number(const std::vector<Sighting>& found) {
  return !found.empty() && std::ranges::all_of(found, [](const Sighting& sighting) {
    return sighting.text == number && sighting.self_proving;
  });
}

TEST(OwnQr, IsReadRoundABottle) {
  EXPECT_TRUE(says_number(qr_in(sheet_with(Symbology::qr))));
  EXPECT_TRUE(says_number(qr_in(on_a_bottle(sheet_with(Symbology::qr), 0.18))));
}

TEST(OwnQr, IsReadThroughGlareAndUnderAPatch) {
  cv::Mat glare = sheet_with(Symbology::qr);
  cv::ellipse(glare, {345, 255}, {22, 12}, 30, 0, 360, cv::Scalar(255), cv::FILLED);
  EXPECT_TRUE(says_number(qr_in(glare)));
  cv::Mat patch = sheet_with(Symbology::qr);
  cv::rectangle(patch, cv::Rect(330, 250, 34, 30), cv::Scalar(70), cv::FILLED);
  EXPECT_TRUE(says_number(qr_in(patch)));
}

TEST(OwnQr, IsReadInMotionOverTwoModules) {
  EXPECT_TRUE(says_number(qr_by_spots(in_motion(sheet_with(Symbology::qr), 13))));
}

TEST(OwnDataMatrix, IsReadTurnedAndUnderAPatch) {
  cv::Mat sheet = sheet_with(Symbology::data_matrix);
  cv::rectangle(sheet, cv::Rect(318, 236, 20, 16), cv::Scalar(70), cv::FILLED);
  for (const double degrees : {0.0, 35.0, 100.0, 190.0, 275.0}) {
    cv::Mat turned;
    cv::warpAffine(sheet, turned, cv::getRotationMatrix2D({320, 240}, degrees, 1), sheet.size(), cv::INTER_LINEAR,
                   cv::BORDER_CONSTANT, cv::Scalar(225));
    EXPECT_TRUE(says_number(data_matrix_in_regions(turned))) << degrees;
  }
}

TEST(OwnDataMatrix, IsReadWhereTheBottleTurnsAway) {
  for (const int aside : {-70, 70}) {
    cv::Mat sheet;
    const cv::Mat shift = (cv::Mat_<double>(2, 3) << 1, 0, aside, 0, 1, 0);
    cv::warpAffine(sheet_with(Symbology::data_matrix), sheet, shift, {640, 480}, cv::INTER_LINEAR, cv::BORDER_CONSTANT,
                   cv::Scalar(225));
    const cv::Mat upright = on_a_bottle(sheet, 0.18);
    cv::Mat lying;
    cv::transpose(upright, lying);
    cv::flip(lying, lying, 0);
    EXPECT_TRUE(says_number(data_matrix_in_regions(upright))) << aside;
    EXPECT_TRUE(says_number(data_matrix_in_regions(lying))) << aside;
  }
}

TEST(OwnQr, OfManyModulesIsReadByItsAlignmentPatterns) {
  std::string text;
  for (int i = 0; text.size() < 490; ++i) text += "sample " + std::to_string(i) + "; ";
  const Bytes png = lone_code(Symbology::qr, text);
  const cv::Mat code = cv::imdecode(std::vector<uchar>(png.begin(), png.end()), cv::IMREAD_GRAYSCALE);
  const auto side = static_cast<float>(code.cols);
  const std::array<cv::Point2f, 4> flat{{{0, 0}, {side, 0}, {side, side}, {0, side}}};
  const std::array<cv::Point2f, 4> seen{{{90, 20}, {610, 60}, {700, 690}, {20, 620}}};
  cv::Mat sheet(720, 720, CV_8U, cv::Scalar(225));
  cv::warpPerspective(cv::max(code, 30), sheet, cv::getPerspectiveTransform(flat.data(), seen.data()), sheet.size(),
                      cv::INTER_AREA, cv::BORDER_CONSTANT, cv::Scalar(225));
  const auto found = qr_in(on_a_bottle(sheet, 0.6));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found.front().text, text);
}

/// A code as a camera shows it that cannot be focused so near: a point is a disc of `radius` modules. 1.5 pixels a
/// module.
Bytes out_of_focus(Symbology symbology, const std::string& text, double radius) {
  constexpr int module_pixels = 8;
  const Bytes png = lone_code(symbology, text);
  cv::Mat code = cv::imdecode(std::vector<uchar>(png.begin(), png.end()), cv::IMREAD_GRAYSCALE);
  cv::resize(cv::max(code, 40), code, {}, module_pixels / 4.0, module_pixels / 4.0, cv::INTER_NEAREST);
  const int border = 12 * module_pixels;
  cv::copyMakeBorder(code, code, border, border, border, border, cv::BORDER_CONSTANT, cv::Scalar(255));
  const int reach = static_cast<int>(std::lround(radius * module_pixels));
  cv::Mat disc;
  cv::getStructuringElement(cv::MORPH_ELLIPSE, {2 * reach + 1, 2 * reach + 1}).convertTo(disc, CV_32F);
  cv::filter2D(code, code, -1, disc / cv::sum(disc)[0]);
  cv::resize(code, code, {}, 1.5 / module_pixels, 1.5 / module_pixels, cv::INTER_AREA);
  cv::Mat noise(code.size(), CV_8U);
  cv::RNG dice{4};
  dice.fill(noise, cv::RNG::NORMAL, 8, 1.5);
  std::vector<uchar> file;
  cv::imencode(".png", code - 20 + noise, file);
  return Bytes(file.begin(), file.end());
}

TEST(OwnBars, AnEanFarOutOfFocusIsReadByAllItsDigitsTogether) {
  for (const std::string text : {"6901234567892", "9780345460950", "4006381333931"}) {
    const Bytes file = out_of_focus(Symbology::ean13, text, 2.0);
    const auto reading = read(file, {.budget = std::chrono::minutes{1}});
    EXPECT_EQ(reading.codes, (std::vector<FoundCode>{{"EAN13", text, false}}));
    EXPECT_TRUE(read(file, {.budget = std::chrono::minutes{1}, .without = {"EAN out of focus"}}).codes.empty());
  }
}

TEST(OwnReading, SeesNothingInNoiseAndInPrint) {
  cv::RNG dice{9};
  cv::Mat noise(480, 640, CV_8U);
  dice.fill(noise, cv::RNG::UNIFORM, 0, 256);
  cv::Mat print(480, 640, CV_8U, cv::Scalar(230));
  for (int line = 30; line < 480; line += 26) {
    cv::putText(print, "SC13NCP00042 sample of leaf mustard", {10, line}, cv::FONT_HERSHEY_SIMPLEX, 0.8, cv::Scalar(20),
                2);
  }
  for (const cv::Mat& picture : {noise, print}) {
    EXPECT_TRUE(qr_in(picture).empty());
    EXPECT_TRUE(qr_by_spots(picture).empty());
    EXPECT_TRUE(data_matrix_in_regions(picture).empty());
  }
}

}  // namespace
}  // namespace lab::label
