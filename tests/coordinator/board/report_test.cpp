// The report: drafted, rewritten, frozen, superseded; and its PDF, read again by other people's programs.

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>

#include "coordinator/documents/analysis.hpp"
#include "coordinator/tables/diary.hpp"
#include "protocol/page/page.hpp"
#include "protocol/workbook/workbook.hpp"
#include "tests/coordinator/board/board_fixture.hpp"
#include "tests/coordinator/board/printed.hpp"

namespace lab::board {
namespace {

using ::testing::HasSubstr;

class Reports : public Board {
 protected:
  // Of the two counted samples one failed.
  void two_verdicts() {
    Bench bench = dispatched();
    const auto grants = world.grants_of(bench);
    ASSERT_GE(grants.size(), 2U);
    const Hash edition = coordinator::tables::reference_in_use(*world.view());
    for (const bool fails : {true, false}) {
      const model::Grant& grant = grants[fails ? 0 : 1];
      const auto outcome = fails ? model::SampleOutcome::fail : model::SampleOutcome::pass;
      model::Judged verdict = judged(grant, outcome);
      verdict.edition = edition;
      const Hash record = bench.happen(grant, "analyst", verdict);
      bench.happen(grant, "reviewer", reviewed(grant, record));
      bench.happen(grant, "approver", approved(grant, record, outcome));
    }
    world.acknowledged(bench, bench.all_events());
  }

