// Plans in workbooks: the goal of ux.md 7c, 7 (six thousand rows, seven faults), and the template people start from.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>

#include "coordinator/planning/plan_template.hpp"
#include "protocol/workbook/workbook.hpp"
#include "protocol/workbook/writer.hpp"
#include "tests/coordinator/planning/fixture.hpp"

namespace lab::planning {
namespace {

using testing::Province;
using workbook::Look;
using workbook::OutCell;

constexpr std::size_t plan_rows = 6'000;

using Line = std::vector<std::string>;

// One row for each product, all of them right.
std::vector<Line> good_lines() {
  std::vector<Line> lines;
  for (std::size_t i = 0; i < plan_rows; ++i) {
    const bool chengdu = i % 2 == 0;
    lines.push_back({"NCP", chengdu ? "成都市" : "510300", chengdu ? "510104" : "荣县", "V3", fmt::format("产品{}", i),
                     "农贸市场", fmt::format("{}", 1 + i % 4), "VEG", "3"});
  }
  return lines;
}

// As a person keeps it: a guide before the table, a blank row and a remark inside it.
Bytes workbook_of(const std::vector<Line>& lines) {
  workbook::WorkbookWriter writer;
  writer.begin_sheet({.name = "说明"});
  writer.add_row({{"项目说明", Look::title}});
  writer.begin_sheet({.name = "计划", .widths = {10, 12}});
  std::vector<OutCell> header;
  for (const char* name : {"项目", "市州", "区县", "类别", "产品", "环节", "轮次", "检测包", "数量", "备注"}) {
    header.push_back({name, Look::heading});
  }
  writer.add_row(header);
  writer.add_row({});
  for (const Line& line : lines) {
    std::vector<OutCell> cells;
    for (std::size_t i = 0; i < line.size(); ++i)
      cells.push_back({line[i], i == 6 || i == 8 ? Look::figure : Look::cell});
    cells.push_back({"如常", Look::cell});
    writer.add_row(cells);
  }
  return *writer.finish("计划");
}

constexpr std::size_t first_row = 3;  // of the sheet, that holds line 0

PlanImport imported(const Bytes& file) {
  const Province province;
  auto result = import_plan(file, "plan.xlsx", province.head, province.context());
  EXPECT_TRUE(result.has_value()) << to_text(result.error());
  return result ? *std::move(result) : PlanImport{};
}

const workbook::Sheet& plan_sheet(const std::vector<workbook::Sheet>& sheets) { return sheets.at(1); }

TEST(PlanWorkbook, SevenFaultsInSixThousandRowsAreNamedAndTheMendedFileIsTaken) {
  std::vector<Line> lines = good_lines();
  lines[10][0] = "QQQ";
  lines[500][1] = "重庆市";
  lines[1000][2] = "荣县";  // of another city
  lines[2222][3] = "矿石";
  lines[3333][6] = "5";
  lines[4444] = lines[4440];
  lines[5999][8] = "0";
  const Bytes file = workbook_of(lines);
  const PlanImport refused = imported(file);
  ASSERT_EQ(refused.complaints.size(), 7U);
  EXPECT_TRUE(refused.plan.cells.empty());
  EXPECT_EQ(refused.sheet, "计划");
  const std::array<std::pair<std::size_t, const char*>, 7> wanted{{{10, "项目"},
                                                                   {500, "市州代码"},
                                                                   {1000, "区县代码"},
                                                                   {2222, "产品类别"},
                                                                   {3333, "轮次"},
                                                                   {4444, ""},
                                                                   {5999, "样品数"}}};
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    EXPECT_EQ(refused.complaints[i].line, wanted[i].first + first_row);
    EXPECT_EQ(refused.complaints[i].field, wanted[i].second);
  }

  // What comes back is what was sent, with one column more.
  const auto sent = workbook::read_workbook(file);
  const auto back = workbook::read_workbook(refused.error_file);
  ASSERT_TRUE(back) << to_text(back.error());
  ASSERT_EQ(back->size(), 2U);
  EXPECT_EQ(back->at(0).rows.at(0).cells, sent->at(0).rows.at(0).cells);
  ASSERT_EQ(plan_sheet(*back).rows.size(), plan_rows + 1);
  std::size_t marked = 0;
  for (std::size_t i = 0; i < plan_rows + 1; ++i) {
    Line cells = plan_sheet(*back).rows[i].cells;
    const Line& own = plan_sheet(*sent).rows[i].cells;
    if (cells.size() > own.size()) {
      ++marked;
      cells.pop_back();
    }
    EXPECT_EQ(cells, own);
  }
  EXPECT_EQ(marked, 8U) << "the heading and seven rows";
  EXPECT_EQ(plan_sheet(*back).rows[0].cells.back(), "错误");
  EXPECT_EQ(plan_sheet(*back).rows[5999 + 1].cells.back(), "样品数：应为 1 到 9999 的整数，只用半角数字");

