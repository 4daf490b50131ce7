#pragma once
// Internal to this folder. The three squares in the corners of a QR code.

#include <opencv2/core.hpp>
#include <vector>

#include "instruments/label/reader/outline.hpp"
#include "instruments/label/reader/scene.hpp"

namespace lab::label {

/// A dark square of three modules in a light ring of five in a dark ring of seven.
struct Finder {
  cv::Point2d centre;
  Quad corners;     // of the outer ring's outside
  double side = 0;  // pixels, mean
};

/// Those of the picture (CV_8U), the best-formed first, each once. Small pictures are looked at enlarged as well,
/// unless the effort is ordinary.
std::vector<Finder> finders_in(const cv::Mat& grey, Effort effort = Effort::all);

/// Three finders that can belong to one QR code.
struct FinderTriple {
  Finder corner;  // the one at the right angle
  Finder right;   // clockwise from it
  Finder below;
};

/// All plausible ones, the likeliest first.
std::vector<FinderTriple> triples_of(const std::vector<Finder>& finders);

}  // namespace lab::label
