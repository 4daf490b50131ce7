#include "instruments/sheet/binary_workbook.hpp"

#include <gtest/gtest.h>

#include "instruments/sheet/document.hpp"
#include "tests/instruments/sheet/binary_workbook_writer.hpp"

namespace lab::sheet {
namespace {

Result<std::vector<Sheet>> read(const Bytes& cells, const Bytes& globals = {}) {
  return read_binary_workbook(compound_file(biff_stream(cells, globals)));
}

Bytes strings(const std::vector<std::string>& texts) {
  Bytes data = u32(texts.size()) + u32(texts.size());
  for (const std::string& text : texts) data += narrow(text);
  return record(0x00FC, data);
}

Bytes number(std::size_t row, std::size_t column, double value, std::size_t format = 0) {
  return record(0x0203, cell(row, column, format) + f64(value));
}

TEST(BinaryWorkbook, ReadsEveryKindOfCell) {
  const Bytes many = record(0x00BD, u16(2) + u16(1) + u16(0) + u32(30 << 2 | 2) + u16(3) + u32(1234 << 2 | 3) + u16(2));
  const auto sheets = read(record(0x00FD, cell(0, 0) + u32(1)) + record(0x0204, cell(0, 1) + narrow("written here")) +
                               record(0x0205, cell(0, 2) + "\x01" + '\0') + record(0x0205, cell(0, 3) + "\x07\x01") +
                               number(0, 4, 0.30000000000000004) + number(0, 5, 41428.5, 1) + number(0, 6, 0.05, 2) +
                               record(0x0201, cell(0, 7)) + many,
                           strings({"unused", "shared"}));
  ASSERT_TRUE(sheets) << to_text(sheets.error());
  ASSERT_EQ(sheets->size(), 1U);
  EXPECT_EQ(sheets->front().name, "Data");
  const auto& rows = sheets->front().rows;
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].cells, (std::vector<std::string>{"shared", "written here", "TRUE", "#DIV/0!", "0.3",
                                                     "2013-06-03 12:00:00", "5%"}));
  EXPECT_EQ(rows[0].kind(2), CellKind::boolean);
  EXPECT_EQ(rows[0].kind(3), CellKind::error);
  EXPECT_EQ(rows[0].kind(4), CellKind::number);
  EXPECT_EQ(rows[0].kind(5), CellKind::date);
  EXPECT_EQ(rows[1].cells, (std::vector<std::string>{"", "30", "12.34"}));
  EXPECT_EQ(rows[1].number, 3U);
  EXPECT_TRUE(rows[1].blank_before);
}

TEST(BinaryWorkbook, ReadsWhatFormulasHadCalculated) {
  const auto formula = [](std::size_t column, const Bytes& result) {
    return record(0x0006, cell(0, column) + result + Bytes(8, '\0'));
  };
  const auto special = [](char kind, char value) { return Bytes{kind, '\0', value, '\0', '\0', '\0', '\xFF', '\xFF'}; };
  const auto sheets = read(formula(0, f64(2.5)) + formula(1, special(0, 0)) + record(0x04BC, Bytes(8, '\0')) +
                           record(0x0207, narrow("positive")) + formula(2, special(1, 1)) +
                           formula(3, special(2, 0x2A)) + formula(4, special(3, 0)) + number(0, 5, 1));
  ASSERT_TRUE(sheets) << to_text(sheets.error());
  EXPECT_EQ(sheets->front().rows.at(0).cells, (std::vector<std::string>{"2.5", "positive", "TRUE", "#N/A", "", "1"}));
}

TEST(BinaryWorkbook, ReadsSmallNumbersOfBothKinds) {
  // The upper 30 bits of 1.5 and of 150, the latter taken for a hundredfold; minus seven.
  const auto small = [](std::size_t column, std::uint32_t bits) { return record(0x027E, cell(0, column) + u32(bits)); };
  const auto sheets =
      read(small(0, 0x3FF8'0000) + small(1, 0x4062'C000 | 1) + small(2, static_cast<std::uint32_t>(-7) << 2 | 2));
  ASSERT_TRUE(sheets) << to_text(sheets.error());
  EXPECT_EQ(sheets->front().rows.at(0).cells, (std::vector<std::string>{"1.5", "1.5", "-7"}));
}

TEST(BinaryWorkbook, ReadsStringsThatGoOnInTheNextRecord) {
  // "未检出" in two octets each, cut behind its first character; then one whose characters begin in the next record,
  // now in one octet each; the last has fonts and a reading, which are left out.
  const Bytes first = u32(3) + u32(3) + u16(3) + '\x01' + "\x2A\x67";
  const Bytes second = Bytes{'\x01'} + "\xC0\x68\xFA\x51" + u16(2) + '\x01';
  const Bytes third = Bytes{'\0'} + "ok" + u16(2) + '\x0C' + u16(1) + u32(3) + "mg" + Bytes(4 + 3, '\x7F');
  const auto sheets = read(
      record(0x00FD, cell(0, 0) + u32(0)) + record(0x00FD, cell(0, 1) + u32(1)) + record(0x00FD, cell(0, 2) + u32(2)),
      record(0x00FC, first) + record(0x003C, second) + record(0x003C, third));
  ASSERT_TRUE(sheets) << to_text(sheets.error());
  EXPECT_EQ(sheets->front().rows.at(0).cells, (std::vector<std::string>{"未检出", "ok", "mg"}));
}

