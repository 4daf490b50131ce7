#include "instruments/codes/reed_solomon.hpp"

#include <gtest/gtest.h>
#include <algorithm>
#include <random>

#include "instruments/codes/soft_block.hpp"

namespace lab::codes {
namespace {

using Block = std::vector<std::uint8_t>;

/// A codeword: all checks erased, the code itself fills them in. The case without any help from erasures is that of
/// zint's symbols in the other tests.
Block some_codeword(const ReedSolomon& code, std::size_t size, int checks, std::mt19937& dice) {
  Block block(size);
  for (std::size_t i = 0; i < size - static_cast<std::size_t>(checks); ++i) {
    block[i] = static_cast<std::uint8_t>(dice());
  }
  std::vector<std::size_t> places;
  for (std::size_t i = size - static_cast<std::size_t>(checks); i < size; ++i) places.push_back(i);
  EXPECT_TRUE(code.correct(block, checks, places));
  return block;
}

std::vector<std::size_t> some_places(std::size_t size, int count, std::mt19937& dice) {
  std::vector<std::size_t> places(size);
  for (std::size_t i = 0; i < size; ++i) places[i] = i;
  std::ranges::shuffle(places, dice);
  places.resize(static_cast<std::size_t>(count));
  return places;
}

TEST(ReedSolomon, CorrectsWhateverItsChecksAllow) {
  std::mt19937 dice{7};
  for (const ReedSolomon* code : {&ReedSolomon::qr(), &ReedSolomon::data_matrix()}) {
    for (int round = 0; round < 2000; ++round) {
      const int checks = 2 + static_cast<int>(dice() % 30);
      const std::size_t size = static_cast<std::size_t>(checks) + 1 + dice() % 100;
      const Block right = some_codeword(*code, size, checks, dice);
      const int erasures = static_cast<int>(dice() % static_cast<unsigned>(checks + 1));
      const int errors = (checks - erasures) / 2;
      const auto places = some_places(size, std::min(static_cast<int>(size), erasures + errors), dice);
      Block seen = right;
      for (const std::size_t place : places) seen[place] ^= static_cast<std::uint8_t>(1 + dice() % 255);
      const auto known =
          std::span(places).first(std::min<std::size_t>(places.size(), static_cast<std::size_t>(erasures)));
      const auto correction = code->correct(seen, checks, known);
      ASSERT_TRUE(correction) << checks << " checks of " << size << ", " << erasures << " erasures";
      ASSERT_EQ(seen, right);
      EXPECT_EQ(correction->errors + correction->erasures, static_cast<int>(places.size()));
    }
  }
}

TEST(ReedSolomon, LeavesTheBlockAloneWhenThereAreTooManyErrors) {
  std::mt19937 dice{11};
  int refused = 0;
  for (int round = 0; round < 500; ++round) {
    const Block right = some_codeword(ReedSolomon::qr(), 40, 14, dice);
    Block seen = right;
    for (const std::size_t place : some_places(40, 12, dice))
      seen[place] ^= static_cast<std::uint8_t>(1 + dice() % 255);
    const Block before = seen;
    if (ReedSolomon::qr().correct(seen, 14, {})) continue;  // another codeword may be near
    EXPECT_EQ(seen, before);
    ++refused;
  }
  EXPECT_GT(refused, 495);
}

std::vector<SoftCodeword> sure_of(const Block& block) {
  std::vector<SoftCodeword> out;
  for (const std::uint8_t value : block) out.push_back({.value = value, .sureness = 1});
  return out;
}

TEST(SoftBlock, GivesUpTheLeastSure) {
  std::mt19937 dice{13};
  const Block right = some_codeword(ReedSolomon::qr(), 44, 22, dice);
  auto block = sure_of(right);
  // Seventeen are wrong and look it: errors alone could be eleven.
  for (const std::size_t place : some_places(44, 17, dice)) {
    block[place].value ^= 0x55;
    block[place].sureness = 0.1F;
  }
  ASSERT_TRUE(correct_softly(ReedSolomon::qr(), block, 22));
  for (std::size_t i = 0; i < block.size(); ++i) EXPECT_EQ(block[i].value, right[i]);
}

TEST(SoftBlock, NoiseNeverProvesItself) {
  std::mt19937 dice{17};
  for (int round = 0; round < 3000; ++round) {
    std::vector<SoftCodeword> block(44);
    for (auto& codeword : block) {
      codeword = {.value = static_cast<std::uint8_t>(dice()), .sureness = static_cast<float>(dice() % 1000)};
    }
    const auto correction = correct_softly(ReedSolomon::qr(), block, 22);
    EXPECT_TRUE(!correction || spare_of(*correction, 22) < spare_proof);
  }
}

}  // namespace
}  // namespace lab::codes
