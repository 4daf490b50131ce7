#pragma once
// Internal to this folder. Our own reading of QR codes, for those that ordinary decoders give up: bent, blurred, partly
// hidden or overexposed.

#include <opencv2/core.hpp>
#include <vector>

#include "instruments/label/reader/evidence.hpp"
#include "instruments/label/reader/scene.hpp"

namespace lab::label {

/// The codes found in the picture (CV_8U) and proven. With ordinary effort none of hardly more than a pixel a module.
std::vector<Sighting> qr_in(const cv::Mat& grey, const Deadline& deadline = {}, Effort effort = Effort::all);

/// The same for a code whose finders are hard to make out: two of them, as far as they can be told, are enough. At most
/// one, of version 1 to 10.
std::vector<Sighting> qr_by_spots(const cv::Mat& grey, const Deadline& deadline = {});

}  // namespace lab::label
