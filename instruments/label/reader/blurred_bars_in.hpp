#pragma once
// Internal to this folder. Bar codes of products that are so far out of focus that their bars have no edges.

#include <opencv2/core.hpp>
#include <vector>

#include "instruments/label/reader/bar_regions.hpp"
#include "instruments/label/reader/evidence.hpp"
#include "instruments/label/reader/scene.hpp"

namespace lab::label {

/// EAN-13 and UPC-A in the first of the regions. A text is proven twice: by either half of the bars' height.
std::vector<Sighting> blurred_bars_in(const cv::Mat& grey, const std::vector<BarRegion>& regions,
                                      const Deadline& deadline = {});

}  // namespace lab::label
