#include "instruments/label/reader/qr_in.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <opencv2/imgproc.hpp>
#include <optional>

#include "instruments/codes/equalise.hpp"
#include "instruments/codes/qr_decode.hpp"
#include "instruments/label/reader/aligned.hpp"
#include "instruments/label/reader/alignment_patterns.hpp"
#include "instruments/label/reader/finder_spots.hpp"
#include "instruments/label/reader/finders.hpp"
#include "instruments/label/reader/grid.hpp"
#include "instruments/label/reader/repaired_symbol.hpp"
#include "instruments/label/reader/unrolled.hpp"

namespace lab::label {
namespace {

cv::Point2d unit(cv::Point2d vector) { return vector / std::max(cv::norm(vector), 1e-9); }

/// The finder's corners in the order of the symbol: upper left, upper right, lower right, lower left.
Quad in_symbol_order(const Finder& finder, cv::Point2d right, cv::Point2d below) {
  std::size_t upper_left = 0;
  double furthest = -std::numeric_limits<double>::max();
  for (std::size_t i = 0; i < 4; ++i) {
    const double along = (finder.corners[i] - finder.centre).dot(-(right + below));
    if (along > furthest) {
      furthest = along;
      upper_left = i;
    }
  }
  Quad ordered;
  for (std::size_t i = 0; i < 4; ++i) ordered[i] = finder.corners[(upper_left + i) % 4];
  return ordered;
}

struct OrderedTriple {
  Quad corner;
  Quad right;
  Quad below;
};

OrderedTriple ordered(const FinderTriple& triple) {
  const cv::Point2d right = unit(triple.right.centre - triple.corner.centre);
  const cv::Point2d below = unit(triple.below.centre - triple.corner.centre);
  return {.corner = in_symbol_order(triple.corner, right, below),
          .right = in_symbol_order(triple.right, right, below),
          .below = in_symbol_order(triple.below, right, below)};
}

/// Modules between the centres of two finders, by their sides along the line between them.
double modules_between(const Finder& a, const Finder& b, double side_a, double side_b) {
  return cv::norm(a.centre - b.centre) * 7 / ((side_a + side_b) / 2);
}

double side_estimate(const FinderTriple& triple, const OrderedTriple& corners) {
  const auto across = [](const Quad& c) { return (cv::norm(c[1] - c[0]) + cv::norm(c[2] - c[3])) / 2; };
  const auto down = [](const Quad& c) { return (cv::norm(c[3] - c[0]) + cv::norm(c[2] - c[1])) / 2; };
  const double to_right = modules_between(triple.corner, triple.right, across(corners.corner), across(corners.right));
  const double to_below = modules_between(triple.corner, triple.below, down(corners.corner), down(corners.below));
  return (to_right + to_below) / 2 + 7;
}

void add_fixes(const Quad& corners, double column, double row, std::vector<Fix>& fixes) {
  fixes.push_back({.module = {column, row}, .pixel = corners[0]});
  fixes.push_back({.module = {column + 7, row}, .pixel = corners[1]});
  fixes.push_back({.module = {column + 7, row + 7}, .pixel = corners[2]});
  fixes.push_back({.module = {column, row + 7}, .pixel = corners[3]});
}

std::vector<Fix> fixes_of(const OrderedTriple& corners, int side) {
  std::vector<Fix> fixes;
  add_fixes(corners.corner, 0, 0, fixes);
  add_fixes(corners.right, side - 7, 0, fixes);
  add_fixes(corners.below, 0, side - 7, fixes);
  return fixes;
}

/// How well both timing patterns alternate: 1 perfectly, 0 not at all.
double timing_score(const cv::Mat& darkness, const ModuleGrid& grid) {
  const int side = grid.modules().width;
  double sum = 0;
  int count = 0;
  for (int i = 7; i < side - 7; ++i) {
    for (const cv::Point2d place : {grid.at(i + 0.5, 6.5), grid.at(6.5, i + 0.5)}) {
      const cv::Point pixel(static_cast<int>(place.x), static_cast<int>(place.y));
      ++count;
      if (!cv::Rect({}, darkness.size()).contains(pixel)) continue;
      sum += darkness.at<float>(pixel) * (i % 2 == 0 ? 1 : -1);
    }
  }
  return sum / count;
}

codes::KnownModules known_modules(int version) { return codes::known_modules(codes::qr_roles(version)); }

struct Candidate {
  std::vector<Fix> fixes;
  ModuleGrid grid;
  double timing = 0;
};

/// The versions that the distances allow, that with the best timing patterns first.
std::vector<Candidate> candidates_of(const FinderTriple& triple, const cv::Mat& darkness) {
  const OrderedTriple corners = ordered(triple);
  const double estimate = side_estimate(triple, corners);
  const int version = std::clamp(static_cast<int>(std::lround((estimate - 17) / 4)), 1, codes::qr_version_max);
  const int doubt = 1 + version / 6;
  std::vector<Candidate> candidates;
  for (int tried = std::max(1, version - doubt); tried <= std::min(version + doubt, codes::qr_version_max); ++tried) {
    const int side = codes::qr_side(tried);
    auto fixes = fixes_of(corners, side);
    const auto grid = ModuleGrid::through(fixes, {side, side}, ModuleGrid::Bend::quadratic);
    if (!grid) continue;
    candidates.push_back({.fixes = std::move(fixes), .grid = *grid, .timing = timing_score(darkness, *grid)});
  }
  std::ranges::stable_sort(candidates, std::greater{}, &Candidate::timing);
  return candidates;
}

/// Larger codes have modules too small to survive blur, and undoing it takes a second.
constexpr int blurred_version_max = 10;

/// A picture, and how dark it is.
struct Looked {
  const cv::Mat& grey;
  cv::Mat darkness;
};

std::optional<Sighting> repaired(const Looked& picture, const ModuleGrid& grid) {
  const auto seen = seen_modules(picture.grey, picture.darkness, grid);
  if (const auto found = codes::repair_qr(seen.darkness)) {
    if (auto text = proven_text(found->modules, found->spare)) return text;
  }
  const auto version = codes::qr_version_of(grid.modules().width);
  if (*version > blurred_version_max) return std::nullopt;
  if (const auto found = codes::repair_qr(codes::equalised(seen.linear, known_modules(*version)))) {
    if (auto text = proven_text(found->modules, found->spare)) return text;
  }
  return std::nullopt;
}

/// The grid of a candidate brought to where the modules really are. Nothing when it is no code.
std::optional<ModuleGrid> laid(const Candidate& candidate, const cv::Mat& darkness) {
  // Three finders of chance far apart would be a large code, which costs a second to look at.
  constexpr int large_side = 45;  // from here on there are several alignment patterns
  constexpr double timing_min = 0.1;
  constexpr double timing_min_large = 0.08;  // far from the finders the first grid may be a module off
  constexpr double share_min = 0.6;
  if (candidate.grid.modules().width < large_side) {
    if (candidate.timing < timing_min) return std::nullopt;
    return settled(darkness, candidate.grid, candidate.fixes);
  }
  if (candidate.timing < timing_min_large) return std::nullopt;
  const PinnedGrid grid = pinned(darkness, candidate.grid, candidate.fixes);
  if (grid.share_found < share_min) return std::nullopt;
  return settled(darkness, grid.grid, grid.fixes);
}

std::optional<Sighting> read(const FinderTriple& triple, const Looked& picture) {
  constexpr std::size_t versions_tried = 2;
  auto candidates = candidates_of(triple, picture.darkness);
  if (candidates.size() > versions_tried) candidates.resize(versions_tried, candidates.front());
  for (const Candidate& candidate : candidates) {
    const auto grid = laid(candidate, picture.darkness);
    if (!grid) continue;
    if (auto text = repaired(picture, *grid)) return text;
  }
  return std::nullopt;
}

/// A code that two finders belong to: where the third is and how large the code, is guessed.
struct Guess {
  int version = 1;
  Quad corners;
  double agreement = 0;
};

constexpr int guessed_version_max = 10;  // larger ones have modules too small to survive what hides finders

/// The corners of a code whose finder centres are given.
Quad corners_by(cv::Point2d corner, cv::Point2d right, cv::Point2d below, int side) {
  const cv::Point2d across = (right - corner) / (side - 7);
  const cv::Point2d down = (below - corner) / (side - 7);
  const cv::Point2d upper_left = corner - 3.5 * across - 3.5 * down;
  return {upper_left, upper_left + across * side, upper_left + across * side + down * side, upper_left + down * side};
}

class Guesser {
 public:
  explicit Guesser(const cv::Mat& darkness) : darkness_(darkness) {
    constexpr std::size_t stride = 5;  // no divisor of a finder's side
    for (int version = 1; version <= guessed_version_max; ++version) {
      const auto known = known_modules(version);
      known_.push_back(known_places(known));
      coarse_.push_back(known_places(known, stride));
    }
  }

