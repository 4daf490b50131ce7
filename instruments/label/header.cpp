#include "instruments/label/header.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <optional>

namespace lab::label {
namespace {

constexpr BytesView jpeg_magic = "\xFF\xD8\xFF";
constexpr BytesView png_magic = "\x89PNG\r\n\x1A\n";
constexpr BytesView riff_magic = "RIFF";
constexpr BytesView webp_magic = "WEBP";  // behind RIFF and the length
constexpr BytesView jpeg_end = "\xFF\xD9";

std::uint8_t octet(BytesView bytes, std::size_t at) { return static_cast<std::uint8_t>(bytes[at]); }

std::uint32_t big_endian(BytesView bytes, std::size_t at, std::size_t octets) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < octets; ++i) value = value << 8 | octet(bytes, at + i);
  return value;
}

std::uint32_t little_endian(BytesView bytes, std::size_t at, std::size_t octets) {
  std::uint32_t value = 0;
  for (std::size_t i = octets; i > 0; --i) value = value << 8 | octet(bytes, at + i - 1);
  return value;
}

/// SOF0..SOF15 carry the size; C4, C8 and CC share their range and mean something else (ITU-T T.81, table B.1).
bool is_frame_start(std::uint8_t marker) {
  return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

bool stands_alone(std::uint8_t marker) { return marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8); }

/// The size comes from the first frame header, the truncation from what follows the first scan header: an end marker
/// before it belongs to a thumbnail.
std::optional<ImageHeader> walk_jpeg(BytesView file) {
  ImageHeader header{.kind = ImageKind::jpeg, .truncated = true};
  std::size_t at = 2;
  while (at + 4 <= file.size() && octet(file, at) == 0xFF) {
    const auto marker = octet(file, at + 1);
    if (marker == 0xFF) {  // padding
      ++at;
      continue;
    }
    if (stands_alone(marker)) {
      at += 2;
      continue;
    }
    const auto length = big_endian(file, at + 2, 2);
    if (marker == 0xD9 || length < 2) break;
    if (is_frame_start(marker) && header.width == 0 && at + 9 <= file.size()) {
      header.height = big_endian(file, at + 5, 2);
      header.width = big_endian(file, at + 7, 2);
    }
    at += 2 + length;
    if (marker == 0xDA) {
      header.truncated = at >= file.size() || file.find(jpeg_end, at) == BytesView::npos;
      break;
    }
  }
  if (header.width == 0 || header.height == 0) return std::nullopt;
  return header;
}

std::optional<ImageHeader> walk_png(BytesView file) {
  constexpr std::size_t chunk_overhead = 12;  // length, type, CRC
  if (file.size() < 33 || file.substr(12, 4) != "IHDR" || big_endian(file, 8, 4) != 13) return std::nullopt;
  ImageHeader header{
      .kind = ImageKind::png, .width = big_endian(file, 16, 4), .height = big_endian(file, 20, 4), .truncated = true};
  std::size_t at = png_magic.size();
  while (at + chunk_overhead <= file.size()) {
    if (file.substr(at + 4, 4) == "IEND") {
      header.truncated = false;
      break;
    }
    at += chunk_overhead + big_endian(file, at, 4);
  }
  if (header.width == 0 || header.height == 0) return std::nullopt;
  return header;
}

/// The first chunk carries the size: of a lossy picture, a lossless one, or the canvas of an extended file (RFC 9649,
/// clauses 2.5 to 2.7).
std::optional<ImageHeader> walk_webp(BytesView file) {
  constexpr std::size_t chunk_at = 12;
  constexpr std::size_t content_at = chunk_at + 8;
  if (file.size() < content_at + 10) return std::nullopt;
  ImageHeader header{.kind = ImageKind::webp, .truncated = little_endian(file, 4, 4) + std::uint64_t{8} > file.size()};
  const BytesView chunk = file.substr(chunk_at, 4);
  if (chunk == "VP8 " && file.substr(content_at + 3, 3) == "\x9D\x01\x2A") {
    header.width = little_endian(file, content_at + 6, 2) & 0x3FFF;
    header.height = little_endian(file, content_at + 8, 2) & 0x3FFF;
  } else if (chunk == "VP8L" && octet(file, content_at) == 0x2F) {
    const auto sides = little_endian(file, content_at + 1, 4);
    header.width = (sides & 0x3FFF) + 1;
    header.height = (sides >> 14 & 0x3FFF) + 1;
  } else if (chunk == "VP8X") {
    header.width = little_endian(file, content_at + 4, 3) + 1;
    header.height = little_endian(file, content_at + 7, 3) + 1;
  }
  if (header.width == 0 || header.height == 0) return std::nullopt;
  return header;
}

std::optional<ImageKind> kind_of(BytesView file) {
  if (file.starts_with(jpeg_magic)) return ImageKind::jpeg;
  if (file.starts_with(png_magic)) return ImageKind::png;
  if (file.starts_with(riff_magic) && file.substr(std::min<std::size_t>(8, file.size())).starts_with(webp_magic)) {
    return ImageKind::webp;
  }
  return std::nullopt;
}

std::optional<ImageHeader> walk(ImageKind kind, BytesView file) {
  switch (kind) {
    case ImageKind::jpeg:
      return walk_jpeg(file);
    case ImageKind::png:
      return walk_png(file);
    case ImageKind::webp:
      return walk_webp(file);
  }
  return std::nullopt;
}

}  // namespace

Result<ImageHeader> check_image(BytesView file) {
  if (file.empty()) return fail(ErrorCode::malformed, "照片文件是空的，请重新拍摄或重新传送");
  if (file.size() > image_bytes_max) {
    return fail(ErrorCode::too_large, fmt::format("照片文件有 {} 字节，上限为 {} 字节，请降低相机分辨率后重拍",
                                                  file.size(), image_bytes_max));
  }
  const auto kind = kind_of(file);
  if (!kind) return fail(ErrorCode::unsupported, "文件不是 JPEG、PNG 或 WebP 照片，请用相机的 JPEG 格式重新拍摄");
  const auto header = walk(*kind, file);
  if (!header) return fail(ErrorCode::malformed, "照片文件已损坏，找不到图像尺寸，请重新拍摄或重新传送");
  if (header->width > image_side_max || header->height > image_side_max ||
      std::uint64_t{header->width} * header->height > image_pixels_max) {
    return fail(ErrorCode::too_large,
                fmt::format("照片尺寸 {}x{} 超过上限（每边 {} 像素，共 {} 万像素），请降低相机分辨率后重拍",
                            header->width, header->height, image_side_max, image_pixels_max / 10'000));
  }
  return *header;
}

}  // namespace lab::label
