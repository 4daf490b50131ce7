// The tables a province sends in: what stands in them, and that nothing in them is dangerous to open.

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>

#include "coordinator/board/table_pdf.hpp"
#include "coordinator/documents/table_files.hpp"
#include "coordinator/tables/count_log.hpp"
#include "coordinator/tables/tasks.hpp"
#include "protocol/base/charset.hpp"
#include "protocol/base/csv.hpp"
#include "protocol/crypto/crypto.hpp"
#include "protocol/workbook/workbook.hpp"
#include "tests/coordinator/board/board_fixture.hpp"
#include "tests/coordinator/board/printed.hpp"

namespace lab::board {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class Exports : public Board {
 protected:
  std::string table(const std::string& question, const std::string& token = {}) {
    const auto response =
        call(token.empty() ? coordinator_token : token, "GET", "/api/v1/export/tables?format=csv&table=" + question);
    EXPECT_EQ(response.status, 200) << response.body;
    return response.body;
  }
};

TEST_F(Exports, TheTablesSayWhatWasFoundAndUnderWhichFilters) {
  const model::Grant grant = failed_sample();
  const std::string results = table("results");
  EXPECT_THAT(
      results,
      StartsWith(
          "# 检测结果汇总表\n# 筛选条件：无（全部）\n# 判定口径：最终判定\n# 截至：2013-06-03 17:00:00（北京时间）\n"));
  EXPECT_THAT(results, HasSubstr("# 数据版本：" + get("/api/v1/summary")["data_version"].dump()));
  const auto rows = parse_csv(results.substr(results.find("样品编号")));
  ASSERT_TRUE(rows);
  ASSERT_EQ(rows->size(), 3U) << "a heading and two items";
  const auto& first = (*rows)[1].cells;
  EXPECT_EQ(first[0], grant.number.text());
  EXPECT_THAT(first, ::testing::Contains("0.35；确证 0.36"));
  EXPECT_THAT(first, ::testing::Contains("甲胺磷"));
  EXPECT_THAT(first, ::testing::Contains("不合格"));

  const std::string bad = table("nonconforming&bare=1");
  EXPECT_THAT(bad, StartsWith("样品编号,"));
  EXPECT_THAT(bad, HasSubstr("甲胺磷 0.35；确证 0.36 mg/kg"));
  EXPECT_THAT(table("nonconforming&city=510300"), Not(HasSubstr(grant.number.text())));
  EXPECT_THAT(table("nonconforming&city=510300"), HasSubstr("# 筛选条件：市州：自贡市\n"));

  EXPECT_THAT(table("progress&bare=1"), HasSubstr("合计,,5,"));
  const json summary = get("/api/v1/summary?by=city");
  const std::string rates = table("rates&by=city&bare=1");
  EXPECT_THAT(rates,
              HasSubstr(fmt::format("\n{},1,0,1,0,0,{},{},{},", summary["rows"][0]["city_name"].get<std::string>(),
                                    summary["rows"][0]["rate"].get<std::string>(),
                                    summary["rows"][0]["rate_low"].get<std::string>(),
                                    summary["rows"][0]["rate_high"].get<std::string>())));
}

TEST_F(Exports, WhomASampleWasTakenFromIsForThoseWhoMaySeeIt) {
  const model::Grant grant = failed_sample();
  world.turn([&](journal::Draft& draft) {
    coordinator::tables::put_sampled_unit(draft, grant.task,
                                          {.name = "=HYPERLINK(\"http://x\")", .licence = {}, .address = {}});
  });
  EXPECT_THAT(table("results"), HasSubstr("'=HYPERLINK")) << "no formula for whoever opens it";
  EXPECT_THAT(table("results", viewer_token), Not(HasSubstr("HYPERLINK")));
  EXPECT_THAT(table("nonconforming", viewer_token), Not(HasSubstr("受检单位")));
}

TEST_F(Exports, OneWorkbookHasASheetForEachTable) {
  failed_sample();
  const auto response =
      call(viewer_token, "GET", "/api/v1/export/tables?format=xlsx&table=rates,nonconforming,results,progress");
  ASSERT_EQ(response.status, 200) << response.body;
  const auto sheets = workbook::read_workbook(response.body);
  ASSERT_TRUE(sheets) << to_text(sheets.error());
  ASSERT_EQ(sheets->size(), 4U);
  EXPECT_EQ(sheets->at(0).name, "合格率统计表");
  EXPECT_EQ(sheets->at(1).rows.at(1).cells.front(), "筛选条件：无（全部）");
  EXPECT_EQ(sheets->at(2).rows.at(5).cells.front(), "样品编号");
  EXPECT_EQ(sheets->at(3).rows.back().cells.front(), "合计");
  EXPECT_EQ(sheets->at(3).rows.back().kind(2), workbook::CellKind::number);
}

TEST_F(Exports, ATableIsPrintedWithItsFiltersMomentVersionAndHash) {
  const model::Grant grant = failed_sample();
  const auto printed = [&](const std::string& question) {
    const auto response = call(coordinator_token, "GET", "/api/v1/export/tables?format=pdf&table=" + question);
    EXPECT_EQ(response.status, 200) << response.body;
    EXPECT_EQ(response.content_type, "application/pdf");
    return response.body;
  };
  const Bytes list = printed("nonconforming&city=510100");
  const std::string text = words_of_pdf(list, folder);
  const std::string hash = to_hex(crypto::sha256(table("nonconforming&city=510100&bare=1")).view());
  for (const std::string& said :
       {std::string{"不合格样品明细表"}, grant.number.text(), std::string{"甲胺磷0.35；确证0.36mg/kg"},
        std::string{"筛选条件：市州：成都市"}, std::string{"截至：2013-06-0317:00:00（北京时间）"},
        "数据版本：" + get("/api/v1/summary")["data_version"].dump(), "表内容SHA-256" + hash,
        std::string{"第1页共1页"}}) {
    EXPECT_THAT(text, HasSubstr(said));
  }
  expect_whole_fonts(list, folder);
  EXPECT_THAT(said_of(list, "pdfinfo '{}'", folder), HasSubstr("841.89 x 595.28 pts")) << "wide: across the page";
  const Bytes progress = printed("progress");
  EXPECT_THAT(said_of(progress, "pdfinfo '{}'", folder), HasSubstr("595.28 x 841.89 pts"));
  EXPECT_THAT(words_of_pdf(printed("nonconforming&city=510300"), folder), HasSubstr("没有一行"));
  const std::string several = words_of_pdf(printed("rates,progress"), folder);
  EXPECT_THAT(several, HasSubstr("合格率统计表"));
  EXPECT_THAT(several, HasSubstr("抽样情况表"));
}

TEST_F(Exports, ALongTableIsPrintedUpToAnEndAndThenAWorkbookIsAdvised) {
  const auto long_table = [](std::size_t rows) {
    return documents::Table{.title = "长表",
                            .columns = {{"编号", true, 8}, {"说明", false, 30}},
                            .rows = [rows](const documents::TakeRow& take) {
                              for (std::size_t i = 0; i < rows; ++i) {
                                if (!take({fmt::format("行{}号", i), "文字"})) return;
                              }
                            }};
  };
  const documents::Facts facts{{"筛选条件", "无（全部）"}};
  const auto fits = long_table(printed_rows_max);
  const auto pdf = tables_pdf(std::span{&fits, 1}, facts, world.now);
  ASSERT_TRUE(pdf) << to_text(pdf.error());
  const std::string text = words_of_pdf(*pdf, folder);
  EXPECT_THAT(text, HasSubstr(fmt::format("行{}号", printed_rows_max - 1)));
  const auto count = [&](const std::string& what) {
    std::size_t found = 0;
    for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; ++at) ++found;
    return found;
  };
  EXPECT_GT(count("编号说明"), 20U);
  EXPECT_EQ(count("编号说明"), count("表内容SHA-256")) << "a heading on every page";
  const auto more = long_table(printed_rows_max + 1);
  const auto refused = tables_pdf(std::span{&more, 1}, facts, world.now);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::too_large);
  EXPECT_THAT(refused.error().message, HasSubstr("XLSX"));
}

