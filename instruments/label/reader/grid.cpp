#include "instruments/label/reader/grid.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace lab::label {
namespace {

constexpr std::size_t fixes_min = 4;

std::size_t terms_of(ModuleGrid::Bend bend) {
  switch (bend) {
    case ModuleGrid::Bend::none:
      return 0;
    case ModuleGrid::Bend::quadratic:
      return 6;
    case ModuleGrid::Bend::cubic:
      return 10;
  }
  return 0;
}

/// Powers of the place in the symbol, whose sides reach from -1 to 1, by total degree.
std::array<double, 10> powers_at(cv::Point2d module, cv::Size modules) {
  const double x = 2 * module.x / modules.width - 1;
  const double y = 2 * module.y / modules.height - 1;
  return {1, x, y, x * x, x * y, y * y, x * x * x, x * x * y, x * y * y, y * y * y};
}

/// Least squares in perspective, on coordinates about their mean so that the equations are well conditioned.
std::optional<cv::Matx33d> plane_through(std::span<const Fix> fixes, cv::Size modules) {
  cv::Point2d mean;
  for (const Fix& fix : fixes) mean += fix.pixel / static_cast<double>(fixes.size());
  double spread = 1;
  for (const Fix& fix : fixes) spread = std::max(spread, cv::norm(fix.pixel - mean));
  cv::Mat equations = cv::Mat::zeros(static_cast<int>(2 * fixes.size()), 8, CV_64F);
  cv::Mat wanted = cv::Mat::zeros(equations.rows, 1, CV_64F);
  for (int i = 0; i < static_cast<int>(fixes.size()); ++i) {
    const Fix& fix = fixes[static_cast<std::size_t>(i)];
    const double u = 2 * fix.module.x / modules.width - 1;
    const double v = 2 * fix.module.y / modules.height - 1;
    const cv::Point2d p = (fix.pixel - mean) / spread;
    const double w = fix.weight;
    auto* along_x = equations.ptr<double>(2 * i);
    auto* along_y = equations.ptr<double>(2 * i + 1);
    const std::array<double, 8> row_x{u, v, 1, 0, 0, 0, -u * p.x, -v * p.x};
    const std::array<double, 8> row_y{0, 0, 0, u, v, 1, -u * p.y, -v * p.y};
    for (std::size_t term = 0; term < 8; ++term) {
      along_x[term] = w * row_x[term];
      along_y[term] = w * row_y[term];
    }
    wanted.at<double>(2 * i) = w * p.x;
    wanted.at<double>(2 * i + 1) = w * p.y;
  }
  cv::Mat solution;
  if (!cv::solve(equations, wanted, solution, cv::DECOMP_QR)) return std::nullopt;
  const auto* h = solution.ptr<double>();
  const cv::Matx33d plane(h[0], h[1], h[2], h[3], h[4], h[5], h[6], h[7], 1);
  const cv::Matx33d to_unit(2.0 / modules.width, 0, -1, 0, 2.0 / modules.height, -1, 0, 0, 1);
  const cv::Matx33d to_pixels(spread, 0, mean.x, 0, spread, mean.y, 0, 0, 1);
  const cv::Matx33d whole = to_pixels * plane * to_unit;
  const bool is_finite = std::ranges::all_of(whole.val, [](double value) { return std::isfinite(value); });
  // The horizon must not cross the symbol.
  for (const cv::Point2d corner : {cv::Point2d{-1, -1}, {1, -1}, {-1, 1}, {1, 1}}) {
    if (plane(2, 0) * corner.x + plane(2, 1) * corner.y + 1 < 0.1) return std::nullopt;
  }
  return is_finite ? std::optional(whole) : std::nullopt;
}

}  // namespace

double distance_to_nearest(cv::Point2d module, std::span<const Fix> fixes) {
  double nearest = std::numeric_limits<double>::max();
  for (const Fix& fix : fixes) nearest = std::min(nearest, cv::norm(module - fix.module));
  return nearest;
}

std::optional<ModuleGrid> ModuleGrid::through(std::span<const Fix> fixes, cv::Size modules, Bend bend) {
  if (fixes.size() < fixes_min) return std::nullopt;
  const auto plane = plane_through(fixes, modules);
  if (!plane) return std::nullopt;
  ModuleGrid grid;
  grid.modules_ = modules;
  grid.plane_ = *plane;
  grid.bend_towards(fixes, terms_of(bend));
  return grid;
}