TEST(BinaryWorkbook, CountsDaysFrom1904WhenTheWorkbookSaysSo) {
  const auto sheets = read(number(0, 0, 1, 1), record(0x0022, u16(1)));
  ASSERT_TRUE(sheets);
  EXPECT_EQ(sheets->front().rows.at(0).cells.at(0), "1904-01-02");
}

TEST(BinaryWorkbook, LeavesOutChartsOnTheSheetAndTakesCellsInAnyOrder) {
  const auto sheets = read(number(0, 1, 2) + begin_part(0x0020) + number(0, 0, 9) + end_part() + number(0, 0, 1));
  ASSERT_TRUE(sheets) << to_text(sheets.error());
  EXPECT_EQ(sheets->front().rows.at(0).cells, (std::vector<std::string>{"1", "2"}));
}

TEST(BinaryWorkbook, ReadsAStreamInShortSectors) {
  const Bytes stream = biff_stream(number(0, 0, 1.25));
  ASSERT_LT(stream.size(), 4096U);
  const auto sheets = read_binary_workbook(compound_file(stream, "WORKBOOK", false));
  ASSERT_TRUE(sheets) << to_text(sheets.error());
  EXPECT_EQ(sheets->front().rows.at(0).cells.at(0), "1.25");
}

TEST(BinaryWorkbook, SaysWhyItDoesNotReadOthers) {
  const auto refused = [](const Bytes& file) {
    const auto sheets = read_binary_workbook(file);
    return sheets ? std::string{"read"} : sheets.error().message;
  };
  const Bytes locked = biff_stream(number(0, 0, 1), record(0x002F, Bytes(6, '\0')));
  EXPECT_NE(refused(compound_file(locked)).find("密码"), std::string::npos);
  const Bytes old = begin_part(0x0005, 0x0500) + end_part();
  EXPECT_NE(refused(compound_file(old, "Book")).find("Excel 5.0/95"), std::string::npos);
  EXPECT_NE(refused(compound_file("text", "WordDocument")).find("不是 Excel 工作簿"), std::string::npos);
}

TEST(BinaryWorkbook, RefusesCellsThatCannotBe) {
  EXPECT_FALSE(read(record(0x00FD, cell(0, 0) + u32(1)), strings({"only one"})));
  EXPECT_FALSE(read(number(0, 0, 1) + number(0, 0, 2)));                  // two values in one cell
  EXPECT_FALSE(read(number(0, 256, 1)));                                  // behind the last column
  EXPECT_FALSE(read(record(0x0203, cell(0, 0) + u32(1))));                // half a number
  EXPECT_FALSE(read(record(0x00BD, u16(0) + u16(0) + u16(0) + u32(2))));  // no last column
  EXPECT_FALSE(read(record(0x0204, cell(0, 0) + u16(50) + '\0' + "ab")));
}

TEST(BinaryWorkbook, TakesWhatIsNoNumberForAnError) {
  const auto sheets = read(record(0x0203, cell(0, 0) + little(0x7FF8'0000'0000'0001, 8)));
  ASSERT_TRUE(sheets);
  EXPECT_EQ(sheets->front().rows.at(0).kind(0), CellKind::error);
}

TEST(BinaryWorkbook, RefusesEveryCut) {
  const Bytes whole = compound_file(biff_stream(number(0, 0, 1) + record(0x00FD, cell(0, 1) + u32(0)), strings({"x"})));
  ASSERT_TRUE(read_binary_workbook(whole));
  for (std::size_t size = 0; size < whole.size(); size += 97) {
    EXPECT_FALSE(read_binary_workbook(BytesView{whole}.substr(0, size))) << size;
  }
  const Bytes stream = biff_stream(number(0, 0, 1));
  for (std::size_t size = 0; size < stream.size(); ++size) {
    EXPECT_FALSE(read_binary_workbook(compound_file(stream.substr(0, size), "Workbook", false))) << size;
  }
}

TEST(BinaryWorkbook, RefusesChainsThatRunInACircle) {
  Bytes file = compound_file(biff_stream(number(0, 0, 1)));
  constexpr std::size_t table_at = 512;  // the table of sectors is the first sector; the stream begins in sector 3
  file.replace(table_at + std::size_t{4} * 4, 4, u32(3));
  EXPECT_FALSE(read_binary_workbook(file));
}

TEST(BinaryWorkbook, RefusesSheetsThatAreOneAndTheSame) {
  constexpr std::size_t times = 200;
  constexpr std::size_t entry_octets = 4 + 8 + 1;
  Bytes entries;
  for (std::size_t i = 0; i < times; ++i) {
    entries += record(0x0085, u32(0) + Bytes(2, '\0') + '\x01' + '\0' + "x");
  }
  Bytes cells;
  for (std::size_t row = 0; row < 1000; ++row) cells += number(row, 0, 1);
  Bytes stream = biff_stream(cells, entries);
  const std::size_t sheet_at = stream.rfind(begin_part(0x0010));
  const std::size_t entries_at = stream.find(entries);
  for (std::size_t i = 0; i < times; ++i) stream.replace(entries_at + i * entry_octets + 4, 4, u32(sheet_at));
  EXPECT_FALSE(read_binary_workbook(compound_file(stream)));
}

TEST(BinaryWorkbook, IsADocumentLikeTheOthers) {
  const auto document = open_document(compound_file(biff_stream(number(0, 0, 1))));
  ASSERT_TRUE(document);
  ASSERT_NE(document->sheets(), nullptr);
  EXPECT_EQ(document->sheets()->front().rows.size(), 1U);
}

}  // namespace
}  // namespace lab::sheet
