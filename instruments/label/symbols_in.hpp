#pragma once
// Internal to this folder: the one place that speaks ZXing.

#include <opencv2/core.hpp>
#include <string>
#include <vector>

#include "instruments/label/evidence.hpp"

namespace lab::label {

/// Every QR, Data Matrix, Code 128 and EAN/UPC symbol that ZXing finds in an 8-bit grey picture.
/// ZXing 1.4 as packaged aborts the process on some ordinary photographs: call this in the worker, or on our own
/// bitmap.
std::vector<Sighting> symbols_in(const cv::Mat& grey);

/// "zxing-cpp 1.4.0"
std::string decoder_name();

}  // namespace lab::label
