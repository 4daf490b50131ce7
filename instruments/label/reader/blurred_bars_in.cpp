#include "instruments/label/reader/blurred_bars_in.hpp"

#include <algorithm>

#include "instruments/codes/blurred_ean.hpp"
#include "instruments/label/reader/bar_bands.hpp"
#include "instruments/label/reader/bars_in.hpp"

namespace lab::label {
namespace {

constexpr std::size_t regions_looked_at = 2;  // a tenth of a second each

/// Fewer pixels than modules, and there is nothing left to tell digits apart by.
constexpr float length_min = 95;

/// In all bar-like regions of 364 pictures, what is not there has a margin of 4 in its worse half when it is the
/// likeliest in both; what is there and not read by other steps has 36 and more.
bool is_proven(const codes::BlurredEan& ean) {
  constexpr double unexplained_max = 0.075;
  constexpr double margin_min = 25;
  return std::ranges::all_of(ean.halves, [](const codes::BlurredEan::Half& half) {
    return half.is_likeliest && half.unexplained <= unexplained_max && half.margin >= margin_min;
  });
}

std::vector<codes::BarBand> strips_in(const cv::Mat& grey, const BarRegion& region) {
  constexpr float length_wanted = 480;  // pixels: two for each module even when the symbol is half of the region
  constexpr float height_wanted = 96;
  const float along = std::clamp(length_wanted / region.length, 1.0F, 3.0F);
  const float across = std::clamp(height_wanted / region.height, 0.1F, 1.0F);
  return strips_of(upright(grey, region, {along, across}));
}

}  // namespace

std::vector<Sighting> blurred_bars_in(const cv::Mat& grey, const std::vector<BarRegion>& regions,
                                      const Deadline& deadline) {
  std::vector<Sighting> found;
  std::size_t looked_at = 0;
  for (const BarRegion& region : regions) {
    if (region.length < length_min) continue;
    if (deadline.has_passed() || looked_at++ == regions_looked_at) break;
    const auto ean = codes::blurred_ean13(strips_in(grey, region));
    if (!ean || !is_proven(*ean)) continue;
    found.push_back(ean_sighting(ean->text));
    found.back().proofs = 2;
  }
  return found;
}

}  // namespace lab::label
