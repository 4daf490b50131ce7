#include "instruments/label/reader/finder_spots.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace lab::label {
namespace {

constexpr std::size_t spots_max = 24;
constexpr std::size_t spots_per_size_max = 16;
constexpr double likeness_min = 0.12;
constexpr std::array<double, 10> modules_tried{1.3, 1.7, 2.2, 2.9, 3.7, 4.8, 6.2, 8.1, 10.5, 13.7};

/// The mean over squares of 3, 5, 7 and 9 modules about a pixel gives core, light ring, dark ring and surroundings.
cv::Mat likeness_at(const cv::Mat& darkness, double module) {
  const auto mean_over = [&](double modules) {
    const int side = static_cast<int>(std::lround(modules * module)) | 1;
    cv::Mat mean;
    cv::blur(darkness, mean, {side, side}, {-1, -1}, cv::BORDER_REPLICATE);
    return mean;
  };
  const cv::Mat of_3 = mean_over(3);
  const cv::Mat of_5 = mean_over(5);
  const cv::Mat of_7 = mean_over(7);
  const cv::Mat of_9 = mean_over(9);
  // core - light ring + dark ring - surroundings, each by its area, over four.
  return (of_3 * (1 + 9.0 / 16) - of_5 * (25.0 / 16 + 25.0 / 24) + of_7 * (49.0 / 24 + 49.0 / 32) -
          of_9 * (81.0 / 32)) /
         4;
}

void add_peaks(const cv::Mat& likeness, double module, double scale, std::vector<FinderSpot>& spots) {
  const int reach = std::max(3, static_cast<int>(std::lround(5 * module))) | 1;
  cv::Mat highest;
  cv::dilate(likeness, highest, cv::getStructuringElement(cv::MORPH_RECT, {reach, reach}));
  std::vector<FinderSpot> peaks;
  for (int y = 0; y < likeness.rows; ++y) {
    const auto* here = likeness.ptr<float>(y);
    const auto* around = highest.ptr<float>(y);
    for (int x = 0; x < likeness.cols; ++x) {
      if (here[x] < likeness_min || here[x] < around[x]) continue;
      peaks.push_back({.centre = cv::Point2d(x + 0.5, y + 0.5) / scale, .module = module / scale, .likeness = here[x]});
    }
  }
  std::ranges::stable_sort(peaks, std::greater{}, &FinderSpot::likeness);
  if (peaks.size() > spots_per_size_max) peaks.resize(spots_per_size_max);
  spots.insert(spots.end(), peaks.begin(), peaks.end());
}

}  // namespace

std::vector<FinderSpot> finder_spots_in(const cv::Mat& darkness) {
  constexpr double module_pixels = 2;  // to which larger ones are reduced: blur has left no more detail
  std::vector<FinderSpot> spots;
  for (const double module : modules_tried) {
    if (9 * module > std::min(darkness.cols, darkness.rows)) break;
    const double scale = std::min(1.0, module_pixels / module);
    cv::Mat reduced = darkness;
    if (scale < 1) cv::resize(darkness, reduced, {}, scale, scale, cv::INTER_AREA);
    add_peaks(likeness_at(reduced, module * scale), module * scale, scale, spots);
  }
  std::ranges::stable_sort(spots, std::greater{}, &FinderSpot::likeness);
  std::vector<FinderSpot> distinct;
  for (const FinderSpot& spot : spots) {
    const bool is_known = std::ranges::any_of(distinct, [&](const FinderSpot& other) {
      return cv::norm(other.centre - spot.centre) < 3 * std::max(other.module, spot.module);
    });
    if (is_known) continue;
    distinct.push_back(spot);
    if (distinct.size() == spots_max) break;
  }
  return distinct;
}

}  // namespace lab::label
