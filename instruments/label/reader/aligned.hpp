#pragma once
// Internal to this folder. Lays a symbol's grid by what is known of its modules, not by edges: works where blur has
// left no edge.

#include <opencv2/core.hpp>
#include <optional>
#include <vector>

#include "instruments/codes/equalise.hpp"
#include "instruments/label/reader/grid.hpp"
#include "instruments/label/reader/outline.hpp"

namespace lab::label {

/// The corners of the symbol, the upper left first, as fixes.
std::vector<Fix> corner_fixes(const Quad& corners, cv::Size modules);

/// The modules that are known, by themselves: they are asked for a hundred thousand times in a search.
struct KnownPlaces {
  struct Place {
    double column = 0;  // of the module's middle
    double row = 0;
    float darkness = 0;  // 1 or -1
  };
  cv::Size modules;
  std::vector<Place> places;
};

/// Every `stride`th of them.
KnownPlaces known_places(const codes::KnownModules& known, std::size_t stride = 1);

/// How well the known modules are where the grid says: 1 perfectly, 0 not at all.
double agreement(const cv::Mat& darkness, const ModuleGrid& grid, const KnownPlaces& known);

struct Alignment {
  Quad corners;
  double agreement = 0;
};

/// By how much the corners are moved at a time, in modules: from `first`, halved again and again, to above `last`.
struct Strides {
  double first = 1.0;
  double last = 0.1;
};

/// Moves the corners, each by up to about two modules, to where the known modules agree best. Nothing when the corners
/// span no plane.
std::optional<Alignment> aligned(const cv::Mat& darkness, const Quad& corners, const KnownPlaces& known,
                                 Strides strides = {});

}  // namespace lab::label
