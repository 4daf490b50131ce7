#include "protocol/workbook/number_text.hpp"

#include <gtest/gtest.h>

namespace lab::workbook {
namespace {

TEST(NumberText, KeepsWhatAPersonHasTyped) {
  EXPECT_EQ(number_text("0.050"), "0.050");
  EXPECT_EQ(number_text("-12"), "-12");
  EXPECT_EQ(number_text("6.17163931712221E-005"), "0.0000617163931712221");
  EXPECT_EQ(number_text("1.5E3"), "1500");
}

TEST(NumberText, RoundsTheRemainsOfBinaryArithmeticAway) {
  EXPECT_EQ(number_text("0.10000000000000001"), "0.1");
  EXPECT_EQ(number_text("0.30000000000000004"), "0.3");
  EXPECT_EQ(number_text("2.4500000000000002"), "2.45");
  EXPECT_EQ(number_text("99.999999999999986"), "100");
  EXPECT_EQ(number_text("0.123456789012345"), "0.123456789012345");
}

TEST(NumberText, RefusesWhatIsNoNumber) {
  EXPECT_EQ(number_text("#DIV/0!"), std::nullopt);
  EXPECT_EQ(number_text("1,5"), std::nullopt);
  EXPECT_EQ(number_text(""), std::nullopt);
}

TEST(NumberText, ShowsPercentagesAsThePersonSeesThem) {
  EXPECT_EQ(percent_text("0.05"), "5%");
  EXPECT_EQ(percent_text("0.12345"), "12.345%");
}

TEST(NumberText, TellsDatesFromNumbersByTheirFormat) {
  EXPECT_EQ(style_of_format(0, "General"), NumberStyle::plain);
  EXPECT_EQ(style_of_format(14, ""), NumberStyle::date);
  EXPECT_EQ(style_of_format(10, ""), NumberStyle::percent);
  EXPECT_EQ(style_of_format(170, "yyyy\\-mm\\-dd"), NumberStyle::date);
  EXPECT_EQ(style_of_format(171, "[$-409]h:mm AM/PM"), NumberStyle::date);
  EXPECT_EQ(style_of_format(172, "[h]:mm"), NumberStyle::date);
  EXPECT_EQ(style_of_format(173, "0.00E+00"), NumberStyle::plain);
  EXPECT_EQ(style_of_format(174, "0.0 \"mg/kg\""), NumberStyle::plain);
  EXPECT_EQ(style_of_format(175, "[Red]0.00"), NumberStyle::plain);
}

TEST(NumberText, CountsDaysAsSpreadsheetsDo) {
  EXPECT_EQ(date_text("41428", false), "2013-06-03");
  EXPECT_EQ(date_text("45090.630512037", false), "2023-06-13 15:07:56");
  EXPECT_EQ(date_text("0.5", false), "12:00:00");
  EXPECT_EQ(date_text("1", false), "1900-01-01");
  EXPECT_EQ(date_text("61", false), "1900-03-01");
  EXPECT_EQ(date_text("0.25", true), "1904-01-01 06:00:00");
  EXPECT_EQ(date_text("3000000", false), std::nullopt);
  EXPECT_EQ(date_text("-1", false), std::nullopt);
}

}  // namespace
}  // namespace lab::workbook
