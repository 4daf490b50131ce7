#pragma once
// Internal to this folder: speaks OpenCV. White paper, black ink, one octet per dot.

#include <opencv2/core.hpp>

#include "instruments/label/print/label_bitmap.hpp"
#include "instruments/label/print/symbol.hpp"

namespace lab::label {

constexpr int quiet_zone_modules = 4;  // what QR asks for; enough for the others on white paper

/// Paints modules of `module_dots` each, the upper left corner at `at`. Precondition: the symbol fits on the paper.
void paint(const Modules& modules, cv::Point at, cv::Size module_dots, cv::Mat& paper);

/// The dots as a picture, 0 black and 255 white.
cv::Mat picture_of(const LabelBitmap& label);

/// A PNG of black and white, one bit a dot, that says how large its dots are.
Result<Bytes> encode_png(const cv::Mat& paper, int dots_per_mm = dots_per_mm_203);
Result<Bytes> encode_png(const LabelBitmap& label);

}  // namespace lab::label
