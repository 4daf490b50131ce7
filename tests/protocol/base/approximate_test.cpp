#include "protocol/base/approximate.hpp"

#include <gtest/gtest.h>

namespace lab {
namespace {

TEST(Approximate, IsTheNearestDouble) {
  EXPECT_EQ(approximate(*Decimal::parse("0.050")), 0.05);
  EXPECT_EQ(approximate(*Decimal::parse("-2.675")), -2.675);
  EXPECT_EQ(approximate(*Decimal::parse("1e-7")), 1e-7);
  EXPECT_EQ(approximate(*Decimal::parse("123456789012345678901234567890")), 123456789012345678901234567890.0);
  EXPECT_EQ(approximate(*Decimal::parse("0.000")), 0);
  EXPECT_EQ(approximate(Decimal{1, -Decimal::exponent_max}), 1e-127);
  EXPECT_EQ(approximate(Decimal{1, Decimal::exponent_max}), 1e127);
}

}  // namespace
}  // namespace lab
