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
  world.work();
  // Looked at first, it is refused as it would be with a reason.
  const std::string target = "/api/v1/plans?title=2013&year=2013&due=2013-11-30";
  const json looked = post(target + "&dry_run=1", text, 409);
  EXPECT_THAT(looked["detail"].get<std::string>(), HasSubstr("报告截止日期写作 2013-11-30，而现行计划为 2013-12-31"));
  EXPECT_EQ(post(target + "&reason=x", text, 409)["detail"], looked["detail"]);
  const json other = import_plan(text + "NCP,成都市,锦江区,V1,芹菜,生产基地,1,VEGA,1\n", 409);
  EXPECT_THAT(other["detail"].get<std::string>(), HasSubstr("这是它的修订；请写明修订理由"));
  EXPECT_EQ(get("/api/v1/plans")["plans"].size(), 1U) << "no second plan without a word";
}

TEST_F(Board, APlanOfTheSameYearAndTitleIsARevisionThatIsLookedAtFirst) {
  Bench bench = dispatched();  // 3 of Chengdu, of which laboratory 3 has a node, and 2 of Zigong
  const std::string header = "项目,市州代码,区县代码,产品类别,产品名称,抽样环节,轮次,检测包,样品数\n";
  const std::string revised = header +
                              "NCP,510100,510104,V1,菠菜,生产基地,1,VEGA,4\n"
                              "NCP,510300,510302,V1,菠菜,农贸市场,1,VEGA,1\n"
                              "NCP,510300,510302,V1,芹菜,农贸市场,2,VEGA,2\n";
  const std::string target = "/api/v1/plans?title=2013&year=2013&due=2013-12-31";
  const json looked = post(target + "&dry_run=1", revised, 200)["revises"];
  EXPECT_EQ(looked["plan"], 1);
  EXPECT_EQ(looked["next"], 2);
  EXPECT_EQ(looked["before"], 5);
  EXPECT_EQ(looked["after"], 7);
  EXPECT_EQ(looked["created"], 3);
  EXPECT_EQ(looked["cancelled"], 1);
  EXPECT_EQ(
      looked["sums"],
      (json{{"added", 1}, {"raised", 1}, {"lowered", 1}, {"removed", 0}, {"samples_more", 3}, {"samples_fewer", 1}}));
  ASSERT_EQ(looked["changes"].size(), 3U);
  EXPECT_EQ(looked["changes"][1]["before"], 2);
  EXPECT_EQ(looked["changes"][1]["after"], 1);
  EXPECT_EQ(looked["changes"][1]["county_name"], "自流井区");
  EXPECT_TRUE(looked["held"].empty());
  EXPECT_EQ(get("/api/v1/plans/1")["revision"], 1) << "nothing has happened";

  EXPECT_THAT(post(target, revised, 409)["detail"].get<std::string>(), HasSubstr("请写明修订理由"));
  const json taken = post(target + "&reason=%E8%B0%83%E6%95%B4", revised, 201);
  EXPECT_EQ(taken["plan"], 1);
  EXPECT_EQ(taken["revision"], 2);
  EXPECT_EQ(taken["tasks"], 3);
  EXPECT_EQ(taken["cancelled"], 1);
  world.work();
  const json plan = get("/api/v1/plans/1");
  EXPECT_EQ(plan["revision"], 2);
  EXPECT_EQ(plan["samples"], 7);
  EXPECT_EQ(plan["tasks"]["cancelled"], 1);
  EXPECT_EQ(get("/api/v1/plans")["plans"].size(), 1U);
  EXPECT_EQ(import_plan(revised, 200)["already_imported"], true);

  const json history = get("/api/v1/plans/1/revisions");
  ASSERT_EQ(history["revisions"].size(), 2U);
  EXPECT_EQ(history["revisions"][1]["person"], "c");
  EXPECT_EQ(history["revisions"][1]["reason"], "调整");
  EXPECT_EQ(history["revisions"][1]["sums"]["lowered"], 1);
  EXPECT_EQ(get("/api/v1/plans/1/revisions/2")["changes"].size(), 3U);
  const auto first = call(coordinator_token, "GET", "/api/v1/plans/1/revisions/1/table");
  EXPECT_THAT(first.body, HasSubstr("NCP,510100,510104,V1,菠菜,生产基地,1,VEGA,3,,,,\n"));
  EXPECT_EQ(call(viewer_token, "GET", "/api/v1/plans/1/revisions/1/table").status, 403);
  EXPECT_EQ(call(viewer_token, "GET", "/api/v1/plans/1/revisions/3").status, 404);

  // What was read back is the former revision itself, and comes back only when it is meant to.
  const json former = post(target + "&dry_run=1", first.body, 200)["revises"];
  EXPECT_EQ(former["former"], 1);
  EXPECT_THAT(post(target + "&reason=x", first.body, 409)["detail"].get<std::string>(), HasSubstr("第 1 版的内容"));
  EXPECT_EQ(post(target + "&reason=x&restore=1", first.body, 201)["revision"], 3);
}

