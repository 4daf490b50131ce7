#include "instruments/label/number_line/number_in_line.hpp"

#include <gtest/gtest.h>

#include "tests/instruments/label/number_line/lines.hpp"

namespace lab::label {
namespace {

TEST(NumberInLine, WhatIsSeenScoresNothing) {
  EXPECT_EQ(score_of(line_of("A.BB..C"), "ABC"), 0);
  EXPECT_EQ(likeliest_number(printed_line("SC13NCP00042H")).text, "SC13NCP00042H");
  EXPECT_EQ(likeliest_number(printed_line("SC13NCP00042H")).score, 0);
}

TEST(NumberInLine, EveryOtherCharacterCostsWhatItsColumnsSay) {
  EXPECT_EQ(score_of(line_of("AB"), "AC"), -12);
  EXPECT_EQ(score_of(line_of("A.B"), "B"), 0);
}

TEST(NumberInLine, TwoAlikeNeedNothingBetween) {
  EXPECT_EQ(score_of(line_of("AA"), "AA"), impossible);
  EXPECT_EQ(score_of(line_of("A.A"), "AA"), 0);
  EXPECT_EQ(score_of(line_of("AAA"), "AA"), -12) << "one column must be taken for nothing";
  EXPECT_EQ(likeliest_number(printed_line("SC11AAA00000A")).text, "SC11AAA00000A");
}

TEST(NumberInLine, WhatStandsBeforeAndBehindCostsNothing) {
  const auto line = printed_line(
      "7Q"
      "SC13NCP00042H"
      "X9");
  EXPECT_EQ(score_of(line, "SC13NCP00042H"), 0);
  EXPECT_EQ(likeliest_number(line).text, "SC13NCP00042H");
}

TEST(NumberInLine, ALineThatIsTooShortHasNoNumber) {
  EXPECT_EQ(score_of(line_of("AB"), "ABC"), impossible);
  EXPECT_EQ(likeliest_number(line_of("SC13NCP")).text, "");
  EXPECT_EQ(likeliest_number({}).text, "");
}

TEST(NumberInLine, TheFormDecidesBetweenLettersAndDigits) {
  const auto seen = likeliest_number(printed_line("SCI3NCP0O042H"));
  EXPECT_EQ(seen.text.size(), 13u);
  EXPECT_EQ(seen.text.substr(4, 4), "NCP0");
  EXPECT_EQ(seen.score, -48) << "two letters, of two columns each, where digits belong";
}

TEST(NumberInLine, AMisprintIsFoundThoughItsCheckCharacterIsWrong) {
  auto line = printed_line("SC13NCP00042H");
  for (const std::size_t at : {30, 31}) line[at][class_of('8')] = 0, line[at][class_of('4')] = -0.5F;
  const auto seen = likeliest_number(line);
  EXPECT_EQ(seen.text, "SC13NCP00082H");
  EXPECT_EQ(seen.score, 0);
  EXPECT_EQ(score_of(line, "SC13NCP00042H"), -1);
}

TEST(NumberInLine, TheLeadIsThatOverTheNearestRival) {
  auto line = printed_line("SC13NCP00042H");
  EXPECT_EQ(lead_of(line, "SC13NCP00042H"), 12) << "of the last character one column is enough";
  for (const std::size_t at : {30, 31}) line[at][class_of('8')] = -1;
  EXPECT_EQ(lead_of(line, "SC13NCP00042H"), 2);
  EXPECT_EQ(lead_of(line, "SC13NCP00082H"), -2);
}

TEST(NumberInLine, TheCheckCharacterNeedNotBeToldFromItsDouble) {
  auto line = printed_line("SC13NCP00042O");
  for (const std::size_t at : {36, 37}) line[at][class_of('0')] = 0;
  EXPECT_EQ(lead_of(line, "SC13NCP00042O"), 12);
  EXPECT_EQ(lead_of(line, "SC13NCP000420"), 12);
}

}  // namespace
}  // namespace lab::label
