#include "protocol/workbook/column.hpp"

#include <gtest/gtest.h>

#include "protocol/workbook/archive.hpp"
#include "protocol/workbook/workbook.hpp"
#include "tests/protocol/workbook/zipped_parts.hpp"

namespace lab::workbook {
namespace {

using Cells = std::vector<std::string>;

const std::string rows =
    R"(<row r="1" spans="1:2"><c r="A1" t="inlineStr"><is><t>名</t></is></c><c r="B1"><v>1</v></c></row>)"
    R"(<row r="3"/><row r="4" s="1"><c r="A4" s="3"><f>1+1</f><v>2</v></c><c r="D4"><v>9</v></c></row>)";

Bytes sheet_of(BytesView xlsx) { return *Archive::open(xlsx)->read("xl/worksheets/sheet1.xml"); }

TEST(Column, IsAddedBehindTheLastCellAndNothingElseChanges) {
  const Bytes before = zipped(workbook_parts(rows));
  const auto after = with_column(before, 0, 4, {{1, "错误"}, {4, "a<b & \"c\""}});
  ASSERT_TRUE(after) << to_text(after.error());
  const auto sheets = read_workbook(*after);
  ASSERT_TRUE(sheets) << to_text(sheets.error());
  EXPECT_EQ(sheets->front().rows.at(0).cells, (Cells{"名", "1", "", "", "错误"}));
  EXPECT_EQ(sheets->front().rows.at(1).cells, (Cells{"2", "", "", "9", "a<b & \"c\""}))
      << "the stored value of the formula stays";
  auto old_archive = *Archive::open(before);
  auto new_archive = *Archive::open(*after);
  EXPECT_EQ(new_archive.names(), old_archive.names());
  for (const std::string& name : old_archive.names()) {
    if (name == "xl/worksheets/sheet1.xml") continue;
    EXPECT_EQ(*new_archive.read(name), *old_archive.read(name)) << name;
  }
  EXPECT_NE(sheet_of(*after).find("<f>1+1</f>"), Bytes::npos);
  EXPECT_EQ(sheet_of(*after).find("spans"), Bytes::npos) << "it no longer says which columns there are";
}

TEST(Column, ReplacesWhatStoodThereAndLeavesTheCellsBehindIt) {
  const auto first = with_column(zipped(workbook_parts(rows)), 0, 1, {{1, "new"}, {3, "empty row"}, {4, "between"}});
  ASSERT_TRUE(first) << to_text(first.error());
  const auto sheets = read_workbook(*first);
  ASSERT_TRUE(sheets) << to_text(sheets.error());
  EXPECT_EQ(sheets->front().rows.at(0).cells, (Cells{"名", "new"}));
  EXPECT_EQ(sheets->front().rows.at(1).cells, (Cells{"", "empty row"}));
  EXPECT_EQ(sheets->front().rows.at(2).cells, (Cells{"2", "between", "", "9"}));

  const auto second = with_column(*first, 0, 1, {{4, "again"}});
  ASSERT_TRUE(second);
  const auto again = read_workbook(*second);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->front().rows.at(0).cells, (Cells{"名"}));
  EXPECT_EQ(again->front().rows.at(1).cells, (Cells{"2", "again", "", "9"}));
}

TEST(Column, UsesThePrefixOfTheSheet) {
  auto parts = workbook_parts("");
  parts["xl/worksheets/sheet1.xml"] =
      R"(<?xml version="1.0" encoding="UTF-8"?><x:worksheet xmlns:x="u"><x:dimension ref="A1"/><x:sheetData>)"
      R"(<x:row r="1"><x:c r="A1"><x:v>1</x:v></x:c></x:row><x:row/></x:sheetData></x:worksheet>)";
  const auto after = with_column(zipped(parts), 0, 1, {{1, "one"}, {2, "two"}});
  ASSERT_TRUE(after) << to_text(after.error());
  const auto sheets = read_workbook(*after);
  ASSERT_TRUE(sheets) << to_text(sheets.error());
  EXPECT_EQ(sheets->front().rows.at(0).cells, (Cells{"1", "one"}));
  EXPECT_EQ(sheets->front().rows.at(1).cells, (Cells{"", "two"}));
  EXPECT_EQ(sheet_of(*after).find("dimension"), Bytes::npos);
}

TEST(Column, RefusesWhatItCannotEdit) {
  EXPECT_EQ(with_column("no archive", 0, 1, {}).error().code, ErrorCode::malformed);
  EXPECT_EQ(with_column(zipped(workbook_parts(rows)), 1, 1, {}).error().code, ErrorCode::not_found);
  auto parts = workbook_parts("");
  parts["xl/worksheets/sheet1.xml"] = R"(<?xml version="1.0" encoding="GB18030"?><worksheet/>)";
  EXPECT_EQ(with_column(zipped(parts), 0, 1, {}).error().code, ErrorCode::unsupported);
}

}  // namespace
}  // namespace lab::workbook
