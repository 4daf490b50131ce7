#pragma once
// Internal to this folder. Our own reading of Data Matrix codes, for those that ordinary decoders give up.

#include <opencv2/core.hpp>
#include <vector>

#include "instruments/label/reader/evidence.hpp"
#include "instruments/label/reader/scene.hpp"

namespace lab::label {

/// The code found in a part of a picture (CV_8U) that is hardly larger, when it is proven. Squares only, up to 52
/// modules on a side. With ordinary effort none on paper that is bent or rolled.
std::vector<Sighting> data_matrix_in(const cv::Mat& region, const Deadline& deadline = {}, Effort effort = Effort::all);

}  // namespace lab::label
