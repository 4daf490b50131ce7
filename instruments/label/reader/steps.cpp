#include "instruments/label/reader/steps.hpp"

#include <array>
#include <opencv2/imgproc.hpp>

#include "instruments/label/reader/bars_in.hpp"
#include "instruments/label/reader/blurred_bars_in.hpp"
#include "instruments/label/reader/data_matrix_in.hpp"
#include "instruments/label/reader/qr_in.hpp"
#include "instruments/label/reader/variants.hpp"
#include "instruments/label/reader/zbar_in.hpp"
#include "instruments/label/reader/zxing.hpp"

namespace lab::label {
namespace {

/// A symbol that fills a large picture is as readable at half its size.
cv::Mat reduced(const cv::Mat& region, double scale) {
  if (scale >= 1) return region;
  cv::Mat out;
  cv::resize(region, out, {}, scale, scale, cv::INTER_AREA);
  return out;
}

/// From a region that was reduced to the whole picture.
void move_outline(Sighting& sighting, cv::Point region, double scale) {
  for (Place& place : sighting.outline) {
    place.x = region.x + place.x / scale;
    place.y = region.y + place.y / scale;
  }
}

/// On each region; a step that is interrupted between them has lost nothing.
template <typename Look>
std::vector<Sighting> in_regions(Scene& scene, Look look) {
  constexpr double side_max = 720;
  std::vector<Sighting> found;
  for (const cv::Rect& region : scene.regions()) {
    if (scene.deadline().has_passed()) break;
    const double scale = std::min(1.0, side_max / std::max(region.width, region.height));
    for (Sighting& sighting : look(reduced(scene.grey()(region), scale))) {
      move_outline(sighting, region.tl(), scale);
      found.push_back(std::move(sighting));
    }
  }
  return found;
}

std::vector<Sighting> modules(Scene& scene) { return modules_by_zxing(scene.grey()); }
std::vector<Sighting> bars(Scene& scene) { return bars_by_zxing(scene.grey()); }
std::vector<Sighting> own_qr(Scene& scene) { return qr_in(scene.grey(), scene.deadline(), scene.effort()); }
std::vector<Sighting> own_qr_in_regions(Scene& scene) {
  return in_regions(scene, [&](const cv::Mat& region) { return qr_in(region, scene.deadline()); });
}
std::vector<Sighting> own_qr_by_spots(Scene& scene) {
  return in_regions(scene, [&](const cv::Mat& region) { return qr_by_spots(region, scene.deadline()); });
}
std::vector<Sighting> own_data_matrix(Scene& scene) {
  return in_regions(scene,
                    [&](const cv::Mat& region) { return data_matrix_in(region, scene.deadline(), scene.effort()); });
}
std::vector<Sighting> own_bars(Scene& scene) { return bars_in(scene.grey(), scene.bar_regions()); }
std::vector<Sighting> blurred_bars(Scene& scene) {
  return blurred_bars_in(scene.grey(), scene.bar_regions(), scene.deadline());
}
std::vector<Sighting> by_zbar(Scene& scene) { return zbar_in(scene.grey(), {.qr = true}); }

template <cv::Mat (*prepare)(const cv::Mat&)>
std::vector<Sighting> after(Scene& scene) {
  const cv::Mat prepared = prepare(scene.grey());
  if (prepared.empty()) return {};
  auto found = modules_by_zxing(prepared);
  for (auto& sighting : bars_by_zxing(prepared)) found.push_back(std::move(sighting));
  if (prepared.size() != scene.grey().size()) {
    for (Sighting& sighting : found) sighting.outline.clear();  // turned or enlarged, it is elsewhere
  }
  return found;
}

constexpr std::array all_steps{
    Step{"modules", modules},
    Step{"bars", bars},
    Step{"even light", after<even_light>},
    Step{"own QR", own_qr},
    Step{"own bars", own_bars},
    Step{"own Data Matrix", own_data_matrix},
    Step{"ZBar", by_zbar, true},
    Step{"stretched", after<stretched>, true},
    Step{"inverted", after<inverted>, true},
    Step{"rolled -20", after<rolled_right>, true},
    Step{"rolled 20", after<rolled_left>, true},
    Step{"own QR in regions", own_qr_in_regions, true},
    Step{"double", after<enlarged>, true},
    Step{"sharpened", after<sharpened>, true},
    Step{"own QR by spots", own_qr_by_spots, true},
    Step{"EAN out of focus", blurred_bars, true},
};

}  // namespace

std::span<const Step> steps() { return all_steps; }

}  // namespace lab::label
