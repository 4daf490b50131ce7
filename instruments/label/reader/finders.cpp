#include "instruments/label/reader/finders.hpp"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <optional>

#include "instruments/label/reader/finder_crossings.hpp"

namespace lab::label {
namespace {

constexpr std::size_t finders_max = 24;
constexpr std::size_t triples_max = 8;
constexpr double outer_area_min = 60;  // pixels of the picture; 1.1 for each module's side

struct Rated {
  Finder finder;
  double fault = 0;  // how far the rings are from the right proportion
};

/// Proportions of areas: 49 to 25 to 9. Blur and thresholds shift the edges, so they may be off by a lot.
std::optional<double> fault_of(double outer, double hole, double core) {
  if (core < 4 || hole <= core || outer <= hole) return std::nullopt;
  const double of_core = std::log(outer / core / (49.0 / 9));
  const double of_hole = std::log(outer / hole / (49.0 / 25));
  if (std::abs(of_core) > 0.9 || std::abs(of_hole) > 0.55) return std::nullopt;
  return std::abs(of_core) + std::abs(of_hole);
}

cv::Point2d middle_of(const Outline& outline) {
  const cv::Rect box = cv::boundingRect(outline);
  return {box.x + box.width / 2.0, box.y + box.height / 2.0};
}

/// A ring inside a hole inside an outline of the binary picture.
void add_finders(const cv::Mat& ink, double scale, std::vector<Rated>& found) {
  const cv::Mat dark = about_crossings(ink);
  if (dark.empty()) return;
  std::vector<Outline> outlines;
  std::vector<cv::Vec4i> tree;  // next, previous, first child, parent
  cv::findContours(dark, outlines, tree, cv::RETR_CCOMP, cv::CHAIN_APPROX_NONE);
  // With RETR_CCOMP, what lies in a hole is a part of its own: cores are matched with holes by their centres.
  struct Core {
    cv::Point2d centre;
    double area = 0;
  };
  std::vector<Core> cores;
  for (std::size_t i = 0; i < outlines.size(); ++i) {
    if (tree[i][3] >= 0 || tree[i][2] >= 0) continue;  // a part without holes
    const double area = cv::contourArea(outlines[i]) + static_cast<double>(outlines[i].size()) / 2;
    if (area >= 4) cores.push_back({middle_of(outlines[i]), area});
  }
  std::ranges::sort(cores, {}, [](const Core& core) { return core.centre.x; });
  for (std::size_t i = 0; i < outlines.size(); ++i) {
    if (tree[i][3] < 0) continue;  // holes only
    const auto& outer = outlines[static_cast<std::size_t>(tree[i][3])];
    const double hole_area = cv::contourArea(outlines[i]);
    if (hole_area < 0.25 * outer_area_min * scale * scale) continue;
    // Much longer than a ring: noise, grown together, whose thousand holes would each have it measured again.
    if (static_cast<double>(outer.size()) > 12 * static_cast<double>(outlines[i].size())) continue;
    const double outer_area = cv::contourArea(outer) + static_cast<double>(outer.size()) / 2;
    if (outer_area < outer_area_min * scale * scale || hole_area < 0.25 * outer_area) continue;
    const cv::Point2d centre = middle_of(outlines[i]);
    const double near = 0.12 * std::sqrt(outer_area) + 0.7;
    if (cv::norm(middle_of(outer) - centre) > near) continue;
    const auto begin =
        std::ranges::lower_bound(cores, centre.x - near, {}, [](const Core& core) { return core.centre.x; });
    for (auto core = begin; core != cores.end() && core->centre.x <= centre.x + near; ++core) {
      if (std::abs(core->centre.y - centre.y) > near) continue;
      const auto fault = fault_of(outer_area, hole_area, core->area);
      auto quad = fault ? quad_of(outer) : std::nullopt;
      if (!quad) continue;
      for (auto& corner : *quad) corner /= scale;
      found.push_back(
          {.finder = {.centre = centre_of(*quad), .corners = *quad, .side = mean_side(*quad)}, .fault = *fault});
    }
  }
}

cv::Mat ink_of(const cv::Mat& grey, int block) {
  cv::Mat dark;
  cv::adaptiveThreshold(grey, dark, 255, cv::ADAPTIVE_THRESH_MEAN_C, cv::THRESH_BINARY_INV, block | 1, 4);
  return dark;
}

/// The angle at `corner` between the two others, and how unlike the lengths are: 0 for a right angle of equal sides.
double shape_fault(const Finder& corner, const Finder& a, const Finder& b) {
  const cv::Point2d to_a = a.centre - corner.centre;
  const cv::Point2d to_b = b.centre - corner.centre;
  const double cosine = to_a.dot(to_b) / (cv::norm(to_a) * cv::norm(to_b));
  const double lengths = std::abs(std::log(cv::norm(to_a) / cv::norm(to_b)));
  return std::abs(cosine) + 0.5 * lengths;
}

}  // namespace

std::vector<Finder> finders_in(const cv::Mat& grey, Effort effort) {
  std::vector<Rated> found;
  const int side = std::min(grey.cols, grey.rows);
  for (const int block : {std::max(15, side / 40), std::max(31, side / 12)}) add_finders(ink_of(grey, block), 1, found);
  constexpr std::size_t enlarged_pixels_max = 550'000;  // a region; of a whole picture it would take too long
  if (effort == Effort::all && grey.total() <= enlarged_pixels_max) {
    cv::Mat large;
    cv::resize(grey, large, {}, 2, 2, cv::INTER_CUBIC);
    add_finders(ink_of(large, std::max(31, side / 20)), 2, found);
  }
  std::ranges::stable_sort(found, {}, &Rated::fault);
  std::vector<Finder> distinct;
  for (const Rated& rated : found) {
    const bool is_known = std::ranges::any_of(distinct, [&](const Finder& other) {
      return cv::norm(other.centre - rated.finder.centre) < 0.3 * std::max(other.side, rated.finder.side);
    });
    if (is_known) continue;
    distinct.push_back(rated.finder);
    if (distinct.size() == finders_max) break;
  }
  return distinct;
}

std::vector<FinderTriple> triples_of(const std::vector<Finder>& finders) {
  struct Candidate {
    FinderTriple triple;
    double fault = 0;
  };
  std::vector<Candidate> candidates;
  for (std::size_t i = 0; i < finders.size(); ++i) {
    for (std::size_t j = 0; j < finders.size(); ++j) {
      for (std::size_t k = j + 1; k < finders.size(); ++k) {
        if (i == j || i == k) continue;
        const Finder& corner = finders[i];
        const double sizes = std::max({corner.side, finders[j].side, finders[k].side}) /
                             std::min({corner.side, finders[j].side, finders[k].side});
        const double fault = shape_fault(corner, finders[j], finders[k]);
        if (sizes > 2.5 || fault > 0.9) continue;
        const cv::Point2d to_j = finders[j].centre - corner.centre;
        const cv::Point2d to_k = finders[k].centre - corner.centre;
        if (std::min(cv::norm(to_j), cv::norm(to_k)) < 1.2 * corner.side) continue;
        const bool is_j_right = to_j.cross(to_k) > 0;  // clockwise in picture coordinates
        candidates.push_back({.triple = {.corner = corner,
                                         .right = is_j_right ? finders[j] : finders[k],
                                         .below = is_j_right ? finders[k] : finders[j]},
                              .fault = fault + std::log(sizes)});
      }
    }
  }
  std::ranges::stable_sort(candidates, {}, &Candidate::fault);
  if (candidates.size() > triples_max) candidates.resize(triples_max);
  std::vector<FinderTriple> triples;
  triples.reserve(candidates.size());
  for (auto& candidate : candidates) triples.push_back(candidate.triple);
  return triples;
}

}  // namespace lab::label
