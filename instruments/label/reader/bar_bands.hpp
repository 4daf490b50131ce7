#pragma once
// Internal to this folder: speaks OpenCV. From an upright picture of bars to profiles of darkness along them.

#include <opencv2/core.hpp>
#include <optional>
#include <vector>

#include "instruments/codes/bar_alphabet.hpp"

namespace lab::label {

/// The width of a module in pixels, as the distances between edges suggest it. Nothing unless most rows show the same
/// edges, as those of bars do and lines of text, grass and noise do not. Costs a fraction of what reading does: a few
/// dozen rows are enough.
std::optional<float> module_if_bars(const cv::Mat& upright_grey);

/// Averages along the bars, following their own tilt, in at most `bar_bands_max` bands from top to bottom; what is no
/// bar (text below) is left out. Empty when nothing looks like bars.
std::vector<codes::BarBand> bands_of(const cv::Mat& upright_grey);
constexpr int bar_bands_max = 8;

/// The same in more and thinner strips, with all that is above and below the bars, neither aligned nor chosen from.
std::vector<codes::BarBand> strips_of(const cv::Mat& upright_grey);

}  // namespace lab::label
