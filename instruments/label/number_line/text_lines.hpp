#pragma once
// Internal to this folder: speaks OpenCV. Marks of one height that stand in a row.

#include <chrono>
#include <opencv2/core.hpp>
#include <vector>

#include "instruments/label/number_line/marks.hpp"

namespace lab::label {

/// A row of letters, in any direction; which of its two ends is the left one is not known.
struct TextLine {
  cv::Point2f at;     // a point on its middle
  cv::Point2f along;  // unit vector
  float height = 0;   // of a capital letter, pixels
  float begin = 0;    // where the row begins and ends, along `along` from `at`, pixels
  float end = 0;
  float letters = 0;     // of exactly that height; marks of several letters count by their length
  float unevenness = 0;  // how far they stand off the middle, in heights
};

/// Lines long enough for a sample number, the most regular first. Gives what it has when the deadline passes.
/// Precondition: largest mark first.
std::vector<TextLine> text_lines(const std::vector<Mark>& marks, std::chrono::steady_clock::time_point deadline);

}  // namespace lab::label
