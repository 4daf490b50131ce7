#include "protocol/rules/limit_catalogue.hpp"

#include <gtest/gtest.h>

#include "tests/reference_csv.hpp"
#include "tests/where.hpp"

namespace lab::rules {
namespace {

using model::Limit;
using model::LimitKind;
using Path = std::vector<std::string>;

const std::string folder = QLIMS_SOURCE_DIR "/protocol/rules/reference/";

const LimitCatalogue& edition() {
  static const LimitCatalogue loaded = [] {
    const std::string limits = testing::read_file(folder + "limits.csv");
    const std::string analytes = testing::read_file(folder + "analytes.csv");
    const std::string pesticides = testing::read_file(folder + "banned_pesticides_2013.csv");
    const std::string veterinary = testing::read_file(folder + "banned_vet_193.csv");
    auto catalogue = LimitCatalogue::load({limits, analytes, pesticides, veterinary});
    EXPECT_TRUE(catalogue) << to_text(catalogue.error());
    return *std::move(catalogue);
  }();
  return loaded;
}

std::string found(const char* analyte, const char* commodity, const Path& path, const char* date) {
  const auto limit = edition().find(analyte, commodity, path, *parse_date(date));
  if (!limit) return "none";
  return std::string{model::name_of(limit->kind)} + (limit->upper ? limit->upper->to_text() : "");
}

// A small table of our own: limit rows only.
Result<LimitCatalogue> table_of(const std::string& rows) {
  const std::string text =
      "analyte_zh,analyte_en,commodity,op,limit,unit,standard,clause,effective_from,effective_to\n" + rows;
  return LimitCatalogue::load({.limits = text, .analytes = {}, .banned_pesticides = {}, .banned_veterinary = {}});
}

TEST(LimitCatalogue, HoldsEveryRowOfTheEdition) {
  EXPECT_EQ(edition().limit_rows(), 532U);
  EXPECT_EQ(edition().listed(53)->limit.commodity, "芹菜");
  EXPECT_EQ(edition().listed(0), nullptr);
  EXPECT_EQ(edition().listed(532 + 1), nullptr);
  const auto first_ban = edition().find("六六六", "白菜", {"蔬菜"}, *parse_date("2013-07-01"));
  ASSERT_TRUE(first_ban);
  EXPECT_EQ(first_ban->row, 532U + 1);
  EXPECT_EQ(first_ban->standard, "农业部公告第199号(2002)");
}

TEST(LimitCatalogue, EveryDatedRowIsFoundByItsOwnWordsOnItsFirstAndLastDay) {
  const auto rows = testing::read_table("protocol/rules/reference/limits.csv");
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto& row = rows[i];
    for (const char* end : {"effective_from", "effective_to"}) {
      if (row.at(end).empty()) continue;
      const auto limit = edition().find(row.at("analyte_zh"), row.at("commodity"), {}, *parse_date(row.at(end)));
      ASSERT_TRUE(limit) << "row " << i + 1 << " on its " << end;
      const Limit& listed = edition().listed(static_cast<std::uint32_t>(i + 1))->limit;
      EXPECT_EQ(limit->upper, listed.upper) << "row " << i + 1;
      EXPECT_EQ(limit->kind, listed.kind) << "row " << i + 1;
    }
  }
}

TEST(LimitCatalogue, TheMostSpecificEntryWins) {
  EXPECT_EQ(found("镉", "芹菜", {"蔬菜", "茎类蔬菜"}, "2013-07-01"), "<=0.2");
  EXPECT_EQ(found("镉", "莴笋", {"蔬菜", "茎类蔬菜"}, "2013-07-01"), "<=0.1");
  EXPECT_EQ(found("镉", "黄花菜", {"蔬菜"}, "2013-07-01"), "<=0.05");
  EXPECT_EQ(found("铅", "萝卜", {"蔬菜", "根茎类和薯芋类蔬菜"}, "2013-07-01"), "<=0.1");
  EXPECT_EQ(found("铅", "马铃薯", {"蔬菜", "根茎类和薯芋类蔬菜"}, "2013-07-01"), "<=0.2");
}

TEST(LimitCatalogue, TheEditionInForceOnTheDayCounts) {
  const Path cabbage{"蔬菜", "芸薹类蔬菜"};
  EXPECT_EQ(found("铅", "结球甘蓝", cabbage, "2013-05-31"), "none");
  EXPECT_EQ(found("铅", "结球甘蓝", cabbage, "2013-06-01"), "<=0.3");
  EXPECT_EQ(found("铅", "结球甘蓝", cabbage, "2017-09-16"), "<=0.3");
  EXPECT_EQ(found("铅", "结球甘蓝", cabbage, "2017-09-17"), "none");
  EXPECT_EQ(found("铅", "结球甘蓝", cabbage, "2023-06-29"), "none");
  EXPECT_EQ(found("铅", "结球甘蓝", cabbage, "2023-06-30"), "<=0.2");
}

TEST(LimitCatalogue, AnAnalyteAnswersToAllItsNames) {
  for (const char* name : {"毒死蜱", "chlorpyrifos", "Chlorpyrifos", " 毒死蜱 ", "2921-88-2"}) {
    EXPECT_EQ(found(name, "番茄", {}, "2013-07-01"), "<=0.5") << name;
  }
  EXPECT_EQ(found("双氢链霉素", "牛奶", {}, "2021-07-01"), "<=200");
  EXPECT_EQ(found("安定", "猪肉", {}, "2021-07-01"), "ND");
  EXPECT_EQ(found("毒死", "番茄", {}, "2013-07-01"), "none");
}

TEST(LimitCatalogue, ABanAppliesWhereNoRowDoesAndOnlyIfItSurelyCoversTheSample) {
  EXPECT_EQ(found("甲胺磷", "白菜", {"蔬菜"}, "2013-07-01"), "banned");
  EXPECT_EQ(found("甲胺磷", "番茄", {"蔬菜"}, "2013-07-01"), "ND0.05");
  EXPECT_EQ(found("甲胺磷", "白菜", {"蔬菜"}, "2006-12-31"), "none");
  EXPECT_EQ(found("苯线磷", "白菜", {"蔬菜"}, "2013-10-30"), "none");
  EXPECT_EQ(found("苯线磷", "白菜", {"蔬菜"}, "2013-10-31"), "banned");
  EXPECT_EQ(found("甲拌磷", "白菜", {"蔬菜"}, "2013-07-01"), "banned");
  EXPECT_EQ(found("甲拌磷", "小麦", {"谷物", "麦类"}, "2013-07-01"), "none");
  EXPECT_EQ(found("氧乐果", "甘蓝", {"蔬菜", "芸薹类蔬菜"}, "2013-07-01"), "banned");
  EXPECT_EQ(found("氧乐果", "菠菜", {"蔬菜", "叶菜类蔬菜"}, "2013-07-01"), "none");
  EXPECT_EQ(found("氟虫腈", "白菜", {"蔬菜"}, "2013-07-01"), "none");
  EXPECT_EQ(found("克仑特罗", "猪肉", {"畜禽产品", "畜肉"}, "2013-07-01"), "banned");
  EXPECT_EQ(found("克仑特罗", "白菜", {"蔬菜"}, "2013-07-01"), "none");
  EXPECT_EQ(found("孔雀石绿", "草鱼", {"水产品", "鱼类"}, "2013-07-01"), "none");
}

TEST(LimitCatalogue, OfEquallySpecificRowsTheStrictestBindsAndTheNoteSaysSo) {
  const auto catalogue =
      table_of("铅,lead,大米,<=,0.3,mg/kg,A,,2013-01-01,\n铅,lead,大米,<=,200,μg/kg,B,,2013-01-01,\n");
  ASSERT_TRUE(catalogue) << to_text(catalogue.error());
  const auto looked_up = catalogue->look_up("铅", SampleNames{"大米", {}}, *parse_date("2013-07-01"));
  ASSERT_TRUE(looked_up.limit);
  EXPECT_EQ(looked_up.limit->row, 2U);
  EXPECT_NE(looked_up.note.find("1、2"), std::string::npos) << looked_up.note;
}

TEST(LimitCatalogue, EqualRowsAreNoConflict) {
  const auto catalogue =
      table_of("铅,lead,大米,<=,0.2,mg/kg,A,,2013-01-01,\n铅,lead,大米,<=,200,μg/kg,B,,2013-01-01,\n");
  ASSERT_TRUE(catalogue);
  const auto looked_up = catalogue->look_up("lead", SampleNames{"大米", {}}, *parse_date("2013-07-01"));
  EXPECT_EQ(looked_up.limit->row, 1U);
  EXPECT_TRUE(looked_up.note.empty());
}

TEST(LimitCatalogue, RowsThatCannotBeComparedGiveNoLimit) {
  const auto catalogue =
      table_of("铅,lead,大米,<=,0.3,mg/kg,A,,2013-01-01,\n铅,lead,大米,range,1~2,mg/kg,B,,2013-01-01,\n");
  ASSERT_TRUE(catalogue);
  const auto looked_up = catalogue->look_up("铅", SampleNames{"大米", {}}, *parse_date("2013-07-01"));
  EXPECT_FALSE(looked_up.limit);
  EXPECT_FALSE(looked_up.note.empty());
}

TEST(LimitCatalogue, ARowWithAKnownFirstDayBeatsOneWithout) {
  const auto catalogue = table_of("铅,lead,大米,<=,0.1,mg/kg,A,,,\n铅,lead,大米,<=,0.3,mg/kg,B,,2013-01-01,\n");
  ASSERT_TRUE(catalogue);
  EXPECT_EQ(catalogue->find("铅", "大米", {}, *parse_date("2013-07-01"))->row, 2U);
  EXPECT_EQ(catalogue->find("铅", "大米", {}, *parse_date("2012-07-01"))->row, 1U);
}

TEST(LimitCatalogue, ATableWithOneBadRowIsRefusedAndTheRowNamed) {
  for (const char* bad :
       {"铅,lead,大米,<,0.3,mg/kg,A,,,\n", "铅,lead,大米,<=,0.3 ppm,mg/kg,A,,,\n", "铅,lead,大米,<=,,mg/kg,A,,,\n",
        "铅,lead,大米,<=,0.3,mg/KG,A,,,\n", "铅,lead,大米,<=,0.3,mg/kg,A,,2013-6-1,\n", "铅,lead,,<=,0.3,mg/kg,A,,,\n",
        ",lead,大米,<=,0.3,mg/kg,A,,,\n", "铅,lead,大米,none,,,A,,,\n"}) {
    const auto catalogue = table_of(std::string{"铅,lead,小米,<=,0.2,mg/kg,A,,,\n"} + bad);
    ASSERT_FALSE(catalogue) << bad;
    EXPECT_EQ(catalogue.error().where, "row 2 (line 3)") << bad;
  }
  EXPECT_FALSE(LimitCatalogue::load({}));
}

TEST(LimitCatalogue, APanelIsResolvedInItsOwnOrder) {
  std::vector<model::PanelItem> panel(3);
  panel[0].analyte = "镉";
  panel[1].analyte = "不存在";
  panel[2].analyte = "铅";
  const SampleNames celery{"芹菜", {"蔬菜", "叶菜类蔬菜"}};
  const auto limits = limits_for_panel(edition(), panel, celery, *parse_date("2013-07-01"));
  ASSERT_EQ(limits.size(), 3U);
  EXPECT_EQ(limits[0].row, 53U);
  EXPECT_EQ(limits[1].kind, LimitKind::none);
  EXPECT_EQ(limits[1].row, 0U);
  EXPECT_EQ(limits[2].upper, Decimal::parse("0.3"));
}

TEST(AnalyteNames, AWrongCasCheckDigitIsNoticed) {
  EXPECT_TRUE(is_cas_number("10265-92-6"));
  EXPECT_TRUE(is_cas_number("60-51-5"));
  for (const char* wrong : {"10265-92-5", "10265926", "60-51-", "-51-5", "6a-51-5", "", "12345678-92-6"}) {
    EXPECT_FALSE(is_cas_number(wrong)) << wrong;
  }
  EXPECT_FALSE(AnalyteNames::load("name_zh,name_en,cas\n乐果,dimethoate,60-51-6\n"));
}

}  // namespace
}  // namespace lab::rules
