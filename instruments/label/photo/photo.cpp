#include "instruments/label/photo/photo.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <string>
#include <vector>

#include "protocol/base/check.hpp"

namespace lab::label {
namespace {

/// How far each fault may go at a severity. Lengths are pixels of the photo.
struct Limits {
  double tilt;        // how far a corner leaves its place, as a share of the label's width
  double roll;        // degrees to either side
  double defocus;     // Gaussian sigma
  double noise;       // sigma in grey values
  double light_loss;  // share of the light that the dark side loses
  int jpeg_quality;
};

constexpr std::array<Limits, 4> limits_of{{
    {.tilt = 0.01, .roll = 5, .defocus = 0.4, .noise = 2, .light_loss = 0.1, .jpeg_quality = 92},
    {.tilt = 0.04, .roll = 20, .defocus = 0.8, .noise = 6, .light_loss = 0.3, .jpeg_quality = 82},
    {.tilt = 0.08, .roll = 180, .defocus = 1.3, .noise = 12, .light_loss = 0.55, .jpeg_quality = 65},
    {.tilt = 0.12, .roll = 180, .defocus = 2.0, .noise = 22, .light_loss = 0.75, .jpeg_quality = 45},
}};

double up_to(cv::RNG& dice, double most) { return dice.uniform(0.0, most); }
double around_zero(cv::RNG& dice, double most) { return dice.uniform(-most, most); }

/// Where the label's corners come to lie: about two thirds of the photo's width, turned, shifted and tilted.
std::array<cv::Point2f, 4> corners_in_photo(cv::Size label, cv::Size photo, const Limits& limits, cv::RNG& dice) {
  const double angle = around_zero(dice, limits.roll) * std::numbers::pi / 180;
  const auto c = std::abs(std::cos(angle));
  const auto s = std::abs(std::sin(angle));
  // The largest size at which the turned label stays in the photo, then somewhat smaller.
  const double fit =
      std::min(photo.width / (label.width * c + label.height * s), photo.height / (label.width * s + label.height * c));
  const double scale = fit * dice.uniform(0.65, 0.8);
  const double x = photo.width * (0.5 + around_zero(dice, 0.05));
  const double y = photo.height * (0.5 + around_zero(dice, 0.05));
  const double tilt = limits.tilt * label.width * scale;
  std::array<cv::Point2f, 4> corners;
  for (std::size_t i = 0; i < corners.size(); ++i) {
    const double left = (i == 0 || i == 3 ? -0.5 : 0.5) * label.width * scale;
    const double top = (i < 2 ? -0.5 : 0.5) * label.height * scale;
    corners[i].x = static_cast<float>(x + left * std::cos(angle) - top * std::sin(angle) + around_zero(dice, tilt));
    corners[i].y = static_cast<float>(y + left * std::sin(angle) + top * std::cos(angle) + around_zero(dice, tilt));
  }
  return corners;
}

cv::Mat lay_on_bench(const cv::Mat& label, cv::Size size, const Limits& limits, cv::RNG& dice) {
  const auto width = static_cast<float>(label.cols);
  const auto height = static_cast<float>(label.rows);
  const std::array<cv::Point2f, 4> from{cv::Point2f{0, 0}, {width, 0}, {width, height}, {0, height}};
  const auto to = corners_in_photo(label.size(), size, limits, dice);
  // The bench: brownish grey with a coarse grain.
  cv::Mat grain(size / 8, CV_8UC3);
  dice.fill(grain, cv::RNG::NORMAL, cv::Scalar(96, 116, 132), cv::Scalar::all(14));
  cv::Mat photo;
  cv::resize(grain, photo, size, 0, 0, cv::INTER_CUBIC);
  cv::warpPerspective(label, photo, cv::getPerspectiveTransform(from.data(), to.data()), size, cv::INTER_AREA,
                      cv::BORDER_TRANSPARENT);
  return photo;
}

/// Light falls from one side and fades evenly towards the other.
void fade_light(cv::Mat& photo, const Limits& limits, cv::RNG& dice) {
  const double angle = up_to(dice, 2 * std::numbers::pi);
  const double loss = limits.light_loss * dice.uniform(0.5, 1.0);
  const double reach = std::hypot(photo.cols, photo.rows);
  for (int y = 0; y < photo.rows; ++y) {
    for (int x = 0; x < photo.cols; ++x) {
      const double along =
          ((x - photo.cols / 2.0) * std::cos(angle) + (y - photo.rows / 2.0) * std::sin(angle)) / reach;
      auto& pixel = photo.at<cv::Vec3f>(y, x);
      pixel *= static_cast<float>(1 - loss * (along + 0.5));
    }
  }
}

void blur_and_grain(cv::Mat& photo, const Limits& limits, cv::RNG& dice) {
  cv::GaussianBlur(photo, photo, {}, limits.defocus * dice.uniform(0.5, 1.0));
  cv::Mat noise(photo.size(), CV_32FC3);
  dice.fill(noise, cv::RNG::NORMAL, 0.0, limits.noise * dice.uniform(0.5, 1.0));
  photo += noise;
}

}  // namespace

Result<Bytes> photograph(BytesView label_png, const PhotoOptions& options) {
  LAB_CHECK(options.severity >= 0 && options.severity < static_cast<int>(limits_of.size()));
  LAB_CHECK(options.width >= 64 && options.width <= 4096 && options.height >= 64 && options.height <= 4096);
  const auto& limits = limits_of[static_cast<std::size_t>(options.severity)];
  cv::RNG dice{options.seed * 0x9E37'79B9'7F4A'7C15u + 1};  // neighbouring seeds start far apart
  try {
    const std::vector<uchar> encoded(label_png.begin(), label_png.end());
    const cv::Mat label = cv::imdecode(encoded, cv::IMREAD_COLOR);
    if (label.empty()) return fail(ErrorCode::malformed, "the label to photograph is not a picture");
    cv::Mat photo = lay_on_bench(label, {options.width, options.height}, limits, dice);
    photo.convertTo(photo, CV_32FC3);
    fade_light(photo, limits, dice);
    blur_and_grain(photo, limits, dice);
    photo.convertTo(photo, CV_8UC3);
    std::vector<uchar> jpeg;
    cv::imencode(".jpg", photo, jpeg, {cv::IMWRITE_JPEG_QUALITY, limits.jpeg_quality});
    return Bytes(jpeg.begin(), jpeg.end());
  } catch (const std::exception& problem) {  // an empty buffer throws, too
    return fail(ErrorCode::malformed, std::string("the label cannot be photographed: ") + problem.what());
  }
}

}  // namespace lab::label
