#pragma once
// Internal to this folder: speaks OpenCV.

#include <opencv2/core.hpp>
#include <span>

namespace lab::label {

/// One way to prepare a picture before the decoder looks at it. Pure: the input is left alone.
struct Variant {
  const char* name;
  cv::Mat (*prepare)(const cv::Mat& grey);  // an empty result: this treatment does not apply to this picture
};

/// In the order in which they pay: what each reads that the ones before it did not, for its time.
std::span<const Variant> variants();

}  // namespace lab::label
