#include <algorithm>
#include <random>

#include "instruments/codes/data_matrix_decode.hpp"
#include "instruments/codes/soft_block.hpp"
#include "tests/instruments/codes/encoder.hpp"

namespace lab::codes {
namespace {

TEST(DataMatrixLayout, EverySizeOfAnotherEncoderNeedsNoRepair) {
  std::size_t compared = 0;
  for (int version = 1; version <= 30; ++version) {
    const auto modules = drawn_by_zint(BARCODE_DATAMATRIX, "QL1", version, 0);
    if (modules.columns() == 144) continue;
    const auto repaired = repair_data_matrix(as_seen(modules));
    ASSERT_TRUE(repaired) << modules.rows() << " x " << modules.columns();
    EXPECT_EQ(repaired->errors + repaired->erasures, 0) << modules.rows() << " x " << modules.columns();
    EXPECT_TRUE(are_same(repaired->modules, modules)) << modules.rows() << " x " << modules.columns();
    ++compared;
  }
  EXPECT_EQ(compared, data_matrix_sizes().size());
}

TEST(DataMatrixRepair, SeesThroughAPatch) {
  const auto modules = drawn_by_zint(BARCODE_DATAMATRIX, "SC13NCP00001K", 5, 0);
  auto seen = as_seen(modules);
  for (int row = 3; row < 8; ++row) {
    for (int column = 8; column < 13; ++column) seen.at(column, row) = 0.01F;
  }
  const auto repaired = repair_data_matrix(seen);
  ASSERT_TRUE(repaired);
  EXPECT_TRUE(are_same(repaired->modules, modules));
}

TEST(DataMatrixRepair, FindsNothingInNoise) {
  std::mt19937 dice{3};
  std::normal_distribution<float> darkness{0, 1};
  for (int round = 0; round < 1000; ++round) {
    SoftModules seen(18, 18);
    for (int row = 0; row < 18; ++row) {
      for (int column = 0; column < 18; ++column) seen.at(column, row) = darkness(dice);
    }
    const auto repaired = repair_data_matrix(seen);
    EXPECT_TRUE(!repaired || repaired->spare < spare_proof);
  }
}

}  // namespace
}  // namespace lab::codes
