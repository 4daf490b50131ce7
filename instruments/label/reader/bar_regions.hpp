#pragma once
// Internal to this folder: speaks OpenCV. Where bar codes may be: areas in which all edges run one way.

#include <opencv2/core.hpp>
#include <vector>

namespace lab::label {

/// A rectangle, its bars across its length.
struct BarRegion {
  cv::Point2f centre;
  float angle = 0;   // radians, of the direction from bar to bar
  float length = 0;  // pixels, from bar to bar, without quiet zones
  float height = 0;  // pixels, along the bars
};

/// The largest first, at most `bar_regions_max`. Text, gratings and grass look like bars too: nothing is read yet.
std::vector<BarRegion> find_bar_regions(const cv::Mat& grey);
constexpr std::size_t bar_regions_max = 5;

/// The region with its quiet zones, turned so that its bars stand upright, enlarged `scale` times along its
/// length and its height.
cv::Mat upright(const cv::Mat& grey, const BarRegion& region, cv::Size2f scale);

}  // namespace lab::label
