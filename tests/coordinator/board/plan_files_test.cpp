// Plans as files over HTTP: the template, a workbook with faults and its way back, the same file twice.

#include <gmock/gmock.h>

#include "protocol/base/charset.hpp"
#include "protocol/workbook/workbook.hpp"
#include "protocol/workbook/writer.hpp"
#include "tests/coordinator/board/board_fixture.hpp"

namespace lab::board {
namespace {

using ::testing::HasSubstr;

Bytes workbook_of(const std::string& quota) {
  workbook::WorkbookWriter writer;
  writer.begin_sheet({.name = "计划"});
  std::vector<workbook::OutCell> header;
  for (const char* name : {"项目", "市州", "区县", "类别", "产品", "环节", "轮次", "检测包", "数量"})
    header.push_back({name});
  writer.add_row(header);
  writer.add_row({{"NCP"}, {"成都市"}, {"锦江区"}, {"V1"}, {"菠菜"}, {"生产基地"}, {"1"}, {"VEGA"}, {quota}});
  return *writer.finish("");
}

TEST_F(Board, AWorkbookIsTakenOnceAndItsFaultsNameSheetRowAndColumn) {
  set_up();
  const json refused = import_plan(workbook_of("0"), 422);
  ASSERT_EQ(refused["errors"].size(), 1U);
  EXPECT_EQ(refused["errors"][0]["sheet"], "计划");
  EXPECT_EQ(refused["errors"][0]["row"], 2);
  EXPECT_EQ(refused["errors"][0]["column"], "样品数");
  EXPECT_THAT(refused["error_file"].get<std::string>(), ::testing::StartsWith("UEsDB")) << "PK: a workbook again";

  const Bytes good = workbook_of("7");
  EXPECT_EQ(import_plan(good, 201)["tasks"], 7);
  const json again = import_plan(good, 200);
  EXPECT_EQ(again["already_imported"], true);
  EXPECT_EQ(again["tasks"], 0);
  EXPECT_EQ(again["plan"], 1);
  EXPECT_EQ(get("/api/v1/plans")["plans"].size(), 1U);

  // The same cells as text: other octets, as when a spreadsheet program saves it again.
  const std::string text =
      "项目,市州代码,区县代码,产品类别,产品,环节,轮次,检测包,样品数\nNCP,成都市,锦江区,V1,菠菜,生产基地,1,VEGA,7\n";
  EXPECT_EQ(import_plan(text, 200)["plan"], 1);
  const json later = import_plan(text, 409, "2013-11-30");
  EXPECT_THAT(later["detail"].get<std::string>(), HasSubstr("2013-12-31"));
  EXPECT_EQ(import_plan(text + "NCP,成都市,锦江区,V1,芹菜,生产基地,1,VEGA,1\n", 201)["plan"], 2);
  EXPECT_EQ(get("/api/v1/plans")["plans"].size(), 2U);
}

TEST_F(Board, TheTemplateComesAsWorkbookAndAsTextInTheEncodingAskedFor) {
  EXPECT_EQ(call(viewer_token, "GET", "/api/v1/plan-template").status, 404) << "its lists are not there yet";
  set_up();
  const auto workbook = call(viewer_token, "GET", "/api/v1/plan-template");
  EXPECT_EQ(workbook.status, 200);
  EXPECT_THAT(workbook.headers.at("content-disposition"), HasSubstr("qlims.xlsx"));
  const auto sheets = workbook::read_workbook(workbook.body);
  ASSERT_TRUE(sheets);
  EXPECT_EQ(sheets->front().name, "计划");
  const auto text = call(viewer_token, "GET", "/api/v1/plan-template?format=csv&encoding=utf-8-bom");
  EXPECT_THAT(text.body, ::testing::StartsWith("\xEF\xBB\xBF项目,市州代码,"));
  const auto chinese = call(viewer_token, "GET", "/api/v1/plan-template?format=csv&encoding=gb18030");
  EXPECT_EQ(decode_text(chinese.body)->charset, Charset::gb18030);
  EXPECT_EQ(call(viewer_token, "GET", "/api/v1/plan-template?format=csv&encoding=latin1").status, 400);
  EXPECT_EQ(call(viewer_token, "GET", "/api/v1/plan-template?format=pdf").status, 400);
}

TEST_F(Board, TheSummaryOfAMomentIsThatOfThen) {
  Bench bench = dispatched();
  const auto grants = world.grants_of(bench);
  ASSERT_FALSE(grants.empty());
  const json before = get("/api/v1/summary?by=city");
  const std::string moment = before["as_of"];
  world.now += std::chrono::minutes{5};
  bench.conclude(grants.front(), model::SampleOutcome::pass);
  world.acknowledged(bench, bench.all_events());
  world.now += std::chrono::minutes{5};
  const json after = get("/api/v1/summary?by=city");
  EXPECT_EQ(after["total"]["pass"], 1);
  EXPECT_GT(after["data_version"], before["data_version"]);
  EXPECT_EQ(get("/api/v1/summary?by=city&as_of=" + moment), before);
  const auto future = call(viewer_token, "GET", "/api/v1/summary?as_of=2099-01-01T00:00:00Z");
  EXPECT_EQ(future.status, 400);
  EXPECT_THAT(future.body, HasSubstr("将来"));
  EXPECT_EQ(call(viewer_token, "GET", "/api/v1/summary?as_of=yesterday").status, 400);
  EXPECT_EQ(get("/api/v1/summary?city=510300")["rows"].size(), 0U);
}

}  // namespace
}  // namespace lab::board
