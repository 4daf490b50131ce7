#include "instruments/label/header.hpp"

#include <gtest/gtest.h>

#include "tests/instruments/label/samples.hpp"

namespace lab::label {
namespace {

ErrorCode code_of(BytesView file) {
  const auto header = check_image(file);
  EXPECT_FALSE(header.has_value());
  return header ? ErrorCode::storage : header.error().code;
}

/// A JPEG's start image marker and frame header only.
Bytes jpeg_of_size(int width, int height) {
  Bytes file{"\xFF\xD8\xFF\xE0\x00\x04xx\xFF\xC0\x00\x0B\x08", 13};
  for (const int side : {height, width}) {
    file += static_cast<char>(side >> 8);
    file += static_cast<char>(side);
  }
  return file + Bytes{"\x01\x01\x11\x00\xFF\xDA\x00\x02pixels\xFF\xD9", 16};
}

Bytes png_of_size(std::uint32_t width, std::uint32_t height) {
  Bytes file = some_label(1);
  for (std::size_t i = 0; i < 4; ++i) {
    file[16 + i] = static_cast<char>(width >> (24 - 8 * i));
    file[20 + i] = static_cast<char>(height >> (24 - 8 * i));
  }
  return file;
}

TEST(ImageHeader, TellsKindAndSizeOfAPng) {
  const ImageHeader expected{.kind = ImageKind::png, .width = 480, .height = 320, .truncated = false};
  EXPECT_EQ(check_image(some_label(1)).value(), expected);
}

TEST(ImageHeader, TellsKindAndSizeOfAJpeg) {
  const ImageHeader expected{.kind = ImageKind::jpeg, .width = 960, .height = 720, .truncated = false};
  EXPECT_EQ(check_image(some_photo(1, 1, 0)).value(), expected);
}

/// RIFF, the length of what follows, WEBP, one chunk.
Bytes webp_of(std::string_view chunk, const Bytes& content) {
  const Bytes body = Bytes{"WEBP"} + Bytes{chunk} + Bytes(4, '\0') + content;
  Bytes file{"RIFF"};
  for (std::size_t i = 0; i < 4; ++i) file += static_cast<char>(body.size() >> (8 * i));
  return file + body;
}

TEST(ImageHeader, TellsTheSizeOfEachKindOfWebP) {
  const ImageHeader expected{.kind = ImageKind::webp, .width = 393, .height = 67, .truncated = false};
  EXPECT_EQ(check_image(webp_of("VP8 ", Bytes{"\x10\x02\x00\x9D\x01\x2A\x89\x01\x43\x00", 10})).value(), expected);
  // 392 and 66 in 14 bits each.
  EXPECT_EQ(check_image(webp_of("VP8L", Bytes{"\x2F\x88\x81\x10\x00", 5} + Bytes(5, 'x'))).value(), expected);
  EXPECT_EQ(check_image(webp_of("VP8X", Bytes{"\x00\x00\x00\x00\x88\x01\x00\x42\x00\x00", 10})).value(), expected);
}

TEST(ImageHeader, AWebPThatEndsEarlyIsTruncatedOrHasNoSize) {
  const Bytes whole = webp_of("VP8 ", Bytes{"\x10\x02\x00\x9D\x01\x2A\x89\x01\x43\x00", 10} + Bytes(50, 'x'));
  EXPECT_TRUE(check_image(BytesView{whole}.substr(0, 60)).value().truncated);
  EXPECT_EQ(code_of(BytesView{whole}.substr(0, 25)), ErrorCode::malformed);
  EXPECT_EQ(code_of(webp_of("VP8 ", Bytes(10, 'x'))), ErrorCode::malformed) << "no start code";
  EXPECT_EQ(code_of(webp_of("EXIF", Bytes(10, 'x'))), ErrorCode::malformed) << "no size";
}

TEST(ImageHeader, AnEmptyFileIsMalformed) { EXPECT_EQ(code_of(""), ErrorCode::malformed); }

TEST(ImageHeader, OtherFormatsAreUnsupported) {
  for (const BytesView file : {"II*\0....", "GIF89a", "BM......", "RIFF....WAVEfmt ", "%PDF-1.7", "sample SC13\n"}) {
    EXPECT_EQ(code_of(file), ErrorCode::unsupported) << file;
  }
}

TEST(ImageHeader, AFileOverTheLimitIsTooLarge) {
  Bytes file = some_label(1);
  file.resize(image_bytes_max + 1);
  EXPECT_EQ(code_of(file), ErrorCode::too_large);
}

TEST(ImageHeader, APromiseOfHugeDimensionsIsTooLarge) {
  EXPECT_EQ(code_of(png_of_size(12'000, 12'000)), ErrorCode::too_large);
  EXPECT_EQ(code_of(png_of_size(8193, 10)), ErrorCode::too_large);
  EXPECT_EQ(code_of(png_of_size(0xFFFF'FFFF, 0xFFFF'FFFF)), ErrorCode::too_large);
  EXPECT_EQ(code_of(png_of_size(8000, 8000)), ErrorCode::too_large)
      << "each side is allowed, 64 million pixels are not";
  EXPECT_EQ(code_of(jpeg_of_size(65'535, 65'535)), ErrorCode::too_large);
  EXPECT_TRUE(check_image(png_of_size(8192, 4800)).has_value());
}

TEST(ImageHeader, NoSizeAtAllIsMalformed) {
  EXPECT_EQ(code_of(jpeg_of_size(0, 100)), ErrorCode::malformed);
  EXPECT_EQ(code_of(png_of_size(100, 0)), ErrorCode::malformed);
  EXPECT_EQ(code_of("\xFF\xD8\xFF\xE0"), ErrorCode::malformed);
  EXPECT_EQ(code_of(some_label(1).substr(0, 20)), ErrorCode::malformed);
}

TEST(ImageHeader, EveryCutOfAFileIsTruncatedOrRefusedButNeverWhole) {
  for (const auto& whole : {some_label(1), some_photo(1, 1, 0), jpeg_of_size(10, 10)}) {
    ASSERT_FALSE(check_image(whole).value().truncated);
    // Nine octets and up off the end: a PNG's last four are a checksum that is not looked at.
    for (std::size_t length = 1; length + 9 < whole.size(); length += 1 + whole.size() / 997) {
      const auto header = check_image(BytesView{whole}.substr(0, length));
      EXPECT_TRUE(!header || header->truncated) << length << " of " << whole.size();
    }
  }
}

TEST(ImageHeader, TheEndMarkerOfAThumbnailIsNotTheEndOfThePicture) {
  const Bytes thumbnail{"\xFF\xE1\x00\x08\xFF\xD8\xFF\xD9__", 10};
  Bytes file = jpeg_of_size(10, 10);
  file.insert(2, thumbnail);
  EXPECT_FALSE(check_image(file).value().truncated);
  file.resize(file.size() - 2);
  EXPECT_TRUE(check_image(file).value().truncated);
}

}  // namespace
}  // namespace lab::label
