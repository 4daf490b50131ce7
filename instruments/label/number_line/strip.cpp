#include "instruments/label/number_line/strip.hpp"

#include <algorithm>
#include <array>
#include <opencv2/imgproc.hpp>

namespace lab::label {
namespace {

constexpr float margin =
    34;  // pixels of the strip, before and behind the line: a letter that the row has lost, and air

/// The grey value that `share` of the pixels do not exceed.
int quantile(const cv::Mat& grey, double share) {
  std::array<int, 256> counts{};
  for (int y = 0; y < grey.rows; ++y) {
    for (int x = 0; x < grey.cols; ++x) ++counts[grey.at<std::uint8_t>(y, x)];
  }
  auto left = static_cast<int>(share * static_cast<double>(grey.total()));
  int value = 0;
  while (value < 255 && (left -= counts[static_cast<std::size_t>(value)]) >= 0) ++value;
  return value;
}

/// From the grey of this picture's paper and ink to 0 and 1; what shines or is darker than the ink is cut off.
cv::Mat normalised(const cv::Mat& grey) {
  const int ink = quantile(grey, 0.03);
  const int paper = quantile(grey, 0.75);
  const double range = std::max(paper - ink, 8);
  cv::Mat strip;
  grey.convertTo(strip, CV_32F, -1 / range, paper / range);
  cv::max(strip, -0.5, strip);
  cv::min(strip, 1.5, strip);
  return strip;
}

}  // namespace

cv::Mat strip_of(const cv::Mat& grey, const TextLine& line, Direction direction) {
  const float scale = static_cast<float>(letter_height) / line.height;
  const int width =
      std::min(static_cast<int>((line.end - line.begin) * scale + 2 * margin), static_cast<int>(strip_width_max));
  const bool is_along = direction == Direction::along;
  const auto along = is_along ? line.along : -line.along;
  const cv::Point2f down{-along.y, along.x};
  const auto origin = line.at + line.along * (is_along ? line.begin : line.end) - along * (margin / scale) -
                      down * (strip_height / 2.0F / scale);
  const cv::Matx23f to_picture{along.x / scale, down.x / scale, origin.x, along.y / scale, down.y / scale, origin.y};
  cv::Mat strip;
  cv::warpAffine(grey, strip, to_picture, {width, strip_height}, cv::INTER_CUBIC | cv::WARP_INVERSE_MAP,
                 cv::BORDER_REPLICATE);
  return normalised(strip);
}

}  // namespace lab::label
