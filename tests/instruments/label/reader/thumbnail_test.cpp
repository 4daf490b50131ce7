#include "instruments/label/reader/thumbnail.hpp"

#include <gtest/gtest.h>

#include "instruments/label/header.hpp"
#include "tests/instruments/label/samples.hpp"

namespace lab::label {
namespace {

TEST(Thumbnail, IsASmallJpegOfThePicture) {
  const Bytes photo = some_photo(1, 1, 0);
  const auto large = check_image(photo);
  const Bytes small = thumbnail_of(photo);
  const auto header = check_image(small);
  ASSERT_TRUE(large && header);
  EXPECT_EQ(header->kind, ImageKind::jpeg);
  EXPECT_EQ(std::max(header->width, header->height), thumbnail_side_max);
  // Same shape, to a pixel.
  const double wanted = static_cast<double>(large->height) / large->width * header->width;
  EXPECT_NEAR(header->height, wanted, 1.0);
  EXPECT_LE(small.size(), 32u << 10);
}

TEST(Thumbnail, OfASmallPictureIsNotLargerThanIt) {
  const Bytes code = lone_code(Symbology::qr, "A");
  const auto header = check_image(thumbnail_of(code));
  ASSERT_TRUE(header.has_value());
  EXPECT_EQ(header->width, check_image(code)->width);
}

TEST(Thumbnail, OfWhatIsNoPictureIsNothing) {
  EXPECT_EQ(thumbnail_of(""), "");
  EXPECT_EQ(thumbnail_of("hello"), "");
  Bytes broken = some_photo(1, 1, 0).substr(0, 700);
  EXPECT_LE(thumbnail_of(broken).size(), thumbnail_bytes_max);  // whatever it gives: it comes back
}

}  // namespace
}  // namespace lab::label
