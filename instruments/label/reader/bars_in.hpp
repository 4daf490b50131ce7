#pragma once
// Internal to this folder. Our own reading of bar codes.

#include <opencv2/core.hpp>
#include <string>
#include <vector>

#include "instruments/label/reader/bar_regions.hpp"
#include "instruments/label/reader/evidence.hpp"

namespace lab::label {

/// Code 128, EAN-13, UPC-A, EAN-8 and Code 39 in an 8-bit grey picture, wherever and whichever way they lie.
std::vector<Sighting> bars_in(const cv::Mat& grey);

/// The same in regions found before.
std::vector<Sighting> bars_in(const cv::Mat& grey, const std::vector<BarRegion>& regions);

/// Of an EAN-13 with its thirteen digits.
Sighting ean_sighting(const std::string& digits);

}  // namespace lab::label
