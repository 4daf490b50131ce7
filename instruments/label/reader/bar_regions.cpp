#include "instruments/label/reader/bar_regions.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>

namespace lab::label {
namespace {

constexpr float pi = std::numbers::pi_v<float>;

/// Sums over square cells of the picture of the products of its slopes (structure tensor), as the difference and the
/// mixed term of the doubled angle, and the energy.
struct Cells {
  int side = 0;      // pixels
  cv::Mat1f along;   // gx^2 - gy^2
  cv::Mat1f across;  // 2 gx gy
  cv::Mat1f energy;  // gx^2 + gy^2
};

/// Cells small enough that the shortest bars fill a few.
int cell_side_for(const cv::Mat& grey) { return std::clamp(std::min(grey.cols, grey.rows) / 80, 4, 16); }

Cells cells_of(const cv::Mat& grey) {
  Cells cells;
  cells.side = cell_side_for(grey);
  const cv::Size grid(grey.cols / cells.side, grey.rows / cells.side);
  cells.along = cv::Mat1f::zeros(grid);
  cells.across = cv::Mat1f::zeros(grid);
  cells.energy = cv::Mat1f::zeros(grid);
  cv::Mat1s gx;
  cv::Mat1s gy;
  cv::Sobel(grey, gx, CV_16S, 1, 0);
  cv::Sobel(grey, gy, CV_16S, 0, 1);
  for (int y = 0; y < grid.height * cells.side; ++y) {
    const short* row_x = gx[y];
    const short* row_y = gy[y];
    for (int cell = 0; cell < grid.width; ++cell) {
      int xx = 0;
      int yy = 0;
      int xy = 0;
      for (int x = cell * cells.side; x < (cell + 1) * cells.side; ++x) {
        xx += row_x[x] * row_x[x];
        yy += row_y[x] * row_y[x];
        xy += row_x[x] * row_y[x];
      }
      cells.along(y / cells.side, cell) += static_cast<float>(xx - yy);
      cells.across(y / cells.side, cell) += 2 * static_cast<float>(xy);
      cells.energy(y / cells.side, cell) += static_cast<float>(xx) + static_cast<float>(yy);
    }
  }
  const auto pixels = static_cast<double>(cells.side) * cells.side;
  for (cv::Mat1f* sum : {&cells.along, &cells.across, &cells.energy}) cv::blur(*sum / pixels, *sum, {3, 3});
  return cells;
}

/// Energy of the noise: what the calmer cells have.
float noise_energy(const cv::Mat1f& energy) {
  std::vector<float> values(energy.begin(), energy.end());
  const auto low = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 5);
  std::ranges::nth_element(values, low);
  return *low;
}

/// 1 where the edges of a cell run one way: noise has none, so what it adds to the energy is taken off.
cv::Mat1b one_way_cells(const Cells& cells) {
  constexpr float coherence_min = 0.5F;
  constexpr float energy_min = 40;  // bars that differ by about two grey levels
  const float noise = noise_energy(cells.energy);
  cv::Mat1b out(cells.energy.size(), 0);
  for (int y = 0; y < out.rows; ++y) {
    for (int x = 0; x < out.cols; ++x) {
      const float directed = std::hypot(cells.along(y, x), cells.across(y, x));
      const float energy = std::max(cells.energy(y, x) - noise, 1.0F);
      out(y, x) = directed > energy_min + 0.3F * noise && directed > coherence_min * energy ? 1 : 0;
    }
  }
  return out;
}

/// Cells that belong together.
struct Patch {
  std::vector<cv::Point> cells;
  float along = 0;  // sums over the cells, each of length 1
  float across = 0;

