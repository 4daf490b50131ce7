#include "protocol/workbook/workbook.hpp"

#include <gtest/gtest.h>

#include "protocol/workbook/archive.hpp"
#include "tests/protocol/workbook/zipped_parts.hpp"

namespace lab::workbook {
namespace {

Result<std::vector<Sheet>> read(const std::string& rows, const std::string& strings = "") {
  return read_workbook(zipped(workbook_parts(rows, strings)));
}

TEST(Workbook, ReadsEveryKindOfCell) {
  const auto sheets = read(
      R"(<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><r><t>in</t></r><r><t>line</t></r></is></c>)"
      R"(<c r="C1" t="str"><f>1/2</f><v>formula</v></c><c r="D1" t="b"><v>1</v></c><c r="E1" t="e"><v>#DIV/0!</v></c></row>)"
      R"(<row r="3"><c r="B3" s="1"><v>41428.5</v></c><c r="C3" s="2"><v>0.05</v></c><c r="D3" s="3"><v>0.10000000000000001</v></c></row>)",
      "<si><t>shared</t><rPh><t>sound</t></rPh></si>");
  ASSERT_TRUE(sheets) << to_text(sheets.error());
  const auto& rows = sheets->front().rows;
  EXPECT_EQ(rows.at(0).cells, (std::vector<std::string>{"shared", "inline", "formula", "TRUE", "#DIV/0!"}));
  EXPECT_EQ(rows[0].kind(4), CellKind::error);
  EXPECT_EQ(rows.at(1).cells, (std::vector<std::string>{"", "2013-06-03 12:00:00", "5%", "0.1"}));
  EXPECT_EQ(rows[1].kind(1), CellKind::date);
  EXPECT_EQ(rows[1].kind(2), CellKind::text);
  EXPECT_EQ(rows[1].kind(3), CellKind::number);
  EXPECT_EQ(rows[1].number, 3U);
  EXPECT_TRUE(rows[1].blank_before);
  EXPECT_EQ(cell_name(27, 3), "AB3");
}

TEST(Workbook, TakesCellsAndRowsWithoutReferencesInTheirOrder) {
  const auto sheets =
      read(R"(<row><c><v>1</v></c><c><v>2</v></c></row><row><c t="inlineStr"><is><t>x</t></is></c></row>)");
  ASSERT_TRUE(sheets);
  EXPECT_EQ(sheets->front().rows.at(0).cells, (std::vector<std::string>{"1", "2"}));
  EXPECT_EQ(sheets->front().rows.at(1).number, 2U);
}

TEST(Workbook, RefusesCellsThatCannotBe) {
  EXPECT_FALSE(read(R"(<row r="1"><c r="A1" t="s"><v>7</v></c></row>)"));  // a string that is not there
  EXPECT_FALSE(read(R"(<row r="2"><c><v>1</v></c></row><row r="1"><c><v>1</v></c></row>)"));
  EXPECT_FALSE(read(R"(<row r="1"><c r="ZZZZ1"><v>1</v></c></row>)"));
  EXPECT_FALSE(read(R"(<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>1</v></c></row>)"));
  EXPECT_FALSE(read("<row r=\"1\"><c r=\"A1\">"));  // not well-formed
}

TEST(Workbook, TakesWhatIsNoNumberForAnError) {
  const auto sheets =
      read(R"(<row r="1"><c r="A1"><v>NaN</v></c><c r="B1"><v>1,5</v></c><c r="C1" s="2"><v>x</v></c></row>)");
  ASSERT_TRUE(sheets);
  const Row& row = sheets->front().rows.at(0);
  EXPECT_EQ(row.cells, (std::vector<std::string>{"NaN", "1,5", "x"}));
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(row.kind(i), CellKind::error);
}

TEST(Workbook, ExpandsNoEntities) {
  auto parts = workbook_parts(R"(<row r="1"><c r="A1" t="inlineStr"><is><t>&a;</t></is></c></row>)");
  auto& xml = parts["xl/worksheets/sheet1.xml"];
  xml = R"(<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]>)" + xml;
  EXPECT_FALSE(read_workbook(zipped(parts)));
}

TEST(Workbook, RefusesABomb) {
  auto parts = workbook_parts("");
  parts["xl/worksheets/sheet1.xml"] = "<worksheet>" + std::string(std::size_t{8} << 20, ' ') + "</worksheet>";
  const auto sheets = read_workbook(zipped(parts));  // blanks pack to a thousandth
  ASSERT_FALSE(sheets);
  EXPECT_EQ(sheets.error().code, ErrorCode::too_large);
}

TEST(Workbook, RefusesTooManyCells) {
  std::string rows;
  for (std::size_t i = 1; i <= cells_max / 16384 + 1; ++i) {
    rows += "<row r=\"" + std::to_string(i) + "\"><c r=\"XFD" + std::to_string(i) + "\"><v>1</v></c></row>";
  }
  const auto sheets = read(rows);
  ASSERT_FALSE(sheets);
  EXPECT_EQ(sheets.error().code, ErrorCode::too_large);
}

TEST(Workbook, RefusesEveryCutOfItself) {
  const Bytes whole = zipped(workbook_parts(R"(<row r="1"><c r="A1"><v>1</v></c></row>)"));
  ASSERT_TRUE(read_workbook(whole));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(read_workbook(BytesView{whole}.substr(0, size))) << size;
  }
}

// Sheets named "0", "1" ... with these rows.
Bytes workbook_of(const std::vector<std::string>& sheets) {
  auto parts = workbook_parts("");
  std::string list;
  std::string relations;
  for (std::size_t i = 0; i < sheets.size(); ++i) {
    const std::string number = std::to_string(i);
    list += "<sheet name=\"" + number + "\" r:id=\"r" + number + "\"/>";
    relations += "<Relationship Id=\"r" + number + "\" Target=\"worksheets/s" + number + ".xml\"/>";
    parts["xl/worksheets/s" + number + ".xml"] = "<worksheet><sheetData>" + sheets[i] + "</sheetData></worksheet>";
  }
  parts["xl/workbook.xml"] = R"(<workbook xmlns:r="r"><sheets>)" + list + "</sheets></workbook>";
  parts["xl/_rels/workbook.xml.rels"] = "<Relationships>" + relations + "</Relationships>";
  return zipped(parts);
}

TEST(Workbook, OfASheetThatIsNotReadWholeTheFirstRowsAreThere) {
  std::string many;
  for (int i = 0; i < 10'000; ++i) many += "<row><c><v>" + std::to_string(i) + "</v></c></row>";
  const Bytes xlsx = workbook_of({many, "<row><c><v>1</v></c></row>", many, many + "<row><c>not even XML"});
  EXPECT_FALSE(read_workbook(xlsx)) << "everything is read, and the last one is damaged";
  const auto sheets = read_workbook(xlsx, [](std::size_t sheet) { return sheet == 2; });
  ASSERT_TRUE(sheets) << to_text(sheets.error());
  ASSERT_EQ(sheets->size(), 4U);
  EXPECT_EQ((*sheets)[2].rows.size(), 10'000U);
  EXPECT_FALSE((*sheets)[2].partial);
  EXPECT_EQ((*sheets)[1].rows.size(), 1U);
  EXPECT_FALSE((*sheets)[1].partial) << "it is short";
  const auto& rows = (*sheets)[0].rows;
  EXPECT_TRUE((*sheets)[0].partial);
  ASSERT_GT(rows.size(), 1'000U);
  ASSERT_LT(rows.size(), 10'000U);
  EXPECT_EQ(rows.back().cells.front(), std::to_string(rows.size() - 1)) << "no digit is cut off";
}

}  // namespace
}  // namespace lab::workbook