TEST_F(Board, ARevisionBelowWhatIsGrantedShowsTheCells) {
  Bench bench = dispatched();
  const auto granted = world.grants_of(bench).size();
  ASSERT_GT(granted, 0U);
  const std::string less =
      "项目,市州代码,区县代码,产品类别,产品名称,抽样环节,轮次,检测包,样品数\n"
      "NCP,510300,510302,V1,菠菜,农贸市场,1,VEGA,2\n";
  const std::string target = "/api/v1/plans?title=2013&year=2013&due=2013-12-31";
  const json looked = post(target + "&dry_run=1", less, 200)["revises"];
  ASSERT_EQ(looked["held"].size(), 1U);
  EXPECT_EQ(looked["held"][0]["wanted"], 0);
  EXPECT_EQ(looked["held"][0]["granted"], granted);
  const json refused = post(target + "&reason=x", less, 409);
  EXPECT_THAT(refused["detail"].get<std::string>(), HasSubstr(fmt::format("已下达 {} 个", granted)));
  EXPECT_EQ(get("/api/v1/plans/1/revisions")["revisions"].size(), 1U);
}

TEST_F(Board, AnAllocationCanBeLookedAtFirstAndIsExplained) {
  set_up();
  import_plan(plan_csv, 201);
  world.work();
  const json looked = post("/api/v1/plans/1/allocation", R"({"dry_run":true})", 200);
  EXPECT_EQ(looked["dry_run"], true);
  ASSERT_EQ(looked["rows"].size(), 2U);
  EXPECT_EQ(looked["rows"][0]["because"], "own_city");
  EXPECT_EQ(looked["rows"][1]["city_name"], "自贡市");
  EXPECT_EQ(looked["rows"][1]["laboratory"], 4);
  EXPECT_EQ(call(viewer_token, "GET", "/api/v1/plans/1/allocation").status, 404) << "nothing has happened";
  const json before = post("/api/v1/plans/1/allocation", R"({"dry_run":true,"without":[4]})", 200);
  EXPECT_NE(before["rows"][1]["laboratory"], 4);
  EXPECT_EQ(before["rows"][1]["because"], "own_city_full");
  EXPECT_GT(before["kilometres"], looked["kilometres"]);
  const json none = post("/api/v1/plans/1/allocation", R"({"dry_run":true,"capacity":{"4":1}})", 200);
  EXPECT_EQ(none["rows"].size(), 3U) << "one stays, one goes elsewhere";
  EXPECT_EQ(post("/api/v1/plans/1/allocation", R"({"without":[99]})", 404)["code"], "not_found");
  EXPECT_EQ(post("/api/v1/plans/1/allocation", R"({"capacity":{"4":-1}})", 400)["code"], "malformed");

  post("/api/v1/plans/1/allocation", R"({"without":[4]})", 202);
  world.work();
  const json kept = get("/api/v1/plans/1/allocation");
  EXPECT_EQ(kept["person"], "c");
  EXPECT_EQ(kept["number"], 1);
  EXPECT_EQ(kept["terms"], (json::array({json{{"laboratory", 4}, {"capacity", 0}}})));
  EXPECT_EQ(kept["rows"], before["rows"]);
  post("/api/v1/plans/1/allocation", "", 202);
  EXPECT_EQ(get("/api/v1/plans/1/allocation")["number"], 2);
}

