#include "instruments/label/reader/alignment_patterns.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "instruments/codes/qr_layout.hpp"

namespace lab::label {
namespace {

/// Middles of the patterns, in modules. Where the finders are there are none.
std::vector<cv::Point2d> pattern_middles(int side) {
  const auto centres = codes::qr_alignment_centres(*codes::qr_version_of(side));
  std::vector<cv::Point2d> middles;
  for (const int row : centres) {
    for (const int column : centres) {
      const bool is_at_top = row == centres.front();
      const bool is_at_left = column == centres.front();
      if ((is_at_top && is_at_left) || (is_at_top && column == centres.back()) ||
          (is_at_left && row == centres.back())) {
        continue;
      }
      middles.emplace_back(column + 0.5, row + 0.5);
    }
  }
  return middles;
}

/// 1 when a pattern stands there as if printed: a dark middle, light around it, dark around that.
double likeness(const cv::Mat& darkness, const ModuleGrid& grid, cv::Point2d middle) {
  const cv::Rect inside({}, darkness.size());
  double sum = 0;
  for (int y = -2; y <= 2; ++y) {
    for (int x = -2; x <= 2; ++x) {
      const cv::Point2d point = grid.at(middle.x + x, middle.y + y);
      const cv::Point pixel(static_cast<int>(point.x), static_cast<int>(point.y));
      if (!inside.contains(pixel)) continue;
      const bool is_light = std::max(std::abs(x), std::abs(y)) == 1;
      sum += is_light ? -darkness.at<float>(pixel) : darkness.at<float>(pixel);
    }
  }
  return sum / 25;
}

/// Where the pattern really stands, about where the grid says.
std::optional<Fix> found_near(const cv::Mat& darkness, const ModuleGrid& grid, cv::Point2d middle) {
  constexpr double reach = 2;  // modules; half a pattern, so that data beside it is not taken for it
  constexpr double step = 0.25;
  constexpr double likeness_min = 0.5;
  double best = likeness_min;
  std::optional<Fix> fix;
  for (double y = -reach; y <= reach; y += step) {
    for (double x = -reach; x <= reach; x += step) {
      const cv::Point2d tried = middle + cv::Point2d{x, y};
      const double seen = likeness(darkness, grid, tried);
      if (seen <= best) continue;
      best = seen;
      fix = Fix{.module = middle, .pixel = grid.at(tried.x, tried.y), .weight = 1};
    }
  }
  return fix;
}

/// Takes those within `reach` of the fixes out of the list.
std::vector<cv::Point2d> taken_within(double reach, const std::vector<Fix>& fixes, std::vector<cv::Point2d>& left) {
  const auto is_far = [&](cv::Point2d middle) { return distance_to_nearest(middle, fixes) > reach; };
  const auto first_near = std::partition(left.begin(), left.end(), is_far);
  std::vector<cv::Point2d> near(first_near, left.end());
  left.erase(first_near, left.end());
  return near;
}

}  // namespace

PinnedGrid pinned(const cv::Mat& darkness, const ModuleGrid& grid, std::vector<Fix> finders) {
  constexpr double reach = 40;  // modules; patterns are up to 28 apart
  PinnedGrid out{.grid = grid, .fixes = std::move(finders)};
  auto left = pattern_middles(grid.modules().width);
  const auto all = left.size();
  std::size_t found = 0;
  while (!left.empty()) {
    const auto near = taken_within(reach, out.fixes, left);
    if (near.empty()) break;
    for (const cv::Point2d middle : near) {
      const auto fix = found_near(darkness, out.grid, middle);
      if (!fix) continue;
      out.fixes.push_back(*fix);
      ++found;
    }
    const auto next = ModuleGrid::through(out.fixes, grid.modules(), ModuleGrid::Bend::cubic);
    if (!next) break;
    out.grid = *next;
  }
  out.share_found = all == 0 ? 0 : static_cast<double>(found) / static_cast<double>(all);
  return out;
}

}  // namespace lab::label
