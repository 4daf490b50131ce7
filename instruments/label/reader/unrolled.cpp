#include "instruments/label/reader/unrolled.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

namespace lab::label {
namespace {

/// Points of a row of the grid as pixels to look up. Pixel centres: a point at 0.5 is the middle of the first pixel.
void put_in_map(std::span<const cv::Point2d> points, cv::Point2f* row) {
  for (const cv::Point2d point : points) {
    *row++ = cv::Point2f(static_cast<float>(point.x - 0.5), static_cast<float>(point.y - 0.5));
  }
}

/// The grid's point of each pixel of the flat symbol.
cv::Mat flat_map(const ModuleGrid& grid) {
  cv::Mat map(grid.modules().height * flat_pixels, grid.modules().width * flat_pixels, CV_32FC2);
  std::vector<cv::Point2d> points(static_cast<std::size_t>(map.cols));
  for (int y = 0; y < map.rows; ++y) {
    grid.along_row((y + 0.5) / flat_pixels, 0.5 / flat_pixels, 1.0 / flat_pixels, points);
    put_in_map(points, map.ptr<cv::Point2f>(y));
  }
  return map;
}

/// Four points about the middle of each module, two by two.
cv::Mat middle_map(const ModuleGrid& grid) {
  constexpr std::array<double, 2> middle{2.5 / flat_pixels, 3.5 / flat_pixels};
  cv::Mat map(grid.modules().height * 2, grid.modules().width * 2, CV_32FC2);
  const auto columns = static_cast<std::size_t>(grid.modules().width);
  std::vector<cv::Point2d> left(columns);
  std::vector<cv::Point2d> right(columns);
  std::vector<cv::Point2d> points(2 * columns);
  for (int y = 0; y < map.rows; ++y) {
    const int module = y / 2;
    const double row = module + middle[static_cast<std::size_t>(y % 2)];
    grid.along_row(row, middle[0], 1, left);
    grid.along_row(row, middle[1], 1, right);
    for (std::size_t i = 0; i < columns; ++i) {
      points[2 * i] = left[i];
      points[2 * i + 1] = right[i];
    }
    put_in_map(points, map.ptr<cv::Point2f>(y));
  }
  return map;
}

/// The mean of the middle of each module. Outside the picture nothing is known: 0.
codes::SoftModules sampled(const cv::Mat& picture, const cv::Mat& middles) {
  cv::Mat seen;
  cv::remap(picture, seen, middles, cv::noArray(), cv::INTER_LINEAR, cv::BORDER_CONSTANT, cv::Scalar::all(0));
  codes::SoftModules out(seen.cols / 2, seen.rows / 2);
  for (int row = 0; row < out.rows(); ++row) {
    const auto* above = seen.ptr<float>(2 * row);
    const auto* below = seen.ptr<float>(2 * row + 1);
    for (int column = 0; column < out.columns(); ++column) {
      const int x = 2 * column;
      out.at(column, row) = (above[x] + above[x + 1] + below[x] + below[x + 1]) / 4;
    }
  }
  return out;
}

struct Edge {
  double at = 0;        // pixels of the flat symbol along the line
  double strength = 0;  // darkness per pixel
};

/// Where a line of the flat symbol changes between ink and paper.
void edges_along(std::span<const float> line, std::vector<Edge>& edges) {
  constexpr float certain = 0.25F;  // both sides of an edge go at least this far from the middle
  edges.clear();
  const auto last = line.size() - 1;
  for (std::size_t i = 1; i < line.size(); ++i) {
    if ((line[i - 1] > 0) == (line[i] > 0)) continue;
    const float before = line[i < 2 ? 0 : i - 2];
    const float behind = line[std::min(i + 1, last)];
    if (std::abs(before) < certain || std::abs(behind) < certain || before * behind > 0) continue;
    const double step = line[i] - line[i - 1];
    edges.push_back({.at = static_cast<double>(i) - 0.5 + (0 - line[i - 1]) / step, .strength = std::abs(step)});
  }
}

/// Mean of the rows `from` to `to` of the flat symbol.
std::vector<float> band(const cv::Mat& flat, int from, int to) {
  std::vector<float> line(static_cast<std::size_t>(flat.cols), 0.0F);
  for (int y = from; y < to; ++y) {
    const auto* row = flat.ptr<float>(y);
    for (int x = 0; x < flat.cols; ++x) line[static_cast<std::size_t>(x)] += row[x];
  }
  for (float& value : line) value /= static_cast<float>(to - from);
  return line;
}

constexpr double snap_modules = 0.38;  // an edge further away than this may belong to the next boundary

/// Fixes from the edges across the rows of `flat`; with `is_turned`, `flat` is the symbol with rows and columns
/// changed.
void add_fixes(const cv::Mat& flat, const ModuleGrid& grid, bool is_turned, std::vector<Fix>& fixes) {
  std::vector<Edge> edges;
  const int lines = flat.rows / flat_pixels;
  for (int line = 0; line < lines; ++line) {
    edges_along(band(flat, line * flat_pixels + 2, (line + 1) * flat_pixels - 2), edges);
    for (const Edge& edge : edges) {
      const double along = (edge.at + 0.5) / flat_pixels;
      const double boundary = std::round(along);
      if (std::abs(along - boundary) > snap_modules) continue;
      const double across = line + 0.5;
      const cv::Point2d seen = is_turned ? grid.at(across, along) : grid.at(along, across);
      const cv::Point2d module = is_turned ? cv::Point2d{across, boundary} : cv::Point2d{boundary, across};
      fixes.push_back({.module = module, .pixel = seen, .weight = std::min(edge.strength, 1.0)});
    }
  }
}

/// Grey values between the darkest and the lightest fiftieth of the picture.
float contrast_of(const cv::Mat& grey) {
  std::array<int, 256> count{};
  int total = 0;
  for (int y = 0; y < grey.rows; y += 4) {
    const auto* row = grey.ptr<uchar>(y);
    for (int x = 0; x < grey.cols; x += 4, ++total) ++count[row[x]];
  }
  const int share = total / 50;
  std::size_t darkest = 0;
  std::size_t lightest = 255;
  for (int sum = count[darkest]; sum < share && darkest < 255;) sum += count[++darkest];
  for (int sum = count[lightest]; sum < share && lightest > 0;) sum += count[--lightest];
  return lightest > darkest ? static_cast<float>(lightest - darkest) : 0.0F;
}

/// A plane of light over the symbol: constant, by column, by row.
struct LightPlane {
  cv::Vec3d terms;
  double spread = 1;  // of the modules about it

