#pragma once
// Internal to this folder. Four-cornered outlines.

#include <array>
#include <opencv2/core.hpp>
#include <optional>
#include <vector>

namespace lab::label {

using Outline = std::vector<cv::Point>;

/// Corners clockwise as seen in the picture, in pixels from the corner of the first one.
using Quad = std::array<cv::Point2d, 4>;

cv::Point2d centre_of(const Quad& quad);
double mean_side(const Quad& quad);

/// The quadrilateral that an outline of dark pixels nearly is: its outside, half a pixel beyond the outline, with sides
/// laid through as many points as there are. Nothing when the outline has no four corners.
std::optional<Quad> quad_of(const Outline& outline);

}  // namespace lab::label
