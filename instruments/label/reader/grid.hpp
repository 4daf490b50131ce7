#pragma once
// Internal to this folder. Where each module of a symbol lies in the picture: a plane seen in perspective, and on top
// of it a smooth bend, as of paper on a bottle.

#include <array>
#include <opencv2/core.hpp>
#include <optional>
#include <span>

namespace lab::label {

/// A point of the symbol, in modules from its upper left corner, and where it was seen, in pixels.
struct Fix {
  cv::Point2d module;
  cv::Point2d pixel;
  double weight = 1;
};

/// In modules; the largest number there is when there are no fixes.
double distance_to_nearest(cv::Point2d module, std::span<const Fix> fixes);

class ModuleGrid {
 public:
  /// How many terms the bend has: none, or all powers up to this total degree.
  enum class Bend { none = 0, quadratic = 2, cubic = 3 };

  /// The grid that comes nearest to the fixes; the stiffer, the fewer of them there are. Nothing when they do not span
  /// a plane: fewer than four, or all on a line.
  static std::optional<ModuleGrid> through(std::span<const Fix> fixes, cv::Size modules, Bend bend);

  /// The plane that has the corners (clockwise from the upper left) exactly. Nothing when they are no convex
  /// quadrilateral.
  static std::optional<ModuleGrid> over(const std::array<cv::Point2d, 4>& corners, cv::Size modules);

  [[nodiscard]] cv::Point2d at(double column, double row) const;
  /// Points along a row, from the column `first` in equal steps: `at` for many, at a fraction of its cost.
  void along_row(double row, double first, double step, std::span<cv::Point2d> points) const;
  [[nodiscard]] cv::Size modules() const { return modules_; }

 private:
  static constexpr std::size_t terms_max = 10;

  [[nodiscard]] cv::Point2d on_plane(double column, double row) const;
  void bend_towards(std::span<const Fix> fixes, std::size_t terms);

  cv::Size modules_;
  cv::Matx33d plane_ = cv::Matx33d::eye();
  std::size_t terms_ = 0;
  std::array<cv::Point2d, terms_max> bend_{};
};

}  // namespace lab::label
