#include "protocol/rules/reference_set.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "tests/where.hpp"

namespace lab::rules {
namespace {

using testing::HasSubstr;

const std::string limits_header =
    "analyte_zh,analyte_en,commodity,op,limit,unit,standard,clause,effective_from,effective_to,source,confidence,"
    "note\n";
const std::string panels_header = "panel,panel_name,analyte,method,unit,lod,loq,reference_only\n";

std::vector<ReferenceFile> small_set() {
  return {{"panels.csv", panels_header + "VEG,蔬菜,铅,GB 5009.12,mg/kg,0.005,,0\nVEG,蔬菜,镉,GB/T 5009.15,mg/kg,,,1\n"},
          {"limits.csv", limits_header + "铅,lead,叶菜类蔬菜,<=,0.3,mg/kg,GB 2762-2012,4.1,2013-06-01,,t,A,\n"},
          {"categories.csv", "code,name_zh,parent\nV,蔬菜,\nV1,叶菜类蔬菜,V\n"}};
}

std::string error_of(std::vector<ReferenceFile> files) {
  const auto set = open_bundle(bundle(std::move(files)));
  return set ? "opened" : to_text(set.error());
}

std::string file_text(const std::string& path) {
  std::ifstream file(std::string{QLIMS_SOURCE_DIR} + "/" + path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(Bundle, TheSameFilesInAnyOrderGiveTheSameBytes) {
  auto files = small_set();
  const Bytes bytes = bundle(files);
  std::swap(files[0], files[2]);
  EXPECT_EQ(bundle(files), bytes);
}

TEST(Bundle, ComesBackAsItWas) {
  const auto files = unbundle(bundle(small_set()));
  ASSERT_TRUE(files.has_value());
  ASSERT_EQ(files->size(), 3u);
  EXPECT_EQ((*files)[0].name, "categories.csv");
  EXPECT_EQ((*files)[2].text, small_set()[0].text);
}

TEST(Bundle, NoCutOrChangedLengthIsAccepted) {
  const Bytes bytes = bundle(small_set());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const auto files = unbundle(BytesView{bytes}.substr(0, size));
    const std::size_t whole = files ? files->size() : 0;
    EXPECT_LT(whole, 3u) << size;  // a cut between two files; open_bundle then misses a table
  }
  EXPECT_FALSE(unbundle(bytes + "x").has_value());
  EXPECT_FALSE(unbundle("qlims-reference 1\na.csv 99999999999999999999\nx").has_value());
  EXPECT_FALSE(unbundle("qlims-reference 1\n../a 1\nx").has_value());
}

TEST(ReferenceSet, HoldsPanelsWithTheirMethods) {
  const auto set = open_bundle(bundle(small_set()));
  ASSERT_TRUE(set.has_value()) << to_text(set.error());
  const model::Panel* panel = set->panel(model::PanelCode{"VEG"});
  ASSERT_NE(panel, nullptr);
  ASSERT_EQ(panel->items.size(), 2u);
  EXPECT_EQ(panel->items[0].lod, Decimal::parse("0.005"));
  EXPECT_FALSE(panel->items[0].loq.has_value());
  EXPECT_TRUE(panel->items[1].reference_only);
  EXPECT_EQ(set->panel(model::PanelCode{"NONE"}), nullptr);
}

TEST(ReferenceSet, SeveralLimitFilesAreOneCatalogue) {
  auto files = small_set();
  files.push_back({"limits_2013.csv", limits_header + "镉,cadmium,叶菜类蔬菜,<=,0.2,mg/kg,GB 2762-2012,,,,t,A,\n"});
  const auto set = open_bundle(bundle(files));
  ASSERT_TRUE(set.has_value()) << to_text(set.error());
  EXPECT_EQ(set->limits.limit_rows(), 2u);
  EXPECT_TRUE(set->limits.find("镉", "菠菜", {"蔬菜", "叶菜类蔬菜"}, *parse_date("2013-06-20")).has_value());
}

TEST(ReferenceSet, AnErrorNamesFileAndLine) {
  const auto with = [](std::size_t file, const std::string& text) {
    auto files = small_set();
    files[file].text = text;
    return error_of(files);
  };
  EXPECT_THAT(with(0, panels_header + "VEG,蔬菜,铅,m,mg/kg,0.005x,,0\n"), HasSubstr("panels.csv, row 1 (line 2): lod"));
  EXPECT_THAT(with(0, panels_header + "VEG,蔬菜,铅,m,mg/kg,-1,,0\n"), HasSubstr("panels.csv, row 1"));
  EXPECT_THAT(with(0, panels_header + "VEG,蔬菜,铅,m,mg/kg,,,yes\n"), HasSubstr("write 0 or 1"));
  EXPECT_THAT(with(0, panels_header + "VEG,蔬菜,铅,m,mg/kg,,,\nVEG,蔬菜,铅,m,mg/kg,,,\n"), HasSubstr("twice"));
  EXPECT_THAT(with(0, panels_header + ",蔬菜,铅,m,mg/kg,,,\n"), HasSubstr("code is empty"));
  EXPECT_THAT(with(0, panels_header), HasSubstr("no panel"));
  EXPECT_THAT(with(1, limits_header + "铅,lead,叶菜,about,0.3,mg/kg,GB,,,,t,A,\n"), HasSubstr("limits"));
  EXPECT_THAT(with(2, "code,name_zh,parent\nV1,叶菜,V9\n"), HasSubstr("categories.csv"));
  EXPECT_THAT(with(2, "\xff\xfe"), HasSubstr("UTF-8"));
}

// A panel of the wider table, its rows after the header.
std::string wide_error_of(const std::string& rows) {
  auto files = small_set();
  files[0].text =
      "panel,panel_name,analyte,method,unit,lod,loq,reference_only,definition,factor,non_detects,total_of,"
      "decision_rule,relative_uncertainty,confirmations\n" +
      rows;
  return error_of(files);
}

TEST(ReferenceSet, APanelSaysWhatIsJudgedTogether) {
  auto files = small_set();
  files[0].text =
      "检测包,检测包名称,检测项目,检测方法,单位,检出限,定量限,仅供参考,残留定义,换算系数,未检出计法,对应形态,判定规则,"
      "相对扩展不确定度,确证次数\n"
      "W,水产,甲,m,mg/kg,0.01,,0,和,,半检出限,,,,1\n"
      "W,水产,乙,m,mg/kg,0.01,,0,和,1.11,half,,,,1\n"
      "W,水产,总汞,m,mg/kg,0.01,,1,,,,甲基汞,,,\n"
      "W,水产,甲基汞,m,mg/kg,0.01,,0,,,,,非二元判定,0.16,\n";
  const auto set = open_bundle(bundle(files));
  ASSERT_TRUE(set.has_value()) << to_text(set.error());
  const auto& items = set->panel(model::PanelCode{"W"})->items;
  EXPECT_EQ(items[1].definition, "和");
  EXPECT_EQ(items[1].factor, *Decimal::parse("1.11"));
  EXPECT_EQ(items[0].factor, *Decimal::parse("1"));
  EXPECT_EQ(items[0].non_detects, model::NonDetects::half);
  EXPECT_EQ(items[1].non_detects, model::NonDetects::half);
  EXPECT_EQ(items[1].confirmations, 1);
  EXPECT_EQ(items[2].total_of, "甲基汞");
  EXPECT_EQ(items[3].rule, model::DecisionRule::nonbinary);
  EXPECT_EQ(items[3].relative_uncertainty, Decimal::parse("0.16"));
}

TEST(ReferenceSet, ACellThatSaysNothingKnownNamesItsRow) {
  EXPECT_EQ(wide_error_of("P,n,甲,m,mg/kg,,,0,和,1,zero,,,,\n"), "opened");
  EXPECT_THAT(wide_error_of("P,n,甲,m,mg/kg,,,0,和,0,,,,,\n"), HasSubstr("row 1 (line 2): factor \"0\" is zero"));
  EXPECT_THAT(wide_error_of("P,n,甲,m,mg/kg,,,0,和,-1,,,,,\n"), HasSubstr("factor \"-1\""));
  EXPECT_THAT(wide_error_of("P,n,甲,m,mg/kg,,,0,和,,none,,,,\n"), HasSubstr("write one of zero, half, full"));
  EXPECT_THAT(wide_error_of("P,n,甲,m,mg/kg,,,0,,,,,lenient,,\n"), HasSubstr("decision_rule \"lenient\""));
  EXPECT_THAT(wide_error_of("P,n,甲,m,mg/kg,,,0,,,,,,half,\n"), HasSubstr("relative_uncertainty \"half\""));
  EXPECT_THAT(wide_error_of("P,n,甲,m,mg/kg,,,0,,,,,,,10\n"), HasSubstr("confirmations \"10\""));
}

TEST(ReferenceSet, APanelThatCannotBeJudgedNamesTheRowToBlame) {
  const std::string first = "P,n,甲,m,mg/kg,,,0,和,,,,,,\n";
  EXPECT_THAT(wide_error_of(first + "P,n,乙,m,mg/kg,,,1,和,,,,,,\n"),
              testing::AllOf(HasSubstr("row 2 (line 3): panel P: 甲 and 乙 are parts of 和"), HasSubstr("the same")));
  EXPECT_THAT(wide_error_of(first + "P,n,乙,m,mg/kg,,,0,和,,zero,,,,\n"), HasSubstr("are parts of 和"));
  EXPECT_THAT(wide_error_of(first + "P,n,乙,m,mg/kg,,,0,和,,,,,,2\n"), HasSubstr("are parts of 和"));
  EXPECT_THAT(wide_error_of(first + "P,n,和,m,mg/kg,,,0,,,,,,,\n"), HasSubstr("also an item by itself"));
  EXPECT_THAT(wide_error_of("P,n,甲,m,mg/kg,,,0,,1.2,,,,,\n"), HasSubstr("no definition"));
  EXPECT_THAT(wide_error_of("P,n,总汞,m,mg/kg,,,0,,,,甲基汞,,,\n"), HasSubstr("no item of the panel"));
  EXPECT_THAT(wide_error_of("P,n,总汞,m,mg/kg,,,0,,,,无机砷,,,\nP,n,无机砷,m,mg/kg,,,0,,,,,,,\n"),
              HasSubstr("no standard lets 总汞 stand for 无机砷"));
  EXPECT_THAT(wide_error_of("P,n,总汞,m,mg/kg,,,0,和,,,甲基汞,,,\nP,n,甲基汞,m,mg/kg,,,0,,,,,,,\n"),
              HasSubstr("both a part of a sum and a total"));
  EXPECT_THAT(wide_error_of("P,n,甲,m,mg/kg,,,0,,,,,guard_acceptance,,\n"), HasSubstr("needs a relative_uncertainty"));
  EXPECT_THAT(wide_error_of("P,n,甲,m,mg/kg,,,1,,,,,,,1\n"), HasSubstr("never counts"));
}

TEST(ReferenceSet, ATableNobodyReadsOrAMissingOneIsRefused) {
  auto files = small_set();
  files.push_back({"panel.csv", "x\n"});
  EXPECT_THAT(error_of(files), HasSubstr("panel.csv"));
  files = small_set();
  files.erase(files.begin());
  EXPECT_THAT(error_of(files), HasSubstr("panels.csv"));
}

TEST(ReferenceSet, TheProvincesOwnTablesOpen) {
  const std::string rules = "protocol/rules/reference/";
  const std::string plan = "coordinator/reference/sichuan_2013/";
  const auto set = open_bundle(bundle({{"limits.csv", file_text(rules + "limits.csv")},
                                       {"limits_2013.csv", file_text(plan + "limits_2013.csv")},
                                       {"categories.csv", file_text(rules + "categories.csv")},
                                       {"analytes.csv", file_text(rules + "analytes.csv")},
                                       {"banned_pesticides.csv", file_text(rules + "banned_pesticides_2013.csv")},
                                       {"banned_vet.csv", file_text(rules + "banned_vet_193.csv")},
                                       {"panels.csv", file_text(plan + "panels.csv")}}));
  ASSERT_TRUE(set.has_value()) << to_text(set.error());
  EXPECT_NE(set->panel(model::PanelCode{"VEGA"}), nullptr);
  EXPECT_GT(set->limits.limit_rows(), 532u);
}

}  // namespace
}  // namespace lab::rules
