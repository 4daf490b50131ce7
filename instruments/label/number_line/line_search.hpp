#pragma once
// Internal to this folder: speaks OpenCV. Looks for lines that say a sample number, the likeliest first.

#include <chrono>
#include <opencv2/core.hpp>
#include <string_view>
#include <vector>

#include "instruments/label/number_line/recogniser.hpp"
#include "instruments/label/number_line/seen_number.hpp"
#include "instruments/label/reading.hpp"

namespace lab::label {

/// Every line of `grey` that says something of the form of a sample number; `contrast` as for dark_marks, `expected` as
/// for seen_in. Stops at the deadline.
std::vector<SeenNumber> numbers_in(const cv::Mat& grey, double contrast, const Recogniser& recogniser,
                                   std::string_view expected, std::chrono::steady_clock::time_point deadline);

/// As it is, smoothed, and enlarged, each only when what came before leaves it open: grain breaks letters apart, and
/// fine print needs its pixels drawn apart.
PrintedNumber printed_in(const cv::Mat& grey, const Recogniser& recogniser, std::string_view expected,
                         std::chrono::steady_clock::time_point deadline);

}  // namespace lab::label