/// In closed form: it is asked for a hundred thousand times in a search.
std::optional<ModuleGrid> ModuleGrid::over(const std::array<cv::Point2d, 4>& corners, cv::Size modules) {
  const cv::Point2d across = corners[1] - corners[2];
  const cv::Point2d down = corners[3] - corners[2];
  const cv::Point2d off = corners[0] - corners[1] + corners[2] - corners[3];
  const double area = across.cross(down);
  if (std::abs(area) < 1e-9) return std::nullopt;
  const double g = off.cross(down) / area;
  const double h = across.cross(off) / area;
  // The horizon must not cross the symbol.
  constexpr double nearest = 0.05;
  if (1 + g < nearest || 1 + h < nearest || 1 + g + h < nearest) return std::nullopt;
  const cv::Point2d right = corners[1] - corners[0] + g * corners[1];
  const cv::Point2d below = corners[3] - corners[0] + h * corners[3];
  const double width = modules.width;
  const double height = modules.height;
  ModuleGrid grid;
  grid.modules_ = modules;
  grid.plane_ = cv::Matx33d(right.x / width, below.x / height, corners[0].x,  //
                            right.y / width, below.y / height, corners[0].y,  //
                            g / width, h / height, 1);
  return grid;
}

cv::Point2d ModuleGrid::on_plane(double column, double row) const {
  const auto& h = plane_.val;
  const double w = h[6] * column + h[7] * row + h[8];
  return {(h[0] * column + h[1] * row + h[2]) / w, (h[3] * column + h[4] * row + h[5]) / w};
}

cv::Point2d ModuleGrid::at(double column, double row) const {
  cv::Point2d point = on_plane(column, row);
  if (terms_ == 0) return point;
  const auto powers = powers_at({column, row}, modules_);
  for (std::size_t term = 0; term < terms_; ++term) point += powers[term] * bend_[term];
  return point;
}

void ModuleGrid::along_row(double row, double first, double step, std::span<cv::Point2d> points) const {
  for (std::size_t i = 0; i < points.size(); ++i) points[i] = on_plane(first + static_cast<double>(i) * step, row);
  if (terms_ == 0) return;
  // In one row the bend is a polynomial of the column alone; the order of its terms is that of powers_at.
  const double y = 2 * row / modules_.height - 1;
  const cv::Point2d constant = bend_[0] + y * (bend_[2] + y * (bend_[5] + y * bend_[9]));
  const cv::Point2d linear = bend_[1] + y * (bend_[4] + y * bend_[8]);
  const cv::Point2d square = bend_[3] + y * bend_[7];
  for (std::size_t i = 0; i < points.size(); ++i) {
    const double x = 2 * (first + static_cast<double>(i) * step) / modules_.width - 1;
    points[i] += constant + x * (linear + x * (square + x * bend_[6]));
  }
}

/// What the plane leaves over, by ridge regression: a term that no fix speaks for stays small.
void ModuleGrid::bend_towards(std::span<const Fix> fixes, std::size_t terms) {
  if (terms == 0) return;
  constexpr double stiffness = 0.002;
  const int count = static_cast<int>(terms);
  cv::Mat normal = cv::Mat::zeros(count, count, CV_64F);
  cv::Mat wanted = cv::Mat::zeros(count, 2, CV_64F);
  double total = 0;
  for (const Fix& fix : fixes) {
    const cv::Point2d rest = fix.pixel - on_plane(fix.module.x, fix.module.y);
    const auto powers = powers_at(fix.module, modules_);
    const double weight = fix.weight * fix.weight;
    total += weight;
    for (int i = 0; i < count; ++i) {
      const double scaled = weight * powers[static_cast<std::size_t>(i)];
      for (int j = 0; j < count; ++j) normal.at<double>(i, j) += scaled * powers[static_cast<std::size_t>(j)];
      wanted.at<double>(i, 0) += scaled * rest.x;
      wanted.at<double>(i, 1) += scaled * rest.y;
    }
  }
  for (int i = 0; i < count; ++i) normal.at<double>(i, i) += stiffness * total;
  cv::Mat solution;
  if (!cv::solve(normal, wanted, solution, cv::DECOMP_CHOLESKY)) return;
  for (int i = 0; i < count; ++i) {
    bend_[static_cast<std::size_t>(i)] = {solution.at<double>(i, 0), solution.at<double>(i, 1)};
  }
  terms_ = terms;
}

}  // namespace lab::label
