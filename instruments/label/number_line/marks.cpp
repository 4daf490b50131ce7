#include "instruments/label/number_line/marks.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace lab::label {
namespace {

constexpr int size_min = 6;
constexpr int size_max = 400;
constexpr int surroundings = 31;         // pixels: wider than a letter of the usual size, narrower than a shadow
constexpr double contrast_min = 8;       // grey levels: below this it is the grain of the picture
constexpr std::size_t marks_max = 1200;  // a label has 300; a printed page, or a noisy picture: the largest of them

cv::Mat darker_than_around(const cv::Mat& grey, double contrast) {
  cv::Mat around;
  cv::blur(grey, around, {surroundings, surroundings});
  cv::Mat limit;
  around.convertTo(limit, CV_8U, 1 - contrast);
  cv::Mat absolute = around - contrast_min;
  cv::min(limit, absolute, limit);
  return grey < limit;
}

bool has_the_size_of_a_letter(const std::vector<cv::Point>& outline) {
  const auto box = cv::boundingRect(outline);
  return std::max(box.width, box.height) >= size_min && std::max(box.width, box.height) <= size_max &&
         std::min(box.width, box.height) >= 2;
}

Mark mark_of(const std::vector<cv::Point>& outline) {
  Mark mark;
  std::vector<cv::Point> hull;
  cv::convexHull(outline, hull);
  mark.hull.assign(hull.begin(), hull.end());
  const auto box = cv::boundingRect(hull);
  mark.middle = cv::Point2f(box.tl() + box.br() - cv::Point{1, 1}) / 2;
  mark.size = static_cast<float>(std::max(box.width, box.height));
  std::array<cv::Point2f, 4> corners;
  cv::minAreaRect(hull).points(corners.data());
  auto side = corners[1] - corners[0];
  auto other = corners[2] - corners[1];
  if (side.dot(side) < other.dot(other)) std::swap(side, other);
  const float length = std::sqrt(side.dot(side));
  mark.along = length > 0 ? side / length : cv::Point2f{1, 0};
  mark.length = length + 1;
  mark.thickness = std::sqrt(other.dot(other)) + 1;
  return mark;
}

std::vector<Mark> marks_in(const cv::Mat& grey, double contrast) {
  std::vector<std::vector<cv::Point>> outlines;
  std::vector<cv::Vec4i> nesting;
  // Two levels: what stands inside a frame, such as the label's border, has an outline of its own.
  cv::findContours(darker_than_around(grey, contrast), outlines, nesting, cv::RETR_CCOMP, cv::CHAIN_APPROX_SIMPLE);
  std::vector<Mark> marks;
  for (std::size_t i = 0; i < outlines.size(); ++i) {
    const bool is_hole = nesting[i][3] >= 0;
    if (!is_hole && has_the_size_of_a_letter(outlines[i])) marks.push_back(mark_of(outlines[i]));
  }
  return marks;
}

}  // namespace

std::vector<Mark> dark_marks(const cv::Mat& grey, double contrast) {
  auto marks = marks_in(grey, contrast);
  if (marks.size() > marks_max) {  // most of it noise; smoothing costs blurred letters the air between them
    cv::Mat smooth;
    cv::GaussianBlur(grey, smooth, {3, 3}, 0);
    marks = marks_in(smooth, contrast);
  }
  std::ranges::stable_sort(marks, std::ranges::greater{}, &Mark::size);
  if (marks.size() > marks_max) marks.resize(marks_max);
  return marks;
}

}  // namespace lab::label
