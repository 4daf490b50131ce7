#pragma once
// Internal to this folder. What is worth being looked at for finders of QR codes: most of a picture is not.

#include <opencv2/core.hpp>

namespace lab::label {

/// `ink` (CV_8U, 255 where there is ink) about the places whose row and column cross dark, light, dark, light, dark in
/// about the widths 1, 1, 3, 1, 1, as every straight line through the middle of a finder does; nothing elsewhere.
/// Empty when there is no such place.
cv::Mat about_crossings(const cv::Mat& ink);

}  // namespace lab::label
