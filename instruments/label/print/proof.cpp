#include "instruments/label/print/proof.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <opencv2/core.hpp>
#include <vector>

#include "instruments/label/reader/zbar_in.hpp"
#include "instruments/label/reader/zxing.hpp"

namespace lab::label {
namespace {

using Texts = std::vector<std::string>;  // "QRCode SCQT1;..."

// 0 black and 255 white, as the readers want it.
cv::Mat picture_of(const LabelBitmap& label) {
  cv::Mat picture(label.height_dots, label.width_dots, CV_8UC1, cv::Scalar(255));
  for (int y = 0; y < label.height_dots; ++y) {
    for (int x = 0; x < label.width_dots; ++x) {
      if (label.is_dark(x, y)) picture.at<uchar>(y, x) = 0;
    }
  }
  return picture;
}

std::string line_of(const std::string& symbology, const std::string& text) { return symbology + " " + text; }

Texts texts_of(const std::vector<Sighting>& sightings) {
  Texts texts;
  for (const Sighting& one : sightings) texts.push_back(line_of(one.symbology, one.text));
  std::ranges::sort(texts);
  return texts;
}

Texts read_by_zxing(const cv::Mat& picture) {
  auto sightings = modules_by_zxing(picture);
  std::ranges::copy(bars_by_zxing(picture), std::back_inserter(sightings));
  return texts_of(sightings);
}

Result<void> compare(const char* engine, const Texts& read, const Texts& expected) {
  if (read == expected) return {};
  return fail(
      ErrorCode::conflict,
      fmt::format("标签回读不符，未输出任何文件：应读出 {}，{} 读出 {}。请换一种标签重试，并告知管理员",
                  fmt::join(expected, "、"), engine, read.empty() ? "无" : fmt::format("{}", fmt::join(read, "、"))),
      engine);
}

}  // namespace

Result<void> prove(const LabelBitmap& label, const Codes& codes) {
  Texts expected{line_of("QRCode", codes.qr)};
  if (!codes.bars.empty()) expected.push_back(line_of("Code128", codes.bars));
  std::ranges::sort(expected);
  const cv::Mat picture = picture_of(label);
  if (auto same = compare("ZXing", read_by_zxing(picture), expected); !same) return same;
  return compare("ZBar", texts_of(zbar_in(picture, {.qr = true})), expected);
}

}  // namespace lab::label
