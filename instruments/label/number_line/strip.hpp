#pragma once
// Internal to this folder: speaks OpenCV. A line of text cut out, level and of one size, as the recogniser learnt it.

#include <opencv2/core.hpp>

#include "instruments/label/number_line/text_lines.hpp"

namespace lab::label {

constexpr int strip_height = 32;      // pixels
constexpr int letter_height = 20;     // of a capital letter in it, in the middle
constexpr int strip_width_max = 640;  // a number, and its caption in front

enum class Direction { along, against };

/// 32-bit floats, ink about 1 and paper about 0. `against` reads the line from its end, upside down.
/// Precondition: 8 bit grey; the line's height is above 0.
cv::Mat strip_of(const cv::Mat& grey, const TextLine& line, Direction direction);

}  // namespace lab::label
