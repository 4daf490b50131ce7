#pragma once
// Internal to this folder: speaks OpenCV. What is dark on the paper, piece by piece: letters, parts of letters,
// anything.

#include <opencv2/core.hpp>
#include <vector>

namespace lab::label {

struct Mark {
  std::vector<cv::Point2f> hull;
  cv::Point2f middle;
  float size = 0;     // the longer side of its upright box, pixels
  cv::Point2f along;  // unit vector in the direction of its longer side
  float length = 0;   // its longer side, whatever its direction, and its shorter, pixels
  float thickness = 0;
};

/// Pieces darker than the paper around them by `contrast`, a share of its brightness, and of the size of a letter or of
/// a line whose letters run together: 6 to 400 pixels. The largest of them when a picture has more than is sensible,
/// largest first. Precondition: 8 bit grey.
std::vector<Mark> dark_marks(const cv::Mat& grey, double contrast);

}  // namespace lab::label
