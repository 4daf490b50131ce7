#pragma once
// Internal to this folder. Places that look like the finder of a QR code even when blur has closed its rings or they
// are only a few pixels wide.

#include <opencv2/core.hpp>
#include <vector>

namespace lab::label {

struct FinderSpot {
  cv::Point2d centre;
  double module = 0;    // pixels
  double likeness = 0;  // 1 perfectly, 0 not at all
};

/// The likeliest first, each once, at any roll. `darkness`: as darkness_of gives it.
std::vector<FinderSpot> finder_spots_in(const cv::Mat& darkness);

}  // namespace lab::label
