#pragma once
// Internal to this folder: speaks OpenCV. Ways to prepare a picture (CV_8U) before a decoder looks at it. Pure: the
// input is left alone. Empty when a treatment does not apply to the picture.

#include <opencv2/core.hpp>

namespace lab::label {

/// Without shadows and gradients of light.
cv::Mat even_light(const cv::Mat& grey);
/// Dark pictures: noise taken off, the shadows spread out.
cv::Mat stretched(const cv::Mat& grey);
/// Light codes on dark, as on screens.
cv::Mat inverted(const cv::Mat& grey);
/// By 20 degrees to the left, or to the right.
cv::Mat rolled_left(const cv::Mat& grey);
cv::Mat rolled_right(const cv::Mat& grey);
/// Twice the size; empty when that would take longer than there is time.
cv::Mat enlarged(const cv::Mat& grey);
/// Enlarged, and its edges raised.
cv::Mat sharpened(const cv::Mat& grey);

}  // namespace lab::label
