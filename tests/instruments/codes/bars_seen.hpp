#pragma once
// Bars drawn by zint as a poor camera shows them: profiles of darkness in bands.

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "instruments/codes/bar_alphabet.hpp"
#include "tests/instruments/codes/encoder.hpp"

namespace lab::codes {

/// 1 is a bar.
inline std::vector<int> bars_drawn_by_zint(int symbology, const std::string& text) {
  const auto modules = drawn_by_zint(symbology, text, 0, -1);
  std::vector<int> bars;
  for (int column = 0; column < modules.columns(); ++column) bars.push_back(modules.at(column, modules.rows() - 1));
  return bars;
}

struct Look {
  float module = 3;   // samples
  float blur = 0.4F;  // standard deviation, modules
  float noise = 0;    // standard deviation; a bar is 1, a space is 0
  int bands = 8;
  float quiet = 12;  // modules on either side
  /// Where along the symbol (0 to 1) something that stands at `part` of its length is seen. Increasing.
  std::function<float(float part)> bend = [](float part) { return part; };
  /// What the light makes of a darkness, at a part of the length and in a band.
  std::function<float(float darkness, float part, int band)> light = [](float darkness, float, int) {
    return darkness;
  };
};

/// Darkness averaged over one sample's width, `at` modules from the first bar.
inline float drawn_darkness(const std::vector<int>& bars, float at, float blur) {
  float sum = 0;
  float weights = 0;
  constexpr int steps = 12;
  for (int step = -steps; step <= steps; ++step) {
    const float offset = 3 * blur * static_cast<float>(step) / steps;
    const float weight = std::exp(-0.5F * 9 * static_cast<float>(step * step) / (steps * steps));
    const float place = std::floor(at + offset);
    const bool inside = place >= 0 && place < static_cast<float>(bars.size());
    sum += weight * (inside ? static_cast<float>(bars[static_cast<std::size_t>(place)]) : 0.0F);
    weights += weight;
  }
  return sum / weights;
}

inline std::vector<BarBand> seen_bars(const std::vector<int>& bars, const Look& look, std::mt19937& dice) {
  const auto modules = static_cast<float>(bars.size());
  const auto count = static_cast<std::size_t>(look.module * (modules + 2 * look.quiet));
  std::vector<float> sharp(count);
  // The bend is turned round by looking for the part that is seen at each sample.
  for (std::size_t i = 0; i < count; ++i) {
    const float seen = ((static_cast<float>(i) + 0.5F) / look.module - look.quiet) / modules;
    float low = -1;
    float high = 2;
    for (int round = 0; round < 24; ++round) {
      const float middle = (low + high) / 2;
      (look.bend(middle) < seen ? low : high) = middle;
    }
    sharp[i] = drawn_darkness(bars, low * modules, look.blur);
  }
  std::normal_distribution<float> noise{0, 1};
  std::vector<BarBand> bands;
  for (int band = 0; band < look.bands; ++band) {
    BarBand darkness(count);
    for (std::size_t i = 0; i < count; ++i) {
      const float part = ((static_cast<float>(i) + 0.5F) / look.module - look.quiet) / modules;
      darkness[i] = look.light(sharp[i], part, band) + look.noise * noise(dice);
    }
    bands.push_back(std::move(darkness));
  }
  return bands;
}

}  // namespace lab::codes
