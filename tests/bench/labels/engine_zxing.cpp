// On its own: macros of ZXing's headers change what those of ZBar mean.
#define ZX_USE_UTF8 1
#include <ZXing/ReadBarcode.h>

#include "tests/bench/labels/engines.hpp"
#include "tests/bench/labels/picture.hpp"

namespace lab::bench {

Answer by_zxing(BytesView file, const Settings& /*settings*/) {
  const double start = milliseconds_used();
  const cv::Mat grey = decoded(file);
  Answer answer;
  if (!grey.empty()) {
    const ZXing::ImageView view{grey.data, grey.cols, grey.rows, ZXing::ImageFormat::Lum, static_cast<int>(grey.step)};
    for (const auto& result : ZXing::ReadBarcodes(view, ZXing::DecodeHints{}.setTryHarder(true).setTryRotate(true))) {
      if (result.isValid()) answer.texts.push_back(result.text());
    }
  }
  answer.milliseconds = milliseconds_used() - start;
  return answer;
}

}  // namespace lab::bench
