#include "instruments/codes/band_alignment.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <span>

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

/// `slopes` where `near` puts them, at whole samples and at those between, with `margin` samples beyond both ends.
struct Moved {
  static constexpr std::size_t margin = shifts_each_way / 2 + 1;
  std::array<std::vector<float>, 2> halves;

  Moved(const BarBand& slopes, const std::vector<float>& near) {
    for (std::size_t half = 0; half < halves.size(); ++half) {
      halves[half].resize(slopes.size() + 2 * margin);
      for (std::size_t i = 0; i < halves[half].size(); ++i) {
        const std::size_t x = std::clamp(i, margin, slopes.size() + margin - 1) - margin;
        const float at = static_cast<float>(i) - static_cast<float>(margin) + shift_step * static_cast<float>(half);
        halves[half][i] = value_at(slopes, at + near[x]);
      }
    }
  }

  /// From sample 0 on, shifted.
  [[nodiscard]] const float* at(std::size_t shift) const {
    const std::size_t steps = shift + 2 * margin - shifts_each_way;
    return halves[steps % 2].data() + steps / 2;
  }
};

/// How well each shift suits each place: over the windows around it, which are blocks as long as the places are apart.
std::vector<Gains> agreements(const BarBand& slopes, const BarBand& wanted, const std::vector<float>& near) {
  constexpr std::size_t blocks_each_way = window / place_step;
  static_assert(window % place_step == 0);
  const Moved moved(slopes, near);
  std::vector<Gains> out(slopes.size() / place_step);
  std::vector<float> blocks(out.size());
  for (std::size_t shift = 0; shift < shift_count; ++shift) {
    const float* shifted = moved.at(shift);
    for (std::size_t block = 0; block < blocks.size(); ++block) {
      float sum = 0;
      for (std::size_t x = block * place_step; x < (block + 1) * place_step; ++x) sum += wanted[x] * shifted[x];
      blocks[block] = sum;
    }
    const float steps = shift_at(shift) / shift_step;
    float sum = 0;
    for (std::size_t block = 0; block < std::min(blocks_each_way, blocks.size()); ++block) sum += blocks[block];
    for (std::size_t place = 0; place < out.size(); ++place) {
      out[place][shift] = sum / (2 * window) - shift_cost * steps * steps;
      if (place + blocks_each_way < blocks.size()) sum += blocks[place + blocks_each_way];
      if (place >= blocks_each_way) sum -= blocks[place - blocks_each_way];
    }
  }
  return out;
}

/// The shifts that agree best with as few jumps as that takes (Viterbi). All shifts at once: the sums stand between
/// margins that no shift comes from.
std::vector<float> smooth_shifts(const std::vector<Gains>& gains) {
  constexpr std::size_t margin = jump_max;
  constexpr float never = -1e9F;
  std::vector<std::array<signed char, shift_count>> jumps(gains.size());
  std::array<float, shift_count + 2 * margin> total;
  total.fill(never);
  std::ranges::copy(gains.front(), total.begin() + margin);
  for (std::size_t place = 1; place < gains.size(); ++place) {
    std::array<float, shift_count> best;
    std::array<int, shift_count> from{};
    std::copy_n(total.begin() + margin, shift_count, best.begin());
    for (const int jump : {-1, 1, -2, 2}) {
      const float cost = jump_cost * static_cast<float>(std::abs(jump));
      const float* before = total.data() + margin + jump;
      for (std::size_t shift = 0; shift < shift_count; ++shift) {
        const float gain = before[shift] - cost;
        from[shift] = gain > best[shift] ? jump : from[shift];
        best[shift] = gain > best[shift] ? gain : best[shift];
      }
    }
    for (std::size_t shift = 0; shift < shift_count; ++shift) {
      total[margin + shift] = best[shift] + gains[place][shift];
      jumps[place][shift] = static_cast<signed char>(from[shift]);
    }
  }
  const auto sums = std::span(total).subspan(margin, shift_count);
  auto shift = static_cast<int>(std::ranges::max_element(sums) - sums.begin());
  std::vector<float> shifts(gains.size());
  for (std::size_t place = gains.size(); place-- > 0;) {
    shifts[place] = shift_at(static_cast<std::size_t>(shift));
    shift += jumps[place][static_cast<std::size_t>(shift)];
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
