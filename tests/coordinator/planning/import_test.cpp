#include "coordinator/planning/import.hpp"

#include <algorithm>

#include "tests/coordinator/planning/fixture.hpp"

namespace lab::planning {
namespace {

using testing::Province;

const std::string header = "项目,市州代码,区县代码,产品类别,产品名称,抽样环节,轮次,检测包,样品数\n";
const std::string good_row = "NCP,510100,510104,V3,番茄,生产基地,1,VEG,12\n";

// The complaints about one bad row that stands between two good ones.
std::vector<Complaint> complaints_about(const std::string& row) {
  const Province province;
  const PlanImport result = province.import(header + good_row + row + "LTS,510300,510321,F,柑,超市,2,FRU,5\n");
  EXPECT_FALSE(result.accepted());
  EXPECT_TRUE(result.plan.cells.empty()) << "nothing may be half-imported";
  return result.complaints;
}

void expect_one(const std::string& row, std::size_t column, const std::string& value, const std::string& words) {
  const auto complaints = complaints_about(row);
  ASSERT_EQ(complaints.size(), 1U) << row;
  EXPECT_EQ(complaints[0].line, 3U);
  EXPECT_EQ(complaints[0].column, column);
  EXPECT_EQ(complaints[0].value, value);
  EXPECT_NE(complaints[0].message.find(words), std::string::npos) << complaints[0].message;
}

TEST(PlanImport, TakesAGoodPlanWhole) {
  const Province province;
  const PlanImport result = province.import(header + good_row + "LTS,自贡市,荣县,水果,柑,supermarket,4,FRU,5\n");
  ASSERT_TRUE(result.accepted());
  EXPECT_TRUE(result.error_file.empty());
  EXPECT_EQ(result.plan.year, 2013);
  EXPECT_EQ(result.plan.id, model::PlanId{3});
  ASSERT_EQ(result.plan.cells.size(), 2U);
  EXPECT_EQ(result.plan.cells[0], (model::PlanCell{model::ProgrammeCode{"NCP"}, model::CityCode{510100},
                                                   model::CountyCode{510104}, model::CategoryCode{"V3"}, "番茄",
                                                   model::Stage::production_base, 1, model::PanelCode{"VEG"}, 12}));
  EXPECT_EQ(result.plan.cells[1].county, model::CountyCode{510321});
  EXPECT_EQ(result.plan.cells[1].category, model::CategoryCode{"F"});
  EXPECT_EQ(result.plan.cells[1].stage, model::Stage::supermarket);
}

TEST(PlanImport, ReadsEnglishHeadersAndGb18030) {
  const Province province;
  const std::string text =
      "quota,panel,round,stage,commodity,category,county,city,programme\n7,VEG,3,农贸市场,番茄,茄果类蔬菜,青羊区,"
      "成都市,NCP\n";
  for (const Charset charset : {Charset::utf8_bom, Charset::gb18030, Charset::utf16_be}) {
    const PlanImport result = province.import(*encode_text(text, charset));
    ASSERT_TRUE(result.accepted()) << name_of(charset);
    EXPECT_EQ(result.plan.cells[0].county, model::CountyCode{510105});
    EXPECT_EQ(result.plan.cells[0].quota, 7U);
  }
}

TEST(PlanImport, RefusesAnUnknownProgramme) {
  expect_one("QQQ,510100,510104,V3,番茄,生产基地,2,VEG,1\n", 1, "QQQ", "项目表里没有");
}

TEST(PlanImport, RefusesAnUnknownCity) {
  expect_one("NCP,510900,510104,V3,番茄,生产基地,2,VEG,1\n", 2, "510900", "没有这个市州");
}

TEST(PlanImport, RefusesAnUnknownCounty) {
  expect_one("NCP,510100,519999,V3,番茄,生产基地,2,VEG,1\n", 3, "519999", "没有这个区县");
}

TEST(PlanImport, SaysWhereAMisplacedCountyBelongs) {
  expect_one("NCP,510100,荣县,V3,番茄,生产基地,2,VEG,1\n", 3, "荣县", "不属于成都市，而属于自贡市");
}

TEST(PlanImport, RefusesAnUnknownCategory) {
  expect_one("NCP,510100,510104,V9,番茄,生产基地,2,VEG,1\n", 4, "V9", "没有这个类别");
}

TEST(PlanImport, RefusesAnEmptyProduct) {
  expect_one("NCP,510100,510104,V3,\u3000,生产基地,2,VEG,1\n", 5, "", "不能为空");
}

TEST(PlanImport, RefusesAnUnknownStage) {
  expect_one("NCP,510100,510104,V3,番茄,地摊,2,VEG,1\n", 6, "地摊", "没有这个环节");
}

TEST(PlanImport, RefusesARoundOutsideTheYear) {
  for (const char* round : {"0", "5", "一", "1.0", "-1"}) {
    expect_one(std::string{"NCP,510100,510104,V3,番茄,生产基地,"} + round + ",VEG,1\n", 7, round, "1 到 4");
  }
}

TEST(PlanImport, RefusesAnUnknownPanel) {
  expect_one("NCP,510100,510104,V3,番茄,生产基地,2,veg,1\n", 8, "veg", "没有这个检测包");
}

TEST(PlanImport, RefusesAQuotaThatIsNoPositiveWholeNumber) {
  for (const char* quota : {"0", "-3", "3.5", "三", "1e3", "+4", "0x10", "99999999999", "10000", "３"}) {
    expect_one(std::string{"NCP,510100,510104,V3,番茄,生产基地,2,VEG,"} + quota + "\n", 9, quota, "1 到 9999");
  }
}

TEST(PlanImport, RefusesTheSameCellTwiceWithTheLineOfTheFirst) {
  const auto complaints = complaints_about("NCP,成都市,锦江区,茄果类蔬菜,番茄,production_base,1,VEG,3\n");
  ASSERT_EQ(complaints.size(), 1U);
  EXPECT_EQ(complaints[0].line, 3U);
  EXPECT_NE(complaints[0].message.find("与第 2 行重复"), std::string::npos);
}

const std::string lot_header = header.substr(0, header.size() - 1) + ",批量,检验水平,AQL,受检单位\n";
const std::string lot_row = "LTS,510300,510321,F,柑,流通,2,FRU,3,1000,ii,1.0,自贡果业\n";

// The one complaint about a row of lots that stands between a good one and an ordinary one.
Complaint complaint_about_lot(const std::string& row) {
  const Province province;
  const PlanImport result =
      province.import(lot_header + lot_row + row + "NCP,510100,510104,V3,番茄,生产基地,1,VEG,12,,,,\n");
  EXPECT_EQ(result.complaints.size(), 1U) << row;
  EXPECT_TRUE(result.plan.cells.empty());
  return result.complaints.empty() ? Complaint{} : result.complaints.front();
}

TEST(PlanImport, TakesLotsBesideOrdinarySamples) {
  const Province province;
  const PlanImport result = province.import(lot_header + lot_row + "NCP,510100,510104,V3,番茄,生产基地,1,VEG,12,,,,\n");
  ASSERT_TRUE(result.accepted()) << result.complaints.front().message;
  const model::Lot lot{.terms = {.size = 1000, .level = "II", .aql = "1.0"}, .enterprise = "自贡果业"};
  EXPECT_EQ(result.plan.cells[0].lot, lot);
  EXPECT_EQ(result.plan.cells[0].quota, 3U);
  EXPECT_EQ(result.plan.cells[1].lot, std::nullopt);
}

TEST(PlanImport, WritesLevelAndAqlAsTheStandardPrintsThem) {
  const Province province;
  const PlanImport result = province.import(lot_header + "LTS,510300,510321,F,柑,流通,2,FRU,3,1000,Ⅱ,1,自贡果业\n");
  ASSERT_TRUE(result.accepted());
  EXPECT_EQ(result.plan.cells[0].lot->terms, (model::LotTerms{1000, "II", "1.0"}));
}

TEST(PlanImport, RefusesALotOfOneItem) {
  const Complaint complaint = complaint_about_lot("LTS,510300,510321,F,橙,流通,2,FRU,3,1,II,1.0,自贡果业\n");
  EXPECT_EQ(complaint.field, "批量");
  EXPECT_NE(complaint.message.find("应为 2 到"), std::string::npos) << complaint.message;
}

TEST(PlanImport, RefusesAnUnknownLevel) {
  const Complaint complaint = complaint_about_lot("LTS,510300,510321,F,橙,流通,2,FRU,3,1000,IV,1.0,自贡果业\n");
  EXPECT_EQ(complaint.field, "检验水平");
  EXPECT_EQ(complaint.value, "IV");
}

TEST(PlanImport, RefusesAnAqlBetweenThoseOfTheStandard) {
  const Complaint complaint = complaint_about_lot("LTS,510300,510321,F,橙,流通,2,FRU,3,1000,II,1.2,自贡果业\n");
  EXPECT_EQ(complaint.field, "AQL");
  EXPECT_NE(complaint.message.find("0.65, 1.0, 1.5"), std::string::npos) << complaint.message;
}

TEST(PlanImport, RefusesALotWithoutItsEnterprise) {
  const Complaint complaint = complaint_about_lot("LTS,510300,510321,F,橙,流通,2,FRU,3,1000,II,1.0,\n");
  EXPECT_EQ(complaint.field, "受检单位");
}

TEST(PlanImport, NamesEveryColumnOfALotThatIsEmpty) {
  const Province province;
  const PlanImport result = province.import(lot_header + "LTS,510300,510321,F,柑,流通,2,FRU,3,,,,自贡果业\n");
  ASSERT_EQ(result.complaints.size(), 3U);
  EXPECT_EQ(result.complaints[0].field, "批量");
  EXPECT_EQ(result.complaints[1].field, "检验水平");
  EXPECT_EQ(result.complaints[2].field, "AQL");
}

TEST(PlanImport, LotsOfAnotherEnterpriseAreAnotherCell) {
  const Province province;
  const PlanImport result =
      province.import(lot_header + lot_row + "LTS,510300,510321,F,柑,流通,2,FRU,3,1000,II,1.0,荣县果业\n");
  EXPECT_TRUE(result.accepted());
  const PlanImport repeated = province.import(lot_header + lot_row + lot_row);
  ASSERT_EQ(repeated.complaints.size(), 1U);
  EXPECT_NE(repeated.complaints[0].message.find("重复"), std::string::npos);
}

TEST(PlanImport, RefusesAProgrammeThatRunsOutOfSerials) {
  const Province province;
  std::string text = header;
  for (int i = 0; i < 11; ++i) text += "NCP,510100,510104,V3,番茄" + std::to_string(i) + ",生产基地,1,VEG,9999\n";
  const PlanImport result = province.import(text);
  ASSERT_EQ(result.complaints.size(), 1U);
  EXPECT_EQ(result.complaints[0].line, 12U);
  EXPECT_NE(result.complaints[0].message.find("99999"), std::string::npos);
}

TEST(PlanImport, CollectsEveryMistakeOfEveryRowInFileOrder) {
  const Province province;
  const PlanImport result =
      province.import(header + "ABC,1,2,3,,5,6,7,8.0\n" + good_row + "NCP,510100,510104,V3,番茄,流通,9,VEG,0\n");
  ASSERT_EQ(result.complaints.size(), 10U);
  EXPECT_TRUE(std::ranges::is_sorted(result.complaints, {}, &Complaint::line));
  EXPECT_EQ(result.complaints[9].line, 4U);
}

TEST(PlanImport, RefusesAMissingColumnBeforeLookingAtRows) {
  const Province province;
  const PlanImport result =
      province.import("项目,市州代码,区县代码,产品类别,产品名称,抽样环节,轮次,检测包\nQQQ,1,2,3,4,5,6,7\n");
  ASSERT_EQ(result.complaints.size(), 1U);
  EXPECT_NE(result.complaints[0].message.find("缺少列“样品数”"), std::string::npos);
}

TEST(PlanImport, RefusesAPlanWithoutRows) { EXPECT_EQ(Province{}.import(header).complaints.size(), 1U); }

TEST(PlanImport, RefusesAnOverlongCellWithoutRepeatingItWhole) {
  const auto complaints = complaints_about("NCP,510100,510104,V3," + std::string(5000, 'x') + ",生产基地,2,VEG,1\n");
  ASSERT_EQ(complaints.size(), 1U);
  EXPECT_LE(complaints[0].value.size(), cell_bytes_max);
}

TEST(PlanImport, GivesBackTheUsersOwnFileWithTheErrorsAndTakesItCorrected) {
  const Province province;
  const Bytes sent = *encode_text(header + good_row + "NCP,510100,510104,V3,番茄,流通,9,VEG,0\n", Charset::gb18030);
  const PlanImport refused = province.import(sent);
  const auto text = decode_text(refused.error_file);
  ASSERT_TRUE(text.has_value());
  EXPECT_EQ(text->charset, Charset::gb18030);
  EXPECT_NE(text->utf8.find("样品数,错误\n"), std::string::npos);
  EXPECT_NE(text->utf8.find("VEG,12,\n"), std::string::npos) << "a good row carries no error";
  EXPECT_NE(text->utf8.find("轮次：应为 1 到 4 的整数"), std::string::npos);

  std::string corrected = text->utf8;
  corrected.replace(corrected.find("流通,9,VEG,0"), std::string{"流通,9,VEG,0"}.size(), "流通,3,VEG,2");
  const PlanImport accepted = province.import(corrected);
  EXPECT_TRUE(accepted.accepted());
  EXPECT_EQ(accepted.plan.cells.size(), 2U);
}

}  // namespace
}  // namespace lab::planning
