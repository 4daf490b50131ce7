// Panels and laboratories.
#include "coordinator/planning/import.hpp"
#include "tests/coordinator/planning/fixture.hpp"

namespace lab::planning {
namespace {

using testing::Province;
using testing::table;

const std::string panel_header = "检测包,检测包名称,检测项目,检测方法,单位,检出限,定量限,仅供参考\n";
const std::string laboratory_header = "编号,实验室,市州代码,容量,检测包\n";

void expect_panel_error(const std::string& rows, const std::string& words) {
  const auto panels = load_panels(table(panel_header + rows, "panels.csv"));
  ASSERT_FALSE(panels.has_value()) << rows;
  EXPECT_NE(panels.error().message.find(words), std::string::npos) << panels.error().message;
  EXPECT_EQ(panels.error().where, "panels.csv");
}

void expect_laboratory_error(const std::string& rows, const std::string& words) {
  const Province province;
  const auto labs = load_laboratories(table(laboratory_header + rows), province.divisions, province.panels);
  ASSERT_FALSE(labs.has_value()) << rows;
  EXPECT_NE(labs.error().message.find(words), std::string::npos) << labs.error().message;
}

TEST(Panels, KeepDetectionLimitsExactlyAsWritten) {
  const auto panels =
      load_panels(table(panel_header + "V,蔬菜,铅,GB 5009.12,mg/kg,0.0050,,0\nV,蔬菜,镉,M,μg/kg,,5,1\n"));
  ASSERT_TRUE(panels.has_value());
  ASSERT_EQ(panels->size(), 1U);
  const auto& items = panels->front().items;
  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(items[0].lod->to_text(), "0.0050");
  EXPECT_FALSE(items[0].loq.has_value());
  EXPECT_FALSE(items[0].reference_only);
  EXPECT_TRUE(items[1].reference_only);
}

TEST(Panels, RefuseAUnitThatCannotBeConverted) { expect_panel_error("V,蔬菜,铅,M,mgkg,,,0\n", "不认识的单位"); }
TEST(Panels, RefuseADetectionLimitThatIsNoNumber) { expect_panel_error("V,蔬菜,铅,M,mg/kg,<0.01,,0\n", "大于 0"); }
TEST(Panels, RefuseADetectionLimitOfZero) { expect_panel_error("V,蔬菜,铅,M,mg/kg,0,,0\n", "大于 0"); }
TEST(Panels, RefuseADetectionLimitAboveTheQuantificationLimit) {
  expect_panel_error("V,蔬菜,铅,M,mg/kg,0.02,0.01,0\n", "检出限大于定量限");
}
TEST(Panels, RefuseAnAnalyteTwice) {
  expect_panel_error("V,蔬菜,铅,M,mg/kg,,,0\nV,蔬菜,铅,M,mg/kg,,,0\n", "已有这个项目");
}
TEST(Panels, RefuseAPanelInTwoPieces) {
  expect_panel_error("V,蔬菜,铅,M,mg/kg,,,0\nF,水果,铅,M,mg/kg,,,0\nV,蔬菜,镉,M,mg/kg,,,0\n", "连在一起");
}
TEST(Panels, RefuseTwoNamesForOnePanel) {
  expect_panel_error("V,蔬菜,铅,M,mg/kg,,,0\nV,菜,镉,M,mg/kg,,,0\n", "名称不同");
}
TEST(Panels, RefuseACodeThatDoesNotPrint) { expect_panel_error("蔬菜,蔬菜,铅,M,mg/kg,,,0\n", "大写字母"); }
TEST(Panels, RefuseAnythingButZeroOrOneForReferenceOnly) { expect_panel_error("V,蔬菜,铅,M,mg/kg,,,是\n", "仅供参考"); }

TEST(Panels, NameTheFirstMistakesAndCountTheRest) {
  std::string rows;
  for (int i = 0; i < 9; ++i) rows += "V,蔬菜,项目" + std::to_string(i) + ",M,oz,,,0\n";
  expect_panel_error(rows, "共 9 处错误");
}

TEST(Panels, HaveALimitOfItems) {
  std::string rows;
  for (std::size_t i = 0; i <= panel_items_max; ++i) rows += "V,蔬菜,项目" + std::to_string(i) + ",M,mg/kg,,,0\n";
  expect_panel_error(rows, "超过 500 个");
}

TEST(Laboratories, AreReadWithTheirOffer) {
  const Province province;
  const auto labs =
      load_laboratories(table(laboratory_header + "7,甲站,成都市,300,VEG  FRU\n"), province.divisions, province.panels);
  ASSERT_TRUE(labs.has_value());
  EXPECT_EQ(labs->front(), (model::Laboratory{model::LaboratoryId{7},
                                              "甲站",
                                              model::CityCode{510100},
                                              300,
                                              {model::PanelCode{"VEG"}, model::PanelCode{"FRU"}}}));
}

TEST(Laboratories, AreRefusedInAnUnknownCity) { expect_laboratory_error("7,甲站,519900,300,VEG\n", "没有这个市州"); }
TEST(Laboratories, AreRefusedWithAnUnknownPanel) { expect_laboratory_error("7,甲站,510100,300,VEG QQQ\n", "没有 QQQ"); }
TEST(Laboratories, AreRefusedWithAPanelTwice) { expect_laboratory_error("7,甲站,510100,300,VEG VEG\n", "写了两次"); }
TEST(Laboratories, AreRefusedWithoutAnyPanel) { expect_laboratory_error("7,甲站,510100,300,\n", "至少写一个"); }
TEST(Laboratories, AreRefusedWithoutCapacity) { expect_laboratory_error("7,甲站,510100,0,VEG\n", "1 到 1000000"); }
TEST(Laboratories, AreRefusedUnderANumberAlreadyGiven) {
  expect_laboratory_error("7,甲站,510100,3,VEG\n7,乙站,510100,3,VEG\n", "已有实验室");
}

}  // namespace
}  // namespace lab::planning