TEST_F(Board, NoLaboratoryIsOverCapacityOverSeveralPlansNorAfterPartOfOneIsGranted) {
  post("/api/v1/reference", json{{"files", reference_files()}}.dump(), 201);
  const std::string laboratories = "编号,实验室,市州代码,容量,检测包\n1,甲站,510100,4,VEGA\n2,乙站,510300,4,VEGA\n";
  post("/api/v1/laboratories", laboratories, 201);
  import_plan(plan_csv, 201);  // 3 and 2
  Bench bench = world.enrol(1);
  post("/api/v1/plans/1/allocation", "", 202);
  post("/api/v1/plans/1/dispatch", R"({"limit":2})", 202);
  world.work();
  const json again = post("/api/v1/plans/1/allocation", R"({"capacity":{"1":2}})", 202)["assignments"];
  world.work();
  EXPECT_EQ(again[0]["kept"], 2) << "granted tasks stay";
  EXPECT_EQ(again[0]["assigned"], 0);
  EXPECT_EQ(again[0]["tasks"], 2);
  EXPECT_EQ(again[1]["assigned"], 3);
  EXPECT_EQ(again[1]["left"], 1);
  const json workload = get("/api/v1/workload")["laboratories"];
  EXPECT_EQ(workload[0]["tasks"], again[0]["tasks"]) << "the table that was answered is true";
  EXPECT_EQ(workload[1]["tasks"], again[1]["tasks"]);

  post("/api/v1/plans?title=second&year=2013&due=2013-12-31", plan_csv, 201);
  world.work();
  const json full = post("/api/v1/plans/2/allocation", "", 409);
  EXPECT_EQ(full["code"], "infeasible");
  EXPECT_THAT(full["detail"].get<std::string>(), HasSubstr("缺 2 个名额")) << "5 wanted, 3 places left of 8";
  const json second = post("/api/v1/plans/2/allocation", R"({"dry_run":true,"capacity":{"2":6}})", 200);
  EXPECT_EQ(second["assignments"][0]["elsewhere"], 2);
  EXPECT_EQ(second["assignments"][1]["elsewhere"], 3);
  EXPECT_EQ(second["assignments"][1]["left"], 0);
  post("/api/v1/plans?title=next&year=2014&due=2014-12-31", plan_csv, 201);
  world.work();
  post("/api/v1/plans/3/allocation", "", 202);
}

TEST_F(Board, RulesOfSamplingAndOfIndependenceAreShownAndHeld) {
  json files = reference_files();
  files.push_back(
      {{"name", "independence.csv"}, {"text", "规则,项目,受检单位,实验室,依据\nI-1,NCP,,4,承担该项目抽样\n"}});
  files.push_back({{"name", "sampling_rules.csv"},
                   {"text",
                    "规则,项目,类型,上限,起,止,依据\nE-1,NCP,托管,,2013-01-01,,x\n"
                    "B-1,*,同批次,1,2013-01-01,2013-03-31,y\n"}});
  post("/api/v1/reference", json{{"files", files}}.dump(), 201);
  post("/api/v1/laboratories", repository_file("coordinator/reference/sichuan_2013/laboratories.csv"), 201);
  import_plan(plan_csv, 201);
  world.work();
  const json rows = post("/api/v1/plans/1/allocation", R"({"dry_run":true})", 200)["rows"];
  EXPECT_NE(rows[1]["laboratory"], 4);
  EXPECT_EQ(rows[1]["because"], "own_city_excluded");
  EXPECT_THAT(rows[1]["reason"].get<std::string>(), HasSubstr("承担该项目抽样"));
  const json rules = get("/api/v1/sampling-rules");
  ASSERT_EQ(rules["sampling"].size(), 2U);
  EXPECT_EQ(rules["sampling"][0]["in_force"], true);
  EXPECT_EQ(rules["sampling"][1]["in_force"], false) << "it ended";
  EXPECT_EQ(rules["independence"][0]["laboratory"], 4);
  EXPECT_EQ(rules["independence"][0]["enterprise"], "");
  const json good = files;
  files.back()["text"] = "规则\n";
  post("/api/v1/reference", json{{"files", files}}.dump(), 422);
  files = good;
  files[3]["text"] = "规则,项目,受检单位,实验室,依据\nI-1,*,,4,x\n";
  EXPECT_EQ(post("/api/v1/reference", json{{"files", files}}.dump(), 422)["code"], "reference_rejected");
}

TEST_F(Board, FormsAreToldWhatThereIsToChooseFrom) {
  set_up();
  const json lists = get("/api/v1/reference");
  EXPECT_EQ(lists["programmes"][0]["code"], "NCP");
  EXPECT_EQ(lists["cities"][0]["counties"][0]["code"], 510104);
  EXPECT_EQ(lists["stages"].size(), 9U);
  EXPECT_FALSE(lists["panels"].empty());
  EXPECT_FALSE(lists["categories"].empty());
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
