#pragma once
// For this folder and for the proof of printed labels: the one place that speaks ZBar.

#include <opencv2/core.hpp>
#include <string>
#include <vector>

#include "instruments/label/reader/evidence.hpp"

namespace lab::label {

struct ZbarOptions {
  bool qr = false;  // besides bar codes
};

/// Every Code 128, Code 39 and EAN/UPC symbol, and QR code where asked for, that ZBar finds in an 8-bit grey picture.
/// Texts that are not all ASCII are passed over: ZBar guesses their character set, and guesses wrong with Chinese.
/// Interleaved 2 of 5 stays off: it has no check digit, and noise reads as it.
std::vector<Sighting> zbar_in(const cv::Mat& grey, const ZbarOptions& options = {});

/// "ZBar 0.23.92"
std::string zbar_name();

}  // namespace lab::label
