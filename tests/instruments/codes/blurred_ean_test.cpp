// EAN-13 so far out of focus that neighbouring modules have run into one another.

#include "instruments/codes/blurred_ean.hpp"

#include <gtest/gtest.h>
#include <zint.h>
#include <algorithm>
#include <random>

#include "instruments/codes/ean_choice.hpp"
#include "tests/instruments/codes/bars_seen.hpp"

namespace lab::codes {
namespace {

constexpr int strips = 16;

std::string with_check_digit(std::string twelve) {
  int sum = 0;
  for (std::size_t i = 0; i < twelve.size(); ++i) sum += (i % 2 == 0 ? 1 : 3) * (twelve[i] - '0');
  return twelve + static_cast<char>('0' + (10 - sum % 10) % 10);
}

std::string some_text(std::mt19937& dice) {
  std::string twelve;
  for (int i = 0; i < 12; ++i) twelve += static_cast<char>('0' + static_cast<int>(dice() % 10));
  return with_check_digit(twelve);
}

std::vector<BarBand> seen_ean(const std::string& text, float blur, float noise, std::mt19937& dice) {
  return seen_bars(bars_drawn_by_zint(BARCODE_EANX, text.substr(0, 12)),
                   {.module = 3, .blur = blur, .noise = noise, .bands = strips}, dice);
}

bool is_sure(const BlurredEan& ean) {
  return std::ranges::all_of(ean.halves, [](const BlurredEan::Half& half) {
    return half.is_likeliest && half.unexplained < 0.06 && half.margin > 25;
  });
}

TEST(BlurredEan, IsReadWhereBarsHaveNoEdges) {
  std::mt19937 dice{3};
  for (const float blur : {0.7F, 1.0F, 1.3F}) {
    for (int i = 0; i < 4; ++i) {
      const std::string text = some_text(dice);
      const auto ean = blurred_ean13(seen_ean(text, blur, 0.01F, dice));
      ASSERT_TRUE(ean.has_value()) << text << " blur " << blur;
      EXPECT_EQ(ean->text, text) << "blur " << blur;
      EXPECT_TRUE(is_sure(*ean)) << text << " blur " << blur << " margin " << ean->least_margin() << " unexplained "
                                 << ean->halves[0].unexplained;
    }
  }
}

TEST(BlurredEan, IsReadBackwardsAndWhereItsBarsLean) {
  std::mt19937 dice{4};
  const std::string text = some_text(dice);
  auto bands = seen_ean(text, 1.2F, 0.01F, dice);
  for (std::size_t i = 0; i < bands.size(); ++i) {
    std::ranges::reverse(bands[i]);
    std::rotate(bands[i].begin(), bands[i].begin() + static_cast<std::ptrdiff_t>(i), bands[i].end());
  }
  const auto ean = blurred_ean13(bands);
  ASSERT_TRUE(ean.has_value());
  EXPECT_EQ(ean->text, text);
  EXPECT_TRUE(is_sure(*ean));
}

TEST(BlurredEan, IsNeverSureOfAWrongText) {
  std::mt19937 dice{5};
  int sure = 0;
  for (int i = 0; i < 24; ++i) {
    const std::string text = some_text(dice);
    const auto ean = blurred_ean13(seen_ean(text, 1.4F, 0.02F * static_cast<float>(i % 6), dice));
    if (!ean || !is_sure(*ean)) continue;
    ++sure;
    EXPECT_EQ(ean->text, text) << i;
  }
  EXPECT_GE(sure, 4) << "some of them are hardly noisy";
}

TEST(BlurredEan, IsNotSeenInBarsThatAreNone) {
  std::mt19937 dice{6};
  for (int i = 0; i < 12; ++i) {
    std::vector<int> bars(95);
    for (int& bar : bars) bar = static_cast<int>(dice() % 2);
    const auto ean = blurred_ean13(seen_bars(bars, {.module = 3, .blur = 1, .noise = 0.01F, .bands = strips}, dice));
    EXPECT_FALSE(ean && is_sure(*ean)) << i;
  }
}

TEST(BlurredEan, ItsNextLikelyTextHasARightCheckDigitToo) {
  const EanShapes shapes{1.5};
  // 4006381333931: the sets of its left half spell the first digit.
  const EanDigits drawn{0, 10, 6, 3, 18, 11, 3, 3, 3, 9, 3, 1};
  const auto errors = shapes.errors(shapes.drawn(drawn));
  EXPECT_EQ(likeliest_digits(errors), drawn);
  const auto texts = likeliest_texts(errors);
  ASSERT_EQ(texts.size(), 2u);
  EXPECT_EQ(texts[0].text, "4006381333931");
  EXPECT_NEAR(texts[0].error, 0, 1e-3);
  EXPECT_GT(texts[1].error, 1);
  EXPECT_EQ(texts[1].text, with_check_digit(texts[1].text.substr(0, 12)));
}

TEST(BlurredEan, TooLittleToLookAtIsNothing) {
  EXPECT_FALSE(blurred_ean13({}).has_value());
  EXPECT_FALSE(blurred_ean13(std::vector<BarBand>(16, BarBand(100, 0.0F))).has_value());
  EXPECT_FALSE(blurred_ean13(std::vector<BarBand>(16, BarBand(400, 1.0F))).has_value());
}

}  // namespace
}  // namespace lab::codes