TEST_F(Exports, RatesAreThoseOfTheMomentThatIsAskedFor) {
  using namespace std::chrono_literals;
  failed_sample();
  const std::string then = to_text(world.now);
  const std::string rates = table("rates&by=city&bare=1");
  const std::string version = get("/api/v1/summary")["data_version"].dump();
  world.now += 1h;
  EXPECT_EQ(table("rates&by=city&bare=1&as_of=" + then), rates);
  world.turn([&](journal::Draft& draft) {
    const coordinator::tables::CellKey cell{.programme = model::ProgrammeCode{"NCP"},
                                            .city = model::CityCode{510300},
                                            .category = model::CategoryCode{"V1"},
                                            .laboratory = model::LaboratoryId{1}};
    coordinator::tables::log_change(draft,
                                    {.programme = cell.programme,
                                     .judged = 1,
                                     .loses = {},
                                     .gains = coordinator::tables::CellChange{cell, model::SampleOutcome::pass},
                                     .is_first = true},
                                    world.now);
    coordinator::tables::count_first(draft, cell, model::SampleOutcome::pass);
  });
  EXPECT_NE(table("rates&by=city&bare=1"), rates);
  EXPECT_EQ(table("rates&by=city&bare=1&as_of=" + then), rates);
  const std::string whole = table("rates&by=city&as_of=" + then);
  EXPECT_THAT(whole, HasSubstr("# 截至：2013-06-03 17:00:00（北京时间）\n"));
  EXPECT_THAT(whole, HasSubstr("# 数据版本：" + version));
}