  [[nodiscard]] const KnownPlaces& known(int version) const { return known_[static_cast<std::size_t>(version - 1)]; }

  void add_pair(const FinderSpot& a, const FinderSpot& b) {
    const double module = std::sqrt(a.module * b.module);
    const cv::Point2d apart = b.centre - a.centre;
    const cv::Point2d turned{-apart.y, apart.x};  // clockwise as seen
    // The corner of the angle is at a, at b, or at neither: then the two are the ends of the diagonal.
    add(a.centre, b.centre, a.centre + turned, module);
    add(a.centre, a.centre - turned, b.centre, module);
    add(b.centre, a.centre, b.centre - turned, module);
    add(b.centre, b.centre + turned, a.centre, module);
    const cv::Point2d middle = (a.centre + b.centre) / 2;
    add(middle - turned / 2, b.centre, a.centre, module);
    add(middle + turned / 2, a.centre, b.centre, module);
  }

  std::vector<Guess> best(std::size_t count) {
    constexpr std::size_t looked_at_max = 160;  // not only coarsely
    keep_best(looked_at_max);
    for (Guess& guess : guesses_) {
      const int side = codes::qr_side(guess.version);
      const auto grid = ModuleGrid::over(guess.corners, {side, side});
      if (grid) guess.agreement = agreement(darkness_, *grid, known(guess.version));
    }
    keep_best(count);
    return std::move(guesses_);
  }

