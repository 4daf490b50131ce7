#include "coordinator/board/base64.hpp"

#include <gtest/gtest.h>

namespace lab::board {
namespace {

// RFC 4648 section 10.
TEST(Base64, EncodesTheExamplesOfItsStandard) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foo"), "Zm9v");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
}

TEST(Base64, EncodesOctetsAboveAscii) { EXPECT_EQ(base64("\xFB\xFF\xFE"), "+//+"); }

}  // namespace
}  // namespace lab::board
