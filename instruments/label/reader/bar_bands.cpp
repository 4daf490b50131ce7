#include "instruments/label/reader/bar_bands.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <opencv2/imgproc.hpp>

#include "instruments/codes/band_alignment.hpp"
#include "instruments/codes/bar_line.hpp"

namespace lab::label {
namespace {

/// How far the bars lean, in pixels for each row: a straight line over the columns, because perspective makes bars fan
/// out.
struct Tilt {
  float at_middle = 0;
  float per_column = 0;
};

Tilt tilt_of(const cv::Mat& grey) {
  cv::Mat1s gx;
  cv::Mat1s gy;
  cv::Sobel(grey, gx, CV_16S, 1, 0);
  cv::Sobel(grey, gy, CV_16S, 0, 1);
  // Least squares for gy = -(a + b x) gx at every pixel.
  double s0 = 0;
  double s1 = 0;
  double s2 = 0;
  double r0 = 0;
  double r1 = 0;
  const double middle = grey.cols / 2.0;
  for (int x = 0; x < grey.cols; ++x) {
    double xx = 0;
    double xy = 0;
    for (int y = 0; y < grey.rows; ++y) {
      const double along = gx(y, x);
      xx += along * along;
      xy += along * gy(y, x);
    }
    const double at = x - middle;
    s0 += xx;
    s1 += xx * at;
    s2 += xx * at * at;
    r0 -= xy;
    r1 -= xy * at;
  }
  const double determinant = s0 * s2 - s1 * s1;
  if (determinant < 1e-6 * s0 * s2 || s0 == 0) return {};
  return {.at_middle = static_cast<float>((r0 * s2 - r1 * s1) / determinant),
          .per_column = static_cast<float>((s0 * r1 - s1 * r0) / determinant)};
}

cv::Mat without_tilt(const cv::Mat& grey, const Tilt& tilt) {
  const float middle_x = static_cast<float>(grey.cols) / 2;
  const float middle_y = static_cast<float>(grey.rows) / 2;
  cv::Mat1f map_x(grey.size());
  cv::Mat1f map_y(grey.size());
  for (int y = 0; y < grey.rows; ++y) {
    for (int x = 0; x < grey.cols; ++x) {
      const float lean = tilt.at_middle + tilt.per_column * (static_cast<float>(x) - middle_x);
      map_x(y, x) = static_cast<float>(x) + lean * (static_cast<float>(y) - middle_y);
      map_y(y, x) = static_cast<float>(y);
    }
  }
  cv::Mat out;
  cv::remap(grey, out, map_x, map_y, cv::INTER_LINEAR, cv::BORDER_REPLICATE);
  return out;
}

float agreement(const cv::Mat1f& a, const cv::Mat1f& b) {
  return static_cast<float>(a.dot(b) / std::sqrt(a.dot(a) * b.dot(b) + 1e-9));
}

/// Rows of averages that show the same bars as most do. Most is found in rounds: the rows that agree best with the
/// mean of all make the next mean, so that text above and below drops out.
std::vector<int> rows_of_bars(const cv::Mat1f& averages) {
  constexpr float part_of_best = 0.4F;
  cv::Mat1f slopes;
  cv::Sobel(averages, slopes, CV_32F, 1, 0, 1);
  std::vector<int> rows(static_cast<std::size_t>(slopes.rows));
  std::iota(rows.begin(), rows.end(), 0);
  for (const float kept : {0.4F, 0.5F, 1.0F}) {
    cv::Mat1f mean(1, slopes.cols, 0.0F);
    for (const int row : rows) mean += slopes.row(row);
    std::vector<float> agreements;
    agreements.reserve(static_cast<std::size_t>(slopes.rows));
    for (int y = 0; y < slopes.rows; ++y) agreements.push_back(agreement(slopes.row(y), mean));
    auto sorted = agreements;
    std::ranges::sort(sorted, std::greater{});
    const auto place = static_cast<std::size_t>(kept * static_cast<float>(slopes.rows));
    const float limit = place < sorted.size() ? sorted[place] : part_of_best * sorted.front();
    rows.clear();
    for (int y = 0; y < slopes.rows; ++y) {
      if (agreements[static_cast<std::size_t>(y)] >= limit) rows.push_back(y);
    }
  }
  return rows;
}

cv::Mat1f averages_of(const cv::Mat& straight_grey, int count_max) {
  cv::Mat1f light;
  straight_grey.convertTo(light, CV_32F);
  cv::Mat1f averages;
  cv::resize(light, averages, {light.cols, std::min(count_max, light.rows)}, 0, 0, cv::INTER_AREA);
  return averages;
}

codes::BarBand darkness_of(const float* brightness, int count) {
  codes::BarBand darkness(static_cast<std::size_t>(count));
  std::transform(brightness, brightness + count, darkness.begin(), [](float value) { return -value; });
  return darkness;
}

/// Means of the rows, in at most `bar_bands_max` bands.
std::vector<codes::BarBand> in_bands(const std::vector<codes::BarBand>& rows) {
  const std::size_t count = std::min<std::size_t>(bar_bands_max, rows.size());
  std::vector<codes::BarBand> bands;
  for (std::size_t band = 0; band < count; ++band) {
    const std::size_t first = rows.size() * band / count;
    const std::size_t last = rows.size() * (band + 1) / count;
    codes::BarBand mean(rows.front().size(), 0.0F);
    for (std::size_t i = first; i < last; ++i) {
      for (std::size_t x = 0; x < mean.size(); ++x) mean[x] += rows[i][x] / static_cast<float>(last - first);
    }
    bands.push_back(std::move(mean));
  }
  return bands;
}

cv::Mat straightened(const cv::Mat& upright_grey) {
  cv::Mat straight = upright_grey;
  for (int round = 0; round < 2; ++round) straight = without_tilt(straight, tilt_of(straight));
  return straight;
}

}  // namespace

std::optional<float> module_if_bars(const cv::Mat& upright_grey) {
  constexpr int averages_max = 16;
  // Of 89 regions with a code that is read, the least alike has 0.82; half of those without one are above 0.77.
  constexpr float agreement_min = 0.72F;
  if (upright_grey.cols < static_cast<int>(codes::BarLine::samples_min)) return std::nullopt;
  const cv::Mat1f averages = averages_of(without_tilt(upright_grey, tilt_of(upright_grey)), averages_max);
  cv::Mat1f slopes;
  cv::Sobel(averages, slopes, CV_32F, 1, 0, 1);
  const auto rows = rows_of_bars(averages);
  if (rows.empty()) return std::nullopt;
  cv::Mat1f mean(1, slopes.cols, 0.0F);
  for (const int row : rows) mean += slopes.row(row);
  std::vector<float> agreements;
  std::vector<codes::BarBand> bands;
  for (const int row : rows) {
    agreements.push_back(agreement(slopes.row(row), mean));
    bands.push_back(darkness_of(averages[row], averages.cols));
  }
  const auto middle = agreements.begin() + static_cast<std::ptrdiff_t>(agreements.size() / 2);
  std::ranges::nth_element(agreements, middle);
  if (*middle < agreement_min) return std::nullopt;
  codes::align_bands(bands);
  const float module = codes::BarLine(std::move(bands)).module();
  return module > 0 ? std::optional(module) : std::nullopt;
}

std::vector<codes::BarBand> bands_of(const cv::Mat& upright_grey) {
  constexpr int averages_max = 32;
  if (upright_grey.cols < static_cast<int>(codes::BarLine::samples_min)) return {};
  const cv::Mat1f averages = averages_of(straightened(upright_grey), averages_max);
  std::vector<codes::BarBand> rows;
  for (const int row : rows_of_bars(averages)) rows.push_back(darkness_of(averages[row], averages.cols));
  codes::align_bands(rows);
  return in_bands(rows);
}

std::vector<codes::BarBand> strips_of(const cv::Mat& upright_grey) {
  constexpr int strips_max = 16;
  const cv::Mat1f averages = averages_of(straightened(upright_grey), strips_max);
  std::vector<codes::BarBand> strips;
  strips.reserve(static_cast<std::size_t>(averages.rows));
  for (int row = 0; row < averages.rows; ++row) strips.push_back(darkness_of(averages[row], averages.cols));
  return strips;
}

}  // namespace lab::label
