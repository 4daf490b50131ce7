#include "protocol/base/csv.hpp"

#include <gtest/gtest.h>

namespace lab {
namespace {

using Cells = std::vector<std::string>;

TEST(Csv, ReadsQuotesDelimitersAndAllLineEnds) {
  const auto rows = parse_csv("a,b\r\n\"x,1\",\"say \"\"hi\"\"\"\n\n,\r\"two\nlines\",z");
  ASSERT_TRUE(rows);
  ASSERT_EQ(rows->size(), 4U);
  EXPECT_EQ((*rows)[0].cells, (Cells{"a", "b"}));
  EXPECT_EQ((*rows)[1].cells, (Cells{"x,1", "say \"hi\""}));
  EXPECT_EQ((*rows)[2].cells, (Cells{"", ""}));
  EXPECT_EQ((*rows)[3].cells, (Cells{"two\nlines", "z"}));
  EXPECT_EQ((*rows)[3].line, 5U);
  EXPECT_EQ((*rows)[1].offset, 5U);
}

TEST(Csv, AViewCopiesOnlyCellsWithQuotesInside) {
  const std::string text = "a,\"b,1\"\r\n\n,cc,\"\"\"d\"\"\"\n";
  auto read = view_csv(text);
  ASSERT_TRUE(read);
  const CsvView view = *std::move(read);
  ASSERT_EQ(view.rows.size(), 2U);
  EXPECT_EQ(Cells(view.rows[0].cells.begin(), view.rows[0].cells.end()), (Cells{"a", "b,1"}));
  EXPECT_EQ(Cells(view.rows[1].cells.begin(), view.rows[1].cells.end()), (Cells{"", "cc", "\"d\""}));
  EXPECT_EQ(view.rows[1].line, 3U);
  EXPECT_EQ(view.rows[0].cells[0].data(), text.data());
  EXPECT_EQ(view.rows[0].cells[1].data(), text.data() + text.find("b,1"));
  EXPECT_EQ(view.rows[1].cells[1].data(), text.data() + text.find("cc"));
  EXPECT_EQ(view.copied.size(), 1U);
}

TEST(Csv, AQuoteThatNeverClosesNamesItsLine) {
  const auto rows = parse_csv("a,b\nc,\"d\ne,f\n");
  ASSERT_FALSE(rows);
  EXPECT_EQ(rows.error().code, ErrorCode::malformed);
  EXPECT_EQ(rows.error().where, "line 2");
}

TEST(Csv, WhatIsWrittenReadsBackTheSame) {
  const Cells cells{"", "a", "b,c", "\"", "line\nbreak", "铅", " blank ", "\r"};
  const auto rows = parse_csv(format_csv_row(cells));
  ASSERT_TRUE(rows);
  ASSERT_EQ(rows->size(), 1U);
  EXPECT_EQ(rows->front().cells, cells);
}

TEST(Csv, AnotherDelimiterLeavesCommasAlone) {
  const auto rows = parse_csv("a,1\tb\n", '\t');
  ASSERT_TRUE(rows);
  EXPECT_EQ(rows->front().cells, (Cells{"a,1", "b"}));
}

TEST(Csv, EmptyTextHasNoRows) {
  EXPECT_TRUE(parse_csv("")->empty());
  EXPECT_TRUE(parse_csv("\n\r\n\r")->empty());
}

}  // namespace
}  // namespace lab