  [[nodiscard]] double at(int column, int row, cv::Size modules) const {
    return terms.dot(cv::Vec3d(1, 2.0 * column / modules.width - 1, 2.0 * row / modules.height - 1));
  }
};

/// The plane through the dark or the light modules, as most of them say.
LightPlane plane_of(const codes::SoftModules& light, const codes::SoftModules& darkness, bool is_dark) {
  const cv::Size modules(light.columns(), light.rows());
  LightPlane plane;
  cv::Mat weights = cv::Mat::ones(modules, CV_64F);
  for (int round = 0; round < 4; ++round) {
    cv::Matx33d normal = cv::Matx33d::eye() * 1e-6;
    cv::Vec3d wanted;
    std::vector<double> off;
    for (int row = 0; row < modules.height; ++row) {
      for (int column = 0; column < modules.width; ++column) {
        if ((darkness.at(column, row) > 0) != is_dark) continue;
        const cv::Vec3d place(1, 2.0 * column / modules.width - 1, 2.0 * row / modules.height - 1);
        const double weight = weights.at<double>(row, column);
        normal += weight * place * place.t();
        wanted += weight * static_cast<double>(light.at(column, row)) * place;
      }
    }
    plane.terms = normal.inv(cv::DECOMP_CHOLESKY) * wanted;
    for (int row = 0; row < modules.height; ++row) {
      for (int column = 0; column < modules.width; ++column) {
        if ((darkness.at(column, row) > 0) != is_dark) continue;
        off.push_back(std::abs(light.at(column, row) - plane.at(column, row, modules)));
      }
    }
    if (off.empty()) break;
    std::ranges::nth_element(off, off.begin() + static_cast<std::ptrdiff_t>(off.size() / 2));
    plane.spread = std::max(2.0, 1.5 * off[off.size() / 2]);
    for (int row = 0; row < modules.height; ++row) {
      for (int column = 0; column < modules.width; ++column) {
        const double z = (light.at(column, row) - plane.at(column, row, modules)) / plane.spread;
        weights.at<double>(row, column) = 1 / (1 + z * z);
      }
    }
  }
  return plane;
}

/// True when a module and all around it look alike.
bool is_in_patch(const codes::SoftModules& darkness, int column, int row) {
  const bool is_dark = darkness.at(column, row) > 0;
  for (int y = std::max(0, row - 1); y <= std::min(darkness.rows() - 1, row + 1); ++y) {
    for (int x = std::max(0, column - 1); x <= std::min(darkness.columns() - 1, column + 1); ++x) {
      if ((darkness.at(x, y) > 0) != is_dark) return false;
    }
  }
  return true;
}

/// How much each module may be believed where something may lie on the symbol. Masks see to it that codes have hardly
/// any uniform places larger than 3 x 3; what covers a code is one.
cv::Mat belief_in_patches(const codes::SoftModules& darkness) {
  constexpr int cores_min = 4;
  cv::Mat cores = cv::Mat::zeros(darkness.rows(), darkness.columns(), CV_8U);
  for (int row = 0; row < darkness.rows(); ++row) {
    for (int column = 0; column < darkness.columns(); ++column) {
      if (is_in_patch(darkness, column, row)) cores.at<uchar>(row, column) = 1;
    }
  }
  cv::Mat parts;
  cv::Mat statistics;
  cv::Mat centres;
  const int count = cv::connectedComponentsWithStats(cores, parts, statistics, centres, 8);
  cv::Mat patch = cv::Mat::zeros(cores.size(), CV_8U);
  for (int part = 1; part < count; ++part) {
    if (statistics.at<int>(part, cv::CC_STAT_AREA) >= cores_min) patch.setTo(1, parts == part);
  }
  cv::Mat belief(cores.size(), CV_32F, cv::Scalar(1));
  const cv::Mat around = cv::Mat::ones(3, 3, CV_8U);
  cv::dilate(patch, patch, around);
  cv::Mat rim;
  cv::dilate(patch, rim, around);
  belief.setTo(0.3, rim);
  belief.setTo(0.02, patch);
  return belief;
}

/// Takes belief from modules that are neither as light as paper nor as dark as ink, or belong to a patch.
void doubt(const codes::SoftModules& light, codes::SoftModules& darkness) {
  const cv::Size modules(light.columns(), light.rows());
  const LightPlane ink = plane_of(light, darkness, true);
  const LightPlane paper = plane_of(light, darkness, false);
  const cv::Mat belief = belief_in_patches(darkness);
  for (int row = 0; row < modules.height; ++row) {
    for (int column = 0; column < modules.width; ++column) {
      const LightPlane& own = darkness.at(column, row) > 0 ? ink : paper;
      const double z = (light.at(column, row) - own.at(column, row, modules)) / (3 * own.spread);
      darkness.at(column, row) *= static_cast<float>(belief.at<float>(row, column) / (1 + z * z));
    }
  }
}

/// About their mean, and as far from it on average as ink and paper would be.
codes::SoftModules scaled(const codes::SoftModules& light) {
  double sum = 0;
  double squares = 0;
  const double count = light.columns() * light.rows();
  for (int row = 0; row < light.rows(); ++row) {
    for (int column = 0; column < light.columns(); ++column) {
      sum += light.at(column, row);
      squares += static_cast<double>(light.at(column, row)) * light.at(column, row);
    }
  }
  const double mean = sum / count;
  const double spread = std::sqrt(std::max(squares / count - mean * mean, 1.0));
  codes::SoftModules out = light;
  for (int row = 0; row < light.rows(); ++row) {
    for (int column = 0; column < light.columns(); ++column) {
      out.at(column, row) = static_cast<float>((mean - light.at(column, row)) / spread);
    }
  }
  return out;
}

}  // namespace

cv::Mat darkness_of(const cv::Mat& grey, int reach) {
  // Between ink and paper; below, there is only noise.
  const float contrast_min = std::max(8.0F, 0.15F * contrast_of(grey));
  // Ink and paper change slowly: they are looked for on a smaller picture.
  const double scale = std::min(1.0, 8.0 / reach);
  cv::Mat small;
  cv::resize(grey, small, {}, scale, scale, cv::INTER_AREA);
  const int side = std::max(3, static_cast<int>(std::lround(reach * scale))) | 1;
  const cv::Mat around = cv::getStructuringElement(cv::MORPH_RECT, {side, side});
  cv::Mat ink;
  cv::Mat paper;
  cv::erode(small, ink, around);
  cv::dilate(small, paper, around);
  cv::blur(ink, ink, {side, side});
  cv::blur(paper, paper, {side, side});
  cv::Mat ink_here;
  cv::Mat paper_here;
  cv::resize(ink, ink_here, grey.size(), 0, 0, cv::INTER_LINEAR);
  cv::resize(paper, paper_here, grey.size(), 0, 0, cv::INTER_LINEAR);
  cv::Mat out(grey.size(), CV_32F);
  for (int y = 0; y < grey.rows; ++y) {
    const auto* seen = grey.ptr<uchar>(y);
    const auto* darkest = ink_here.ptr<uchar>(y);
    const auto* lightest = paper_here.ptr<uchar>(y);
    auto* dark = out.ptr<float>(y);
    for (int x = 0; x < grey.cols; ++x) {
      const float contrast = static_cast<float>(lightest[x]) - static_cast<float>(darkest[x]);
      const float middle = (static_cast<float>(lightest[x]) + static_cast<float>(darkest[x])) / 2;
      const float scaled = (middle - static_cast<float>(seen[x])) * 2 / std::max(contrast, contrast_min);
      dark[x] = std::clamp(scaled, -1.5F, 1.5F);
    }
  }
  return out;
}

cv::Mat laid_flat(const cv::Mat& darkness, const ModuleGrid& grid) {
  cv::Mat flat;
  cv::remap(darkness, flat, flat_map(grid), cv::noArray(), cv::INTER_LINEAR, cv::BORDER_CONSTANT, cv::Scalar::all(0));
  return flat;
}

ModuleGrid settled(const cv::Mat& darkness, const ModuleGrid& grid, std::span<const Fix> anchors) {
  constexpr int rounds_max = 12;
  constexpr double first_reach = 6;
  constexpr double further = 4;
  constexpr std::size_t fixes_min = 40;
  ModuleGrid best = grid;
  const double whole = std::hypot(grid.modules().width, grid.modules().height);
  double reach = first_reach;
  for (int round = 0; round < rounds_max; ++round, reach += further) {
    const cv::Mat flat = laid_flat(darkness, best);
    cv::Mat turned;
    cv::transpose(flat, turned);
    std::vector<Fix> fixes;
    add_fixes(flat, best, false, fixes);
    add_fixes(turned, best, true, fixes);
    std::erase_if(fixes, [&](const Fix& fix) { return distance_to_nearest(fix.module, anchors) > reach; });
    if (fixes.size() < fixes_min) continue;
    fixes.insert(fixes.end(), anchors.begin(), anchors.end());
    const auto next = ModuleGrid::through(fixes, grid.modules(), ModuleGrid::Bend::cubic);
    if (!next) break;
    best = *next;
    if (reach > whole + 2 * further) break;
  }
  return best;
}

SeenModules seen_modules(const cv::Mat& grey, const cv::Mat& darkness, const ModuleGrid& grid) {
  cv::Mat linear;
  grey.convertTo(linear, CV_32F);
  const cv::Mat middles = middle_map(grid);
  SeenModules seen{.darkness = sampled(darkness, middles), .linear = {}};
  const auto light = sampled(linear, middles);
  doubt(light, seen.darkness);
  seen.linear = scaled(light);
  return seen;
}

}  // namespace lab::label
