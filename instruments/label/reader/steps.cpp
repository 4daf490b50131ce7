#include "instruments/label/reader/steps.hpp"

#include <array>
#include <opencv2/imgproc.hpp>

#include "instruments/label/reader/bars_in.hpp"
#include "instruments/label/reader/data_matrix_in.hpp"
#include "instruments/label/reader/qr_in.hpp"
#include "instruments/label/reader/variants.hpp"
#include "instruments/label/reader/zbar_in.hpp"
#include "instruments/label/reader/zxing.hpp"

namespace lab::label {
namespace {

/// A symbol that fills a large picture is as readable at half its size.
cv::Mat of_moderate_size(const cv::Mat& region) {
  constexpr double side_max = 720;
  const double scale = side_max / std::max(region.cols, region.rows);
  if (scale >= 1) return region;
  cv::Mat out;
  cv::resize(region, out, {}, scale, scale, cv::INTER_AREA);
  return out;
}

/// On each region; a step that is interrupted between them has lost nothing.
template <std::vector<Sighting> (*look)(const cv::Mat&, const Deadline&)>
std::vector<Sighting> in_regions(Scene& scene) {
  std::vector<Sighting> found;
  for (const cv::Rect& region : scene.regions()) {
    if (scene.deadline().has_passed()) break;
    for (Sighting& sighting : look(of_moderate_size(scene.grey()(region)), scene.deadline())) {
      found.push_back(std::move(sighting));
    }
  }
  return found;
}

std::vector<Sighting> modules(Scene& scene) { return modules_by_zxing(scene.grey()); }
std::vector<Sighting> bars(Scene& scene) { return bars_by_zxing(scene.grey()); }
std::vector<Sighting> own_qr(Scene& scene) { return qr_in(scene.grey(), scene.deadline()); }
std::vector<Sighting> own_bars(Scene& scene) { return bars_in(scene.grey()); }
std::vector<Sighting> by_zbar(Scene& scene) { return zbar_in(scene.grey(), {.qr = true}); }

template <cv::Mat (*prepare)(const cv::Mat&)>
std::vector<Sighting> after(Scene& scene) {
  const cv::Mat prepared = prepare(scene.grey());
  if (prepared.empty()) return {};
  auto found = modules_by_zxing(prepared);
  for (auto& sighting : bars_by_zxing(prepared)) found.push_back(std::move(sighting));
  return found;
}

constexpr std::array all_steps{
    Step{"modules", modules},
    Step{"bars", bars},
    Step{"even light", after<even_light>},
    Step{"own QR", own_qr},
    Step{"own bars", own_bars},
    Step{"own Data Matrix", in_regions<data_matrix_in>},
    Step{"ZBar", by_zbar, true},
    Step{"stretched", after<stretched>, true},
    Step{"inverted", after<inverted>, true},
    Step{"rolled -20", after<rolled_right>, true},
    Step{"rolled 20", after<rolled_left>, true},
    Step{"own QR in regions", in_regions<qr_in>, true},
    Step{"double", after<enlarged>, true},
    Step{"sharpened", after<sharpened>, true},
    Step{"own QR by spots", in_regions<qr_by_spots>, true},
};

}  // namespace

std::span<const Step> steps() { return all_steps; }

}  // namespace lab::label
