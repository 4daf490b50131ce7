#include "tools/province/truth.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace lab::province {
namespace {

constexpr std::uint64_t seed = 2013;
constexpr int lots = 20'000;

TEST(LotTruth, IsRefusedExactlyWhereItWasPlanted) {
  int refused = 0;
  for (int i = 0; i < lots; ++i) {
    const std::string number = fmt::format("SC13LTS{:05}X", i);
    for (const std::uint64_t ac : {0, 1, 5}) {
      const LotTruth truth = lot_truth_of(seed, number, ac);
      EXPECT_EQ(truth.nonconforming > ac, truth.refused) << number;
      refused += ac == 0 && truth.refused ? 1 : 0;
    }
  }
  EXPECT_NEAR(1000.0 * refused / lots, nonconforming_per_mille, 5);
}

TEST(LotTruth, IsTheSameWheneverItIsAsked) {
  EXPECT_EQ(lot_truth_of(seed, "SC13LTS00042A", 5).nonconforming, lot_truth_of(seed, "SC13LTS00042A", 5).nonconforming);
}

TEST(SamplingDay, LiesInTheQuarterOfItsRound) {
  for (int round = 1; round <= 4; ++round) {
    for (int i = 0; i < 200; ++i) {
      const CivilDate day = sampling_day(seed, fmt::format("SC13NCP{:05}X", i), 2013, round);
      const auto from = parse_date(fmt::format("2013-{:02}-01", 3 * (round - 1) + 1)).value();
      EXPECT_GE(day, from);
      EXPECT_LE(to_text(day), fmt::format("2013-{:02}-31", 3 * round));
    }
  }
}

}  // namespace
}  // namespace lab::province
