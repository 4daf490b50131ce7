#include "instruments/label/reader/variants.hpp"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace lab::label {
namespace {

// Enlarging a picture above this costs more than the whole time allowed and shows the decoder nothing new.
constexpr int enlarged_pixels_max = 4'000'000;

// At a roll of about 11 degrees no horizontal scan line crosses all bars of a Code 128 any more; the decoder itself
// tries 0 and 90, and rolls beyond those that are tried here are left to our own reading of bars.
constexpr double roll_step_degrees = 20;

/// Fills the corners with the mean, so that no new edge appears.
cv::Mat rolled(const cv::Mat& grey, double degrees) {
  const cv::Point2f centre(static_cast<float>(grey.cols) / 2, static_cast<float>(grey.rows) / 2);
  cv::Mat turn = cv::getRotationMatrix2D(centre, degrees, 1);
  const cv::Rect2f box = cv::RotatedRect({}, grey.size(), static_cast<float>(degrees)).boundingRect2f();
  turn.at<double>(0, 2) += box.width / 2 - centre.x;
  turn.at<double>(1, 2) += box.height / 2 - centre.y;
  cv::Mat out;
  cv::warpAffine(grey, out, turn, cv::Size(box.size()), cv::INTER_LINEAR, cv::BORDER_CONSTANT, cv::mean(grey));
  return out;
}

}  // namespace

cv::Mat enlarged(const cv::Mat& grey) {
  if (grey.cols * grey.rows > enlarged_pixels_max / 4) return {};
  cv::Mat out;
  cv::resize(grey, out, {}, 2, 2, cv::INTER_CUBIC);
  return out;
}

/// What remains after dividing by the surroundings is paper against ink.
cv::Mat even_light(const cv::Mat& grey) {
  const double sigma = std::max(8.0, std::min(grey.cols, grey.rows) / 24.0);
  // The background is smooth, so it is computed small: a quarter of the pixels in each direction.
  cv::Mat small;
  cv::resize(grey, small, {}, 0.25, 0.25, cv::INTER_AREA);
  cv::GaussianBlur(small, small, {}, sigma / 4);
  cv::Mat background;
  cv::resize(small, background, grey.size(), 0, 0, cv::INTER_LINEAR);
  cv::Mat out;
  cv::divide(grey, background + 1, out, 160);
  return out;
}

cv::Mat stretched(const cv::Mat& grey) {
  cv::Mat table(1, 256, CV_8U);
  for (int i = 0; i < 256; ++i) table.at<uchar>(i) = cv::saturate_cast<uchar>(255 * std::pow(i / 255.0, 0.4));
  cv::Mat out;
  cv::medianBlur(grey, out, 3);
  cv::normalize(out, out, 0, 255, cv::NORM_MINMAX);
  cv::LUT(out, table, out);
  return out;
}

cv::Mat sharpened(const cv::Mat& grey) {
  const cv::Mat large = enlarged(grey);
  if (large.empty()) return {};
  cv::Mat soft;
  cv::GaussianBlur(large, soft, {}, 3);
  cv::Mat out;
  cv::addWeighted(large, 2.5, soft, -1.5, 0, out);
  return out;
}

cv::Mat inverted(const cv::Mat& grey) { return 255 - grey; }
cv::Mat rolled_left(const cv::Mat& grey) { return rolled(grey, roll_step_degrees); }
cv::Mat rolled_right(const cv::Mat& grey) { return rolled(grey, -roll_step_degrees); }

}  // namespace lab::label
