#include "instruments/label/reader/squares_in.hpp"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace lab::label {
namespace {

constexpr std::size_t squares_max = 4;

/// How unlike a square: its sides, and how much of the quadrilateral the patch fills.
double fault_of(const Quad& quad, double area) {
  const double first = cv::norm(quad[1] - quad[0]) + cv::norm(quad[3] - quad[2]);
  const double second = cv::norm(quad[2] - quad[1]) + cv::norm(quad[0] - quad[3]);
  const double whole = std::abs((quad[2] - quad[0]).cross(quad[3] - quad[1])) / 2;
  if (first < 1 || second < 1 || whole < 1) return 9;
  return std::abs(std::log(first / second)) + 2 * std::abs(1 - std::min(area / whole, 1.0));
}

std::size_t nearest_to(cv::Point2d corner, const Outline& outline) {
  std::size_t nearest = 0;
  for (std::size_t i = 1; i < outline.size(); ++i) {
    if (cv::norm(cv::Point2d(outline[i]) - corner) < cv::norm(cv::Point2d(outline[nearest]) - corner)) nearest = i;
  }
  return nearest;
}

/// The outline's points from one corner to the next. `step`: 1 or -1, the way round that the corners go.
std::vector<cv::Point2d> side_between(std::size_t from, std::size_t to, int step, const Outline& outline) {
  const auto size = static_cast<std::ptrdiff_t>(outline.size());
  const auto between = ((static_cast<std::ptrdiff_t>(to) - static_cast<std::ptrdiff_t>(from)) * step + size) % size;
  std::vector<cv::Point2d> points;
  for (std::size_t i = 1; i <= side_points; ++i) {
    const auto along = between * static_cast<std::ptrdiff_t>(i) / static_cast<std::ptrdiff_t>(side_points + 1);
    const auto at = (static_cast<std::ptrdiff_t>(from) + step * along + size) % size;
    // Pixel coordinates here have their origin at the edge of the first pixel.
    points.push_back(cv::Point2d(outline[static_cast<std::size_t>(at)]) + cv::Point2d(0.5, 0.5));
  }
  return points;
}

Square square_of(const Quad& corners, const Outline& outline) {
  std::array<std::size_t, 4> at{};
  for (std::size_t i = 0; i < 4; ++i) at[i] = nearest_to(corners[i], outline);
  const auto size = outline.size();
  // Going the right way, the second corner comes before the third.
  const bool is_forward = (at[1] + size - at[0]) % size <= (at[2] + size - at[0]) % size;
  Square square{.corners = corners, .sides = {}};
  for (std::size_t i = 0; i < 4; ++i) {
    square.sides[i] = side_between(at[i], at[(i + 1) % 4], is_forward ? 1 : -1, outline);
  }
  return square;
}

/// The share of ink in the square that is neither mostly paper nor mostly ink.
bool is_half_ink(const cv::Mat& ink, const Outline& outline) {
  const cv::Rect box = cv::boundingRect(outline);
  cv::Mat inside = cv::Mat::zeros(box.size(), CV_8U);
  cv::drawContours(inside, std::vector<Outline>{outline}, 0, cv::Scalar(255), cv::FILLED, cv::LINE_8, cv::noArray(), 0,
                   -box.tl());
  const double share = cv::mean(ink(box), inside)[0] / 255;
  return share > 0.25 && share < 0.8;
}

enum class Touching { kept, cut_off };

/// Ink grown together over gaps of `gap` pixels. Lines of text that touch it are cut off, which costs a symbol its
/// outermost modules; so both are looked at.
cv::Mat grown_together(const cv::Mat& ink, int gap, Touching lines) {
  const cv::Mat around = cv::getStructuringElement(cv::MORPH_ELLIPSE, {gap, gap});
  cv::Mat grown;
  cv::copyMakeBorder(ink, grown, gap, gap, gap, gap, cv::BORDER_CONSTANT, cv::Scalar(0));
  cv::morphologyEx(grown, grown, cv::MORPH_CLOSE, around);
  if (lines == Touching::cut_off) cv::morphologyEx(grown, grown, cv::MORPH_OPEN, around);
  return grown(cv::Rect({gap, gap}, ink.size()));
}

void add_squares(const cv::Mat& ink, int gap, Touching lines, std::vector<Square>& found) {
  constexpr double fault_max = 1.2;
  std::vector<Outline> outlines;
  cv::findContours(grown_together(ink, gap, lines), outlines, cv::RETR_EXTERNAL, cv::CHAIN_APPROX_NONE);
  const double area_min = 0.06 * static_cast<double>(ink.total());
  for (const Outline& outline : outlines) {
    const double area = cv::contourArea(outline);
    const auto quad = area < area_min ? std::nullopt : quad_of(outline);
    if (quad && fault_of(*quad, area) < fault_max && is_half_ink(ink, outline)) {
      found.push_back(square_of(*quad, outline));
    }
  }
}

bool is_same(const Quad& a, const Quad& b) {
  double apart = 0;
  for (const cv::Point2d corner : a) {
    double nearest = 1e9;
    for (const cv::Point2d other : b) nearest = std::min(nearest, cv::norm(corner - other));
    apart = std::max(apart, nearest);
  }
  return apart < 0.04 * mean_side(a);
}

/// As it would be in a picture larger by this factor.
void enlarge(Square& square, double by) {
  for (cv::Point2d& corner : square.corners) corner *= by;
  for (auto& points : square.sides) {
    for (cv::Point2d& point : points) point *= by;
  }
}

/// Those of the region at this scale, in its own pixels.
std::vector<Square> squares_at(const cv::Mat& region, double scale) {
  cv::Mat ink;
  cv::resize(region, ink, {}, scale, scale, cv::INTER_AREA);
  cv::threshold(ink, ink, 0, 255, cv::THRESH_BINARY_INV | cv::THRESH_OTSU);
  const int side = std::min(ink.cols, ink.rows);
  std::vector<Square> found;
  for (const Touching lines : {Touching::kept, Touching::cut_off}) {
    for (const int parts : {18, 36}) add_squares(ink, std::max(3, side / parts) | 1, lines, found);
  }
  for (Square& square : found) enlarge(square, 1 / scale);
  return found;
}

}  // namespace

std::vector<Square> squares_in(const cv::Mat& region) {
  // Outlines are as good as half a pixel, and corners are moved by up to two modules later; growing together costs by
  // the third power of the side. Noise breaks outlines on the larger of the two, folds on the smaller.
  std::vector<Square> distinct;
  double last = 0;
  for (const double side_max : {360.0, 200.0}) {
    const double scale = std::min(1.0, side_max / std::max(region.cols, region.rows));
    if (scale == last) break;
    last = scale;
    for (Square& square : squares_at(region, scale)) {
      const auto is_known = [&](const Square& other) { return is_same(square.corners, other.corners); };
      if (std::ranges::none_of(distinct, is_known)) distinct.push_back(std::move(square));
      if (distinct.size() == squares_max) return distinct;
    }
  }
  return distinct;
}

}  // namespace lab::label
