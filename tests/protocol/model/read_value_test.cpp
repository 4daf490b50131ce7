#include "protocol/model/read_value.hpp"

#include <gtest/gtest.h>
#include <random>

namespace lab::model {
namespace {

TEST(ReadValue, APlainNumberIsNumericAndKeepsItsText) {
  for (const char* text :
       {"0.050", "5E-2", "0", "-0.02", "+3", "  0.05  ", "\t0.05\r", "　0.05　", "０．０５", "12."}) {
    const auto value = read_value(text);
    EXPECT_EQ(value.state, ValueState::numeric) << text;
    EXPECT_TRUE(value.number) << text;
    EXPECT_EQ(value.comparator, Comparator::none);
    EXPECT_EQ(value.text, text);
  }
  EXPECT_EQ(read_value("0.050").number->to_text(), "0.050");
  EXPECT_EQ(read_value("5E-2").number->to_text(), "0.05");
}

TEST(ReadValue, TypedLessThanNeverBecomesANumber) {
  for (const char* text : {"<0.01", "＜0.01", "< 0.01", "<０．０１", "小于0.01", " <0.01 ", "未检出(<0.01)",
                           "ND(<0.01)", "未检出（＜0.01）"}) {
    const auto value = read_value(text);
    EXPECT_EQ(value.state, ValueState::below_lod) << text;
    EXPECT_EQ(value.comparator, Comparator::less) << text;
    ASSERT_TRUE(value.number) << text;
    EXPECT_EQ(value.number->to_text(), "0.01") << text;
    EXPECT_EQ(value.text, text);
  }
  EXPECT_EQ(read_value("≤0.01").comparator, Comparator::less_or_equal);
  EXPECT_EQ(read_value("<=0.01").comparator, Comparator::less_or_equal);
}

TEST(ReadValue, OverRangeIsABoundOrAWordAndNeverANumber) {
  for (const char* text : {">100", "＞100", "> 100", "大于100"}) {
    const auto value = read_value(text);
    EXPECT_EQ(value.state, ValueState::over_range) << text;
    EXPECT_EQ(value.comparator, Comparator::greater) << text;
  }
  EXPECT_EQ(read_value("≥100").comparator, Comparator::greater_or_equal);
  for (const char* text : {"OVER", "over", "Over Range", "超量程", "ＯＶＥＲ"}) {
    const auto value = read_value(text);
    EXPECT_EQ(value.state, ValueState::over_range) << text;
    EXPECT_FALSE(value.number) << text;
  }
}

TEST(ReadValue, KnowsTheWordsForNotDetected) {
  for (const char* text : {"ND", "nd", "N.D.", "n.d", "未检出", "未 检 出", "低于检出限", "小于检出限", "<LOD",
                           "＜检出限", "Not detected", "BDL"}) {
    const auto value = read_value(text);
    EXPECT_EQ(value.state, ValueState::below_lod) << text;
    EXPECT_FALSE(value.number) << text;
    EXPECT_EQ(value.comparator, Comparator::none) << text;
  }
  for (const char* text : {"<LOQ", "痕量", "低于定量限", "trace"}) {
    EXPECT_EQ(read_value(text).state, ValueState::below_loq) << text;
  }
}

TEST(ReadValue, WordsOfAScreeningAreQualitative) {
  for (const char* text : {"Positif", "Négatif", "NON-REACTIVE", "neg.", "阴性", "阳性", "检出", "Detected", "negative",
                           "Positive", "（+）", "(-)", "+", "合格"}) {
    const auto value = read_value(text);
    EXPECT_EQ(value.state, ValueState::qualitative) << text;
    EXPECT_FALSE(value.number) << text;
  }
}

TEST(ReadValue, AnEmptyCellOrADashIsMissingAndNeverZero) {
  for (const char* text : {"", " ", "\t", "　", "-----", "-", "—", "－－", "/", "／", "N/A", "未检", "\xC2\xA0"}) {
    const auto value = read_value(text);
    EXPECT_EQ(value.state, ValueState::missing) << '[' << text << ']';
    EXPECT_FALSE(value.number) << '[' << text << ']';
  }
}

TEST(ReadValue, WhatIsNotANumberNeverBecomesOne) {
  for (const char* text :
       {"0,05",   "1,200",    "0.05 mg/kg",    "0.05%",      "约0.05",  "0.05±0.01",
        "0.05*",  "0. 05",    "5×10-2",        "1e400",      "NaN",     "inf",
        "<",      ">",        "<abc",          "<-0.01",     "<0",      "=0.05",
        "abc",    "0x1F",     "1/2",           "2013-06-03", "#DIV/0!", "*****",
        "ND0.01", "ND(0.01)", "未检出(>0.01)", "<<0.01",     "<0.01>",  "99999999999999999999999999999999999999.5",
        "铅",     "\xFF\xFE"}) {
    const auto value = read_value(text);
    EXPECT_EQ(value.state, ValueState::invalid) << text;
    EXPECT_FALSE(value.number) << text;
  }
}

TEST(ReadValue, RandomOctetsAreNeverNumericUnlessTheyAreADecimal) {
  std::mt19937_64 random{8170};
  constexpr std::string_view alphabet = "0123456789.eE+-<>= ,%ND";
  for (int i = 0; i < 100'000; ++i) {
    std::string text;
    for (auto length = random() % 7; length > 0; --length) text += alphabet[random() % alphabet.size()];
    const auto value = read_value(text);
    ASSERT_EQ(value.text, text);
    if (value.state != ValueState::numeric) continue;
    const auto first = text.find_first_not_of(' ');
    const auto last = text.find_last_not_of(' ');
    ASSERT_EQ(Decimal::parse(text.substr(first, last - first + 1)), value.number) << text;
  }
}

}  // namespace
}  // namespace lab::model