  // Mended with the column still in it, all but one row; then all.
  const PlanImport again = imported(refused.error_file);
  EXPECT_EQ(again.complaints, refused.complaints) << "its own column is not read";
  const auto begun = std::chrono::steady_clock::now();
  const PlanImport taken = imported(workbook_of(good_lines()));
  const auto took = std::chrono::steady_clock::now() - begun;
  EXPECT_TRUE(taken.accepted());
  EXPECT_EQ(taken.plan.cells.size(), plan_rows);
  EXPECT_TRUE(taken.error_file.empty());
  fmt::print("6000 rows of a workbook written, read and checked in {} ms\n",
             std::chrono::duration_cast<std::chrono::milliseconds>(took).count());
}

TEST(PlanWorkbook, AnOlderColumnOfErrorsIsReplaced) {
  std::vector<Line> lines = good_lines();
  lines.resize(2);
  lines[0][7] = "NOPE";
  lines[1][8] = "x";
  const PlanImport first = imported(workbook_of(lines));
  ASSERT_EQ(first.complaints.size(), 2U);
  const PlanImport second = imported(first.error_file);
  const auto back = workbook::read_workbook(second.error_file);
  ASSERT_TRUE(back);
  EXPECT_EQ(plan_sheet(*back).rows.at(0).cells.size(), 11U) << "one column of errors, not two";
}

TEST(PlanWorkbook, TheTemplateIsAPlanWithoutRowsAndTakesOnesFilledIn) {
  const Province province;
  const auto file = plan_template_workbook(province.context());
  ASSERT_TRUE(file);
  const PlanImport empty = imported(*file);
  ASSERT_EQ(empty.complaints.size(), 1U);
  EXPECT_EQ(empty.sheet, "计划");
  EXPECT_NE(empty.complaints.front().message.find("列名下面没有数据"), std::string::npos);
  const auto sheets = workbook::read_workbook(*file);
  ASSERT_TRUE(sheets);
  ASSERT_EQ(sheets->size(), 3U);
  EXPECT_EQ(sheets->at(1).name, "说明");
  EXPECT_TRUE(sheets->at(2).hidden);
  // Every offered value is one that the import takes: cities beside their counties, stages, panels.
  const auto& lists = sheets->at(2).rows;
  EXPECT_EQ(lists.at(1).cells.at(1), "成都市");
  EXPECT_EQ(lists.at(1).cells.at(7), "成都市");
  EXPECT_EQ(lists.at(1).cells.at(8), "锦江区");
  EXPECT_EQ(lists.at(9).cells.at(3), "餐饮");
  const PlanImport text = province.import(plan_template_text() + "NCP,成都市,锦江区,蔬菜,菠菜,餐饮,1,VEG,3,,,,\n");
  EXPECT_TRUE(text.accepted()) << text.complaints.front().message;
}

TEST(PlanWorkbook, BombsAndTornFilesAreRefused) {
  const Province province;
  const Bytes file = workbook_of({good_lines().front()});
  for (std::size_t size = 4; size < file.size(); size += 97) {
    EXPECT_FALSE(import_plan(BytesView{file}.substr(0, size), "p.xlsx", province.head, province.context()));
  }
  workbook::WorkbookWriter writer;
  writer.begin_sheet({.name = "计划"});
  writer.add_row({{std::string(30'000, 'a')}});
  std::string sheet;
  for (int i = 0; i < 6'000; ++i)
    sheet += "<row><c t=\"inlineStr\"><is><t>" + std::string(30'000, 'a') + "</t></is></c></row>";
  const auto bomb = workbook::with_file(*writer.finish(""), "xl/worksheets/sheet1.xml",
                                        "<worksheet><sheetData>" + sheet + "</sheetData></worksheet>");
  ASSERT_TRUE(bomb);
  const auto refused = import_plan(*bomb, "p.xlsx", province.head, province.context());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::too_large);
}

}  // namespace
}  // namespace lab::planning
