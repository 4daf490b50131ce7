#pragma once
// For this folder and for the proof of printed labels. What ZXing sees in one picture. On photographs it may abort the
// process: see read.hpp.

#include <opencv2/core.hpp>
#include <optional>
#include <string>
#include <vector>

#include "instruments/codes/module_matrix.hpp"
#include "instruments/label/reader/evidence.hpp"

namespace lab::label {

/// QR and Data Matrix codes, at any roll. `grey`: CV_8U.
std::vector<Sighting> modules_by_zxing(const cv::Mat& grey);

/// Bar codes, at rolls about 0 and 90 degrees.
std::vector<Sighting> bars_by_zxing(const cv::Mat& grey);

/// What a repaired QR or Data Matrix code says.
std::optional<Sighting> text_of(const codes::HardModules& modules);

/// Name and version.
std::string zxing_name();

}  // namespace lab::label
