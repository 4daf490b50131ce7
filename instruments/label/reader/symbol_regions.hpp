#pragma once
// Internal to this folder. Where in a picture a symbol of modules may be.

#include <opencv2/core.hpp>
#include <vector>

namespace lab::label {

/// Parts of the picture with as much ink as paper in a patch that is about as wide as high, with paper around; the
/// likeliest come first. What is costly is done there only.
std::vector<cv::Rect> symbol_regions(const cv::Mat& grey);

}  // namespace lab::label
