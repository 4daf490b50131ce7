#pragma once
// Internal to this folder: speaks OpenCV. From an upright picture of bars to profiles of darkness along them.

#include <opencv2/core.hpp>
#include <vector>

#include "instruments/codes/bar_alphabet.hpp"

namespace lab::label {

/// Averages along the bars, following their own tilt, in at most `bar_bands_max` bands from top to bottom; what is no
/// bar (text below) is left out. Empty when nothing looks like bars.
std::vector<codes::BarBand> bands_of(const cv::Mat& upright_grey);
constexpr int bar_bands_max = 8;

}  // namespace lab::label
