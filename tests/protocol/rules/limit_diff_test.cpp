#include "protocol/rules/limit_diff.hpp"

#include <gtest/gtest.h>

#include "tests/reference_csv.hpp"
#include "tests/where.hpp"

namespace lab::rules {
namespace {

LimitCatalogue table_of(const std::string& rows) {
  const std::string text =
      "analyte_zh,analyte_en,commodity,op,limit,unit,standard,clause,effective_from,effective_to,source,confidence,"
      "note\n" +
      rows;
  auto loaded =
      LimitCatalogue::load({.limits = text, .analytes = {}, .banned_pesticides = {}, .banned_veterinary = {}});
  EXPECT_TRUE(loaded) << to_text(loaded.error());
  return *std::move(loaded);
}

const std::string lead_2012 = "铅,lead,结球甘蓝,<=,0.3,mg/kg,GB 2762-2012,4.1,2013-06-01,2017-09-16,p:a,A,以Pb计\n";
const std::string lead_2022 = "铅,lead,结球甘蓝,<=,0.2,mg/kg,GB 2762-2022,4.1,2023-06-30,,p:a,A,以Pb计\n";
const std::string cadmium = "镉,cadmium,芹菜,<=,0.2,mg/kg,GB 2762-2012,4.2,2013-06-01,,p:b,B,\n";

TEST(LimitDiff, OfAnEditionWithItselfIsEmptyWhateverTheOrder) {
  const auto diff =
      compare_editions(table_of(lead_2012 + lead_2022 + cadmium), table_of(cadmium + lead_2022 + lead_2012));
  EXPECT_TRUE(diff.added.empty());
  EXPECT_TRUE(diff.removed.empty());
  EXPECT_TRUE(diff.changed.empty());
  EXPECT_EQ(diff.unchanged, 3U);
}

TEST(LimitDiff, NamesRowsAddedAndRemoved) {
  const auto diff = compare_editions(table_of(lead_2012 + cadmium), table_of(lead_2022 + lead_2012));
  EXPECT_EQ(diff.removed, std::vector<std::uint32_t>{2});
  EXPECT_EQ(diff.added, std::vector<std::uint32_t>{1});
  EXPECT_EQ(diff.unchanged, 1U);
}

TEST(LimitDiff, NamesEveryColumnThatReadsDifferentlyAndWhoAsksForMore) {
  const auto diff = compare_editions(table_of(lead_2012), table_of(lead_2022));
  ASSERT_EQ(diff.changed.size(), 1U);
  const std::vector<ChangedField> expected{{"limit", "0.3", "0.2"},
                                           {"standard", "GB 2762-2012", "GB 2762-2022"},
                                           {"effective_from", "2013-06-01", "2023-06-30"},
                                           {"effective_to", "2017-09-16", ""}};
  EXPECT_EQ(diff.changed[0].fields, expected);
  EXPECT_EQ(diff.changed[0].strictness, std::strong_ordering::less);
}

TEST(LimitDiff, ComparesNumbersByValueAndOpsByName) {
  const auto same = compare_editions(table_of(cadmium),
                                     table_of("镉,cadmium,芹菜,<=,0.20,mg/kg,GB 2762-2012,4.2,2013-06-01,,p:b,B,\n"));
  EXPECT_TRUE(same.changed.empty());
  const auto unit = compare_editions(table_of(cadmium),
                                     table_of("镉,cadmium,芹菜,<=,200,μg/kg,GB 2762-2012,4.2,2013-06-01,,p:b,B,\n"));
  ASSERT_EQ(unit.changed.size(), 1U);
  EXPECT_EQ(unit.changed[0].strictness, std::strong_ordering::equal);
  EXPECT_EQ(unit.changed[0].fields.size(), 2U);
  const auto forbidden =
      compare_editions(table_of(cadmium), table_of("镉,cadmium,芹菜,ND,,,GB 2762-2012,4.2,2013-06-01,,p:b,B,\n"));
  ASSERT_EQ(forbidden.changed.size(), 1U);
  EXPECT_EQ(forbidden.changed[0].fields[0], (ChangedField{"op", "<=", "ND"}));
  EXPECT_EQ(forbidden.changed[0].strictness, std::strong_ordering::less);
}

TEST(LimitDiff, OfTheWholeReferenceTableFindsTheOneRowThatWasTouched) {
  const std::string text = testing::read_file(QLIMS_SOURCE_DIR "/protocol/rules/reference/limits.csv");
  const auto load = [](const std::string& csv) {
    auto loaded =
        LimitCatalogue::load({.limits = csv, .analytes = {}, .banned_pesticides = {}, .banned_veterinary = {}});
    EXPECT_TRUE(loaded);
    return *std::move(loaded);
  };
  std::string touched = text;
  const std::string was = "镉,cadmium,芹菜,<=,0.2,";
  touched.replace(touched.find(was), was.size(), "镉,cadmium,芹菜,<=,0.3,");
  const auto diff = compare_editions(load(text), load(touched));
  EXPECT_TRUE(diff.added.empty() && diff.removed.empty());
  ASSERT_EQ(diff.changed.size(), 1U);
  EXPECT_EQ(diff.changed[0].old_row, 53U);
  EXPECT_EQ(diff.changed[0].strictness, std::strong_ordering::greater);
  EXPECT_EQ(diff.unchanged, 531U);
}

TEST(LimitCatalogueRow, KeepsWhereItsNumberCameFrom) {
  const auto table = table_of(lead_2012);
  EXPECT_EQ(table.listed(1)->provenance, (Provenance{"p:a", "A", "以Pb计"}));
  EXPECT_EQ(table.listed(1)->analyte, "铅");
  EXPECT_EQ(table.listed(0), nullptr);
  EXPECT_EQ(table.listed(2), nullptr);
}

}  // namespace
}  // namespace lab::rules