 private:
  void keep_best(std::size_t count) {
    std::ranges::stable_sort(guesses_, std::greater{}, &Guess::agreement);
    if (guesses_.size() > count) guesses_.resize(count);
  }

  void add(cv::Point2d corner, cv::Point2d right, cv::Point2d below, double module) {
    const double side = cv::norm(right - corner) / module + 7;
    for (int version = 1; version <= guessed_version_max; ++version) {
      const int exact = codes::qr_side(version);
      if (std::abs(exact - side) > 0.25 * side) continue;
      const Quad corners = corners_by(corner, right, below, exact);
      const auto grid = ModuleGrid::over(corners, {exact, exact});
      if (!grid) continue;
      guesses_.push_back({.version = version,
                          .corners = corners,
                          .agreement = agreement(darkness_, *grid, coarse_[static_cast<std::size_t>(version - 1)])});
    }
  }

  const cv::Mat& darkness_;
  std::vector<KnownPlaces> known_;
  std::vector<KnownPlaces> coarse_;
  std::vector<Guess> guesses_;
};

std::vector<FinderSpot> spots_of(const cv::Mat& grey, const cv::Mat& darkness) {
  auto spots = finder_spots_in(darkness);
  for (const Finder& finder : finders_in(grey)) {
    spots.push_back({.centre = finder.centre, .module = finder.side / 7, .likeness = 1});
  }
  return spots;
}

/// Guesses that start apart end up in one place.
bool is_among(const Quad& corners, const std::vector<Quad>& tried) {
  const double near = 0.012 * mean_side(corners);
  return std::ranges::any_of(tried, [&](const Quad& other) {
    for (std::size_t i = 0; i < 4; ++i) {
      if (cv::norm(corners[i] - other[i]) > near) return false;
    }
    return true;
  });
}

std::optional<Sighting> repaired(const Looked& picture, const Alignment& alignment, int version) {
  const int side = codes::qr_side(version);
  const auto fixes = corner_fixes(alignment.corners, {side, side});
  const auto grid = ModuleGrid::over(alignment.corners, {side, side});
  if (!grid) return std::nullopt;
  if (auto text = repaired(picture, *grid)) return text;
  return repaired(picture, settled(picture.darkness, *grid, fixes));
}

/// The part of the picture that the symbol lies in, with some paper about it.
cv::Rect place_of(const FinderTriple& triple, cv::Size picture) {
  std::vector<cv::Point2f> points;
  for (const Finder& finder : {triple.corner, triple.right, triple.below}) {
    for (const cv::Point2d corner : finder.corners) points.emplace_back(corner);
  }
  points.emplace_back(triple.right.centre + triple.below.centre - triple.corner.centre);
  const cv::Rect box = cv::boundingRect(points);
  const int margin = std::max(box.width, box.height) / 5 + 4;
  return cv::Rect(box.tl() - cv::Point(margin, margin), box.br() + cv::Point(margin, margin)) & cv::Rect({}, picture);
}

/// The code's corners, as if it lay on a plane seen from far away.
std::vector<Place> outline_of(const FinderTriple& triple) {
  const cv::Point2d corner = triple.corner.centre;
  const cv::Point2d across = triple.right.centre - corner;
  const cv::Point2d down = triple.below.centre - corner;
  const double beyond = 0.5 * (triple.corner.side + triple.right.side + triple.below.side) / 3;  // to the edge
  const cv::Point2d right = unit(across) * beyond;
  const cv::Point2d below = unit(down) * beyond;
  std::vector<Place> outline;
  for (const cv::Point2d place : {corner - right - below, corner + across + right - below,
                                  corner + across + down + right + below, corner + down - right + below}) {
    outline.push_back({place.x, place.y});
  }
  return outline;
}

FinderTriple moved(FinderTriple triple, cv::Point2d by) {
  for (Finder* finder : {&triple.corner, &triple.right, &triple.below}) {
    finder->centre += by;
    for (cv::Point2d& corner : finder->corners) corner += by;
  }
  return triple;
}

}  // namespace

std::vector<Sighting> qr_by_spots(const cv::Mat& grey, const Deadline& deadline) {
  constexpr std::size_t guesses_tried = 8;
  constexpr double agreement_min = 0.3;
  constexpr int reach = 48;  // pixels; wide enough for a blurred finder of any size that is looked for
  const Looked picture{.grey = grey, .darkness = darkness_of(grey, reach)};
  Guesser guesser(picture.darkness);
  const auto spots = spots_of(grey, picture.darkness);
  for (std::size_t i = 0; i < spots.size() && !deadline.has_passed(); ++i) {
    for (std::size_t j = i + 1; j < spots.size(); ++j) {
      const double ratio = spots[i].module / spots[j].module;
      if (ratio < 0.6 || ratio > 1.7 || cv::norm(spots[i].centre - spots[j].centre) < 9 * spots[i].module) continue;
      guesser.add_pair(spots[i], spots[j]);
    }
  }
  std::vector<Quad> tried;
  for (const Guess& guess : guesser.best(guesses_tried)) {
    if (deadline.has_passed()) break;
    const auto alignment = aligned(picture.darkness, guess.corners, guesser.known(guess.version));
    if (!alignment || alignment->agreement < agreement_min || is_among(alignment->corners, tried)) continue;
    tried.push_back(alignment->corners);
    if (auto text = repaired(picture, *alignment, guess.version)) return {std::move(*text)};
  }
  return {};
}

std::vector<Sighting> qr_in(const cv::Mat& grey, const Deadline& deadline, Effort effort) {
  std::vector<Sighting> found;
  for (const FinderTriple& triple : triples_of(finders_in(grey, effort))) {
    if (deadline.has_passed()) break;
    const double module = (triple.corner.side + triple.right.side + triple.below.side) / 21;
    const cv::Rect place = place_of(triple, grey.size());
    const cv::Mat part = grey(place);
    const Looked picture{.grey = part, .darkness = darkness_of(part, static_cast<int>(std::ceil(6 * module)))};
    auto text = read(moved(triple, -cv::Point2d(place.tl())), picture);
    if (!text) continue;
    text->outline = outline_of(triple);
    found.push_back(std::move(*text));
  }
  return found;
}

}  // namespace lab::label
