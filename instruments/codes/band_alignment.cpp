#include "instruments/codes/band_alignment.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace lab::codes {
namespace {

constexpr int shifts_each_way = 6;
constexpr std::size_t shift_count = 2 * shifts_each_way + 1;
constexpr float shift_step = 0.5F;     // samples
constexpr std::size_t place_step = 4;  // samples between the places where a shift is chosen
constexpr std::size_t window = 12;     // samples to either side that are compared: about four modules
constexpr int jump_max = 2;            // steps of the shift from one place to the next
constexpr float jump_cost = 0.15F;     // for each step; full agreement is about 1
constexpr float shift_cost = 0.002F;   // for the square of the steps: without bars nothing is shifted

using Gains = std::array<float, shift_count>;

float value_at(const BarBand& band, float at) {
  const float inside = std::clamp(at, 0.0F, static_cast<float>(band.size() - 1));
  const auto left = std::min(static_cast<std::size_t>(inside), band.size() - 2);
  return band[left] + (inside - static_cast<float>(left)) * (band[left + 1] - band[left]);
}

float shift_at(std::size_t index) { return shift_step * static_cast<float>(static_cast<int>(index) - shifts_each_way); }

/// Of mean square 1.
BarBand slopes_of(const BarBand& band) {
  BarBand slopes(band.size(), 0.0F);
  float energy = 1e-9F;
  for (std::size_t i = 1; i + 1 < band.size(); ++i) {
    slopes[i] = band[i + 1] - band[i - 1];
    energy += slopes[i] * slopes[i];
  }
  const float scale = std::sqrt(static_cast<float>(band.size()) / energy);
  for (float& slope : slopes) slope *= scale;
  return slopes;
}

BarBand normalised(const BarBand& band) {
  const float mean = std::accumulate(band.begin(), band.end(), 0.0F) / static_cast<float>(band.size());
  float energy = 1e-9F;
  for (const float value : band) energy += (value - mean) * (value - mean);
  BarBand out(band.size());
  std::ranges::transform(band, out.begin(), [&](float value) { return (value - mean) / std::sqrt(energy); });
  return out;
}

/// How well each shift suits each place.
std::vector<Gains> agreements(const BarBand& slopes, const BarBand& wanted, const std::vector<float>& near) {
  const std::size_t size = slopes.size();
  std::vector<Gains> out(size / place_step);
  std::vector<float> sums(size + 1, 0.0F);
  for (std::size_t shift = 0; shift < shift_count; ++shift) {
    for (std::size_t x = 0; x < size; ++x) {
      sums[x + 1] = sums[x] + wanted[x] * value_at(slopes, static_cast<float>(x) + near[x] + shift_at(shift));
    }
    for (std::size_t place = 0; place < out.size(); ++place) {
      const std::size_t middle = place * place_step;
      const std::size_t from = middle < window ? 0 : middle - window;
      const std::size_t to = std::min(size, middle + window);
      const float steps = shift_at(shift) / shift_step;
      out[place][shift] = (sums[to] - sums[from]) / (2 * window) - shift_cost * steps * steps;
    }
  }
  return out;
}

/// The shifts that agree best with as few jumps as that takes (Viterbi).
std::vector<float> smooth_shifts(const std::vector<Gains>& gains) {
  std::vector<std::array<std::size_t, shift_count>> before(gains.size());
  Gains total = gains.front();
  for (std::size_t place = 1; place < gains.size(); ++place) {
    Gains next{};
    for (std::size_t shift = 0; shift < shift_count; ++shift) {
      float best = -1e9F;
      const int centre = static_cast<int>(shift);
      const int last = static_cast<int>(shift_count) - 1;
      for (int from = std::max(0, centre - jump_max); from <= std::min(last, centre + jump_max); ++from) {
        const auto index = static_cast<std::size_t>(from);
        const float gain = total[index] - jump_cost * static_cast<float>(std::abs(from - centre));
        if (gain <= best) continue;
        best = gain;
        before[place][shift] = index;
      }
      next[shift] = best + gains[place][shift];
    }
    total = next;
  }
  auto shift = static_cast<std::size_t>(std::ranges::max_element(total) - total.begin());
  std::vector<float> shifts(gains.size());
  for (std::size_t place = gains.size(); place-- > 0;) {
    shifts[place] = shift_at(shift);
    shift = before[place][shift];
  }
  return shifts;
}

/// Aligns `band` with `wanted`, near a shift known from its neighbour, which becomes its own.
void align(BarBand& band, const BarBand& wanted, std::vector<float>& near) {
  const auto shifts = smooth_shifts(agreements(slopes_of(band), slopes_of(wanted), near));
  BarBand out(band.size());
  for (std::size_t x = 0; x < band.size(); ++x) {
    near[x] += value_at(shifts, static_cast<float>(x) / place_step);
    out[x] = value_at(band, static_cast<float>(x) + near[x]);
  }
  band = std::move(out);
}

}  // namespace

void align_bands(std::vector<BarBand>& bands) {
  constexpr std::size_t places_min = 2;
  if (bands.size() < 2 || bands.front().size() < places_min * place_step) return;
  const std::size_t middle = bands.size() / 2;
  for (const bool upwards : {true, false}) {
    BarBand wanted = normalised(bands[middle]);
    std::vector<float> near(wanted.size(), 0.0F);
    const std::size_t count = upwards ? middle : bands.size() - 1 - middle;
    for (std::size_t i = 1; i <= count; ++i) {
      BarBand& band = bands[upwards ? middle - i : middle + i];
      align(band, wanted, near);
      const BarBand latest = normalised(band);
      for (std::size_t x = 0; x < wanted.size(); ++x) wanted[x] = 0.5F * (wanted[x] + latest[x]);
    }
  }
}

}  // namespace lab::codes
