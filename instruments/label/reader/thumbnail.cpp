#include "instruments/label/reader/thumbnail.hpp"

#include <algorithm>
#include <cmath>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "instruments/label/header.hpp"

namespace lab::label {
namespace {

constexpr int quality = 75;

// The library halves while it decodes, which for a photograph of 12 megapixels costs a tenth of the whole.
int read_flag(const ImageHeader& header) {
  const auto longer = std::max(header.width, header.height);
  if (longer >= 8 * thumbnail_side_max) return cv::IMREAD_REDUCED_COLOR_8;
  if (longer >= 4 * thumbnail_side_max) return cv::IMREAD_REDUCED_COLOR_4;
  if (longer >= 2 * thumbnail_side_max) return cv::IMREAD_REDUCED_COLOR_2;
  return cv::IMREAD_COLOR;
}

cv::Mat shrunk(const cv::Mat& picture) {
  const int longer = std::max(picture.cols, picture.rows);
  if (longer <= static_cast<int>(thumbnail_side_max)) return picture;
  const double scale = static_cast<double>(thumbnail_side_max) / longer;
  const auto side = [&](int pixels) {
    return std::clamp(static_cast<int>(std::lround(pixels * scale)), 1, static_cast<int>(thumbnail_side_max));
  };
  cv::Mat small;
  cv::resize(picture, small, {side(picture.cols), side(picture.rows)}, 0, 0, cv::INTER_AREA);
  return small;
}

}  // namespace

Bytes thumbnail_of(BytesView file) {
  const auto header = check_image(file);
  if (!header) return {};
  const cv::Mat bytes(1, static_cast<int>(file.size()), CV_8UC1, const_cast<char*>(file.data()));
  try {
    const cv::Mat picture = cv::imdecode(bytes, read_flag(*header));
    std::vector<unsigned char> jpeg;
    if (picture.empty() || !cv::imencode(".jpg", shrunk(picture), jpeg, {cv::IMWRITE_JPEG_QUALITY, quality})) return {};
    return {jpeg.begin(), jpeg.end()};
  } catch (const std::exception&) {  // cv::Exception, bad_alloc: the file asked for more than it may have
    return {};
  }
}

}  // namespace lab::label
