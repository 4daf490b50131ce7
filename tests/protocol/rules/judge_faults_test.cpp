// Faults that other laboratory systems were seen to have, each under its own name, and the closed list of what a result
// may look like.

#include <gtest/gtest.h>

#include "tests/protocol/rules/judging.hpp"

namespace lab::testing {
namespace {

TEST(PeerFault, TypedLessThanNeverBecomesTheNumber) {
  // Taken for the number 0.01, each of these would pass a minimum of 0.01.
  for (const char* text : {"<0.01", "＜0.01", "< 0.01", "≤0.01", "小于0.01", "未检出(<0.01)", "<1E-2"}) {
    EXPECT_NE(judged({text}, limit(">=", "0.01")).outcome, ItemOutcome::pass) << text;
    EXPECT_NE(model::read_value(text).state, model::ValueState::numeric) << text;
  }
}

TEST(PeerFault, TextIsNeverInRange) {
  for (const char* text :
       {"abc",   "1,234", "0,05", "1.2.3", "0.05 mg/kg", "≤",   "<",     ">",  "阴性", "合格", "NaN", "inf",
        "1e400", "0x10",  "一",   "五",    "1/2",        "5~6", "0.05%", "±1", "--5",  "+-5",  "5-",  "."}) {
    for (const char* op : {"<=", ">=", "range", "ND", "banned"}) {
      const Limit against = limit(op, std::string_view{op} == "range" ? "-1000000~1000000" : "0.05");
      const Finding finding = judged({.result = text, .lod = "0.01"}, against);
      EXPECT_EQ(finding.outcome, ItemOutcome::undetermined) << op << " " << text;
    }
  }
}

TEST(PeerFault, AnEmptyCellIsNeverZero) {
  for (const char* text : {"", " ", "\t", "　", "-----", "—", "/", "N/A", "未检"}) {
    for (const char* op : {"<=", ">=", "range", "ND", "banned"}) {
      const Limit against = limit(op, std::string_view{op} == "range" ? "0~1" : "0.05");
      EXPECT_EQ(judged({.result = text, .lod = "0.01"}, against), open(Reason::missing_result)) << op << text;
    }
  }
}

TEST(PeerFault, OverRangeIsNeverANumber) {
  for (const char* text : {"OVER", "over range", "超量程", ">0.01", "> 0.01", "＞0.01", "≥0.05"}) {
    EXPECT_EQ(judged({text}, limit("<=", "0.05")), open(Reason::over_range)) << text;
  }
  // The bound alone may already be too much; it is never within the limit.
  EXPECT_EQ(judged({"> 10"}, limit("<=", "0.05")), failed(Reason::beyond_limit));
  EXPECT_EQ(judged({"> 10"}, limit(">=", "10")), passed(Reason::within_limit));
}

TEST(PeerFault, NoBinaryFractionIsEverInvolved) {
  EXPECT_EQ(judged({"0.30000000000000001"}, limit("<=", "0.3")), failed(Reason::beyond_limit));
  EXPECT_EQ(judged({"0.1000000000000000055511151231257827"}, limit("<=", "0.1")), failed(Reason::beyond_limit));
  EXPECT_EQ(judged({"9007199254740993"}, limit("<=", "9007199254740992")), failed(Reason::beyond_limit));
}

TEST(ResultForms, EveryWayOfWritingANumberIsTheSameNumber) {
  for (const char* text : {"0.050", "5E-2", "5e-2", "+0.05", ".05", "0.05000000000000000000", "０．０５", "　0.05 ",
                           "\t0.05\r\n", "00000000000000000000000000000000000000000000.05", "50.0e-3"}) {
    EXPECT_EQ(judged({text}, limit("<=", "0.05")), passed(Reason::within_limit)) << text;
    EXPECT_EQ(judged({text}, limit("<=", "0.0499")), failed(Reason::beyond_limit)) << text;
  }
  EXPECT_EQ(judged({"１"}, limit("<=", "0.05")), failed(Reason::beyond_limit));
  EXPECT_EQ(judged({"-0"}, limit("<=", "0.05")), passed(Reason::within_limit));
  EXPECT_EQ(judged({"－0.1"}, limit("<=", "0.05")), open(Reason::negative_result));
}

TEST(ResultForms, MoreDigitsThanTheDecimalHoldsAreRefusedAndNotCut) {
  const std::string digits_38 = "0.05" + std::string(35, '0') + "1";
  EXPECT_EQ(judged({digits_38}, limit("<=", "0.05")), failed(Reason::beyond_limit));
  const std::string digits_39 = "0.05" + std::string(36, '0') + "10";
  EXPECT_EQ(judged({digits_39}, limit("<=", "0.05")), open(Reason::not_a_number));
  EXPECT_EQ(judged({std::string(4000, '9')}, limit("<=", "0.05")), open(Reason::not_a_number));
}

// ---- one last digit either side of every form of limit

struct Edge {
  const char* op;
  const char* limit;
  const char* at;      // the end itself
  bool inclusive;      // whether the end belongs
  bool inside_is_low;  // which neighbour is inside
};

Limit limit_of(const Edge& edge) {
  Limit made = limit(edge.op, edge.limit);
  made.lower_inclusive = made.upper_inclusive = edge.inclusive;
  return made;
}

TEST(BoundarySweep, OneLastDigitEitherSideOfEveryEnd) {
  for (const bool inclusive : {true, false}) {
    for (const Edge& edge :
         {Edge{"<=", "0.05", "0.05", inclusive, true}, Edge{"<=", "500", "500", inclusive, true},
          Edge{">=", "97.0", "97.0", inclusive, false}, Edge{"range", "5.5~8.5", "5.5", inclusive, false},
          Edge{"range", "5.5~8.5", "8.5", inclusive, true}, Edge{"range", "0.10~0.20", "0.20", inclusive, true}}) {
      const Limit against = limit_of(edge);
      const Decimal end = dec(edge.at);
      // From the last digit it is written with to the last one a decimal can hold.
      for (int place = end.exponent(); place >= -34; --place) {
        const Decimal digit{1, place};
        const auto lower = end.plus(digit.negated());
        const auto higher = end.plus(digit);
        ASSERT_TRUE(lower && higher);
        const Finding inside = passed(Reason::within_limit);
        const Finding outside = failed(Reason::beyond_limit);
        const std::string which = std::string{edge.op} + edge.limit + " place " + std::to_string(place);
        EXPECT_EQ(judged({lower->to_text()}, against), edge.inside_is_low ? inside : outside) << which;
        EXPECT_EQ(judged({higher->to_text()}, against), edge.inside_is_low ? outside : inside) << which;
        EXPECT_EQ(judged({edge.at}, against), inclusive ? inside : outside) << which;
      }
    }
  }
}

TEST(BoundarySweep, OneLastDigitEitherSideOfTheDetectionLimit) {
  for (const char* op : {"ND", "banned"}) {
    const Decimal lod = dec("0.01");
    for (int place = -2; place >= -34; --place) {
      const auto below = lod.plus(Decimal{-1, place});
      const Question seen{.result = "0.01", .lod = "0.01"};
      EXPECT_EQ(judged(seen, limit(op, "")), failed(Reason::detected));
      const Question unseen{.result = below->to_text(), .lod = "0.01"};
      EXPECT_EQ(judged(unseen, limit(op, "")), passed(Reason::not_detected)) << below->to_text();
    }
  }
}

TEST(BoundarySweep, OneLastDigitEitherSideOfEveryGuardBand) {
  struct Zone {
    const char* threshold;
    ItemOutcome up_to;  // at the threshold itself
    ItemOutcome beyond;
  };
  using enum ItemOutcome;
  for (const auto& [threshold, up_to, beyond] :
       {Zone{"0.042", pass, conditional_pass}, Zone{"0.05", conditional_pass, conditional_fail},
        Zone{"0.058", conditional_fail, fail}}) {
    for (int place = -3; place >= -34; --place) {
      const auto above = dec(threshold).plus(Decimal{1, place});
      const auto outcome = [](const std::string& text) {
        return judged({text, "mg/kg", "", "", DecisionRule::nonbinary, "0.008"}, limit("<=", "0.05")).outcome;
      };
      EXPECT_EQ(outcome(threshold), up_to);
      EXPECT_EQ(outcome(above->to_text()), beyond) << above->to_text();
    }
  }
}

}  // namespace
}  // namespace lab::testing
