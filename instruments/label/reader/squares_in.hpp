#pragma once
// Internal to this folder. Square patches of fine dark and light, as symbols of modules are.

#include <opencv2/core.hpp>
#include <vector>

#include "instruments/label/reader/outline.hpp"

namespace lab::label {

struct Square {
  Quad corners;
  /// Points between each corner and the next, at equal distances: on bent paper off the line between the corners.
  std::array<std::vector<cv::Point2d>, 4> sides;
};

/// How many points each side has.
constexpr std::size_t side_points = 7;

/// In a part of a picture that is hardly larger than the symbol: the ink there is told from the paper by one threshold.
std::vector<Square> squares_in(const cv::Mat& region);

}  // namespace lab::label
