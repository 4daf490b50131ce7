#include <gtest/gtest.h>
#include <cstdlib>

#include "protocol/base/decimal.hpp"
#include "tests/reference_csv.hpp"

namespace lab {
namespace {

Decimal dec(std::string_view text) {
  const auto value = Decimal::parse(text);
  EXPECT_TRUE(value.has_value()) << text;
  return value.value_or(Decimal{});
}

int exponent_of_unit(const std::string& unit) {
  for (int exponent = -6; exponent <= 6; ++exponent) {
    if (Decimal(1, exponent) == dec(unit)) return exponent;
  }
  ADD_FAILURE() << unit;
  return 0;
}

UnitFraction fraction_named(const std::string& text) {
  if (text == "0.5") return UnitFraction::half;
  return text == "0.2" ? UnitFraction::fifth : UnitFraction::whole;
}

TEST(Rounding, GivesEveryExampleOfTheStandardToTheLastZero) {
  const auto rows = testing::read_table("tests/data/rounding/rounding_examples.csv");
  ASSERT_EQ(rows.size(), 22U);
  for (const auto& row : rows) {
    const auto rounded = round_to_unit(dec(row.at("value")), exponent_of_unit(row.at("unit")),
                                       fraction_named(row.at("fraction_of_unit")));
    ASSERT_TRUE(rounded) << row.at("value");
    EXPECT_EQ(rounded->to_text(), row.at("rounded")) << row.at("value") << " to " << row.at("unit");
  }
}

TEST(Rounding, TiesGoToEvenOnTheDecimalNotOnItsBinaryNeighbour) {
  EXPECT_EQ(round_to_unit(dec("2.675"), -2)->to_text(), "2.68");
  EXPECT_EQ(round_to_unit(dec("1.005"), -2)->to_text(), "1.00");
  EXPECT_EQ(round_to_unit(dec("8.345"), -2)->to_text(), "8.34");
  EXPECT_EQ(round_to_unit(dec("2.50000000000000000001"), 0)->to_text(), "3");
  EXPECT_EQ(round_to_unit(dec("0.04500000000001"), -2)->to_text(), "0.05");
}

TEST(Rounding, HappensInOneStep) { EXPECT_EQ(round_to_unit(dec("15.4546"), 0)->to_text(), "15"); }

TEST(Rounding, OfANegativeNumberIsThatOfItsMagnitudeAndNeverMinusZero) {
  EXPECT_EQ(round_to_unit(dec("-0.5"), 0)->to_text(), "0");
  EXPECT_EQ(round_to_unit(dec("-1.5"), 0)->to_text(), "-2");
  EXPECT_EQ(round_to_unit(dec("-0.25"), 0, UnitFraction::half)->to_text(), "0.0");
  EXPECT_EQ(round_to_unit(dec("-0.75"), 0, UnitFraction::half)->to_text(), "-1.0");
}

// Searches the nearest multiple by counting: nothing in common with multiply, round, divide.
std::int64_t nearest_multiple(std::int64_t value, std::int64_t step) {
  const std::int64_t magnitude = std::abs(value);
  const std::int64_t below = magnitude / step;
  const std::int64_t rest = magnitude - below * step;
  std::int64_t multiple = below;
  if (rest * 2 > step || (rest * 2 == step && below % 2 == 1)) ++multiple;
  return value < 0 ? -multiple * step : multiple * step;
}

TEST(Rounding, AgreesWithTheNearestMultipleForEveryShortValueAndStep) {
  // Values of -2500..2500 thousandths; steps 0.1, 0.05 and 0.02, 0.01 ... in thousandths.
  struct Step {
    int exponent;
    UnitFraction fraction;
    std::int64_t thousandths;
  };
  const Step steps[] = {{-1, UnitFraction::whole, 100}, {-1, UnitFraction::half, 50}, {-1, UnitFraction::fifth, 20},
                        {-2, UnitFraction::whole, 10},  {-2, UnitFraction::half, 5},  {-2, UnitFraction::fifth, 2},
                        {0, UnitFraction::whole, 1000}, {0, UnitFraction::half, 500}, {0, UnitFraction::fifth, 200},
                        {1, UnitFraction::fifth, 2000}, {-3, UnitFraction::whole, 1}};
  for (const Step& step : steps) {
    for (std::int64_t value = -2500; value <= 2500; ++value) {
      const auto rounded = round_to_unit(Decimal{value, -3}, step.exponent, step.fraction);
      ASSERT_TRUE(rounded);
      ASSERT_EQ(*rounded, Decimal(nearest_multiple(value, step.thousandths), -3))
          << value << " thousandths to " << step.thousandths;
    }
  }
}

TEST(Rounding, ToSignificantDigitsShiftsWhenTheNumberGrows) {
  struct Case {
    const char* value;
    int digits;
    const char* rounded;
  };
  for (const auto& [value, digits, rounded] :
       {Case{"99.96", 3, "100"}, Case{"9.995", 3, "10.0"}, Case{"0.09995", 3, "0.100"}, Case{"0.5", 3, "0.500"},
        Case{"1234567", 2, "1200000"}, Case{"-99.96", 3, "-100"}, Case{"0.00", 3, "0.00"}, Case{"9.5", 1, "10"},
        Case{"8.5", 1, "8"}, Case{"0.0012345", 4, "0.001234"}}) {
    EXPECT_EQ(round_to_digits(dec(value), digits)->to_text(), rounded) << value << " to " << digits;
  }
  EXPECT_FALSE(round_to_digits(dec("1"), 0));
  EXPECT_FALSE(round_to_digits(dec("1"), 39));
}

TEST(Rounding, AtTheEdgeOf128BitsIsExactOrRefused) {
  const Decimal big = dec("99999999999999999999999999999999999999");
  EXPECT_EQ(round_to_unit(big, 0), big);
  EXPECT_EQ(round_to_unit(big, 1), Decimal(1, 38));
  EXPECT_EQ(round_to_unit(big, 38), Decimal(1, 38));
  EXPECT_EQ(round_to_unit(big, 39), Decimal{});
  EXPECT_FALSE(round_to_unit(big, -1));
  EXPECT_FALSE(round_to_unit(big, 0, UnitFraction::half));
  EXPECT_FALSE(round_to_unit(dec("1"), -38));
  EXPECT_TRUE(round_to_unit(dec("1"), -37));
  EXPECT_EQ(round_to_unit(dec("1e-127"), 127), Decimal{});
}

}  // namespace
}  // namespace lab