TEST_F(Exports, ListsAreThoseOfTheMomentThatIsAskedFor) {
  using namespace std::chrono_literals;
  const std::string before = to_text(world.now - 1min);
  const model::Grant grant = failed_sample();
  const std::string then = to_text(world.now);
  const std::string list = table("nonconforming&bare=1");
  const std::string results = table("results&bare=1");
  EXPECT_THAT(list, HasSubstr(grant.number.text()));
  world.now += 1h;
  EXPECT_EQ(table("nonconforming&bare=1&as_of=" + then), list);
  EXPECT_EQ(table("results&bare=1&as_of=" + then), results);
  EXPECT_THAT(table("nonconforming&as_of=" + then), HasSubstr("# 截至：2013-06-03 17:00:00（北京时间）\n"));
  EXPECT_THAT(table("nonconforming&as_of=" + before), Not(HasSubstr(grant.number.text())));
  const auto refused = call(viewer_token, "GET", "/api/v1/export/tables?format=csv&table=progress&as_of=" + then);
  EXPECT_EQ(refused.status, 400);
  EXPECT_THAT(refused.body, HasSubstr("任务状态的变动不逐条留存"));
  const json listed = get("/api/v1/nonconforming?as_of=" + then);
  EXPECT_EQ(listed["rows"][0]["number"], grant.number.text());
  EXPECT_EQ(listed["as_of"], then);
  EXPECT_EQ(get("/api/v1/nonconforming?as_of=" + before)["count"], 0);
  EXPECT_EQ(call(coordinator_token, "POST", "/api/v1/reports?as_of=" + then, "{}").status, 400);
}

