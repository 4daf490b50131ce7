#include "instruments/label/reader/bars_in.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "instruments/codes/bar_decode.hpp"
#include "instruments/label/payload.hpp"
#include "instruments/label/reader/bar_bands.hpp"

namespace lab::label {
namespace {

using codes::BarKind;
using codes::BarReading;

/// Modules. The middle one first: whatever is a bar code at all has the outline of one there.
constexpr std::array blurs{0.4F, 0.8F, 1.2F};

/// Pixels of a module in the upright picture: fewer show narrow bars too coarsely, more take time.
constexpr float module_pixels = 3.2F;
constexpr float scale_min = 0.5F;
constexpr float scale_max = 4;

/// More rows than these make the averages along the bars no better that are taken of them.
constexpr float rows_max = 120;

/// Fewer rows leave too little to align and to tell bars from text by.
constexpr float rows_min = 48;

/// As many are enough to tell bars from text by.
constexpr float first_rows_max = 32;

cv::Size2f scale_for(const BarRegion& region, float along) {
  if (region.height > rows_max) return {along, rows_max / region.height};
  return {along, std::clamp(rows_min / region.height, 1.0F, std::max(1.0F, along))};
}

/// Bands, and how many times their samples are finer than the pixels of the picture.
struct ScaledBands {
  std::vector<codes::BarBand> bands;
  float scale = 1;
};

ScaledBands bands_in(const cv::Mat& grey, const BarRegion& region) {
  const float first_scale = region.length < 800 ? 2.0F : 1.0F;
  const auto module =
      module_if_bars(upright(grey, region, {first_scale, std::min(1.0F, first_rows_max / region.height)}));
  if (!module) return {};
  const float scale = std::clamp(first_scale * module_pixels / *module, scale_min, scale_max);
  return {.bands = bands_of(upright(grey, region, scale_for(region, scale))), .scale = scale};
}

/// Where on the middle line of the region a sample of its bands was seen.
Place place_of(float sample, const ScaledBands& seen, const BarRegion& region) {
  const double along = (sample - static_cast<float>(seen.bands.front().size()) / 2) / seen.scale;
  return {.x = region.centre.x + along * std::cos(region.angle), .y = region.centre.y + along * std::sin(region.angle)};
}

/// Symbols too short for chance: noise between two quiet zones does look like a start and a stop.
bool is_long_enough(const BarReading& reading) {
  constexpr std::size_t code128_characters_min = 5;  // start and check characters among them
  constexpr std::size_t code39_characters_min = 3;
  constexpr std::size_t itf_pairs_min = 5;
  if (reading.kind == BarKind::code128) return reading.characters.size() >= code128_characters_min;
  if (reading.kind == BarKind::code39) return reading.characters.size() >= code39_characters_min;
  if (reading.kind == BarKind::itf) return reading.characters.size() >= itf_pairs_min;
  return true;
}

bool has_check_character(BarKind kind) { return kind != BarKind::code39 && kind != BarKind::itf; }

/// How much a reading is worth: 0 nothing, 1 a sighting, 2 two independent proofs.
int proofs_of(const BarReading& reading) {
  if (!is_long_enough(reading)) return 0;
  if (!has_check_character(reading.kind) && reading.mean_gain() < 0.9F) return 0;
  if (reading.corrected() > 0) {
    const bool likely = reading.corrected() == 1 && reading.rival > 2 && reading.mean_gain() > 0.9F;
    return likely && reading.kind == BarKind::code128 && sample_in(reading.text) ? 1 : 0;
  }
  if (reading.mean_gain() < 0.7F || reading.least_gain() < 0.4F || reading.least_margin() < 0.3F) return 0;
  // The number's own check character is a second proof.
  if (reading.kind == BarKind::code128 && sample_in(reading.text)) return 2;
  if (!reading.is_seen_twice() || reading.mean_gain() < 0.8F) return 0;
  // A blurred Data Matrix has rows that say pairs of digits between quiet zones: another decoder has to say so too.
  if (reading.kind == BarKind::itf) return 1;
  return reading.least_margin() < 1 ? 1 : 2;
}

Sighting sighting_of(const BarReading& reading) {
  Sighting sighting{.text = reading.text, .self_proving = false};
  switch (reading.kind) {
    case BarKind::code128:
      sighting.symbology = "Code128";
      break;
    case BarKind::ean8:
      sighting.symbology = "EAN8";
      break;
    case BarKind::code39:
      sighting.symbology = "Code39";
      break;
    case BarKind::itf:
      sighting.symbology = "ITF";
      break;
    case BarKind::ean13:
      return ean_sighting(reading.text);
  }
  return sighting;
}

std::vector<Sighting> bars_of(const ScaledBands& seen, const BarRegion& region) {
  std::vector<Sighting> found;
  codes::BarReader reader(seen.bands);
  for (const float blur : blurs) {
    bool proven = false;
    for (const BarReading& reading : reader.at(blur)) {
      const int proofs = proofs_of(reading);
      if (proofs == 0) continue;
      found.push_back(sighting_of(reading));
      found.back().proofs = proofs;
      found.back().outline = {place_of(reading.begin, seen, region), place_of(reading.end, seen, region)};
      proven = proven || proofs > 1;
    }
    if (proven || !reader.has_outline()) break;
  }
  return found;
}

}  // namespace

Sighting ean_sighting(const std::string& digits) {
  // An EAN-13 that begins with 0 is the UPC-A of the twelve other digits.
  const bool is_upc = digits.front() == '0';
  return {.symbology = is_upc ? "UPCA" : "EAN13", .text = is_upc ? digits.substr(1) : digits, .self_proving = false};
}

std::vector<Sighting> bars_in(const cv::Mat& grey) { return bars_in(grey, find_bar_regions(grey)); }

std::vector<Sighting> bars_in(const cv::Mat& grey, const std::vector<BarRegion>& regions) {
  std::vector<Sighting> found;
  for (const BarRegion& region : regions) {
    const auto seen = bands_in(grey, region);
    if (seen.bands.empty()) continue;
    for (Sighting& sighting : bars_of(seen, region)) found.push_back(std::move(sighting));
  }
  return found;
}

}  // namespace lab::label