  [[nodiscard]] float angle() const { return 0.5F * std::atan2(across, along); }
  void add(const Patch& other) {
    cells.insert(cells.end(), other.cells.begin(), other.cells.end());
    along += other.along;
    across += other.across;
  }
};

/// Between two directions, whichever way round: 0 to a right angle.
float turn_between(float a, float b) {
  const float turn = std::abs(std::remainder(a - b, pi));
  return std::min(turn, pi - turn);
}

/// Grows from its strongest cell; the bars of one symbol have about one contrast, what is much fainter is background.
Patch patch_from(cv::Point seed, const Cells& cells, cv::Mat1b& open) {
  constexpr float turn_max = 20 * pi / 180;
  constexpr float faintest = 0.12F;  // of the mean energy: a third of the contrast
  const auto angle_at = [&](cv::Point cell) { return 0.5F * std::atan2(cells.across(cell), cells.along(cell)); };
  Patch patch;
  patch.cells.push_back(seed);
  open(seed) = 0;
  float energy = 0;
  for (std::size_t next = 0; next < patch.cells.size(); ++next) {
    const cv::Point cell = patch.cells[next];
    const float angle = angle_at(cell);
    patch.along += std::cos(2 * angle);
    patch.across += std::sin(2 * angle);
    energy += cells.energy(cell);
    const float energy_min = faintest * energy / static_cast<float>(next + 1);
    for (int y = std::max(0, cell.y - 1); y <= std::min(open.rows - 1, cell.y + 1); ++y) {
      for (int x = std::max(0, cell.x - 1); x <= std::min(open.cols - 1, cell.x + 1); ++x) {
        if (open(y, x) == 0 || cells.energy(y, x) < energy_min) continue;
        if (turn_between(angle, angle_at({x, y})) > turn_max) continue;
        open(y, x) = 0;
        patch.cells.push_back({x, y});
      }
    }
  }
  return patch;
}

/// How far a patch reaches in a direction, in cells.
struct Reach {
  float from = 0;
  float to = 0;
  [[nodiscard]] float length() const { return to - from; }
};

Reach reach_of(const Patch& patch, float angle) {
  Reach reach{.from = 1e9F, .to = -1e9F};
  for (const cv::Point cell : patch.cells) {
    const float at = static_cast<float>(cell.x) * std::cos(angle) + static_cast<float>(cell.y) * std::sin(angle);
    reach.from = std::min(reach.from, at - 0.5F);
    reach.to = std::max(reach.to, at + 0.5F);
  }
  return reach;
}

/// Two pieces of one symbol: the same direction, side by side, a gap between that a glare or a patch may leave.
bool belong_together(const Patch& a, const Patch& b) {
  constexpr float turn_max = 10 * pi / 180;
  if (turn_between(a.angle(), b.angle()) > turn_max) return false;
  const float angle = a.cells.size() > b.cells.size() ? a.angle() : b.angle();
  const Reach a_height = reach_of(a, angle + pi / 2);
  const Reach b_height = reach_of(b, angle + pi / 2);
  const float shared = std::min(a_height.to, b_height.to) - std::max(a_height.from, b_height.from);
  if (shared < 0.5F * std::max(a_height.length(), b_height.length())) return false;
  const Reach a_length = reach_of(a, angle);
  const Reach b_length = reach_of(b, angle);
  const float gap = std::max(a_length.from, b_length.from) - std::min(a_length.to, b_length.to);
  return gap < 0.25F * (a_length.length() + b_length.length());
}

void join_pieces(std::vector<Patch>& patches) {
  for (std::size_t i = 0; i < patches.size(); ++i) {
    for (std::size_t j = 0; j < patches.size(); ++j) {
      if (i == j || !belong_together(patches[i], patches[j])) continue;
      patches[i].add(patches[j]);
      patches.erase(patches.begin() + static_cast<std::ptrdiff_t>(j));
      if (j < i) --i;
      j = static_cast<std::size_t>(-1);  // the larger patch may now reach what it did not
    }
  }
}

BarRegion region_of(const Patch& patch, int cell_side) {
  const float angle = patch.angle();
  const Reach length = reach_of(patch, angle);
  const Reach height = reach_of(patch, angle + pi / 2);
  const float u = (length.from + length.to) / 2;
  const float v = (height.from + height.to) / 2;
  const auto side = static_cast<float>(cell_side);
  const cv::Point2f centre(u * std::cos(angle) - v * std::sin(angle), u * std::sin(angle) + v * std::cos(angle));
  return {.centre = (centre + cv::Point2f(0.5F, 0.5F)) * side,
          .angle = angle,
          .length = length.length() * side,
          .height = height.length() * side};
}

}  // namespace

std::vector<BarRegion> find_bar_regions(const cv::Mat& grey) {
  constexpr std::size_t patch_cells_min = 8;
  constexpr std::size_t patches_max = 60;
  constexpr float length_cells_min = 5;  // one edge alone is three cells wide
  constexpr float length_pixels_min = 40;
  constexpr float tallest = 2;  // of the length: the edge of a table is taller
  if (std::min(grey.cols, grey.rows) < cell_side_for(grey)) return {};
  const Cells cells = cells_of(grey);
  cv::Mat1b open = one_way_cells(cells);
  std::vector<cv::Point> seeds;
  cv::findNonZero(open, seeds);
  std::ranges::stable_sort(seeds, std::greater{}, [&](cv::Point cell) { return cells.energy(cell); });
  std::vector<Patch> patches;
  for (const cv::Point seed : seeds) {
    if (open(seed) == 0) continue;
    Patch patch = patch_from(seed, cells, open);
    if (patch.cells.size() >= patch_cells_min) patches.push_back(std::move(patch));
  }
  const auto size_of = [](const Patch& patch) { return patch.cells.size(); };
  std::ranges::stable_sort(patches, std::greater{}, size_of);
  if (patches.size() > patches_max) patches.erase(patches.begin() + patches_max, patches.end());
  join_pieces(patches);
  std::ranges::stable_sort(patches, std::greater{}, size_of);
  std::vector<BarRegion> regions;
  for (const Patch& patch : patches) {
    const BarRegion region = region_of(patch, cells.side);
    if (region.height > tallest * region.length) continue;
    if (region.length < std::max(length_pixels_min, length_cells_min * static_cast<float>(cells.side))) continue;
    regions.push_back(region);
    if (regions.size() == bar_regions_max) break;
  }
  return regions;
}

cv::Mat upright(const cv::Mat& grey, const BarRegion& region, cv::Size2f scale) {
  constexpr float quiet_part = 0.1F;  // of the length, on either side: ten modules of the shortest symbols
  constexpr float quiet_pixels = 12;
  const float length = scale.width * (region.length * (1 + 2 * quiet_part) + 2 * quiet_pixels);
  const float height = std::max(1.0F, scale.height * region.height);
  const float c = std::cos(region.angle);
  const float s = std::sin(region.angle);
  const float half_length = length / 2 / scale.width;
  const float half_height = height / 2 / scale.height;
  // From a place in the upright picture to one in the whole.
  const cv::Matx23f back(c / scale.width, -s / scale.height, region.centre.x - c * half_length + s * half_height,  //
                         s / scale.width, c / scale.height, region.centre.y - s * half_length - c * half_height);
  cv::Mat out;
  // A symbol may reach the edge of a picture that was cut out exactly: beyond it there is paper.
  cv::warpAffine(grey, out, back, cv::Size(static_cast<int>(length), static_cast<int>(height)),
                 cv::INTER_CUBIC | cv::WARP_INVERSE_MAP, cv::BORDER_CONSTANT, cv::Scalar(255));
  return out;
}

}  // namespace lab::label
