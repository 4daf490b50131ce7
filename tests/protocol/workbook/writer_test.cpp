#include "protocol/workbook/writer.hpp"

#include <gtest/gtest.h>

#include "protocol/workbook/archive.hpp"
#include "protocol/workbook/workbook.hpp"

namespace lab::workbook {
namespace {

using Cells = std::vector<std::string>;

Bytes two_sheets() {
  WorkbookWriter writer;
  writer.begin_sheet(
      {.name = "合格率/统计", .widths = {12, 8.5}, .frozen_rows = 2, .repeated_row = 2, .landscape = true});
  writer.add_row({{"标题", Look::title}, {"", Look::title}});
  writer.merge(0, 1);
  writer.add_row({{"市州", Look::heading}, {"合格率", Look::heading}});
  writer.add_row({{"=cmd|' /C calc'!A0", Look::cell}, {"96.0", Look::figure}});
  writer.add_row({{"a<b>&\"c\"\x01\xFF", Look::cell}, {"—", Look::figure}});
  writer.begin_sheet(
      {.name = "选项",
       .hidden = true,
       .choices = {{.column = 27, .first_row = 2, .last_row = 9, .list = "选项!$A$1:$A$2", .hint = "选一个"}}});
  writer.add_row({{"成都市", Look::plain}});
  return *writer.finish("统计");
}

TEST(WorkbookWriter, WritesWhatTheReaderReads) {
  const auto sheets = read_workbook(two_sheets());
  ASSERT_TRUE(sheets) << to_text(sheets.error());
  ASSERT_EQ(sheets->size(), 2U);
  EXPECT_EQ(sheets->at(0).name, "合格率统计") << "a name with a slash is refused by programs";
  EXPECT_TRUE(sheets->at(1).hidden);
  const auto& rows = sheets->at(0).rows;
  ASSERT_EQ(rows.size(), 4U);
  EXPECT_EQ(rows[2].cells, (Cells{"=cmd|' /C calc'!A0", "96.0"}));
  EXPECT_EQ(rows[2].kind(0), CellKind::text) << "no formula, whatever it looks like";
  EXPECT_EQ(rows[2].kind(1), CellKind::number);
  EXPECT_EQ(rows[3].cells, (Cells{"a<b>&\"c\"\xEF\xBF\xBD\xEF\xBF\xBD", "—"}));
  EXPECT_EQ(rows[3].kind(1), CellKind::text) << "a figure that is no number";
}

TEST(WorkbookWriter, WritesFormsOfSheets) {
  const Bytes xlsx = two_sheets();
  auto archive = Archive::open(xlsx);
  ASSERT_TRUE(archive);
  const std::string first = *archive->read("xl/worksheets/sheet1.xml");
  EXPECT_NE(first.find(R"(<mergeCell ref="A1:B1"/>)"), std::string::npos);
  EXPECT_NE(first.find(R"(ySplit="2" topLeftCell="A3")"), std::string::npos);
  EXPECT_NE(first.find("landscape"), std::string::npos);
  const std::string second = *archive->read("xl/worksheets/sheet2.xml");
  EXPECT_NE(second.find(R"(sqref="AB2:AB9")"), std::string::npos);
  EXPECT_NE(second.find("<formula1>选项!$A$1:$A$2</formula1>"), std::string::npos);
  EXPECT_NE(archive->read("xl/workbook.xml")->find("'合格率统计'!$2:$2"), std::string::npos);
  EXPECT_NE(archive->read("xl/styles.xml")->find(R"(<cellStyle name="Normal" xfId="0" builtinId="0"/>)"),
            std::string::npos)
      << "readers warn of a workbook without a style that cells have by default";
}

TEST(WorkbookWriter, GivesTheSameOctetsForTheSameCells) { EXPECT_EQ(two_sheets(), two_sheets()); }

}  // namespace
}  // namespace lab::workbook
