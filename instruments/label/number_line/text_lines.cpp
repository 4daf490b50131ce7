#include "instruments/label/number_line/text_lines.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace lab::label {
namespace {

// In letter heights. Thirteen capitals and digits take 8 (narrow letters) to 15 (wide ones, spaced).
constexpr float length_min = 6;
constexpr float length_max = 34;   // with its caption in front: longer is a page of text
constexpr float gap_max = 0.9F;    // between letters; between words it is a third
constexpr float reach = 30;        // how far the ends of a line may be from any of its letters
constexpr float letters_min = 4;   // of the same height
constexpr float letter_max = 100;  // pixels
constexpr float letter_width = 0.75F;
constexpr float run_together_min = 5;  // how long a mark is that is a whole line
constexpr float run_together_max = 14;
constexpr std::size_t neighbours_max = 8;
constexpr int rounds = 3;  // of fitting the middle to the letters and the letters to the middle

/// A mark as seen from a line.
struct Extent {
  std::size_t mark = 0;
  float begin = 0, end = 0;   // along
  float top = 0, bottom = 0;  // across
  [[nodiscard]] float height() const { return bottom - top + 1; }
  [[nodiscard]] float middle() const { return (top + bottom) / 2; }
};

struct Band {
  cv::Point2f at;
  cv::Point2f along;
  float height = 0;
};

cv::Point2f across(cv::Point2f along) { return {-along.y, along.x}; }

Extent extent_of(const Mark& mark, std::size_t index, const Band& band) {
  constexpr float far = std::numeric_limits<float>::max();
  Extent extent{index, far, -far, far, -far};
  const auto normal = across(band.along);
  for (const auto& point : mark.hull) {
    const auto from = point - band.at;
    const float a = from.dot(band.along);
    const float n = from.dot(normal);
    extent.begin = std::min(extent.begin, a);
    extent.end = std::max(extent.end, a);
    extent.top = std::min(extent.top, n);
    extent.bottom = std::max(extent.bottom, n);
  }
  return extent;
}

/// The marks of `near` that stand in the band, from one end to the other, without a gap between them and `seed`.
std::vector<Extent> row_through(const std::vector<Mark>& marks, const std::vector<std::size_t>& near, std::size_t seed,
                                const Band& band) {
  std::vector<Extent> inside;
  const auto normal = across(band.along);
  for (const auto index : near) {
    if (std::abs((marks[index].middle - band.at).dot(normal)) > band.height) continue;
    const auto extent = extent_of(marks[index], index, band);
    if (std::abs(extent.middle()) < 0.25F * band.height && extent.height() > 0.6F * band.height &&
        extent.height() < 1.4F * band.height && extent.end - extent.begin < run_together_max * band.height) {
      inside.push_back(extent);
    }
  }
  std::ranges::sort(inside, {}, &Extent::begin);
  const auto at = std::ranges::find(inside, seed, &Extent::mark);
  if (at == inside.end()) return {};
  auto first = at;
  while (first != inside.begin() && first->begin - std::prev(first)->end < gap_max * band.height) --first;
  auto last = std::next(at);
  for (float end = at->end; last != inside.end() && last->begin - end < gap_max * band.height; ++last) {
    end = std::max(end, last->end);
  }
  return {first, last};
}

/// The height that most of the row has: letters and digits share one, Chinese characters and their parts do not.
float common_height(const std::vector<Extent>& row) {
  const auto agreeing = [&](float height) {
    return std::ranges::count_if(
        row, [&](const Extent& one) { return std::abs(one.height() - height) < 0.09F * height + 0.6F; });
  };
  const auto best = std::ranges::max_element(row, {}, [&](const Extent& one) { return agreeing(one.height()); });
  float sum = 0;
  for (const auto& one : row) {
    if (std::abs(one.height() - best->height()) < 0.09F * best->height() + 0.6F) sum += one.height();
  }
  return sum / static_cast<float>(agreeing(best->height()));
}

/// Moves the band onto the letters of its common height. Gives how many those are, and how far off they stand on
/// average, in heights.
std::pair<float, float> fit(const std::vector<Extent>& row, Band& band) {
  band.height = common_height(row);
  double n = 0, x = 0, y = 0, xx = 0, xy = 0;
  const auto is_letter = [&](const Extent& one) {
    return std::abs(one.height() - band.height) < 0.12F * band.height + 0.8F;
  };
  for (const auto& one : row) {
    if (!is_letter(one)) continue;
    const double a = (one.begin + one.end) / 2;
    n += 1, x += a, y += one.middle(), xx += a * a, xy += a * one.middle();
  }
  const double spread = n * xx - x * x;
  if (n < 2 || spread < 1e-3) return {0, 0};
  const auto slope = static_cast<float>((n * xy - x * y) / spread);
  const auto offset = static_cast<float>((y - slope * x) / n);
  float off = 0;
  float letters = 0;
  for (const auto& one : row) {
    if (!is_letter(one)) continue;
    off += std::abs(one.middle() - slope * (one.begin + one.end) / 2 - offset);
    letters += std::max(1.0F, std::round((one.end - one.begin) / band.height / letter_width));
  }
  const auto normal = across(band.along);
  band.at += normal * offset;
  band.along += normal * slope;
  band.along /= std::sqrt(band.along.dot(band.along));
  return {letters, off / static_cast<float>(n) / band.height};
}

struct Found {
  TextLine line;
  std::vector<std::size_t> members;
};

float regularity(const TextLine& line) { return std::min(line.letters, 13.0F) * (1 - 4 * line.unevenness); }

std::optional<Found> grow(const std::vector<Mark>& marks, const std::vector<std::size_t>& near, std::size_t seed,
                          std::size_t second) {
  const auto towards = marks[second].middle - marks[seed].middle;
  Band band{.at = marks[seed].middle, .along = towards / std::sqrt(std::max(towards.dot(towards), 1e-6F)), .height = 0};
  const auto own = extent_of(marks[seed], seed, band);
  band.height = std::max(own.height(), extent_of(marks[second], second, band).height());
  band.at += across(band.along) * own.middle();
  Found found;
  for (int round = 0; round < rounds; ++round) {
    const auto row = row_through(marks, near, seed, band);
    if (row.size() < 2) return std::nullopt;
    found.members.clear();
    for (const auto& one : row) found.members.push_back(one.mark);
    std::tie(found.line.letters, found.line.unevenness) = fit(row, band);
    if (found.line.letters < 1) return std::nullopt;
  }
  found.line.at = band.at;
  found.line.along = band.along;
  found.line.height = band.height;
  found.line.begin = std::numeric_limits<float>::max();
  found.line.end = std::numeric_limits<float>::lowest();
  for (const auto index : found.members) {
    const auto extent = extent_of(marks[index], index, band);
    found.line.begin = std::min(found.line.begin, extent.begin);
    found.line.end = std::max(found.line.end, extent.end);
  }
  const float length = (found.line.end - found.line.begin) / band.height;
  if (length < length_min || length > length_max || found.line.letters < letters_min) return std::nullopt;
  return found;
}

/// A mark that is a line by itself, because its letters touch.
std::optional<Found> line_run_together(const Mark& mark, std::size_t index) {
  const float ratio = mark.length / mark.thickness;
  if (ratio < run_together_min || ratio > run_together_max || mark.thickness < 5) return std::nullopt;
  Found found{.members = {index}};
  auto& line = found.line;
  line.along = mark.along;
  line.height = mark.thickness;
  const auto extent = extent_of(mark, index, {mark.middle, mark.along, mark.thickness});
  line.at = mark.middle + across(mark.along) * extent.middle();
  line.begin = extent.begin;
  line.end = extent.end;
  line.letters = std::round(ratio / letter_width);
  line.unevenness = 0.1F;  // unknown: a row of separate letters is better
  return found;
}

float distance(const Mark& a, const Mark& b) {
  const auto between = a.middle - b.middle;
  return std::sqrt(between.dot(between));
}

/// The most regular line through `seed` and one of its neighbours.
std::optional<Found> best_line_through(const std::vector<Mark>& marks, std::size_t seed) {
  const float size = marks[seed].size;
  std::vector<std::size_t> near;
  std::vector<std::pair<float, std::size_t>> neighbours;
  for (std::size_t i = 0; i < marks.size(); ++i) {
    if (marks[i].size < 0.08F * size || marks[i].size > 14 * size) continue;
    const float off = distance(marks[i], marks[seed]);
    if (off < reach * std::min(size, 2 * marks[seed].thickness)) near.push_back(i);
    const bool is_alike =
        marks[i].thickness > 0.4F * marks[seed].thickness && marks[i].thickness < 2.5F * marks[seed].thickness;
    if (i != seed && is_alike && off < 1.8F * std::max(size, marks[i].size)) neighbours.emplace_back(off, i);
  }
  std::ranges::sort(neighbours);
  if (neighbours.size() > neighbours_max) neighbours.resize(neighbours_max);
  std::optional<Found> best = line_run_together(marks[seed], seed);
  for (const auto& neighbour : neighbours) {
    auto found = grow(marks, near, seed, neighbour.second);
    if (found && (!best || regularity(found->line) > regularity(best->line))) best = std::move(found);
  }
  return best;
}

}  // namespace

std::vector<TextLine> text_lines(const std::vector<Mark>& marks, std::chrono::steady_clock::time_point deadline) {
  std::vector<TextLine> lines;
  std::vector<bool> is_used(marks.size());
  for (std::size_t seed = 0; seed < marks.size(); ++seed) {
    if (is_used[seed] || marks[seed].thickness > letter_max) continue;
    if (std::chrono::steady_clock::now() >= deadline) break;
    const auto found = best_line_through(marks, seed);
    if (!found) continue;
    for (const auto index : found->members) is_used[index] = true;
    lines.push_back(found->line);
  }
  std::ranges::stable_sort(lines, std::ranges::greater{}, regularity);
  return lines;
}

}  // namespace lab::label
