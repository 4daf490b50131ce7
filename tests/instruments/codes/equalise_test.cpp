#include "instruments/codes/equalise.hpp"

#include <array>
#include <random>

#include "instruments/codes/qr_decode.hpp"
#include "instruments/codes/soft_block.hpp"
#include "tests/instruments/codes/encoder.hpp"

namespace lab::codes {
namespace {

KnownModules known_of(int version) { return known_modules(qr_roles(version)); }

/// Each module mixed with its neighbours along a row, as by a camera in motion, in uneven light and with some noise.
SoftModules seen_in_motion(const HardModules& modules, std::span<const double> weights) {
  std::mt19937 dice{5};
  std::normal_distribution<double> noise{0, 0.05};
  const int reach = static_cast<int>(weights.size() / 2);
  SoftModules seen(modules.columns(), modules.rows());
  for (int row = 0; row < modules.rows(); ++row) {
    for (int column = 0; column < modules.columns(); ++column) {
      double sum = 0;
      for (int dx = -reach; dx <= reach; ++dx) {
        const int x = column + dx;
        const bool is_dark = x >= 0 && x < modules.columns() && modules.at(x, row) != 0;
        sum += weights[static_cast<std::size_t>(dx + reach)] * (is_dark ? 1 : -1);
      }
      const double light = 0.3 * column / modules.columns();
      seen.at(column, row) = static_cast<float>(sum + light + noise(dice));
    }
  }
  return seen;
}

TEST(Equaliser, UndoesMotionThatNoThresholdCanRead) {
  const auto modules = drawn_by_zint(BARCODE_QRCODE, "SC13NCP00001K", 2, 3);
  const auto seen = seen_in_motion(modules, std::array{0.1, 0.4, 0.4, 0.1, 0.0});
  const auto before = repair_qr(seen);
  EXPECT_FALSE(before && before->spare >= spare_proof && are_same(before->modules, modules));
  const auto after = repair_qr(equalised(seen, known_of(2)));
  ASSERT_TRUE(after);
  EXPECT_TRUE(are_same(after->modules, modules));
  EXPECT_GE(after->spare, spare_proof);
}

TEST(Equaliser, LeavesASharpCodeRight) {
  const auto modules = drawn_by_zint(BARCODE_QRCODE, "SC13NCP00001K", 2, 3);
  const auto after = repair_qr(equalised(as_seen(modules), known_of(2)));
  ASSERT_TRUE(after);
  EXPECT_TRUE(are_same(after->modules, modules));
  EXPECT_EQ(after->errors + after->erasures, 0);
}

}  // namespace
}  // namespace lab::codes