  json draft(const std::string& title = "质量状况分析报告") {
    return post("/api/v1/reports?programme=NCP&title=" + title, "", 201);
  }
};

TEST_F(Reports, ADraftHasTheFiguresOfTheSummaryInItsTablesAndWords) {
  two_verdicts();
  const json report = draft();
  const json summary = get("/api/v1/summary?by=programme&programme=NCP");
  EXPECT_EQ(report["state"], "draft");
  const json& overview = report["content"]["sections"][0];
  EXPECT_EQ(overview["rows"][0][4], summary["total"]["rate"]);
  EXPECT_THAT(overview["narrative"].get<std::string>(),
              HasSubstr(fmt::format(
                  "批次合格率 {}%（95% 置信区间 {}～{}%）", summary["total"]["rate"].get<std::string>(),
                  summary["total"]["rate_low"].get<std::string>(), summary["total"]["rate_high"].get<std::string>())));
  EXPECT_THAT(overview["narrative"].get<std::string>(), HasSubstr("目标为 96%，本次数值未达到目标"));
  EXPECT_EQ(report["content"]["facts"][3]["value"], summary["data_version"].dump());
  EXPECT_THAT(report["content"]["sections"][2]["narrative"].get<std::string>(), HasSubstr("样品太少"));
  EXPECT_EQ(report["content"]["sections"][3]["rows"][0][0], "甲胺磷");
  EXPECT_EQ(report["content"]["sections"][7]["rows"].size(), 1U);
  std::string keys;
  for (const json& section : report["content"]["sections"]) keys += section["key"].get<std::string>() + " ";
  EXPECT_EQ(keys, "overview category city items causes trend measures samples ");
  for (const std::size_t i : {4U, 6U}) EXPECT_EQ(report["content"]["sections"][i]["narrative"], "") << "for people";
}

TEST_F(Reports, WordsAreChangedUntilItIsFrozenAndALaterOneIsTheNextVersion) {
  two_verdicts();
  draft();
  const json mine{{"revision", 1}, {"narratives", {{"overview", "由人改写的总体情况。"}}}};
  const json changed = post("/api/v1/reports/1/narrative", mine.dump(), 200);
  EXPECT_EQ(changed["revision"], 2);
  EXPECT_EQ(changed["content"]["sections"][0]["narrative"], "由人改写的总体情况。");
  EXPECT_EQ(post("/api/v1/reports/1/narrative", mine.dump(), 409)["code"], "conflict") << "somebody else was faster";
  EXPECT_EQ(post("/api/v1/reports/1/freeze", R"({"revision": 1})", 409)["code"], "conflict");
  EXPECT_EQ(post("/api/v1/reports/1/narrative", R"({"revision": 2, "narratives": {"none": "x"}})", 400)["code"],
            "malformed");
  EXPECT_EQ(call(viewer_token, "POST", "/api/v1/reports/1/freeze", R"({"revision": 2})").status, 403);

  const json frozen = post("/api/v1/reports/1/freeze", R"({"revision": 2})", 200);
  EXPECT_EQ(frozen["version"], 1);
  EXPECT_EQ(frozen["frozen_by"], "c");
  EXPECT_EQ(frozen["content_hash"], changed["content_hash"]);
  EXPECT_EQ(post("/api/v1/reports/1/narrative", R"({"revision": 2, "narratives": {}})", 409)["code"], "conflict");
  bool in_diary = false;
  coordinator::tables::for_each_diary_entry(*world.view(), 1, [&](const auto& entry) {
    in_diary |= entry.subject.find(frozen["content_hash"].get<std::string>()) != std::string::npos;
    return true;
  });
  EXPECT_TRUE(in_diary);

  // Later figures do not touch it; a later report of the same title supersedes it.
  draft();
  EXPECT_EQ(post("/api/v1/reports/2/freeze", R"({"revision": 1})", 200)["version"], 2);
  const json list = get("/api/v1/reports")["reports"];
  EXPECT_EQ(list[0]["superseded"], true);
  EXPECT_EQ(list[1]["superseded"], false);
  EXPECT_EQ(get("/api/v1/reports/1")["content"], frozen["content"]);
  EXPECT_EQ(post("/api/v1/reports?title=", "", 400)["code"], "malformed");
}

TEST_F(Reports, EveryFigureIsInThePdfAndItsFontsAreEmbedded) {
  two_verdicts();
  draft();
  const json report = post("/api/v1/reports/1/freeze", R"({"revision": 1})", 200);
  const auto response = call(viewer_token, "GET", "/api/v1/reports/1/pdf");
  ASSERT_EQ(response.status, 200) << response.body;
  EXPECT_EQ(response.content_type, "application/pdf");
  const std::string text = words_of_pdf(response.body, folder);
  for (const json& section : report["content"]["sections"]) {
    EXPECT_THAT(text, HasSubstr(without_blanks(section["heading"])));
    EXPECT_THAT(text, HasSubstr(without_blanks(section["narrative"])));
    for (const json& row : section["rows"]) {
      for (const json& cell : row) EXPECT_THAT(text, HasSubstr(without_blanks(cell)));
    }
  }
  for (const json& fact : report["content"]["facts"]) {
    EXPECT_THAT(text,
                HasSubstr(without_blanks(fact["what"].get<std::string>() + "：" + fact["value"].get<std::string>())));
  }
  EXPECT_THAT(text, HasSubstr("第1版"));
  EXPECT_THAT(text, HasSubstr(report["content_hash"].get<std::string>()));
  expect_whole_fonts(response.body, folder);
  const auto again = call(viewer_token, "GET", "/api/v1/reports/1/pdf");
  EXPECT_EQ(again.body, response.body) << "the same report is the same file";
}

TEST_F(Reports, ALongTableGoesOnWithItsHeading) {
  page::Document document{
      .title = "长表", .head = "页眉", .foot = "页脚", .created = "2013-06-03T09:00:00Z", .blocks = {}};
  page::Table table{.columns = {{"编号", 1, true}, {"说明", 4, false}}, .rows = {}};
  for (int i = 0; i < 200; ++i)
    table.rows.push_back(
        {fmt::format("行{}号", i), "够长的说明文字，够长的说明文字，够长的说明文字，够长的说明文字，够长"});
  document.blocks.emplace_back(std::move(table));
  const auto pdf = page::to_pdf(document);
  ASSERT_TRUE(pdf) << to_text(pdf.error());
  const std::string text = words_of_pdf(*pdf, folder);
  const auto count = [&](const std::string& what) {
    std::size_t found = 0;
    for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; ++at) ++found;
    return found;
  };
  EXPECT_GE(count("页眉"), 4U);
  EXPECT_EQ(count("编号说明"), count("页眉")) << "a heading on every page";
  EXPECT_THAT(text, HasSubstr(fmt::format("第1页共{}页", count("页眉"))));
  for (int i = 0; i < 200; ++i) EXPECT_EQ(count(fmt::format("行{}号", i)), 1U);
}

TEST_F(Reports, ItsTablesAreAWorkbookThatSaysWhichEditionTheyAreOf) {
  two_verdicts();
  draft();
  const json frozen = post("/api/v1/reports/1/freeze", R"({"revision": 1})", 200);
  const auto response = call(viewer_token, "GET", "/api/v1/reports/1/xlsx");
  ASSERT_EQ(response.status, 200) << response.body;
  const auto sheets = workbook::read_workbook(response.body);
  ASSERT_TRUE(sheets) << to_text(sheets.error());
  std::size_t sheet = 0;
  for (const json& section : frozen["content"]["sections"]) {
    if (section["columns"].empty()) continue;
    ASSERT_LT(sheet, sheets->size());
    const auto& rows = sheets->at(sheet).rows;
    EXPECT_EQ(sheets->at(sheet).name, section["heading"]);
    std::string facts;
    for (std::size_t i = 0; i < 9 && i < rows.size(); ++i) facts += rows[i].cells.front() + "\n";
    EXPECT_THAT(facts, HasSubstr("数据版本：" + get("/api/v1/summary")["data_version"].dump()));
    EXPECT_THAT(facts, HasSubstr("版本：第 1 版"));
    EXPECT_THAT(facts, HasSubstr("内容 SHA-256：" + frozen["content_hash"].get<std::string>()));
    if (!section["rows"].empty()) {
      EXPECT_EQ(rows.back().cells.front(), section["rows"].back().front());
    }
    ++sheet;
  }
  EXPECT_EQ(sheet, sheets->size());
  EXPECT_EQ(sheet, 6U);
}

// A month beside the one before and the same one a year ago, also when it alone is reported.
TEST(Analysis, ComparesAMonthWithTheYearBefore) {
  coordinator::testing::World world;
  const auto judged = [&](const char* month, int pass, int failed) {
    world.turn([&](journal::Draft& draft) {
      for (int i = 0; i < pass + failed; ++i) {
        coordinator::tables::count_first(draft,
                                         {.programme = model::ProgrammeCode{"NCP"},
                                          .city = model::CityCode{510300},
                                          .category = model::CategoryCode{"V1"},
                                          .month = *reports::parse_month(month),
                                          .laboratory = model::LaboratoryId{1}},
                                         i < pass ? model::SampleOutcome::pass : model::SampleOutcome::fail);
      }
    });
  };
  judged("2012-06", 40, 10);
  judged("2013-05", 90, 10);
  judged("2013-06", 95, 5);
  const auto trend_of = [&](std::optional<std::uint16_t> month) {
    documents::TableQuestion question;
    question.query.month = month;
    const auto view = world.view();
    const auto analysis = documents::draft_analysis(*view, {}, question, "题", world.now);
    return *std::ranges::find(analysis.sections, "trend", &documents::Section::key);
  };
  const auto year = trend_of({});
  ASSERT_EQ(year.rows.size(), 3U);
  EXPECT_EQ(year.rows[2][6], "+5.0");
  EXPECT_EQ(year.rows[2][7], "+15.0");
  EXPECT_EQ(year.rows[1][7], "—") << "there is no 2012-05";
  EXPECT_THAT(year.narrative, HasSubstr("同比（与 2012-06 相比）+15.0 个百分点"));
  const auto one = trend_of(reports::parse_month("2013-06"));
  ASSERT_EQ(one.rows.size(), 1U);
  EXPECT_EQ(one.rows[0], year.rows[2]);
  EXPECT_EQ(one.narrative, year.narrative);
  EXPECT_THAT(trend_of(reports::parse_month("2012-06")).narrative, HasSubstr("没有上年同月的数字"));
}

// A year's list may be longer than what a report shows of it.
TEST(Analysis, CountsTheItemsOfAllSamplesAlsoOfThoseItDoesNotList) {
  constexpr std::uint32_t beyond = 7;
  constexpr std::uint32_t samples = documents::listed_samples_max + beyond;
  World world;
  world.add_laboratory(1);
  Bench bench = world.enrol(1);
  world.dispatched_plan({cell(samples)});
  for (const model::Grant& grant : world.grants_of(bench)) {
    model::Judged verdict = judged(grant, model::SampleOutcome::fail);
    verdict.items = {{0, model::ItemOutcome::fail, model::Reason::beyond_limit, 1}};
    const Hash record = bench.happen(grant, "analyst", verdict);
    bench.happen(grant, "reviewer", reviewed(grant, record));
    bench.happen(grant, "approver", approved(grant, record, model::SampleOutcome::fail));
  }
  for (std::uint64_t first = 1; first <= bench.size(); first += 60) world.acknowledged(bench, bench.events(first, 60));
  const auto view = world.view();
  const documents::Analysis analysis = documents::draft_analysis(*view, {}, {}, "t", world.now);
  const auto section = [&](const char* key) {
    return *std::ranges::find(analysis.sections, key, &documents::Section::key);
  };
  EXPECT_EQ(section("samples").rows.size(), documents::listed_samples_max);
  ASSERT_EQ(section("items").rows.size(), 1U);
  EXPECT_EQ(section("items").rows[0][1], fmt::format("{}", samples));
}

TEST(Analysis, ComesBackFromItsText) {
  const documents::Analysis analysis{
      .title = "题",
      .facts = {{"截至", "now"}},
      .sections = {
          {.key = "k", .heading = "h", .narrative = "n\nm", .columns = {{"c", true, 3}}, .rows = {{"1"}, {"\""}}}}};
  const std::string text = documents::to_json_text(analysis);
  const auto back = documents::read_analysis(text);
  ASSERT_TRUE(back);
  EXPECT_EQ(documents::to_json_text(*back), text);
  for (const char* bad : {"", "[]", "{}", R"({"title": 1})", R"({"title":"t","facts":[],"sections":[{}]})"}) {
    EXPECT_FALSE(documents::read_analysis(bad)) << bad;
  }
}

}  // namespace
}  // namespace lab::board
