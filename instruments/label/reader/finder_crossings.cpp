#include "instruments/label/reader/finder_crossings.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

namespace lab::label {
namespace {

/// Where a line through a finder crosses it.
struct Crossing {
  int begin = 0;  // pixels along the line, from edge to edge
  int end = 0;
  [[nodiscard]] int length() const { return end - begin; }
};

/// Blur and thresholds shift the edges by more than half a module.
bool is_of_a_finder(int outer, int ring, int core, int other_ring, int other_outer) {
  const double module = (outer + ring + core + other_ring + other_outer) / 7.0;
  const auto is_narrow = [&](int width) { return width >= 0.25 * module && width <= 2.1 * module; };
  return core >= 1.5 * module && core <= 5 * module && is_narrow(outer) && is_narrow(ring) && is_narrow(other_ring) &&
         is_narrow(other_outer);
}

/// The crossing of the line through `middle`, a pixel of the core, in steps of `step`; `length_max` bounds each run.
std::optional<Crossing> crossing_along(const cv::Mat& ink, cv::Point middle, cv::Point step, int length_max) {
  const auto width = static_cast<unsigned>(ink.cols);
  const auto height = static_cast<unsigned>(ink.rows);
  const auto run = [&](int& at, int direction, bool dark) {
    const int from = at;
    for (; std::abs(at - from) <= length_max; at += direction) {
      const auto x = static_cast<unsigned>(middle.x + at * step.x);  // below 0: very large
      const auto y = static_cast<unsigned>(middle.y + at * step.y);
      if (x >= width || y >= height || (ink.ptr<uchar>(static_cast<int>(y))[x] != 0) != dark) break;
    }
    return std::abs(at - from);
  };
  int before = 0;
  const int core_before = run(before, -1, true);
  const int ring_before = run(before, -1, false);
  const int outer_before = run(before, -1, true);
  if (ring_before == 0 || outer_before == 0) return std::nullopt;
  int behind = 1;
  const int core_behind = run(behind, 1, true);
  const int ring_behind = run(behind, 1, false);
  const int outer_behind = run(behind, 1, true);
  if (!is_of_a_finder(outer_before, ring_before, core_before + core_behind, ring_behind, outer_behind))
    return std::nullopt;
  return Crossing{.begin = before + 1, .end = behind};
}

/// Where a row changes between paper and ink; the first entry is where it becomes ink.
void changes_in(const cv::Mat& ink, int row, std::vector<int>& changes) {
  changes.clear();
  const auto* pixels = ink.ptr<uchar>(row);
  uchar before = 0;
  for (int x = 0; x < ink.cols; ++x) {
    if (pixels[x] != before) changes.push_back(x);
    before = pixels[x];
  }
  if (before != 0) changes.push_back(ink.cols);
}

}  // namespace

cv::Mat about_crossings(const cv::Mat& ink) {
  constexpr int row_step = 2;          // a core has three rows or more
  constexpr double reach = 0.8;        // of the longer crossing; half of it is the ring at any roll
  constexpr double unequal_max = 2.5;  // seen from the side
  cv::Mat out;
  std::vector<int> changes;
  for (int row = 0; row < ink.rows; row += row_step) {
    changes_in(ink, row, changes);
    for (std::size_t i = 0; i + 5 < changes.size(); i += 2) {
      const auto width = [&](std::size_t run) { return changes[i + run + 1] - changes[i + run]; };
      if (!is_of_a_finder(width(0), width(1), width(2), width(3), width(4))) continue;
      const int across = changes[i + 5] - changes[i];
      cv::Point middle((changes[i + 2] + changes[i + 3]) / 2, row);
      const int length_max = static_cast<int>(unequal_max * across);
      const auto down = crossing_along(ink, middle, {0, 1}, length_max);
      if (!down || down->length() > unequal_max * across || across > unequal_max * down->length()) continue;
      middle.y += (down->begin + down->end) / 2;
      if (!crossing_along(ink, middle, {1, 1}, length_max) || !crossing_along(ink, middle, {1, -1}, length_max))
        continue;
      const int half = static_cast<int>(reach * std::max(across, down->length())) + 3;
      const cv::Rect place =
          cv::Rect(middle - cv::Point(half, half), middle + cv::Point(half, half)) & cv::Rect({}, ink.size());
      if (out.empty()) out = cv::Mat::zeros(ink.size(), CV_8U);
      ink(place).copyTo(out(place));
    }
  }
  return out;
}

}  // namespace lab::label
