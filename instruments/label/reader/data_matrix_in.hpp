#pragma once
// Internal to this folder. Our own reading of Data Matrix codes, for those that ordinary decoders give up.

#include <opencv2/core.hpp>
#include <vector>

#include "instruments/label/reader/evidence.hpp"

namespace lab::label {

/// The code found in a part of a picture (CV_8U) that is hardly larger, when it is proven. Squares of one data
/// region (10 to 26 modules) only: larger ones are not printed on labels.
std::vector<Sighting> data_matrix_in(const cv::Mat& region);

}  // namespace lab::label
