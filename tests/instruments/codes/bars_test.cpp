#include "instruments/codes/bar_decode.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <algorithm>
#include <array>

#include "instruments/codes/checked_choice.hpp"
#include "instruments/codes/code128_text.hpp"
#include "tests/instruments/codes/bars_seen.hpp"

namespace lab::codes {
namespace {

struct Case {
  int symbology;
  BarKind kind;
  std::string given;
  std::string text;
};

const std::vector<Case> cases{
    {BARCODE_CODE128, BarKind::code128, "SC13JDC01543S", "SC13JDC01543S"},
    {BARCODE_CODE128, BarKind::code128, "abc-XYZ 09/~", "abc-XYZ 09/~"},
    {BARCODE_CODE128, BarKind::code128, "1234567890", "1234567890"},
    {BARCODE_CODE128, BarKind::code128, "A\tb\n1", "A\tb\n1"},
    {BARCODE_EANX, BarKind::ean13, "400638133393", "4006381333931"},
    {BARCODE_EANX, BarKind::ean13, "012345678905", "0123456789050"},
    {BARCODE_EANX, BarKind::ean8, "5901234", "59012344"},
    {BARCODE_CODE39, BarKind::code39, "AB-12.$/+% Z", "AB-12.$/+% Z"},
    {BARCODE_C25INTER, BarKind::itf, "3071234500", "3071234500"},
};

/// What a strict caller takes: nothing corrected, every character clearly the likeliest and well explained, twice.
bool is_taken(const BarReading& reading) {
  return reading.corrected() == 0 && reading.is_seen_twice() && reading.least_margin() > 1 &&
         reading.least_gain() > 0.4F;
}

std::vector<BarReading> taken(const std::vector<BarBand>& bands, float blur = 0.4F) {
  auto readings = read_bars(bands, blur);
  std::erase_if(readings, [](const BarReading& reading) { return !is_taken(reading); });
  return readings;
}

testing::AssertionResult reads(const std::vector<BarBand>& bands, const std::string& text, float blur = 0.4F) {
  const auto readings = taken(bands, blur);
  if (readings.size() == 1 && readings.front().text == text) return testing::AssertionSuccess();
  auto failure = testing::AssertionFailure() << readings.size() << " readings instead of " << text << ":";
  for (const auto& reading : read_bars(bands, blur)) {
    failure << fmt::format(" {} (corrected {}, margin {:.2f}, gain {:.2f})", reading.text, reading.corrected(),
                           reading.least_margin(), reading.least_gain());
  }
  return failure;
}

TEST(Bars, EverySymbologyOfAnotherEncoderIsRead) {
  std::mt19937 dice{1};
  for (const auto& [symbology, kind, given, text] : cases) {
    const auto readings = taken(seen_bars(bars_drawn_by_zint(symbology, given), {}, dice));
    ASSERT_EQ(readings.size(), 1U) << given;
    EXPECT_EQ(readings.front().text, text);
    EXPECT_EQ(readings.front().kind, kind);
    EXPECT_GT(readings.front().rival, 3) << given;
  }
}

TEST(Bars, EveryCharacterOfCode128IsRead) {
  std::mt19937 dice{2};
  std::string printable;
  for (char c = ' '; c < 127; ++c) printable += c;
  EXPECT_TRUE(reads(seen_bars(bars_drawn_by_zint(BARCODE_CODE128, printable.substr(0, 48)), {}, dice),
                    printable.substr(0, 48)));
  EXPECT_TRUE(
      reads(seen_bars(bars_drawn_by_zint(BARCODE_CODE128, printable.substr(48)), {}, dice), printable.substr(48)));
  std::string controls;
  for (char c = 1; c < ' '; ++c) controls += c;
  EXPECT_TRUE(reads(seen_bars(bars_drawn_by_zint(BARCODE_CODE128, controls), {}, dice), controls));
  std::string pairs;
  for (int pair = 0; pair < 100; pair += 3) pairs += fmt::format("{:02}", pair);
  EXPECT_TRUE(reads(seen_bars(bars_drawn_by_zint(BARCODE_CODE128, pairs), {}, dice), pairs));
}

TEST(Bars, EveryFirstDigitOfEan13IsRead) {
  std::mt19937 dice{3};
  for (int first = 0; first < 10; ++first) {
    const auto readings =
        taken(seen_bars(bars_drawn_by_zint(BARCODE_EANX, fmt::format("{}12345678907", first).substr(0, 12)), {}, dice));
    ASSERT_EQ(readings.size(), 1U) << first;
    EXPECT_TRUE(readings.front().text.starts_with(fmt::format("{}12345678907", first).substr(0, 12)));
  }
}

TEST(Bars, AreReadBackwards) {
  std::mt19937 dice{4};
  for (const auto& [symbology, kind, given, text] : cases) {
    auto bands = seen_bars(bars_drawn_by_zint(symbology, given), {}, dice);
    for (auto& band : bands) std::ranges::reverse(band);
    EXPECT_TRUE(reads(bands, text));
    const auto readings = taken(bands);
    for (const auto& reading : readings) EXPECT_GT(reading.begin, reading.end);
  }
}

const auto sample = bars_drawn_by_zint(BARCODE_CODE128, "SC13JDC01543S");

TEST(Bars, AreReadThroughBlur) {
  std::mt19937 dice{5};
  EXPECT_TRUE(reads(seen_bars(sample, {.blur = 0.6F, .noise = 0.03F}, dice), "SC13JDC01543S"));
}

TEST(Bars, AreReadThroughNoiseThatNotEveryBandAloneGetsThrough) {
  std::mt19937 dice{6};
  const auto bands = seen_bars(sample, {.noise = 0.2F}, dice);
  EXPECT_FALSE(std::ranges::all_of(bands, [](const BarBand& band) {
    const auto readings = read_bars({band}, 0.4F);
    return std::ranges::any_of(readings, [](const BarReading& reading) { return reading.corrected() == 0; });
  }));
  const auto readings = read_bars(bands, 0.4F);
  ASSERT_FALSE(readings.empty());
  EXPECT_EQ(readings.front().text, "SC13JDC01543S");
}

TEST(Bars, AreReadAcrossTheEdgeOfAShadow) {
  std::mt19937 dice{7};
  Look look{.noise = 0.01F};
  look.light = [](float darkness, float part, int) { return part < 0.43F ? darkness : 0.85F + 0.12F * darkness; };
  EXPECT_TRUE(reads(seen_bars(sample, look, dice), "SC13JDC01543S"));
}

TEST(Bars, AreReadWhenEachBandIsHiddenSomewhereElse) {
  std::mt19937 dice{8};
  Look look{.noise = 0.02F};
  look.light = [](float darkness, float part, int band) {
    const float hidden = static_cast<float>(band) / 8;
    return part > hidden && part < hidden + 0.2F ? 0.5F : darkness;
  };
  const auto bands = seen_bars(sample, look, dice);
  const auto readings = read_bars(bands, 0.4F);
  ASSERT_FALSE(readings.empty());
  EXPECT_EQ(readings.front().text, "SC13JDC01543S");
  EXPECT_EQ(readings.front().corrected(), 0);
}

TEST(Bars, AreReadOnACurvedLabel) {
  std::mt19937 dice{9};
  Look look{.module = 4, .noise = 0.01F};
  // Wrapped 40 degrees to either side of the middle: modules at the ends are a quarter narrower.
  look.bend = [](float part) {
    const float angle = std::clamp((part - 0.5F) * 2 * 0.698F, -1.5F, 1.5F);
    return 0.5F + std::sin(angle) / (2 * std::sin(0.698F)) + 0.001F * (part - 0.5F);
  };
  EXPECT_TRUE(reads(seen_bars(sample, look, dice), "SC13JDC01543S"));
}

TEST(Bars, TextDoesNotDependOnScaleOrContrast) {
  std::mt19937 dice{10};
  for (const float module : {1.6F, 2.0F, 2.7F, 4.0F, 7.0F}) {
    for (const float contrast : {0.01F, 1.0F, 200.0F}) {
      auto bands = seen_bars(sample, {.module = module}, dice);
      for (auto& band : bands) {
        for (float& darkness : band) darkness = -90 + contrast * darkness;
      }
      EXPECT_TRUE(reads(bands, "SC13JDC01543S")) << module << " samples a module, contrast " << contrast;
    }
  }
}

TEST(Bars, CutShortAreNotRead) {
  std::mt19937 dice{11};
  for (const auto& [symbology, kind, given, text] : cases) {
    if (kind == BarKind::itf) continue;  // has nothing against it: the reader asks for a second decoder
    const auto whole = bars_drawn_by_zint(symbology, given);
    for (std::size_t lost = 3; lost < whole.size() / 2; lost += 7) {
      const std::vector<int> head(whole.begin(), whole.end() - static_cast<std::ptrdiff_t>(lost));
      const std::vector<int> tail(whole.begin() + static_cast<std::ptrdiff_t>(lost), whole.end());
      EXPECT_TRUE(taken(seen_bars(head, {}, dice)).empty()) << text << " without its last " << lost;
      EXPECT_TRUE(taken(seen_bars(tail, {}, dice)).empty()) << text << " without its first " << lost;
    }
  }
}

TEST(Bars, NoiseAndBarsOfChanceAreNotRead) {
  std::mt19937 dice{12};
  for (int round = 0; round < 300; ++round) {
    std::vector<int> bars;
    while (bars.size() < 150) bars.insert(bars.end(), 1 + dice() % 4, bars.size() % 2 == 0 ? 1 : dice() % 2);
    const auto readings = taken(seen_bars(bars, {.noise = 0.02F * static_cast<float>(round % 10)}, dice));
    EXPECT_TRUE(readings.empty()) << round << ": " << readings.front().text;
  }
}

TEST(Bars, EvenGreyAndTheShortestBandsSayNothing) {
  EXPECT_TRUE(read_bars({BarBand(BarLine::samples_min, 0.0F)}, 0.4F).empty());
  EXPECT_TRUE(read_bars({BarBand(500, 1.0F), BarBand(500, 1.0F)}, 0.4F).empty());
}

TEST(Code128Text, FollowsShiftsAndLatches) {
  EXPECT_EQ(code128_text(std::array{104, 33, 98, 64, 33}), std::string("A\0A", 3));  // one character of set A
  EXPECT_EQ(code128_text(std::array{105, 12, 34, 100, 65}), "1234a");
  EXPECT_EQ(code128_text(std::array{103, 65, 100, 65, 101, 65}), std::string("\1a\1"));
}

TEST(Code128Text, Function1IsASeparatorExceptAtTheBeginning) {
  EXPECT_EQ(code128_text(std::array{105, 102, 12, 102, 34}),
            "12\x1D"
            "34");
}

TEST(Code128Text, Function4SelectsLatin1) {
  EXPECT_EQ(code128_text(std::array{104, 100, 83, 83}), "\xC3\xB3s");  // o with an acute accent, then s
  EXPECT_EQ(code128_text(std::array{104, 100, 100, 83, 83, 100, 83}), "\xC3\xB3\xC3\xB3s");
}

TEST(Code128Text, RefusesWhatIsNoText) {
  EXPECT_FALSE(code128_text({}));
  EXPECT_FALSE(code128_text(std::array{104}));
  EXPECT_FALSE(code128_text(std::array{33, 34}));
  EXPECT_FALSE(code128_text(std::array{104, 33, 105, 33}));
  EXPECT_FALSE(code128_text(std::array{104, 33, 96}));
}

TEST(CheckedChoice, FindsWhatTryingAllFinds) {
  std::mt19937 dice{13};
  for (int round = 0; round < 200; ++round) {
    std::vector<std::vector<CheckedOption>> places(4);
    for (auto& options : places) {
      for (int i = 0; i < 3; ++i) {
        options.push_back(
            {.value = i, .residue = static_cast<int>(dice() % 7), .gain = static_cast<float>(dice() % 1000)});
      }
    }
    std::vector<float> right;
    for (int all = 0; all < 81; ++all) {
      int sum = 0;
      float gain = 0;
      for (int place = 0, rest = all; place < 4; ++place, rest /= 3) {
        const auto& option = places[static_cast<std::size_t>(place)][static_cast<std::size_t>(rest % 3)];
        sum += option.residue;
        gain += option.gain;
      }
      if (sum % 7 == 0) right.push_back(gain);
    }
    std::ranges::sort(right, std::greater{});
    const auto best = best_checked(places, 7);
    ASSERT_EQ(best.size(), std::min<std::size_t>(2, right.size()));
    for (std::size_t i = 0; i < best.size(); ++i) EXPECT_EQ(best[i].gain, right[i]);
  }
}

}  // namespace
}  // namespace lab::codes
