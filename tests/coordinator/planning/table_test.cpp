#include "coordinator/planning/table.hpp"

#include "tests/coordinator/planning/fixture.hpp"

namespace lab::planning {
namespace {

using testing::table;

constexpr std::array columns{Column{{"产品", "commodity"}}, Column{{"数量", "quota"}}};

TEST(PlanningTable, ReadsTheSameRowsFromEveryCharset) {
  const std::string text = "产品,数量\n芹菜,3\n";
  for (const Charset charset :
       {Charset::utf8, Charset::utf8_bom, Charset::utf16_le, Charset::utf16_be, Charset::gb18030}) {
    const auto read = read_table(*encode_text(text, charset), "a.csv");
    ASSERT_TRUE(read.has_value()) << name_of(charset);
    EXPECT_EQ(read->charset, charset);
    ASSERT_EQ(read->rows.size(), 2U);
    EXPECT_EQ(read->rows[1].cells, (std::vector<std::string>{"芹菜", "3"}));
  }
}

TEST(PlanningTable, TakesTabsAndSemicolonsAsSpreadsheetsWriteThem) {
  EXPECT_EQ(table("产品\t数量\n芹菜\t3\n").rows[1].cells.size(), 2U);
  EXPECT_EQ(table("产品;数量\n芹菜;3\n").rows[1].cells.size(), 2U);
}

TEST(PlanningTable, LeavesOutRowsOfBareDelimiters) { EXPECT_EQ(table("产品,数量\n,\n芹菜,3\n , \n").rows.size(), 2U); }

TEST(PlanningTable, RefusesWhatIsNoTextAndSaysWhatToDo) {
  const auto read = read_table(std::string_view{"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\xFF\xFF", 10}, "计划.xls");
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().code, ErrorCode::malformed);
  EXPECT_NE(read.error().message.find("另存为 XLSX 或 CSV"), std::string::npos);
  EXPECT_NE(read.error().where.find("计划.xls"), std::string::npos);
}

TEST(PlanningTable, RefusesAnEmptyFile) {
  EXPECT_FALSE(read_table("", "a.csv").has_value());
  EXPECT_FALSE(read_table("\n\n", "a.csv").has_value());
}

TEST(PlanningTable, RefusesAnOpenQuoteWithItsLine) {
  const auto read = read_table("产品,数量\n\"芹菜,3\n", "a.csv");
  ASSERT_FALSE(read.has_value());
  EXPECT_NE(read.error().where.find("line 2"), std::string::npos);
}

TEST(PlanningTable, HasALimitOfOctetsAndOfRows) {
  EXPECT_EQ(read_table(std::string(table_bytes_max + 1, 'a'), "a.csv").error().code, ErrorCode::too_large);
  std::string rows = "产品\n";
  for (std::size_t i = 0; i <= table_rows_max; ++i) rows += "1\n";
  EXPECT_EQ(read_table(rows, "a.csv").error().code, ErrorCode::too_large);
}

TEST(PlanningTable, FindsColumnsByEitherLanguageInAnyOrder) {
  const Table mixed = table(" quota ,备注,产品\n3,x,芹菜\n");
  Reader reader{mixed, columns};
  ASSERT_TRUE(reader.header_is_good());
  reader.open(0);
  EXPECT_EQ(reader.cell(0), "芹菜");
  EXPECT_EQ(reader.cell(1), "3");
}

TEST(PlanningTable, NamesMissingUnknownAndRepeatedColumnsTogether) {
  const Table odd = table("数量,数量,颜色\n1,2,3\n");
  Reader reader{odd, columns};
  EXPECT_FALSE(reader.header_is_good());
  const auto complaints = reader.complaints();
  ASSERT_EQ(complaints.size(), 3U);
  EXPECT_NE(complaints[0].message.find("缺少列“产品”"), std::string::npos);
  EXPECT_NE(complaints[1].message.find("两次"), std::string::npos);
  EXPECT_EQ(complaints[2].value, "颜色");
  EXPECT_EQ(complaints[2].column, 3U);
}

TEST(PlanningTable, ComplainsOfContentWithoutAColumnName) {
  const Table wide = table("产品,数量,\n芹菜,3,\n菠菜,4,,5\n");
  Reader reader{wide, columns};
  ASSERT_TRUE(reader.header_is_good());
  reader.open(0);
  EXPECT_TRUE(reader.complaints().empty());
  reader.open(1);
  ASSERT_EQ(reader.complaints().size(), 1U);
  EXPECT_EQ(reader.complaints()[0].column, 4U);
  EXPECT_EQ(reader.complaints()[0].value, "5");
}

TEST(PlanningTable, TrimsIdeographicAndNoBreakBlanks) {
  const Table blanks = table("产品,数量\n\u3000芹菜\u00A0,3\n");
  Reader reader{blanks, columns};
  reader.open(0);
  EXPECT_EQ(reader.cell(0), "芹菜");
}

TEST(PlanningTable, WritesTheErrorFileInTheCharsetAndDelimiterOfTheOriginal) {
  const Bytes original = *encode_text("产品\t数量\n芹菜\t零\n菠菜\t4\n", Charset::utf16_le);
  const auto read = read_table(original, "a.txt");
  ASSERT_TRUE(read.has_value());
  const Bytes written = error_file(*read, {{2, 2, "数量", "零", "应为整数"}}, original);
  const auto text = decode_text(written);
  ASSERT_TRUE(text.has_value());
  EXPECT_EQ(text->charset, Charset::utf16_le);
  EXPECT_EQ(text->utf8, "产品\t数量\t错误\n芹菜\t零\t数量：应为整数\n菠菜\t4\t\n");
}

TEST(PlanningTable, ReplacesTheErrorsOfAnEarlierRound) {
  const Table again = table("产品,错误,数量\n芹菜,旧的说明,零\n");
  EXPECT_EQ(error_file(again, {{2, 3, "数量", "零", "新的说明"}}, {}), "产品,数量,错误\n芹菜,零,数量：新的说明\n");
  EXPECT_TRUE((Reader{again, columns}).header_is_good());
}

TEST(PlanningTable, SaysWhatIsWrongWithAWorkbookThatIsNone) {
  const auto read = read_table(BytesView{"PK\x03\x04\x14\0\x06\0xl/workbook.xml\n", 24}, "plan.xlsx");
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().code, ErrorCode::malformed);
  EXPECT_NE(read.error().message.find("不完整或不是 xlsx"), std::string::npos);
}

TEST(PlanningTable, SaysWhereAndWhat) {
  EXPECT_EQ(to_text("plan.csv", {12, 3, "区县代码", "锦江", "没有这个区县"}),
            "plan.csv 第 12 行 第 3 列（区县代码） “锦江”：没有这个区县");
}

}  // namespace
}  // namespace lab::planning
