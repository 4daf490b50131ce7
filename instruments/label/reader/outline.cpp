#include "instruments/label/reader/outline.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>

namespace lab::label {
namespace {

/// The four corners of a convex outline that nearly is a quadrilateral: of all outlines of four of its points, the
/// largest, found by walking the points round.
std::optional<Quad> corners_of(const Outline& outline) {
  std::vector<cv::Point> hull;
  cv::convexHull(outline, hull, false);  // clockwise as seen: OpenCV thinks of y as upward
  if (hull.size() < 4) return std::nullopt;
  // Two points furthest apart, then on each side the point furthest from their line.
  std::size_t first = 0;
  std::size_t third = 0;
  double longest = 0;
  for (std::size_t i = 0; i < hull.size(); ++i) {
    for (std::size_t j = i + 1; j < hull.size(); ++j) {
      const double length = cv::norm(hull[i] - hull[j]);
      if (length > longest) {
        longest = length;
        first = i;
        third = j;
      }
    }
  }
  const cv::Point2d from = hull[first];
  const cv::Point2d along = cv::Point2d(hull[third]) - from;
  std::optional<std::size_t> second;
  std::optional<std::size_t> fourth;
  double most = 1;
  double least = -1;
  for (std::size_t i = 0; i < hull.size(); ++i) {
    const double off = along.cross(cv::Point2d(hull[i]) - from) / longest;
    if (off > most) {
      most = off;
      second = i;
    }
    if (off < least) {
      least = off;
      fourth = i;
    }
  }
  if (!second || !fourth) return std::nullopt;
  std::array<std::size_t, 4> order{first, third, *second, *fourth};
  std::ranges::sort(order);
  Quad corners;
  for (std::size_t i = 0; i < 4; ++i) corners[i] = hull[order[i]];
  return corners;
}

/// Lines through the sides of the outline, and where they meet: half a pixel better than any one point of it.
Quad sharpened_corners(const Outline& outline, const Quad& corners) {
  std::array<cv::Vec4f, 4> sides;
  for (std::size_t i = 0; i < 4; ++i) {
    const cv::Point2d from = corners[i];
    const cv::Point2d along = corners[(i + 1) % 4] - from;
    const double length = cv::norm(along);
    std::vector<cv::Point2f> near;
    for (const cv::Point point : outline) {
      const cv::Point2d offset = cv::Point2d(point) - from;
      const double place = offset.dot(along) / (length * length);
      if (place < 0.15 || place > 0.85 || std::abs(along.cross(offset)) / length > 0.12 * length) continue;
      near.emplace_back(static_cast<float>(point.x), static_cast<float>(point.y));
    }
    if (near.size() < 3) return corners;
    cv::fitLine(near, sides[i], cv::DIST_HUBER, 0, 0.01, 0.01);
  }
  Quad sharper = corners;
  for (std::size_t i = 0; i < 4; ++i) {
    const auto& a = sides[(i + 3) % 4];
    const auto& b = sides[i];
    const cv::Point2d direction_a(a[0], a[1]);
    const cv::Point2d direction_b(b[0], b[1]);
    const double turn = direction_a.cross(direction_b);
    if (std::abs(turn) < 0.2) continue;
    const cv::Point2d between = cv::Point2d(b[2], b[3]) - cv::Point2d(a[2], a[3]);
    const cv::Point2d meet = cv::Point2d(a[2], a[3]) + direction_a * (between.cross(direction_b) / turn);
    if (cv::norm(meet - corners[i]) < 0.25 * cv::norm(corners[(i + 1) % 4] - corners[i])) sharper[i] = meet;
  }
  return sharper;
}

/// Outlines of dark parts run along their outermost pixels: the edge is half a pixel further out.
Quad half_a_pixel_out(const Quad& corners) {
  const cv::Point2d centre = centre_of(corners);
  Quad out;
  for (std::size_t i = 0; i < 4; ++i) {
    const cv::Point2d away = corners[i] - centre;
    const double length = std::max(cv::norm(away), 1.0);
    // Pixel coordinates here have their origin at the edge of the first pixel.
    out[i] = corners[i] + away * (0.5 * std::numbers::sqrt2 / length) + cv::Point2d(0.5, 0.5);
  }
  return out;
}

}  // namespace

cv::Point2d centre_of(const Quad& quad) { return (quad[0] + quad[1] + quad[2] + quad[3]) / 4; }

double mean_side(const Quad& quad) {
  double sum = 0;
  for (std::size_t i = 0; i < 4; ++i) sum += cv::norm(quad[(i + 1) % 4] - quad[i]);
  return sum / 4;
}

std::optional<Quad> quad_of(const Outline& outline) {
  const auto corners = corners_of(outline);
  if (!corners) return std::nullopt;
  return half_a_pixel_out(sharpened_corners(outline, *corners));
}

}  // namespace lab::label
