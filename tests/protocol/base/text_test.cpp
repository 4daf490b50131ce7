#include "protocol/base/text.hpp"

#include <gtest/gtest.h>

namespace lab {
namespace {

TEST(Text, IsTidyWhenItIsUtf8WithoutControlCharactersWithinItsLength) {
  EXPECT_TRUE(is_tidy(""));
  EXPECT_TRUE(is_tidy("封条完好"));
  EXPECT_TRUE(is_tidy("1234", 4));
  EXPECT_FALSE(is_tidy("12345", 4));
  for (const char* text : {"a\nb", "a\tb", "\x7F", "\xFF", "\xE5\xB0"}) EXPECT_FALSE(is_tidy(text)) << text;
}

TEST(Text, IsMadeTidyWithoutLosingWhatCanStay) {
  EXPECT_EQ(tidy("封条完好"), "封条完好");
  EXPECT_EQ(tidy("a\r\nb"), "a  b");
  EXPECT_EQ(tidy("a\xFF"
                 "b"),
            "a?b");
}

TEST(Text, IsCutBetweenCharactersNotInsideOne) {
  EXPECT_EQ(tidy("封条", 6), "封条");
  EXPECT_EQ(tidy("封条", 5), "封");
  EXPECT_EQ(tidy("封条", 2), "");
  EXPECT_EQ(shortened("封条", 6), "封条");
  EXPECT_EQ(shortened("封条", 5), "封");
  EXPECT_EQ(shortened("封条", 0), "");
  EXPECT_EQ(shortened("a\nb", 2), "a\n") << "nothing else is changed";
}

TEST(Text, AMistypedWordIsNearTheOneThatWasMeant) {
  EXPECT_EQ(edit_distance("", ""), 0U);
  EXPECT_EQ(edit_distance("", "abc"), 3U);
  EXPECT_EQ(edit_distance("abc", ""), 3U);
  EXPECT_EQ(edit_distance("summary", "summry"), 1U);
  EXPECT_EQ(edit_distance("summary", "summarx"), 1U);
  EXPECT_EQ(edit_distance("summary", "summaries"), 3U);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
}

TEST(Text, TrimTakesBlanksOfEveryKindOffBothEnds) {
  for (const char* text : {"a b", " a b ", "\ta b\r\n", "\u00A0a b\u3000", " \u3000 \t a b"})
    EXPECT_EQ(trim(text), "a b");
  for (const char* text : {"", " ", "\u3000\t"}) EXPECT_EQ(trim(text), "");
  EXPECT_EQ(trim("铅 "), "铅");
  EXPECT_EQ(trim("\x01"), "\x01") << "no blank";
}

TEST(Text, OfANameIsTheSameHoweverItWasTyped) {
  EXPECT_EQ(half_width("ｗａｎｇ（１）"), "wang(1)");
  EXPECT_EQ(half_width("周抽样"), "周抽样");
  EXPECT_EQ(folded_name("周抽样"), "周抽样");
  EXPECT_EQ(folded_name("　周 抽\u00A0样 "), "周抽样");
  EXPECT_EQ(folded_name("Ｗang Li"), "wangli");
  EXPECT_EQ(folded_name(" \t"), "");
}

TEST(Text, ACommaInANumberIsSeenAndOneBetweenThingsIsNot) {
  for (const char* number : {"2,5", "约 2,5 kg", "2，5", "1,000 g", "<0,01"}) {
    EXPECT_TRUE(has_comma_between_digits(number)) << number;
  }
  for (const char* text : {"", ",", "2.5 kg", "2 kg, 1 袋", "500 g，3 袋", ",5", "5,"}) {
    EXPECT_FALSE(has_comma_between_digits(text)) << text;
  }
}

}  // namespace
}  // namespace lab
