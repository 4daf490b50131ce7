#include "instruments/drivers/read_value.hpp"

#include <gtest/gtest.h>

namespace lab::drivers {
namespace {

using model::Comparator;
using model::ValueState;

TEST(InterpretingACell, ReadsANumberWithItsDigitsAndItsText) {
  const auto value = interpret_cell("  0.050 ");
  EXPECT_EQ(value.state, ValueState::numeric);
  EXPECT_EQ(value.text, "0.050");
  EXPECT_EQ(value.number->to_text(), "0.050");
  EXPECT_EQ(interpret_cell("-0.067").number->to_text(), "-0.067");
  EXPECT_EQ(interpret_cell("4.44061e+008").number, Decimal::parse("444061000"));
}

TEST(InterpretingACell, KeepsABoundAsABound) {
  const auto below = interpret_cell("<0.01");
  EXPECT_EQ(below.state, ValueState::below_lod);
  EXPECT_EQ(below.comparator, Comparator::less);
  EXPECT_EQ(below.number->to_text(), "0.01");
  EXPECT_EQ(interpret_cell("≤ 0.5").comparator, Comparator::less_or_equal);
  EXPECT_EQ(interpret_cell(">=7").comparator, Comparator::greater_or_equal);
  const auto above = interpret_cell("＞100");
  EXPECT_EQ(above.state, ValueState::over_range);
  EXPECT_EQ(above.comparator, Comparator::greater);
}

TEST(InterpretingACell, ReadsTheWordsOfTheTrade) {
  for (const char* text : {"ND", "N.D.", "nd", "n.d.", "Not Detected", "未检出", "低于检出限", "<LOD"}) {
    EXPECT_EQ(interpret_cell(text).state, ValueState::below_lod) << text;
    EXPECT_FALSE(interpret_cell(text).number) << text;
  }
  EXPECT_EQ(interpret_cell("<LOQ").state, ValueState::below_loq);
  EXPECT_EQ(interpret_cell("OVER").state, ValueState::over_range);
  for (const char* text : {"阴性", "阳性", "检出", "Positif", "NON-REACTIVE"}) {
    EXPECT_EQ(interpret_cell(text).state, ValueState::qualitative) << text;
  }
}

TEST(InterpretingACell, TakesEmptyCellsAndDashesAsMissingNotAsZero) {
  for (const char* text : {"", "   ", "-----", "----", "/", "\u3000"}) {
    EXPECT_EQ(interpret_cell(text).state, ValueState::missing) << '[' << text << ']';
    EXPECT_FALSE(interpret_cell(text).number) << '[' << text << ']';
  }
}

TEST(InterpretingACell, NeverMakesANumberOfAnythingElse) {
  for (const char* text : {"0,05", "1,334.5", "1 000", "12abc", "#DIV/0!", "0x10", "nan", "inf", "1e", "1.2.3", "<",
                           "<<1", "< 1 2", "--1", "INVALID", "1e999999", "999999999999999999999999999999999999999"}) {
    const auto value = interpret_cell(text);
    EXPECT_EQ(value.state, ValueState::invalid) << text;
    EXPECT_FALSE(value.number) << text;
    EXPECT_EQ(value.text, text);
  }
}

TEST(InterpretingACell, ReadsADecimalCommaOnlyWhenToldTo) {
  const CellFormat comma{.decimal_comma = true};
  EXPECT_EQ(interpret_cell("0,050", comma).number->to_text(), "0.050");
  EXPECT_EQ(interpret_cell("<0,01", comma).number->to_text(), "0.01");
  EXPECT_EQ(interpret_cell("141", comma).number->to_text(), "141");
  EXPECT_EQ(interpret_cell("1.334,5", comma).state, ValueState::invalid);
  EXPECT_EQ(interpret_cell("1.5", comma).state, ValueState::invalid);
  EXPECT_EQ(interpret_cell("1,334,510", comma).state, ValueState::invalid);
}

}  // namespace
}  // namespace lab::drivers
