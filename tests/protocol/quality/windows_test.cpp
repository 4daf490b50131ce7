#include "protocol/quality/windows.hpp"

#include <gtest/gtest.h>
#include <set>

#include "tests/protocol/quality/values.hpp"
#include "tests/reference_csv.hpp"
#include "tests/where.hpp"

namespace lab::testing {
namespace {

using quality::Windows;

const std::string recoveries = "protocol/quality/reference/recovery_limits.csv";
const std::string duplicates = "protocol/quality/reference/duplicate_limits.csv";

Windows reference() { return Windows::load_recovery(read_file(QLIMS_SOURCE_DIR "/" + recoveries)).value(); }

TEST(RecoveryWindows, OfEveryRowAreFoundFromItsLowerEndToJustBelowItsUpperEnd) {
  const auto rows = read_table(recoveries);
  const Windows windows = reference();
  ASSERT_EQ(windows.rows().size(), rows.size());
  for (const auto& row : rows) {
    const std::string& upper = row.at("conc_max_mg_kg");
    const Decimal last = upper.empty() ? dec("1e6") : dec(upper).plus(dec("-1e-9")).value();
    for (const Decimal& concentration : {dec(row.at("conc_min_mg_kg")), last}) {
      const auto* const window = windows.find(row.at("scheme"), concentration);
      ASSERT_NE(window, nullptr) << row.at("scheme") << " " << concentration.to_text();
      EXPECT_EQ(window->least, dec(row.at("recovery_min_pct")));
      EXPECT_EQ(window->most, dec(row.at("recovery_max_pct")));
      EXPECT_EQ(window->rsd_most, Decimal::parse(row.at("rsd_max_pct")));
      EXPECT_EQ(window->confidence, row.at("confidence")) << "the mark is kept";
    }
  }
}

TEST(RecoveryWindows, AreNoWiderInAHigherClassSoThatABoundaryMakesNothingEasier) {
  const Windows windows = reference();
  for (const auto& lower : windows.rows()) {
    if (!lower.below) continue;
    const auto* const higher = windows.find(lower.scheme, *lower.below);
    ASSERT_NE(higher, nullptr);
    EXPECT_GE(higher->least, lower.least);
    EXPECT_LE(higher->most, lower.most);
  }
}

TEST(RecoveryWindows, OfAnUnknownSchemeOrANegativeConcentrationDoNotExist) {
  EXPECT_EQ(reference().find("GB/T 1", dec("1")), nullptr);
  EXPECT_EQ(reference().find("NY/T 788-2018", dec("-0.1")), nullptr);
}

TEST(DuplicateWindows, BoundTheDifferenceFromAbove) {
  const auto windows = Windows::load_duplicates(read_file(QLIMS_SOURCE_DIR "/" + duplicates)).value();
  ASSERT_EQ(windows.rows().size(), read_table(duplicates).size());
  const auto* const window = windows.find("customary", dec("0.05"));
  ASSERT_NE(window, nullptr);
  EXPECT_EQ(window->least, dec("0"));
  EXPECT_EQ(window->most, dec("20"));
  EXPECT_EQ(window->confidence, "K");
}

TEST(Windows, OfABrokenTableAreRefusedWithThePlace) {
  const std::string header =
      "scheme,conc_min_mg_kg,conc_max_mg_kg,recovery_min_pct,recovery_max_pct,rsd_max_pct,confidence\n";
  const std::pair<const char*, const char*> broken[] = {
      {"s,0,,x,110,,K\n", "row 1 (line 2)"},
      {"s,0,,,110,,K\n", "row 1 (line 2)"},
      {"s,-1,,80,110,,K\n", "row 1 (line 2)"},
      {"s,0,,110,80,,K\n", "row 1 (line 2)"},
      {",0,,80,110,,K\n", "row 1 (line 2)"},
      {"s,1,1,80,110,,K\n", "row 1 (line 2)"},
      {"s,0,1,80,110,,K\ns,2,,80,110,,K\n", "scheme s"},  // a gap
      {"s,0,3,80,110,,K\ns,2,,80,110,,K\n", "scheme s"},  // an overlap
      {"s,0,,80,110,,K\ns,2,,80,110,,K\n", "scheme s"},   // open end below another class
  };
  for (const auto& [rows, place] : broken) {
    const auto loaded = Windows::load_recovery(header + rows);
    ASSERT_FALSE(loaded.has_value()) << rows;
    EXPECT_EQ(loaded.error().where, place) << rows;
  }
  EXPECT_FALSE(Windows::load_recovery("scheme\ns\n").has_value());
  EXPECT_TRUE(Windows::load_recovery(header + "a,0,,80,110,,K\nb,0,,80,110,,K\n").has_value());
}

}  // namespace
}  // namespace lab::testing
