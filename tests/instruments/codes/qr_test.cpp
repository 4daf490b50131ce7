#include <fmt/format.h>
#include <algorithm>
#include <random>

#include "instruments/codes/qr_decode.hpp"
#include "instruments/codes/soft_block.hpp"
#include "tests/instruments/codes/encoder.hpp"

namespace lab::codes {
namespace {

TEST(QrLayout, EveryVersionAndLevelOfAnotherEncoderNeedsNoRepair) {
  for (int version = 1; version <= qr_version_max; ++version) {
    for (int level = 1; level <= 4; ++level) {
      const auto modules = drawn_by_zint(BARCODE_QRCODE, fmt::format("QLIMS {}", version % 10), version, level);
      ASSERT_EQ(modules.columns(), qr_side(version));
      const auto repaired = repair_qr(as_seen(modules));
      ASSERT_TRUE(repaired) << "version " << version << " level " << level;
      EXPECT_EQ(repaired->errors + repaired->erasures, 0) << "version " << version << " level " << level;
      EXPECT_TRUE(are_same(repaired->modules, modules)) << "version " << version << " level " << level;
    }
  }
}

TEST(QrLayout, FixedModulesAreWhereAnotherEncoderPutsThem) {
  for (int version = 1; version <= qr_version_max; ++version) {
    const auto modules = drawn_by_zint(BARCODE_QRCODE, "1", version, 1);
    const auto roles = qr_roles(version);
    for (int row = 0; row < roles.rows(); ++row) {
      for (int column = 0; column < roles.columns(); ++column) {
        const QrRole role = roles.at(column, row);
        if (role != QrRole::dark && role != QrRole::light) continue;
        EXPECT_EQ(modules.at(column, row), role == QrRole::dark ? 1 : 0) << version;
      }
    }
  }
}

TEST(QrRepair, SeesThroughAPatchThatHidesAQuarter) {
  const auto modules = drawn_by_zint(BARCODE_QRCODE, "SC13NCP00001K", 2, 3);
  auto seen = as_seen(modules);
  // A patch of glare over the middle and the lower right: 9 x 10 of 25 x 25 modules say nothing.
  for (int row = 12; row < 21; ++row) {
    for (int column = 12; column < 22; ++column) seen.at(column, row) = -0.01F;
  }
  const auto repaired = repair_qr(seen);
  ASSERT_TRUE(repaired);
  EXPECT_GT(repaired->errors + repaired->erasures, 11) << "more than errors alone could be corrected";
  EXPECT_TRUE(are_same(repaired->modules, modules));
}

TEST(QrRepair, FindsNothingInNoise) {
  std::mt19937 dice{3};
  std::normal_distribution<float> darkness{0, 1};
  for (int round = 0; round < 300; ++round) {
    SoftModules seen(25, 25);
    for (int row = 0; row < 25; ++row) {
      for (int column = 0; column < 25; ++column) seen.at(column, row) = darkness(dice);
    }
    const auto repaired = repair_qr(seen);
    EXPECT_TRUE(!repaired || repaired->spare < spare_proof);
  }
}

TEST(QrRepair, RefusesWhatHasNoSizeOfAQrCode) {
  EXPECT_FALSE(repair_qr(SoftModules(20, 20)));
  EXPECT_FALSE(repair_qr(SoftModules(21, 25)));
  EXPECT_FALSE(repair_qr(SoftModules(0, 0)));
}

}  // namespace
}  // namespace lab::codes
