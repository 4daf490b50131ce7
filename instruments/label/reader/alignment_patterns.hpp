#pragma once
// Internal to this folder. The small squares inside a QR code that say where its modules lie far from the finders.

#include <opencv2/core.hpp>
#include <vector>

#include "instruments/label/reader/grid.hpp"

namespace lab::label {

/// A grid of a QR code and the places it goes through: its finders, and the alignment patterns that were found.
struct PinnedGrid {
  ModuleGrid grid;
  std::vector<Fix> fixes;
  double share_found = 0;  // of the alignment patterns: 1 all of them. Chance finds hardly any
};

/// Looks for the alignment patterns outwards from the finders, and lays the grid anew through those found before going
/// on. `grid`: of a version from 2; `finders`: what it was laid through.
PinnedGrid pinned(const cv::Mat& darkness, const ModuleGrid& grid, std::vector<Fix> finders);

}  // namespace lab::label
