#include "instruments/label/reader/symbol_regions.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <opencv2/imgproc.hpp>

#include "instruments/label/reader/outline.hpp"

namespace lab::label {
namespace {

constexpr std::size_t regions_max = 4;

/// A place in the picture with as much ink as paper, and how much it looks like a symbol.
struct Spot {
  cv::RotatedRect box;  // pixels of the picture
  double likeness = 0;  // to a symbol
};

/// Grey levels and their squares, CV_32F.
struct Levels {
  cv::Mat light;
  cv::Mat squares;
};

/// Standard deviation of the grey levels in a window about each pixel. Text has lines of paper between its lines: in a
/// window higher than a line it spreads less than a symbol does.
cv::Mat spread_in(const Levels& levels, int window) {
  cv::Mat mean;
  cv::Mat spread;
  cv::blur(levels.light, mean, {window, window});
  cv::blur(levels.squares, spread, {window, window});
  spread -= mean.mul(mean);
  cv::sqrt(cv::max(spread, 0), spread);
  return spread;
}

double near_maximum(const cv::Mat& values) {
  std::vector<float> sample;
  for (int y = 0; y < values.rows; y += 3) {
    for (int x = 0; x < values.cols; x += 3) sample.push_back(values.at<float>(y, x));
  }
  const auto high = sample.begin() + static_cast<std::ptrdiff_t>(sample.size() * 997 / 1000);
  std::ranges::nth_element(sample, high);
  return *high;
}

/// Patches where the spread is above `strong` of the strongest. `scale`: of the picture that was looked at.
void add_spots(const cv::Mat& spread, double strong, int window, double scale, std::vector<Spot>& spots) {
  constexpr double aspect_max = 2.2;
  constexpr double filled_min = 0.55;
  const cv::Mat mask = spread > strong * near_maximum(spread);
  std::vector<Outline> outlines;
  cv::findContours(mask, outlines, cv::RETR_EXTERNAL, cv::CHAIN_APPROX_NONE);
  for (const Outline& outline : outlines) {
    const double area = cv::contourArea(outline);
    if (area < window * window / 2.0) continue;
    const cv::RotatedRect box = cv::minAreaRect(outline);
    const double longer = std::max(box.size.width, box.size.height);
    const double shorter = std::max(1.0F, std::min(box.size.width, box.size.height));
    if (longer / shorter > aspect_max || area < filled_min * longer * shorter) continue;
    const cv::Rect whole = cv::boundingRect(outline) & cv::Rect({}, spread.size());
    const auto size = static_cast<float>(1 / scale);
    const double mean = cv::mean(spread(whole))[0];
    // Of two patches alike the larger one is rather a symbol than a letter.
    spots.push_back({.box = {box.center * size, box.size * size, box.angle}, .likeness = mean * std::sqrt(longer)});
  }
}

std::vector<Spot> spots_in(const cv::Mat& grey) {
  constexpr double side_max = 480;
  const double scale = std::min(1.0, side_max / std::max(grey.cols, grey.rows));
  cv::Mat small;
  cv::resize(grey, small, {}, scale, scale, cv::INTER_AREA);
  Levels levels;
  small.convertTo(levels.light, CV_32F);
  levels.squares = levels.light.mul(levels.light);
  std::vector<Spot> spots;
  for (const int window : {7, 13, 23, 45}) {
    if (std::min(small.cols, small.rows) <= 2 * window) break;
    const cv::Mat spread = spread_in(levels, window);
    // The second is for symbols in motion, whose ink and paper have mixed.
    for (const double strong : {0.62, 0.4}) add_spots(spread, strong, window, scale, spots);
  }
  std::ranges::stable_sort(spots, std::greater{}, &Spot::likeness);
  return spots;
}

/// With paper all around, which the window did not reach.
cv::Rect around(const Spot& spot, cv::Size picture) {
  const double side = std::max(spot.box.size.width, spot.box.size.height);
  const int margin = static_cast<int>(0.25 * side) + 6;
  const cv::Rect box = spot.box.boundingRect();
  return cv::Rect(box.tl() - cv::Point(margin, margin), box.br() + cv::Point(margin, margin)) & cv::Rect({}, picture);
}

}  // namespace

std::vector<cv::Rect> symbol_regions(const cv::Mat& grey) {
  constexpr double large = 0.5;  // of the picture: rather a label on its background than a symbol
  constexpr int side_min = 16;
  constexpr double shared_max = 0.8;  // of the smaller one
  std::vector<cv::Rect> regions;
  cv::Rect whole;
  for (const Spot& spot : spots_in(grey)) {
    const cv::Rect region = around(spot, grey.size());
    if (std::min(region.width, region.height) < side_min) continue;
    const bool is_known = std::ranges::any_of(regions, [&](const cv::Rect& other) {
      const double shared = (region & other).area();
      return shared > shared_max * std::min(region.area(), other.area());
    });
    if (is_known) continue;
    if (region.area() > large * static_cast<double>(grey.total())) {
      whole = region;
      continue;
    }
    regions.push_back(region);
    if (regions.size() == regions_max) break;
  }
  if (!whole.empty() && regions.size() < regions_max) regions.push_back(whole);
  return regions;
}

}  // namespace lab::label
