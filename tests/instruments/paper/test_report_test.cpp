// What poppler finds in the report: words, fonts, pages.

#include "instruments/paper/test_report.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/instruments/paper/poppler.hpp"

namespace lab::paper {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TestReport report(std::size_t items = 3) {
  TestReport report{.number = "NCP-13-0000042-B1",
                    .version = 1,
                    .replaces = {},
                    .head = {{"样品编号", "NCP-13-0000042"}, {"样品名称", "菠菜"}, {"样品到达", "2013-06-05 10:00"}},
                    .items = {},
                    .conclusion = "判定为不合格。",
                    .signers = {{"编制", "陈某", "2013-06-06 09:00", std::string(64, 'a')},
                                {"审核", "李某", "2013-06-06 10:00", std::string(64, 'b')},
                                {"批准", "孙某", "2013-06-06 11:00", std::string(64, 'c')}},
                    .notes = {"本报告仅对来样负责。"},
                    .signed_at = *parse_utc("2013-06-06T03:00:00Z")};
  for (std::size_t i = 0; i < items; ++i) {
    report.items.push_back({.analyte = fmt::format("农药{}", i),
                            .method = "NY/T 761-2008",
                            .result = fmt::format("0.{:04}", i + 1),
                            .unit = "mg/kg",
                            .limit = fmt::format("≤{}.05 mg/kg", i),
                            .basis = "GB 2763-2012 4.15",
                            .verdict = i == 0 ? "不合格" : "合格"});
  }
  return report;
}

TEST(TestReportPdf, HasEveryFigureInItsText) {
  const TestReport whole = report();
  const auto pdf = print_test_report(whole);
  ASSERT_TRUE(pdf) << to_text(pdf.error());
  const std::string words = words_of(*pdf);
  for (const ReportItem& item : whole.items) {
    for (std::string cell : {item.analyte, item.method, item.result, item.unit, item.limit, item.basis, item.verdict}) {
      std::erase(cell, ' ');
      EXPECT_THAT(words, HasSubstr(cell));
    }
  }
  for (const Signer& signer : whole.signers) {
    EXPECT_THAT(words, HasSubstr(signer.person));
    EXPECT_THAT(words, HasSubstr(signer.hash));
  }
  EXPECT_THAT(words, testing::AllOf(HasSubstr("检验报告"), HasSubstr(whole.number), HasSubstr("第1版"),
                                    HasSubstr("判定为不合格。"), HasSubstr("第1页共1页")));
  EXPECT_THAT(words, Not(HasSubstr("代替")));
}

TEST(TestReportPdf, EmbedsSubsetsOfItsFontsAndNothingElse) {
  const std::string fonts = about(*print_test_report(report()), "pdffonts");
  int count = 0;
  std::size_t begin = fonts.find("\n", fonts.find("---")) + 1;  // below the two lines of the header
  while (begin < fonts.size()) {
    const auto end = fonts.find('\n', begin);
    // Embedded, a subset, and with the way back to characters; the name is Cairo's own.
    EXPECT_THAT(fonts.substr(begin, end - begin), testing::ContainsRegex("yes +yes +yes"));
    ++count;
    begin = end + 1;
  }
  EXPECT_GT(count, 0);
}

TEST(TestReportPdf, IsTheSameBytesForTheSameReport) {
  const auto first = print_test_report(report());
  EXPECT_EQ(*first, *print_test_report(report()));
  TestReport other = report();
  other.items[0].result = "0.0009";
  EXPECT_NE(*first, *print_test_report(other));
}

TEST(TestReportPdf, OfManyItemsGoesOnWithTheHeadOfItsTable) {
  const TestReport whole = report(120);
  const auto pdf = print_test_report(whole);
  const std::string info = about(*pdf, "pdfinfo");
  EXPECT_THAT(info, testing::AllOf(HasSubstr("A4"), Not(testing::ContainsRegex("Pages: +1\n"))));
  const std::string words = words_of(*pdf);
  for (const ReportItem& item : whole.items) EXPECT_THAT(words, HasSubstr(item.result));
  std::size_t heads = 0;
  for (auto at = words.find("单项判定"); at != std::string::npos; at = words.find("单项判定", at + 1)) ++heads;
  EXPECT_GT(heads, 1U);
  EXPECT_THAT(words, HasSubstr(fmt::format("第1页共{}页", heads)));
}

TEST(TestReportPdf, SaysWhichOneItReplaces) {
  TestReport amended = report();
  amended.version = 2;
  amended.replaces = "NCP-13-0000042-B1";
  EXPECT_THAT(words_of(*print_test_report(amended)), HasSubstr("第2版代替NCP-13-0000042-B1"));
}

TEST(TestReportPdf, WritesWhatTheFontLacksInItsPlainFormOrRefusesIt) {
  TestReport warm = report();
  warm.conclusion = "贮存于 -18 ℃";
  EXPECT_THAT(words_of(*print_test_report(warm)), HasSubstr("-18°C"));
  warm.conclusion = "𓀀";
  const auto refused = print_test_report(warm);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unsupported);
  EXPECT_EQ(refused.error().where, "𓀀");
}

}  // namespace
}  // namespace lab::paper
