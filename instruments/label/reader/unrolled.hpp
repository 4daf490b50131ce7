#pragma once
// Internal to this folder. A symbol laid flat: its grid fitted to the edges that are really there, and how dark each of
// its modules is.

#include <opencv2/core.hpp>

#include "instruments/codes/module_matrix.hpp"
#include "instruments/label/reader/grid.hpp"

namespace lab::label {

/// How dark each pixel is compared with the ink and paper around it: 1 ink, -1 paper, 0 between them or not to be told
/// apart (glare, a uniform patch). `reach`: pixels in which there is both ink and paper, about four modules.
/// CV_32F, of the size of `grey` (CV_8U).
cv::Mat darkness_of(const cv::Mat& grey, int reach);

/// Pixels per module of a symbol laid flat.
constexpr int flat_pixels = 6;

/// CV_32F, modules x flat_pixels. Outside the picture nothing is known: 0.
cv::Mat laid_flat(const cv::Mat& darkness, const ModuleGrid& grid);

/// Moves the grid onto the edges between modules, beginning about the anchors and going outwards, so that a bend is
/// followed before it has grown to half a module. Returns the grid unchanged where nothing fits.
ModuleGrid settled(const cv::Mat& darkness, const ModuleGrid& grid, std::span<const Fix> anchors);

/// What was seen of a symbol's modules.
struct SeenModules {
  codes::SoftModules darkness;  // compared with the surroundings; 0 where it is glare or something lies on the symbol
  codes::SoftModules linear;    // proportional to the light, about 1 for ink and -1 for paper: as blur mixes them
};

/// `grey` and `darkness` of one picture.
SeenModules seen_modules(const cv::Mat& grey, const cv::Mat& darkness, const ModuleGrid& grid);

}  // namespace lab::label
