#include "protocol/base/decimal.hpp"

#include <gtest/gtest.h>
#include <random>

namespace lab {
namespace {

Decimal dec(std::string_view text) {
  const auto value = Decimal::parse(text);
  EXPECT_TRUE(value.has_value()) << text;
  return value.value_or(Decimal{});
}

constexpr std::string_view nines38 = "99999999999999999999999999999999999999";

TEST(DecimalParse, ReadsWhatInstrumentsAndStandardsWrite) {
  struct Case {
    const char* text;
    const char* plain;
  };
  for (const auto& [text, plain] : {Case{"0.050", "0.050"}, Case{"-3", "-3"}, Case{"5E-2", "0.05"},
                                    Case{"+1.5e3", "1500"}, Case{".5", "0.5"}, Case{"5.", "5"}, Case{"1e+2", "100"},
                                    Case{"-0.0", "0.0"}, Case{"007", "7"}, Case{"0", "0"}, Case{"0e5", "0"}}) {
    const auto value = Decimal::parse(text);
    ASSERT_TRUE(value) << text;
    EXPECT_EQ(value->to_text(), plain) << text;
  }
}

TEST(DecimalParse, RefusesEverythingElse) {
  for (const char* text :
       {"",   " ",    ".",   "+",   "-",    "e5",    "1e",  "1e+", "1e5.0", "1e12345", "1,5", "1 000",  " 1",
        "1 ", "0x10", "NaN", "inf", "1..2", "1.2.3", "--1", "+-1", "<1",    "1%",      "１",  "1e-200", "1e200"}) {
    EXPECT_FALSE(Decimal::parse(text)) << text;
  }
}

TEST(DecimalParse, TakesThirtyEightSignificantDigitsAndNotOneMore) {
  EXPECT_EQ(dec(nines38).to_text(), nines38);
  EXPECT_FALSE(Decimal::parse(std::string{nines38} + "0"));
  EXPECT_FALSE(Decimal::parse("1" + std::string(38, '0')));
  EXPECT_TRUE(Decimal::parse(std::string(500, '0') + std::string{nines38}));
  EXPECT_EQ(dec("0." + std::string(88, '0') + std::string{nines38}).exponent(), -126);
  EXPECT_FALSE(Decimal::parse("0." + std::string(90, '0') + std::string{nines38}));
}

TEST(DecimalText, RoundTripsOverEveryShortNumber) {
  for (int mantissa = -1200; mantissa <= 1200; ++mantissa) {
    for (int exponent = -5; exponent <= 4; ++exponent) {
      const Decimal value{mantissa, exponent};
      const auto again = Decimal::parse(value.to_text());
      ASSERT_TRUE(again) << value.to_text();
      ASSERT_EQ(*again, value) << value.to_text();
      if (exponent <= 0) {
        ASSERT_EQ(again->exponent(), exponent) << "trailing zeros are kept: " << value.to_text();
      }
    }
  }
}

TEST(DecimalOrder, AgreesWithWholeNumbersOverAllShortPairs) {
  // Scaled by 10^3 every value is a small integer: an oracle that shares nothing with the implementation.
  const std::int64_t scale[] = {1, 10, 100, 1000, 10'000, 100'000, 1'000'000};
  for (int a = -105; a <= 105; a += 3) {
    for (int b = -105; b <= 105; ++b) {
      for (int ea = -3; ea <= 3; ++ea) {
        for (int eb = -3; eb <= 3; ++eb) {
          const std::int64_t left = a * scale[ea + 3];
          const std::int64_t right = b * scale[eb + 3];
          ASSERT_EQ(Decimal(a, ea) <=> Decimal(b, eb), left <=> right) << a << "e" << ea << " " << b << "e" << eb;
        }
      }
    }
  }
}

TEST(DecimalOrder, HoldsAtTheEdgesOf128Bits) {
  const Decimal big = dec(nines38);
  EXPECT_EQ(big, dec("99999999999999999999999999999999999.999e3"));
  EXPECT_LT(big, Decimal(1, 38));
  EXPECT_GT(big, Decimal(1, 37));
  EXPECT_EQ(Decimal(1, 37), dec("10000000000000000000000000000000000000"));
  EXPECT_LT(dec("1e-127"), dec("1e127"));
  EXPECT_GT(dec("1e127"), big);
  EXPECT_LT(dec("-1e127"), dec("-1e-127"));
  EXPECT_LT(big.negated(), big);
  EXPECT_EQ(Decimal(0, 127), Decimal(0, -127));
  EXPECT_LT(Decimal(0, 127), dec("1e-127"));
  EXPECT_LT(dec("2.4999999999999999999999999999999999999"), dec("2.5"));
}

TEST(DecimalOrder, IsByValueNotByDigits) {
  EXPECT_EQ(dec("0.05"), dec("0.0500000"));
  EXPECT_EQ(dec("5E-2"), dec("0.05"));
  EXPECT_EQ(dec("-0"), dec("0.000"));
  EXPECT_GT(dec("0.0500000000001"), dec("0.05"));
}

TEST(DecimalSum, AgreesWithWholeNumbersAndKeepsTheFinerExponent) {
  const std::int64_t scale[] = {1, 10, 100, 1000, 10'000};
  for (int a = -60; a <= 60; ++a) {
    for (int b = -60; b <= 60; ++b) {
      for (int ea = -2; ea <= 2; ++ea) {
        for (int eb = -2; eb <= 2; ++eb) {
          const auto sum = Decimal(a, ea).plus(Decimal(b, eb));
          ASSERT_TRUE(sum);
          ASSERT_EQ(sum->exponent(), std::min(ea, eb));
          ASSERT_EQ(*sum, Decimal(a * scale[ea + 2] + b * scale[eb + 2], -2));
        }
      }
    }
  }
}

TEST(DecimalSum, OfTwoValuesOf38DigitsIsRefusedAndDoesNotOverflow) {
  const Decimal big = dec(nines38);
  EXPECT_FALSE(big.plus(big));  // 2 x 10^38 does not fit in a signed sum of 128 bits
  EXPECT_FALSE(big.negated().plus(big.negated()));
  EXPECT_EQ(big.plus(big.negated()), Decimal{});
  EXPECT_FALSE(big.plus(Decimal(1, 0)));
  EXPECT_EQ(big.plus(Decimal(-1, 0)), dec("99999999999999999999999999999999999998"));
  EXPECT_FALSE(big.plus(dec("0.1")));
  EXPECT_EQ(Decimal(0, 127).plus(dec("0.5")), dec("0.5"));
}

TEST(DecimalProduct, IsExactOrRefused) {
  EXPECT_EQ(dec("0.05").times(dec("-200"))->to_text(), "-10.00");
  EXPECT_EQ(dec("1e19").times(dec("1e19")), Decimal(1, 38));
  EXPECT_FALSE(dec(nines38).times(dec("11")));
  EXPECT_EQ(dec(nines38).times(Decimal{}), Decimal{});
  EXPECT_FALSE(dec("1e100").times(dec("1e100")));
}

TEST(DecimalShift, MovesThePointAndKeepsTheDigits) {
  EXPECT_EQ(dec("50").shifted(-3)->to_text(), "0.050");
  EXPECT_EQ(dec("0.050").shifted(3)->to_text(), "50");
  EXPECT_FALSE(dec("1e120").shifted(8));
  EXPECT_FALSE(dec("1e-120").shifted(-8));
}

TEST(DecimalOrder, AgreesWithSubtractionForRandomLongValues) {
  std::mt19937_64 random{20130603};
  for (int i = 0; i < 20'000; ++i) {
    const auto draw = [&] {
      const auto high = static_cast<Decimal::Mantissa>(random() % 1'000'000'000'000ULL);
      const Decimal::Mantissa mantissa = high * 1'000'000 + static_cast<Decimal::Mantissa>(random() % 1'000'000);
      return Decimal{random() % 2 == 0 ? mantissa : -mantissa, static_cast<int>(random() % 17) - 8};
    };
    const Decimal a = draw();
    const Decimal b = draw();
    const auto difference = a.plus(b.negated());
    ASSERT_TRUE(difference);
    ASSERT_EQ(a < b, difference->is_negative()) << a.to_text() << " " << b.to_text();
    ASSERT_EQ(a == b, difference->is_zero());
  }
}

TEST(DecimalDeath, AMantissaThatDoesNotFitIsABug) {
  EXPECT_DEATH((Decimal{dec(nines38).mantissa() + 1, 0}), "broken invariant");
  EXPECT_DEATH((Decimal{1, 128}), "broken invariant");
}

}  // namespace
}  // namespace lab
