#include "instruments/label/reader/scene.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "instruments/label/reader/symbol_regions.hpp"

namespace lab::label {
namespace {

using Polygon = std::vector<cv::Point>;

cv::Point2d centre_of(const std::vector<Place>& outline) {
  cv::Point2d sum;
  for (const Place& place : outline) sum += {place.x, place.y};
  return sum / static_cast<double>(outline.size());
}

/// Corners are those of the modules or the middles of their finders: a little more than that is the code.
Polygon widened(const std::vector<Place>& outline) {
  constexpr double wider = 1.12;
  const cv::Point2d centre = centre_of(outline);
  Polygon polygon;
  for (const Place& place : outline) polygon.emplace_back(centre + wider * (cv::Point2d(place.x, place.y) - centre));
  return polygon;
}

/// A place as the region has it: from its middle, along its length and its height.
cv::Point2d in_region(const BarRegion& region, cv::Point2d place) {
  const cv::Point2d off = place - cv::Point2d(region.centre);
  return {off.x * std::cos(region.angle) + off.y * std::sin(region.angle),
          off.y * std::cos(region.angle) - off.x * std::sin(region.angle)};
}

/// The bars that a line crosses: the line says how far they reach, the region how high they are. Other codes may have
/// grown to the region.
Polygon bars_along(const BarRegion& region, cv::Point2d from, cv::Point2d to) {
  constexpr double wider = 1.12;
  const double begin = in_region(region, from).x;
  const double end = in_region(region, to).x;
  const double along = wider * std::abs(end - begin) / 2;
  const double across = wider * region.height / 2;
  const double cosine = std::cos(region.angle);
  const double sine = std::sin(region.angle);
  const cv::Point2d middle = cv::Point2d(region.centre) + (begin + end) / 2 * cv::Point2d(cosine, sine);
  Polygon polygon;
  for (const cv::Point2d corner : {cv::Point2d{-1, -1}, {1, -1}, {1, 1}, {-1, 1}}) {
    const cv::Point2d off(corner.x * along, corner.y * across);
    polygon.emplace_back(middle + cv::Point2d(off.x * cosine - off.y * sine, off.x * sine + off.y * cosine));
  }
  return polygon;
}

bool is_inside(const BarRegion& region, cv::Point2d place) {
  const cv::Point2d off = in_region(region, place);
  return std::abs(off.x) <= region.length / 2 && std::abs(off.y) <= region.height / 2;
}

/// The two corners furthest apart.
std::array<cv::Point2d, 2> longest_line(const std::vector<Place>& outline) {
  std::array<cv::Point2d, 2> longest{};
  for (const Place& a : outline) {
    for (const Place& b : outline) {
      const std::array<cv::Point2d, 2> line{cv::Point2d(a.x, a.y), cv::Point2d(b.x, b.y)};
      if (cv::norm(line[1] - line[0]) > cv::norm(longest[1] - longest[0])) longest = line;
    }
  }
  return longest;
}

/// What paper looks like there: nine tenths are darker.
uchar paper_in(const cv::Mat& grey) {
  std::vector<uchar> values;
  for (int y = 0; y < grey.rows; y += 2) {
    for (int x = 0; x < grey.cols; x += 2) values.push_back(grey.at<uchar>(y, x));
  }
  const auto high = values.begin() + static_cast<std::ptrdiff_t>(values.size() * 9 / 10);
  std::ranges::nth_element(values, high);
  return *high;
}

}  // namespace

bool Scene::is_covered(cv::Point2f place) const {
  const cv::Point pixel(place);
  return !covered_.empty() && cv::Rect({}, covered_.size()).contains(pixel) && covered_.at<uchar>(pixel) != 0;
}

/// Before anything is covered: beside what is left, a faint background would look like a code.
void Scene::find_regions() {
  if (!regions_) regions_ = symbol_regions(grey_);
  if (!bar_regions_) bar_regions_ = find_bar_regions(grey_);
}

std::vector<cv::Rect> Scene::regions() {
  find_regions();
  std::vector<cv::Rect> rest;
  std::ranges::copy_if(*regions_, std::back_inserter(rest),
                       [&](const cv::Rect& region) { return !is_covered((region.tl() + region.br()) / 2); });
  return rest;
}

std::vector<BarRegion> Scene::bar_regions() {
  find_regions();
  std::vector<BarRegion> rest;
  std::ranges::copy_if(*bar_regions_, std::back_inserter(rest),
                       [&](const BarRegion& region) { return !is_covered(region.centre); });
  return rest;
}

void Scene::cover(const std::vector<Place>& outline) {
  constexpr double area_min = 0.1;  // of the square on the longest side: less is a line across bars
  if (outline.empty()) return;
  find_regions();
  std::vector<cv::Point2f> corners;
  corners.reserve(outline.size());
  for (const Place& place : outline) corners.emplace_back(static_cast<float>(place.x), static_cast<float>(place.y));
  const cv::RotatedRect box = cv::minAreaRect(corners);
  const double longest = std::max(box.size.width, box.size.height);
  if (cv::contourArea(corners) > area_min * longest * longest) {
    cover_area(widened(outline));
    return;
  }
  const auto [from, to] = longest_line(outline);
  for (const BarRegion& region : *bar_regions_) {
    if (is_inside(region, (from + to) / 2)) cover_area(bars_along(region, from, to));
  }
}

void Scene::cover_area(const std::vector<cv::Point>& outline) {
  constexpr double share_max = 0.7;  // of the picture
  const cv::Rect box = cv::boundingRect(outline) & cv::Rect({}, grey_.size());
  if (box.empty() || cv::contourArea(outline) > share_max * static_cast<double>(grey_.total())) return;
  if (covered_.empty()) covered_ = cv::Mat::zeros(grey_.size(), CV_8U);
  const cv::Mat before = grey_;
  grey_ = before.clone();  // others may hold the picture as it was
  cv::fillConvexPoly(grey_, outline, cv::Scalar(paper_in(before(box))));
  cv::fillConvexPoly(covered_, outline, cv::Scalar(255));
}

}  // namespace lab::label
