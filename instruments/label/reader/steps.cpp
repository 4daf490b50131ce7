#include "instruments/label/reader/steps.hpp"

#include <array>
#include <opencv2/imgproc.hpp>

#include "instruments/label/reader/bars_in.hpp"
#include "instruments/label/reader/data_matrix_in.hpp"
#include "instruments/label/reader/qr_in.hpp"
#include "instruments/label/reader/symbol_regions.hpp"
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
template <std::vector<Sighting> (*look)(const cv::Mat&)>
std::vector<Sighting> in_regions(const cv::Mat& grey) {
  std::vector<Sighting> found;
  for (const cv::Rect& region : symbol_regions(grey)) {
    for (Sighting& sighting : look(of_moderate_size(grey(region)))) found.push_back(std::move(sighting));
  }
  return found;
}

std::vector<Sighting> own_bars(const cv::Mat& grey) { return bars_in(grey); }
std::vector<Sighting> by_zbar(const cv::Mat& grey) { return zbar_in(grey, {.qr = true}); }

template <std::size_t variant>
std::vector<Sighting> by_variant(const cv::Mat& grey) {
  const cv::Mat prepared = variants()[variant].prepare(grey);
  if (prepared.empty()) return {};
  auto found = modules_by_zxing(prepared);
  for (auto& sighting : bars_by_zxing(prepared)) found.push_back(std::move(sighting));
  return found;
}

constexpr std::array all_steps{
    Step{"modules", modules_by_zxing},
    Step{"bars", bars_by_zxing},
    Step{"own QR", qr_in},
    Step{"own bars", own_bars},
    Step{"half", by_variant<4>},
    Step{"even light", by_variant<1>},
    Step{"own Data Matrix", in_regions<data_matrix_in>},
    Step{"ZBar", by_zbar, true},
    Step{"rolled -20", by_variant<2>, true},
    Step{"rolled 20", by_variant<3>, true},
    Step{"stretched", by_variant<5>, true},
    Step{"clahe", by_variant<6>, true},
    Step{"own QR in regions", in_regions<qr_in>, true},
    Step{"own QR by spots", in_regions<qr_by_spots>, true},
    Step{"double", by_variant<7>, true},
    Step{"rolled 40", by_variant<8>, true},
    Step{"sharpened", by_variant<9>, true},
    Step{"rolled even", by_variant<10>, true},
};

}  // namespace

std::span<const Step> steps() { return all_steps; }

}  // namespace lab::label
