#pragma once
// Looks at an image file before any image library does. Only what passes here is ever decoded: the libraries would
// happily take twenty other formats, and a small file can promise a gigabyte of pixels.

#include <cstddef>
#include <cstdint>

#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"

namespace lab::label {

constexpr std::size_t image_bytes_max = 12u << 20;      // the largest phone JPEG is about 8 MiB
constexpr std::uint32_t image_side_max = 8192;          // pixels; phones of today stay below
constexpr std::uint64_t image_pixels_max = 40'000'000;  // 40 MB of grey values, well inside the worker's memory

constexpr std::uint32_t thumbnail_side_max = 320;        // pixels: a picture among many on a page
constexpr std::size_t thumbnail_bytes_max = 128u << 10;  // at quality 75 it has 10 to 15 KiB

enum class ImageKind { jpeg, png, webp };

struct ImageHeader {
  ImageKind kind = ImageKind::jpeg;
  std::uint32_t width = 0;  // pixels, as stored (before any rotation the file asks for)
  std::uint32_t height = 0;
  bool truncated = false;  // the end marker is missing: a download or copy that broke off

  bool operator==(const ImageHeader&) const = default;
};

/// Walks the markers or chunks; never looks at pixels, never allocates.
/// Errors, with a Chinese sentence for the bench: malformed (empty, no size found), too_large (file or picture over the
/// limits above), unsupported (not JPEG, PNG or WebP).
Result<ImageHeader> check_image(BytesView file);

}  // namespace lab::label