TEST_F(Exports, RatesAndListsByAnalyte) {
  failed_sample();
  const json summary = get("/api/v1/summary?by=analyte");
  EXPECT_EQ(summary["unit"], "items");
  EXPECT_EQ(get("/api/v1/summary?by=city")["unit"], "samples");
  ASSERT_EQ(summary["rows"].size(), 2U);
  const auto failed = std::ranges::find_if(summary["rows"], [](const json& row) { return row["fail"] == 1; });
  ASSERT_NE(failed, summary["rows"].end());
  EXPECT_EQ((*failed)["analyte"], "甲胺磷");
  EXPECT_EQ((*failed)["rate"], "0.0");
  EXPECT_EQ(summary["total"]["pass"], 1);
  EXPECT_EQ(get("/api/v1/summary?by=city&analyte=%E7%94%B2%E8%83%BA%E7%A3%B7")["rows"][0]["fail"], 1);
  const std::string rates = table("rates&by=analyte");
  EXPECT_THAT(rates, StartsWith("# 检测项目合格率统计表\n"));
  EXPECT_THAT(rates, HasSubstr("检测项目,判定项次,合格,不合格,有条件不合格,不予判定,其中无限量,其中仅供参考,合格率%,"));
  EXPECT_THAT(rates, HasSubstr("\n甲胺磷,1,0,1,0,0,0,0,0.0,"));
  EXPECT_THAT(table("results&bare=1&analyte=%E7%94%B2%E8%83%BA%E7%A3%B7"), HasSubstr("甲胺磷"));
  EXPECT_THAT(table("nonconforming&bare=1&analyte=%E9%93%85"), Not(HasSubstr("甲胺磷")));
  EXPECT_EQ(call(viewer_token, "GET", "/api/v1/summary?by=analyte,analyte").status, 400);
}

// An answer about samples that leaves the filter out would be taken for one about that analyte.
TEST_F(Exports, AnAnalyteIsRefusedWhereItCannotBeAnswered) {
  failed_sample();
  const std::string profile = R"({"profile":"p","rows":"samples","columns":[{"name":"A","field":"number"}]})";
  struct Question {
    const char* method;
    std::string target;
    std::string body;
  };
  for (const Question& one :
       {Question{"GET", "public/statistics?format=csv&programme=NCP", ""},
        Question{"POST", "export/upload?programme=NCP", profile}, Question{"GET", "warnings?programme=NCP", ""}}) {
    const std::string target = "/api/v1/" + one.target;
    EXPECT_EQ(call(coordinator_token, one.method, target, one.body).status, 200) << target;
    const auto refused = call(coordinator_token, one.method, target + "&analyte=%E7%94%B2%E8%83%BA%E7%A3%B7", one.body);
    EXPECT_EQ(refused.status, 400) << target;
    const json problem = json::parse(refused.body);
    EXPECT_EQ(problem.at("code"), "malformed") << target;
    EXPECT_THAT(problem.at("detail").get<std::string>(), StartsWith("analyte: ")) << target;
  }
}

