#include "instruments/label/reader/data_matrix_in.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <optional>
#include <span>

#include "instruments/codes/data_matrix_decode.hpp"
#include "instruments/codes/equalise.hpp"
#include "instruments/label/reader/aligned.hpp"
#include "instruments/label/reader/grid.hpp"
#include "instruments/label/reader/repaired_symbol.hpp"
#include "instruments/label/reader/squares_in.hpp"
#include "instruments/label/reader/unrolled.hpp"

namespace lab::label {
namespace {

constexpr int side_max = 52;  // modules; larger ones are on no label

/// Larger codes have modules too small to survive blur, and undoing it takes long.
constexpr int blurred_side_max = 26;

/// The two lines of the border that alternate, by themselves.
codes::KnownModules alternating_modules(const codes::KnownModules& border) {
  codes::KnownModules known = border;
  for (int i = 0; i < known.rows(); ++i) {
    known.at(0, i) = 0;
    known.at(i, known.rows() - 1) = 0;
  }
  return known;
}

/// On paper around a bottle, modules get narrower towards where it turns away: by how much, to the right and downwards.
/// 0: not at all. 0.5: those of one end are a third of those of the other.
struct Roll {
  double across = 0;
  double down = 0;

  /// Where on the flat symbol a point of the rolled one seems to lie; both from 0 to 1.
  [[nodiscard]] cv::Point2d seen(cv::Point2d part) const {
    return {part.x + across * part.x * (1 - part.x), part.y + down * part.y * (1 - part.y)};
  }
};

/// What is known of one size: its border, and the lines between its data regions.
struct Border {
  int side = 0;
  codes::KnownModules modules;
  Roll roll;
  KnownPlaces places;
  KnownPlaces alternating;
  KnownPlaces coarse;  // some of the places, to find out where it is worth looking at all
};

/// About `count` of the known modules.
KnownPlaces some_places(const codes::KnownModules& known, std::size_t count) {
  const std::size_t all = known_places(known).places.size();
  return known_places(known, std::max<std::size_t>(1, all / count) | 1);
}

KnownPlaces rolled(KnownPlaces known, const Roll& roll) {
  for (auto& place : known.places) {
    const cv::Point2d seen = roll.seen({place.column / known.modules.width, place.row / known.modules.height});
    place.column = seen.x * known.modules.width;
    place.row = seen.y * known.modules.height;
  }
  return known;
}

/// Of each square size up to `largest`.
std::vector<Border> borders_with(const Roll& roll, int largest) {
  constexpr std::size_t coarse_count = 48;
  std::vector<Border> all;
  for (const auto& size : codes::data_matrix_sizes()) {
    if (size.rows != size.columns || size.rows > largest) continue;
    const auto modules = codes::known_modules(codes::data_matrix_roles(size));
    all.push_back({.side = size.rows,
                   .modules = modules,
                   .roll = roll,
                   .places = rolled(known_places(modules), roll),
                   .alternating = rolled(known_places(alternating_modules(modules)), roll),
                   .coarse = rolled(some_places(modules, coarse_count), roll)});
  }
  return all;
}

/// Made once, as the next.
const std::vector<Border>& borders() {
  static const auto made = borders_with({}, side_max);
  return made;
}

const std::vector<Border>& rolled_borders() {
  static const auto made = [] {
    std::vector<Border> all;
    for (const double amount : {-0.6, -0.4, -0.2, 0.2, 0.4, 0.6}) {
      for (const Roll roll : {Roll{.across = amount}, Roll{.down = amount}}) {
        std::ranges::copy(borders_with(roll, blurred_side_max), std::back_inserter(all));
      }
    }
    return all;
  }();
  return made;
}

/// What border there is; solid lines alone may be any dark edge, so the alternating ones count as much.
double border_score(const cv::Mat& darkness, const ModuleGrid& grid, const Border& border) {
  const double alternates = agreement(darkness, grid, border.alternating);
  return std::min(agreement(darkness, grid, border.places), 1.2 * alternates);
}

struct Candidate {
  const Border* size;
  Quad corners;
  double border = 0;
};

/// The quadrilateral, and without the part beside each of its sides where a line of text may have grown to the symbol.
std::vector<Quad> trims_of(const Quad& quad) {
  constexpr double text_share = 0.16;
  std::vector<Quad> trims{quad};
  for (std::size_t side = 0; side < 4; ++side) {
    Quad trimmed = quad;
    const std::size_t next = (side + 1) % 4;
    trimmed[side] += text_share * (quad[(side + 3) % 4] - quad[side]);
    trimmed[next] += text_share * (quad[(next + 1) % 4] - quad[next]);
    trims.push_back(trimmed);
  }
  return trims;
}

void add_candidates(const Quad& quad, const cv::Mat& darkness, std::span<const Border> sizes,
                    std::vector<Candidate>& candidates) {
  for (const Border& size : sizes) {
    for (std::size_t upper_left = 0; upper_left < 4; ++upper_left) {
      Quad corners;
      for (std::size_t i = 0; i < 4; ++i) corners[i] = quad[(upper_left + i) % 4];
      const auto grid = ModuleGrid::over(corners, size.places.modules);
      if (grid)
        candidates.push_back({.size = &size, .corners = corners, .border = border_score(darkness, *grid, size)});
    }
  }
}

/// Sizes, turns and trims.
std::vector<Candidate> candidates_of(const Quad& quad, const cv::Mat& darkness, std::span<const Border> sizes) {
  std::vector<Candidate> candidates;
  for (const Quad& trimmed : trims_of(quad)) add_candidates(trimmed, darkness, sizes, candidates);
  return candidates;
}

std::optional<Sighting> repaired(const cv::Mat& grey, const cv::Mat& darkness, const ModuleGrid& grid,
                                 const Border& size) {
  const auto seen = seen_modules(grey, darkness, grid);
  if (const auto found = codes::repair_data_matrix(seen.darkness)) {
    if (auto text = proven_text(found->modules, found->spare)) return text;
  }
  if (size.side > blurred_side_max) return std::nullopt;
  const auto clearer = codes::equalised(seen.linear, size.modules);
  if (const auto found = codes::repair_data_matrix(clearer)) {
    if (auto text = proven_text(found->modules, found->spare)) return text;
  }
  return std::nullopt;
}

/// How far the sides leave the lines between the corners, as a share of their length.
double bend_of(const Square& square) {
  double bend = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    const cv::Point2d from = square.corners[i];
    const cv::Point2d along = square.corners[(i + 1) % 4] - from;
    const double length = std::max(cv::norm(along), 1.0);
    for (const cv::Point2d point : square.sides[i]) {
      bend = std::max(bend, std::abs(along.cross(point - from)) / (length * length));
    }
  }
  return bend;
}

/// A symbol on bent paper: its corners, and its sides as the outline shows them.
struct BentCandidate {
  const Border* size;
  std::vector<Fix> fixes;
  ModuleGrid grid;
  double border = 0;
};

std::vector<Fix> side_fixes(const Square& square, std::size_t upper_left, int side) {
  const std::array<cv::Point2d, 4> corners{{{0, 0}, {1, 0}, {1, 1}, {0, 1}}};
  std::vector<Fix> fixes;
  for (std::size_t i = 0; i < 4; ++i) {
    const std::size_t seen = (upper_left + i) % 4;
    const cv::Point2d from = corners[i] * side;
    const cv::Point2d along = (corners[(i + 1) % 4] - corners[i]) * side;
    fixes.push_back({.module = from, .pixel = square.corners[seen]});
    for (std::size_t point = 0; point < side_points; ++point) {
      const double part = static_cast<double>(point + 1) / (side_points + 1);
      fixes.push_back({.module = from + along * part, .pixel = square.sides[seen][point], .weight = 0.7});
    }
  }
  return fixes;
}

std::optional<Sighting> read_bent(const Square& square, const cv::Mat& grey, const cv::Mat& darkness) {
  constexpr std::size_t tried_max = 4;
  constexpr double border_min = 0.3;
  std::vector<BentCandidate> candidates;
  for (const Border& size : borders()) {
    for (std::size_t upper_left = 0; upper_left < 4; ++upper_left) {
      auto fixes = side_fixes(square, upper_left, size.side);
      const auto grid = ModuleGrid::through(fixes, size.places.modules, ModuleGrid::Bend::cubic);
      if (!grid) continue;
      const double border = border_score(darkness, *grid, size);
      if (border >= border_min)
        candidates.push_back({.size = &size, .fixes = std::move(fixes), .grid = *grid, .border = border});
    }
  }
  std::ranges::stable_sort(candidates, std::greater{}, &BentCandidate::border);
  if (candidates.size() > tried_max) candidates.resize(tried_max, candidates.front());
  for (const BentCandidate& candidate : candidates) {
    if (auto text = repaired(grey, darkness, settled(darkness, candidate.grid, candidate.fixes), *candidate.size))
      return text;
  }
  return std::nullopt;
}

void align(Candidate& candidate, const cv::Mat& darkness, const KnownPlaces& known, Strides strides) {
  const auto alignment = aligned(darkness, candidate.corners, known, strides);
  candidate.border = alignment ? alignment->agreement : 0;
  if (alignment) candidate.corners = alignment->corners;
}

/// Keeps those with the best borders.
void keep_best(std::vector<Candidate>& candidates, std::size_t count) {
  std::ranges::stable_sort(candidates, std::greater{}, &Candidate::border);
  if (candidates.size() > count) candidates.resize(count);
}

/// The few with the best borders, moved to where they fit best: by some of the modules first, those that remain by all.
std::vector<Candidate> aligned_candidates(const Quad& quad, const cv::Mat& darkness, std::span<const Border> sizes) {
  constexpr std::size_t coarse_tried = 10;
  constexpr std::size_t fine_tried = 4;
  auto candidates = candidates_of(quad, darkness, sizes);
  keep_best(candidates, coarse_tried);
  for (Candidate& candidate : candidates) align(candidate, darkness, candidate.size->coarse, {.last = 0.3});
  keep_best(candidates, fine_tried);
  for (Candidate& candidate : candidates) align(candidate, darkness, candidate.size->places, {.first = 0.5});
  keep_best(candidates, fine_tried);
  return candidates;
}

std::optional<Sighting> read(const Quad& quad, const cv::Mat& grey, const cv::Mat& darkness) {
  constexpr double border_min = 0.5;  // chance reaches 0.47 as often as not; read was none below 0.64
  constexpr int repaired_max = 3;
  int repaired_count = 0;
  for (const Candidate& candidate : aligned_candidates(quad, darkness, borders())) {
    if (candidate.border < border_min || repaired_count++ == repaired_max) break;
    const cv::Size modules = candidate.size->places.modules;
    const auto fixes = corner_fixes(candidate.corners, modules);
    const auto grid = ModuleGrid::over(candidate.corners, modules);
    if (!grid) continue;
    if (auto text = repaired(grey, darkness, *grid, *candidate.size)) return text;
    if (auto text = repaired(grey, darkness, settled(darkness, *grid, fixes), *candidate.size)) return text;
  }
  return std::nullopt;
}

/// A lattice over the symbol, as the roll makes it seem.
std::vector<Fix> rolled_fixes(const ModuleGrid& plane, const Roll& roll) {
  constexpr int steps = 6;
  const double width = plane.modules().width;
  const double height = plane.modules().height;
  std::vector<Fix> fixes;
  for (int i = 0; i <= steps; ++i) {
    for (int j = 0; j <= steps; ++j) {
      const cv::Point2d part{static_cast<double>(i) / steps, static_cast<double>(j) / steps};
      const cv::Point2d seen = roll.seen(part);
      fixes.push_back(
          {.module = {part.x * width, part.y * height}, .pixel = plane.at(seen.x * width, seen.y * height)});
    }
  }
  return fixes;
}

std::optional<Sighting> read_rolled(const Quad& quad, const cv::Mat& grey, const cv::Mat& darkness) {
  constexpr double border_min = 0.6;
  constexpr int repaired_max = 2;
  int repaired_count = 0;
  for (const Candidate& candidate : aligned_candidates(quad, darkness, rolled_borders())) {
    if (candidate.border < border_min || repaired_count++ == repaired_max) break;
    const cv::Size modules = candidate.size->places.modules;
    const auto plane = ModuleGrid::over(candidate.corners, modules);
    if (!plane) continue;
    const auto fixes = rolled_fixes(*plane, candidate.size->roll);
    const auto grid = ModuleGrid::through(fixes, modules, ModuleGrid::Bend::cubic);
    if (!grid) continue;
    if (auto text = repaired(grey, darkness, settled(darkness, *grid, fixes), *candidate.size)) return text;
  }
  return std::nullopt;
}

}  // namespace

std::vector<Sighting> data_matrix_in(const cv::Mat& region, const Deadline& deadline, Effort effort) {
  constexpr double modules_guessed = 16;
  constexpr double bend_min = 0.025;  // less, and settling follows it from the corners
  for (const Square& square : squares_in(region)) {
    if (deadline.has_passed()) break;
    const double module = mean_side(square.corners) / modules_guessed;
    const cv::Mat darkness = darkness_of(region, static_cast<int>(std::ceil(6 * module)));
    auto text = read(square.corners, region, darkness);
    const bool look_closer = !text && effort == Effort::all;
    if (look_closer && bend_of(square) > bend_min) text = read_bent(square, region, darkness);
    if (look_closer && !text) text = read_rolled(square.corners, region, darkness);
    if (!text) continue;
    for (const cv::Point2d corner : square.corners) text->outline.push_back({corner.x, corner.y});
    return {std::move(*text)};
  }
  return {};
}

}  // namespace lab::label
