// From the text of a cell to its value, by the rules of a profile.

#include <gtest/gtest.h>

#include "instruments/profiles/cell_value.hpp"
#include "tests/instruments/profiles/support.hpp"

namespace lab::profiles {
namespace {

using model::ValueState;
using sheet::CellKind;

constexpr std::string_view rows = R"({"when": {"titles": ["Sample"]}, "do": "header", "table": {"columns": [
  {"title": "Sample", "field": "sample_id"}, {"title": "Result", "field": "value", "analyte": "Pb", "required": true},
  {"title": "State", "field": "status"}]}})";

std::string read(const std::string& cells, std::string_view more = "") {
  return results_of(decode_with(profile_with(rows, more), "Sample;Result;State\n" + cells));
}

constexpr std::string_view semicolon = R"(, "text": {"delimiters": [";"]})";

std::string with(std::string_view more) { return std::string{semicolon} + std::string{more}; }

TEST(Values, KeepTheirDigitsAndTheirText) {
  EXPECT_EQ(read("W;0.050\nW; 12 \nW;-0.067\nW;4.44061e+008\n", semicolon),
            "W Pb=0.050; W Pb=12; W Pb=-0.067; W Pb=444061000");
}

TEST(Values, WordsAreNeverNumbers) {
  EXPECT_EQ(read("W;N.D.\nW;OVER\nW;-----\nW;#DIV/0!\nW;NaN\nW;abc\nW;1.2.3\n", semicolon),
            "W Pb=below_lod; W Pb=over_range; W Pb=missing; W Pb=invalid; W Pb=invalid; W Pb=invalid; W Pb=invalid");
  const auto decoding = decode_with(profile_with(rows, semicolon), "Sample;Result\nW;1\nW;abc\n");
  ASSERT_EQ(decoding.diagnostics.size(), 1U);
  EXPECT_EQ(decoding.diagnostics[0].where, "第 3 行第 2 列");
  EXPECT_EQ(decoding.diagnostics[0].offset, 18U);
}

TEST(Values, BoundsStayBounds) {
  const auto decoding = decode_with(profile_with(rows, semicolon), "Sample;Result\nW;<0.01\nW;> 100\n");
  EXPECT_EQ(decoding.observations.at(0).value.state, ValueState::below_lod);
  EXPECT_EQ(decoding.observations.at(1).value.state, ValueState::over_range);
  EXPECT_EQ(decoding.observations[1].value.comparator, model::Comparator::greater);
}

TEST(Values, WordsOfTheProgramAreTheProfiles) {
  EXPECT_EQ(
      read(
          "W;tr.\nW;n.b.\nW;####\nW;uncal\n",
          with(
              R"(, "words": {"not_detected": ["n.b."], "not_quantified": ["tr."], "over_range": ["####"], "missing": ["Uncal"]})")),
      "W Pb=below_loq; W Pb=below_lod; W Pb=over_range; W Pb=missing");
}

TEST(Values, AStatusMakesTheNumberBesideItNoise) {
  EXPECT_EQ(read("W;0.0;Not Detected\nW;0.5;fine\nW;<1;not detected\nW;;not detected\n",
                 with(R"(, "words": {"not_detected": ["not detected"]})")),
            "W Pb=below_lod; W Pb=0.5; W Pb=1; W Pb=below_lod");
}

TEST(Values, AreReadWithTheMarkThatTheProfileNames) {
  EXPECT_EQ(read("W;0,05\nW;1.250\n", with(R"(, "numbers": {"decimal": "comma"})")), "W Pb=0.05; W Pb=invalid");
  EXPECT_EQ(read("W;0,05\nW;1.250\n", semicolon), "W Pb=invalid; W Pb=1.250");
}

TEST(Values, LetTheWholeFileSayWhichMarkItHas) {
  const std::string by_file = with(R"(, "numbers": {"decimal": "by_file"})");
  EXPECT_EQ(read("W;0,05\nW;96,803\nW;7\n", by_file), "W Pb=0.05; W Pb=96.803; W Pb=7");
  EXPECT_EQ(read("W;0.05\nW;96.803\n", by_file), "W Pb=0.05; W Pb=96.803");
  EXPECT_EQ(read("W;5\nW;7\n", by_file), "W Pb=5; W Pb=7");
}

TEST(Values, RefuseAFileWhoseMarkNobodyCanTell) {
  const std::string by_file = with(R"(, "numbers": {"decimal": "by_file"})");
  EXPECT_TRUE(read("W;96,803\nW;7\n", by_file).starts_with("refused"));    // a thousand mark, perhaps
  EXPECT_TRUE(read("W;0,05\nW;0.06\n", by_file).starts_with("refused"));   // both
  EXPECT_TRUE(read("W;1,334,510.690\n", by_file).starts_with("refused"));  // thousands nobody has announced
}

TEST(Values, TakeThousandsOnlyInGroupsOfThree) {
  const std::string thousands = with(R"(, "numbers": {"thousands": ","})");
  EXPECT_EQ(read("W;1,334,510.690 \nW;12,34\nW;1,2345\nW;,123\nW;999.5\n", thousands),
            "W Pb=1334510.690; W Pb=invalid; W Pb=invalid; W Pb=invalid; W Pb=999.5");
}

TEST(Values, MayHaveTheirUnitInTheCell) {
  EXPECT_EQ(read("W;111.8 % +\nW;231 PPM\nW;<0.5 mg/kg\nW;5 \n", with(R"(, "numbers": {"unit_in_value": true})")),
            "W Pb=111.8 %; W Pb=231 PPM; W Pb=0.5 mg/kg; W Pb=5");
  EXPECT_EQ(read("W;111.8 %\n", semicolon), "W Pb=invalid");
}

TEST(Values, HaveTheirUnitsRewrittenByTheProfileOnly) {
  const auto decoding =
      decode_with(profile_with(rows, with(R"(, "numbers": {"unit_in_value": true}, "units": {"ppt": "ug/kg"})")),
                  "Sample;Result\nW;5 PPT\nW;5 ppm\n");
  EXPECT_EQ(results_of(decoding), "W Pb=5 ug/kg; W Pb=5 ppm");
  EXPECT_EQ(decoding.observations.at(0).flags, std::vector<std::string>{"unit=PPT"});
}

TEST(Values, OfASpreadsheetAreWhatTheirCellsAre) {
  const Profile profile;
  const auto state = [&](std::string text, CellKind kind) {
    return read_cell(profile, {.text = std::move(text), .kind = kind}, true).value.state;
  };
  EXPECT_EQ(state("0.5", CellKind::number), ValueState::numeric);  // a point, whatever the file's texts use
  EXPECT_EQ(state("#DIV/0!", CellKind::error), ValueState::invalid);
  EXPECT_EQ(state("2013-06-03", CellKind::date), ValueState::invalid);
  EXPECT_EQ(state("TRUE", CellKind::boolean), ValueState::invalid);
  EXPECT_EQ(state("0.5", CellKind::text), ValueState::invalid);
  EXPECT_EQ(state("0,5", CellKind::text), ValueState::numeric);
}

}  // namespace
}  // namespace lab::profiles
