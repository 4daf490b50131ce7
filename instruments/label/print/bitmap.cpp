#include "instruments/label/print/bitmap.hpp"

#include <cstdint>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <string>
#include <vector>

namespace lab::label {
namespace {

std::uint32_t crc32(BytesView bytes) {
  std::uint32_t crc = 0xFFFF'FFFF;
  for (const char c : bytes) {
    crc ^= static_cast<std::uint8_t>(c);
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? 0xEDB8'8320 : 0);
  }
  return ~crc;
}

void put_big_endian(Bytes& out, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift & 0xFF);
}

/// The pHYs chunk (PNG specification, 11.3.5.3): without it a printer driver scales to the page and modules lose their
/// whole number of dots.
Bytes resolution_chunk(int dots_per_mm) {
  const auto dots_per_metre = static_cast<std::uint32_t>(dots_per_mm) * 1000;
  Bytes content = "pHYs";
  put_big_endian(content, dots_per_metre);
  put_big_endian(content, dots_per_metre);
  content += '\1';  // the unit is the metre
  Bytes chunk;
  put_big_endian(chunk, static_cast<std::uint32_t>(content.size() - 4));
  chunk += content;
  put_big_endian(chunk, crc32(content));
  return chunk;
}

}  // namespace

void paint(const Modules& modules, cv::Point at, cv::Size module_dots, cv::Mat& paper) {
  for (int y = 0; y < modules.height; ++y) {
    for (int x = 0; x < modules.width; ++x) {
      if (modules.dark[static_cast<std::size_t>(y) * static_cast<std::size_t>(modules.width) +
                       static_cast<std::size_t>(x)] == 0)
        continue;
      const cv::Point corner(at.x + x * module_dots.width, at.y + y * module_dots.height);
      paper(cv::Rect(corner, module_dots)).setTo(0);
    }
  }
}

cv::Mat picture_of(const LabelBitmap& label) {
  cv::Mat picture(label.height_dots, label.width_dots, CV_8UC1, cv::Scalar(255));
  for (int y = 0; y < label.height_dots; ++y) {
    for (int x = 0; x < label.width_dots; ++x) {
      if (label.is_dark(x, y)) picture.at<uchar>(y, x) = 0;
    }
  }
  return picture;
}

Result<Bytes> encode_png(const cv::Mat& paper, int dots_per_mm) {
  constexpr std::size_t after_header = 33;  // signature and IHDR
  std::vector<uchar> encoded;
  try {
    cv::imencode(".png", paper, encoded, {cv::IMWRITE_PNG_BILEVEL, 1});
  } catch (const std::exception& problem) {
    return fail(ErrorCode::unavailable, std::string("PNG 写不出来：") + problem.what());
  }
  Bytes png(encoded.begin(), encoded.end());
  png.insert(after_header, resolution_chunk(dots_per_mm));
  return png;
}

Result<Bytes> encode_png(const LabelBitmap& label) { return encode_png(picture_of(label), label.dots_per_mm); }

}  // namespace lab::label