TEST_F(Exports, ARetestedSampleIsWithItsFirstLaboratoryInEveryList) {
  const model::Grant grant = failed_sample();
  Bench other = world.enrol(4);
  const auto node = world.turn([&](journal::Draft& draft) {
    return world.coordinator.on_retest(
        draft, {.task = grant.task, .reason = "异议", .laboratory = {}, .reserve_fit = true, .expired = false},
        world.now);
  });
  ASSERT_TRUE(node) << node.error().message;
  ASSERT_EQ(*node, other.id());
  const std::string number{grant.number.text()};
  const std::string row = json{{"A", number}, {"L", "3"}}.dump() + "\n";
  const std::string profile =
      R"({"profile":"p","rows":"samples","columns":[{"name":"A","field":"number"},{"name":"L","field":"laboratory"}]})";
  const auto expect_with_first = [&](const char* when) {
    for (const auto& [laboratory, has] : {std::pair{"3", true}, std::pair{"4", false}}) {
      const std::string filter = fmt::format("lab={}", laboratory);
      EXPECT_EQ(get("/api/v1/summary?" + filter)["total"]["fail"], has ? 1 : 0) << when << ' ' << filter;
      for (const char* kind : {"nonconforming", "results"}) {
        const std::string list = table(fmt::format("{}&bare=1&{}", kind, filter));
        EXPECT_EQ(list.find(number) != std::string::npos, has) << when << ' ' << kind << ' ' << filter;
        EXPECT_EQ(list.find("成都市农产品质量安全检测站") != std::string::npos, has) << when << ' ' << kind;
      }
      const json page = get("/api/v1/nonconforming?" + filter);
      EXPECT_EQ(page["count"], has ? 1 : 0) << when << ' ' << filter;
      ASSERT_EQ(page["rows"].size(), has ? 1U : 0U) << when << ' ' << filter;
      if (has) {
        EXPECT_EQ(page["rows"][0]["laboratory"], 3) << when;
      }
      const auto upload = call(coordinator_token, "POST", "/api/v1/export/upload?" + filter, profile);
      EXPECT_EQ(upload.body, has ? row : "") << when << ' ' << filter;
    }
  };
  expect_with_first("ordered");
  const model::Grant again = world.grants_of(other).back();
  model::Judged verdict = judged(again, model::SampleOutcome::fail, again.retest->version);
  verdict.edition = coordinator::tables::reference_in_use(*world.view());
  verdict.items = {{0, model::ItemOutcome::fail, model::Reason::beyond_limit, 1},
                   {1, model::ItemOutcome::fail, model::Reason::beyond_limit, 2}};
  const Hash record = other.happen(again, "analyst", verdict);
  other.happen(again, "reviewer", reviewed(again, record));
  other.happen(again, "approver", approved(again, record, model::SampleOutcome::fail, again.retest->version));
  EXPECT_EQ(world.acknowledged(other, other.all_events()).notes,
            (std::vector{model::EventNote{3, model::Disposition::counted}}));
  expect_with_first("decided");
  // One item failed at first and two in the retest: none is counted twice, and all three are told.
  for (const auto& [verdicts, failed] : {std::pair{"first", 1}, std::pair{"final", 2}}) {
    const json listed = get(fmt::format("/api/v1/nonconforming?verdicts={}", verdicts))["rows"];
    ASSERT_EQ(listed.size(), 1U) << verdicts;
    EXPECT_EQ(listed[0]["failed"], failed) << verdicts;
    EXPECT_EQ(listed[0]["failed_items"].size(), 3U) << verdicts;
  }
}

TEST_F(Exports, EncodingsAndWrongQuestions) {
  set_up();
  EXPECT_THAT(table("rates&encoding=utf-8-bom"), StartsWith("\xEF\xBB\xBF# 合格率统计表"));
  const std::string chinese = table("rates&encoding=gb18030");
  EXPECT_EQ(decode_text(chinese)->charset, Charset::gb18030);
  EXPECT_EQ(decode_text(chinese)->utf8, table("rates"));
  for (const char* wrong : {"nothing", "rates,rates", "rates,progress", "rates&month=June", "rates&stage=x",
                            "progress&as_of=2013-06-03T09:00:00Z", "rates&as_of=2099-06-03T09:00:00Z", ""}) {
    EXPECT_EQ(call(viewer_token, "GET", fmt::format("/api/v1/export/tables?format=csv&table={}", wrong)).status, 400)
        << wrong;
  }
}

TEST(TableFiles, FiguresMayBeNegativeAndTextsMayNotBeFormulas) {
  const documents::Table table{
      .title = "t", .columns = {{"文", false}, {"数", true}}, .rows = [](const documents::TakeRow& take) {
        for (const char* text : {"=1", "+1", "-1", "@a", "\ta", "a"}) {
          if (!take({text, text})) return;
        }
      }};
  EXPECT_EQ(*documents::to_csv(table, {}, true), "文,数\n'=1,'=1\n'+1,+1\n'-1,-1\n'@a,'@a\n'\ta,'\ta\na,a\n");
}

}  // namespace
}  // namespace lab::board
