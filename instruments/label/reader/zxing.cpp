#define ZX_USE_UTF8 1  // ZXing 1.4: text() as UTF-8 instead of wide characters
#include "instruments/label/reader/zxing.hpp"

#include <ZXing/ReadBarcode.h>
#include <ZXing/ZXVersion.h>
#include <fmt/format.h>

namespace lab::label {
namespace {

using ZXing::BarcodeFormat;

const ZXing::BarcodeFormats module_formats = BarcodeFormat::QRCode | BarcodeFormat::DataMatrix;

// The others are searched for only so that the bar code of the product can be named as what it is.
const ZXing::BarcodeFormats product_formats = BarcodeFormat::EAN13 | BarcodeFormat::EAN8 | BarcodeFormat::UPCA |
                                              BarcodeFormat::UPCE | BarcodeFormat::ITF | BarcodeFormat::Code39;

ZXing::DecodeHints hints_for(ZXing::BarcodeFormats formats) {
  return ZXing::DecodeHints{}.setFormats(formats).setTryHarder(true).setTryRotate(true);
}

/// "EAN13" where ZXing says "EAN-13": one spelling everywhere.
std::string name_of(BarcodeFormat format) {
  std::string name = ZXing::ToString(format);
  std::erase(name, '-');
  return name;
}

ZXing::ImageView view_of(const cv::Mat& grey) {
  return {grey.data, grey.cols, grey.rows, ZXing::ImageFormat::Lum, static_cast<int>(grey.step)};
}

std::vector<Place> outline_of(const ZXing::Position& corners) {
  std::vector<Place> outline;
  for (const auto corner : corners) outline.push_back({static_cast<double>(corner.x), static_cast<double>(corner.y)});
  return outline;
}

Sighting sighting_of(const ZXing::Result& result) {
  return {.symbology = name_of(result.format()),
          .text = result.text(),
          .self_proving = module_formats.testFlag(result.format()),
          .outline = outline_of(result.position())};
}

void keep(const ZXing::Result& result, std::vector<Sighting>& found) {
  if (result.isValid()) found.push_back(sighting_of(result));
}

/// Black on white with a quiet zone.
cv::Mat drawn(const codes::HardModules& modules) {
  constexpr int pixels = 4;
  constexpr int quiet = 4;
  cv::Mat picture((modules.rows() + 2 * quiet) * pixels, (modules.columns() + 2 * quiet) * pixels, CV_8U,
                  cv::Scalar(255));
  for (int row = 0; row < modules.rows(); ++row) {
    for (int column = 0; column < modules.columns(); ++column) {
      if (modules.at(column, row) == 0) continue;
      picture(cv::Rect((column + quiet) * pixels, (row + quiet) * pixels, pixels, pixels)).setTo(0);
    }
  }
  return picture;
}

}  // namespace

std::vector<Sighting> modules_by_zxing(const cv::Mat& grey) {
  std::vector<Sighting> found;
  try {
    for (const auto& result : ZXing::ReadBarcodes(view_of(grey), hints_for(module_formats))) keep(result, found);
  } catch (const std::exception&) {
    // A decoder that gives up on this treatment has seen nothing more in it; the next treatment may do better.
  }
  return found;
}

std::vector<Sighting> bars_by_zxing(const cv::Mat& grey) {
  std::vector<Sighting> found;
  try {
    // One bar code of a kind at a time: looking for several, ZXing 1.4 compares results that it has already merged, and
    // an assertion ends the process (29 of 364 pictures; one at a time: none).
    const auto any = ZXing::ReadBarcode(view_of(grey), hints_for(product_formats | BarcodeFormat::Code128));
    keep(any, found);
    if (found.empty()) return found;  // neither kind: most pictures, in half the time
    const bool is_product = any.format() != BarcodeFormat::Code128;
    keep(ZXing::ReadBarcode(view_of(grey), is_product ? hints_for(BarcodeFormat::Code128) : hints_for(product_formats)),
         found);
  } catch (const std::exception&) {
    // As above.
  }
  return found;
}

std::optional<Sighting> text_of(const codes::HardModules& modules) {
  try {
    const cv::Mat picture = drawn(modules);
    const auto result = ZXing::ReadBarcode(view_of(picture), hints_for(module_formats).setIsPure(true));
    if (!result.isValid()) return std::nullopt;
    auto sighting = sighting_of(result);
    sighting.outline.clear();  // in the drawing
    return sighting;
  } catch (const std::exception&) {
    // Codewords that are right and still make no text.
  }
  return std::nullopt;
}

std::string zxing_name() {
  return fmt::format("zxing-cpp {}.{}.{}", ZXING_VERSION_MAJOR, ZXING_VERSION_MINOR, ZXING_VERSION_PATCH);
}

}  // namespace lab::label
