#include "instruments/label/number_line/seen_number.hpp"

#include <gtest/gtest.h>

#include "tests/instruments/label/number_line/lines.hpp"

namespace lab::label {
namespace {

constexpr std::string_view coded = "SC13NCP00042H";

SeenNumber seen(std::string_view text) {
  return {.text = std::string{text}, .score = 0, .lead = 5, .expected_score = -20, .expected_lead = -20};
}

SeenNumber seen_as_coded() {
  return {.text = std::string{coded}, .score = 0, .lead = 5, .expected_score = 0, .expected_lead = 5};
}

TEST(SeenNumber, ALineIsWeighedAgainstTheCode) {
  const auto same = seen_in(printed_line(coded), coded).value();
  EXPECT_EQ(same, (SeenNumber{std::string{coded}, 0, 12, 0, 12}));
  const auto other = seen_in(printed_line("SC13NCP00047H"), coded).value();
  EXPECT_EQ(other, (SeenNumber{"SC13NCP00047H", 0, 12, -24, -24}));
}

TEST(SeenNumber, ACheckCharacterThatLooksLikeAnotherIsTheRightOne) {
  const auto number = [](char check) {
    for (std::uint32_t serial = 0;; ++serial) {
      const auto made = model::SampleNumber::make(13, model::ProgrammeCode{"NCP"}, serial);
      if (made.text().back() == check) return made.text();
    }
  };
  for (const auto& [right, double_of_it] : {std::pair{'0', 'O'}, {'O', '0'}, {'1', 'I'}, {'I', '1'}}) {
    const auto printed = number(right);
    auto shown = printed;
    shown.back() = double_of_it;
    EXPECT_EQ(seen_in(printed_line(shown), "").value().text, printed);
    EXPECT_EQ(judge_printed({seen_in(printed_line(shown), printed).value()}, printed).agrees, Agreement::agree);
    auto misprint = printed;
    misprint[9] = misprint[9] == '9' ? '0' : static_cast<char>(misprint[9] + 1);
    shown[9] = misprint[9];
    EXPECT_EQ(seen_in(printed_line(shown), printed).value().text, misprint);
  }
}

TEST(SeenNumber, AnotherKindOfLineIsPassedOver) {
  EXPECT_FALSE(seen_in(printed_line("20130603"), coded).has_value());
  EXPECT_FALSE(seen_in(printed_line("ABCDEFGHIJKLMNOP"), coded).has_value());
}

TEST(PrintedNumberVerdict, AgreesWhenALineClearlySaysTheNumber) {
  EXPECT_EQ(judge_printed({seen_as_coded()}, coded), (PrintedNumber{std::string{coded}, Agreement::agree}));
}

TEST(PrintedNumberVerdict, OneChangedDigitDiffersThoughTheCheckCharacterIsTheSame) {
  const auto printed = judge_printed({seen("SC13NCP00047H")}, coded);
  EXPECT_EQ(printed, (PrintedNumber{"SC13NCP00047H", Agreement::differ}));
}

TEST(PrintedNumberVerdict, OneLineThatDiffersOutweighsOneThatAgrees) {
  EXPECT_EQ(judge_printed({seen_as_coded(), seen("SC13NCP00047H")}, coded).agrees, Agreement::differ);
}

TEST(PrintedNumberVerdict, AnUnsureLineSaysNothing) {
  auto unsure = seen_as_coded();
  unsure.expected_lead = 1;
  EXPECT_EQ(judge_printed({unsure}, coded), (PrintedNumber{"", Agreement::unreadable}));
  auto faint = seen_as_coded();
  faint.expected_score = -2;
  EXPECT_EQ(judge_printed({faint}, coded).agrees, Agreement::unreadable);
  EXPECT_EQ(judge_printed({}, coded).agrees, Agreement::unreadable);
}

TEST(PrintedNumberVerdict, TwoFaintLinesAgreeTogether) {
  auto faint = seen_as_coded();
  faint.score = faint.expected_score = -2;
  faint.lead = faint.expected_lead = 1.5F;
  EXPECT_EQ(judge_printed({faint}, coded).agrees, Agreement::unreadable);
  EXPECT_EQ(judge_printed({faint, faint}, coded).agrees, Agreement::agree);
  auto of_another = faint;
  of_another.text = "SC13NCP00047H";
  EXPECT_EQ(judge_printed({faint, of_another}, coded).agrees, Agreement::unreadable);
}

TEST(PrintedNumberVerdict, AMisreadLetterIsNotADifference) {
  auto near = seen("SC13NCP00047H");
  near.expected_score = -7;
  EXPECT_EQ(judge_printed({near}, coded), (PrintedNumber{"", Agreement::unreadable}));
}

TEST(PrintedNumberVerdict, TheNumberOfSomethingElseIsNotADifference) {
  EXPECT_EQ(judge_printed({seen("SC12ABC91317H")}, coded).agrees, Agreement::unreadable);
}

TEST(PrintedNumberVerdict, ADifferenceInTheLastPlaceAloneNeedsTwoLines) {
  const auto cut = seen("SC13NCP00042C");
  EXPECT_EQ(judge_printed({cut}, coded).agrees, Agreement::unreadable);
  EXPECT_EQ(judge_printed({cut, cut}, coded), (PrintedNumber{"SC13NCP00042C", Agreement::differ}));
}

TEST(PrintedNumberVerdict, WithoutACodeAProvenNumberIsASuggestion) {
  EXPECT_EQ(judge_printed({seen_as_coded()}, ""), (PrintedNumber{std::string{coded}, Agreement::not_compared}));
  EXPECT_EQ(judge_printed({}, ""), (PrintedNumber{"", Agreement::not_compared}));
}

TEST(PrintedNumberVerdict, NoSuggestionWithoutCheckCharacterOrWhenLinesDisagree) {
  EXPECT_EQ(judge_printed({seen("SC13NCP00047H")}, "").text, "");
  const auto other = model::SampleNumber::make(13, model::ProgrammeCode{"NCP"}, 43);
  EXPECT_EQ(judge_printed({seen_as_coded(), seen(other.text())}, "").text, "");
}

}  // namespace
}  // namespace lab::label
