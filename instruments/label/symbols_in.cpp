#define ZX_USE_UTF8 1  // ZXing 1.4: text() as UTF-8 instead of wide characters
#include "instruments/label/symbols_in.hpp"

#include <ZXing/ReadBarcode.h>
#include <ZXing/ZXVersion.h>
#include <fmt/format.h>

namespace lab::label {
namespace {

using ZXing::BarcodeFormat;

const ZXing::BarcodeFormats self_proving_formats = BarcodeFormat::QRCode | BarcodeFormat::DataMatrix;

// EAN and UPC are searched for only so that the bar code of the product can be named as what it is.
const ZXing::BarcodeFormats product_formats =
    BarcodeFormat::EAN13 | BarcodeFormat::EAN8 | BarcodeFormat::UPCA | BarcodeFormat::UPCE;

ZXing::DecodeHints hints_for(ZXing::BarcodeFormats formats) {
  return ZXing::DecodeHints{}.setFormats(formats).setTryHarder(true).setTryRotate(true);
}

/// "EAN13" where ZXing says "EAN-13": one spelling everywhere.
std::string name_of(BarcodeFormat format) {
  std::string name = ZXing::ToString(format);
  std::erase(name, '-');
  return name;
}

void keep(const ZXing::Result& result, std::vector<Sighting>& found) {
  if (!result.isValid()) return;
  found.push_back({.symbology = name_of(result.format()),
                   .text = result.text(),
                   .self_proving = self_proving_formats.testFlag(result.format())});
}

}  // namespace

std::vector<Sighting> symbols_in(const cv::Mat& grey) {
  std::vector<Sighting> found;
  try {
    const ZXing::ImageView view{grey.data, grey.cols, grey.rows, ZXing::ImageFormat::Lum, static_cast<int>(grey.step)};
    for (const auto& result : ZXing::ReadBarcodes(view, hints_for(self_proving_formats))) keep(result, found);
    // One bar code of a kind at a time: looking for several, ZXing 1.4 compares results that it has already merged, and
    // an assertion ends the process (29 of 364 pictures; one at a time: none).
    keep(ZXing::ReadBarcode(view, hints_for(BarcodeFormat::Code128)), found);
    keep(ZXing::ReadBarcode(view, hints_for(product_formats)), found);
  } catch (const std::exception&) {
    // A decoder that gives up on this treatment has seen nothing more in it; the next treatment may do better.
  }
  return found;
}

std::string decoder_name() {
  return fmt::format("zxing-cpp {}.{}.{}", ZXING_VERSION_MAJOR, ZXING_VERSION_MINOR, ZXING_VERSION_PATCH);
}

}  // namespace lab::label
