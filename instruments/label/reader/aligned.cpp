#include "instruments/label/reader/aligned.hpp"

namespace lab::label {
namespace {

/// -1 when the corners span no plane.
double agreement_of(const cv::Mat& darkness, const Quad& corners, const KnownPlaces& known) {
  const auto grid = ModuleGrid::over(corners, known.modules);
  return grid ? agreement(darkness, *grid, known) : -1;
}

}  // namespace

std::vector<Fix> corner_fixes(const Quad& corners, cv::Size modules) {
  const double width = modules.width;
  const double height = modules.height;
  return {{.module = {0, 0}, .pixel = corners[0]},
          {.module = {width, 0}, .pixel = corners[1]},
          {.module = {width, height}, .pixel = corners[2]},
          {.module = {0, height}, .pixel = corners[3]}};
}

KnownPlaces known_places(const codes::KnownModules& known, std::size_t stride) {
  KnownPlaces out{.modules = {known.columns(), known.rows()}, .places = {}};
  std::size_t count = 0;
  for (int row = 0; row < known.rows(); ++row) {
    for (int column = 0; column < known.columns(); ++column) {
      const auto expected = static_cast<float>(known.at(column, row));  // 1, -1, or 0: not known
      if (expected == 0 || count++ % stride != 0) continue;
      out.places.push_back({.column = column + 0.5, .row = row + 0.5, .darkness = expected});
    }
  }
  return out;
}

double agreement(const cv::Mat& darkness, const ModuleGrid& grid, const KnownPlaces& known) {
  const cv::Rect inside({}, darkness.size());
  double sum = 0;
  for (const auto& place : known.places) {
    const cv::Point2d point = grid.at(place.column, place.row);
    const cv::Point pixel(static_cast<int>(point.x), static_cast<int>(point.y));
    if (inside.contains(pixel)) sum += place.darkness * darkness.at<float>(pixel);
  }
  return known.places.empty() ? 0 : sum / static_cast<double>(known.places.size());
}

std::optional<Alignment> aligned(const cv::Mat& darkness, const Quad& corners, const KnownPlaces& known,
                                 Strides strides) {
  Alignment best{.corners = corners, .agreement = agreement_of(darkness, corners, known)};
  if (best.agreement < -0.99) return std::nullopt;
  const double module = mean_side(corners) / known.modules.width;
  constexpr int rounds_max = 4;  // with steps of one length
  for (double step = strides.first; step > strides.last; step /= 2) {
    for (int round = 0; round < rounds_max; ++round) {
      bool has_moved = false;
      for (std::size_t corner = 0; corner < 4; ++corner) {
        for (const cv::Point2d direction : {cv::Point2d{1, 0}, {-1, 0}, {0, 1}, {0, -1}}) {
          Quad tried = best.corners;
          tried[corner] += direction * (step * module);
          const double reached = agreement_of(darkness, tried, known);
          if (reached <= best.agreement) continue;
          best = {.corners = tried, .agreement = reached};
          has_moved = true;
        }
      }
      if (!has_moved) break;
    }
  }
  return best;
}

}  // namespace lab::label
