#include "instruments/label/reader/aligned.hpp"

namespace lab::label {
namespace {

/// -1 when the corners span no plane.
double agreement_of(const cv::Mat& darkness, const Quad& corners, const codes::KnownModules& known) {
  const cv::Size modules(known.columns(), known.rows());
  const auto grid = ModuleGrid::over(corners, modules);
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

double agreement(const cv::Mat& darkness, const ModuleGrid& grid, const codes::KnownModules& known) {
  const cv::Rect inside({}, darkness.size());
  double sum = 0;
  int count = 0;
  for (int row = 0; row < known.rows(); ++row) {
    for (int column = 0; column < known.columns(); ++column) {
      const int expected = known.at(column, row);
      if (expected == 0) continue;
      ++count;
      const cv::Point2d place = grid.at(column + 0.5, row + 0.5);
      const cv::Point pixel(static_cast<int>(place.x), static_cast<int>(place.y));
      if (inside.contains(pixel)) sum += expected * static_cast<double>(darkness.at<float>(pixel));
    }
  }
  return count == 0 ? 0 : sum / count;
}

std::optional<Alignment> aligned(const cv::Mat& darkness, const Quad& corners, const codes::KnownModules& known) {
  Alignment best{.corners = corners, .agreement = agreement_of(darkness, corners, known)};
  if (best.agreement < -0.99) return std::nullopt;
  const double module = mean_side(corners) / known.columns();
  constexpr double first_step = 1.0;  // modules
  constexpr double last_step = 0.1;
  constexpr int rounds_max = 4;  // with steps of one length
  for (double step = first_step; step > last_step; step /= 2) {
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
