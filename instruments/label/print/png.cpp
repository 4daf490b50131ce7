#include "instruments/label/print/png.hpp"

#include <fmt/format.h>
#include <bit>
#include <cstdint>

#include "instruments/label/print/cairo_handles.hpp"

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

/// One bit a dot, which Cairo writes as white where it is set.
CairoHandle<cairo_surface_t> white_dots_of(const LabelBitmap& label) {
  CairoHandle<cairo_surface_t> image{cairo_image_surface_create(CAIRO_FORMAT_A1, label.width_dots, label.height_dots)};
  cairo_surface_flush(image.get());
  unsigned char* data = cairo_image_surface_get_data(image.get());
  const int stride = cairo_image_surface_get_stride(image.get());
  static_assert(std::endian::native == std::endian::little);  // else the highest bit would be leftmost
  for (int y = 0; y < label.height_dots; ++y) {
    unsigned char* row = data + static_cast<std::ptrdiff_t>(y) * stride;
    for (int x = 0; x < label.width_dots; ++x) {
      if (!label.is_dark(x, y)) row[x / 8] = static_cast<unsigned char>(row[x / 8] | 1U << (x % 8));
    }
  }
  cairo_surface_mark_dirty(image.get());
  return image;
}

}  // namespace

Result<Bytes> encode_png(const LabelBitmap& label) {
  constexpr std::size_t after_header = 33;  // signature and IHDR
  Bytes png;
  const auto status = cairo_surface_write_to_png_stream(white_dots_of(label).get(), &append_to_bytes, &png);
  if (status != CAIRO_STATUS_SUCCESS) {
    return fail(ErrorCode::unavailable, fmt::format("PNG 写不出来：{}", cairo_status_to_string(status)));
  }
  png.insert(after_header, resolution_chunk(label.dots_per_mm));
  return png;
}

}  // namespace lab::label
