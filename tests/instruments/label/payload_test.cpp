#include "instruments/label/payload.hpp"

#include <gtest/gtest.h>

#include "tests/instruments/label/samples.hpp"

namespace lab::label {
namespace {

const std::string number = some_payload(42).number.text();

TEST(Payload, IsWrittenAsTheFieldsOfTheLabel) {
  EXPECT_EQ(code_text(some_payload(42)), "SCQT1;S=" + number + ";L=CD01;D=20130603;C=1");
}

TEST(Payload, GivesItsNumberBack) { EXPECT_EQ(sample_in(code_text(some_payload(42))), some_payload(42).number); }

TEST(Payload, ABareNumberIsASampleToo) { EXPECT_EQ(sample_in(number), some_payload(42).number); }

TEST(Payload, AFieldThatAVersionOfTomorrowAddsIsNoObstacle) {
  EXPECT_EQ(sample_in("SCQT1;X=9;S=" + number + ";Y=1"), some_payload(42).number);
}

TEST(Payload, TextsThatMerelyContainANumberAreNoSample) {
  for (const auto& text : {"SCQT2;S=" + number, "http://example.org/?S=" + number, number + " ", " " + number,
                           "scqt1;S=" + number, "SCQT1;T=" + number, std::string{"SCQT1;"}, std::string{}}) {
    EXPECT_EQ(sample_in(text), std::nullopt) << text;
  }
}

TEST(Payload, TwoNumbersInOnePayloadAreNone) {
  EXPECT_EQ(sample_in("SCQT1;S=" + number + ";S=" + number), std::nullopt);
}

TEST(Payload, AnyOtherCheckCharacterIsRefused) {
  std::string wrong = number;
  for (const char c : std::string{"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"}) {
    wrong.back() = c;
    EXPECT_EQ(sample_in(wrong).has_value(), c == number.back()) << wrong;
  }
}

}  // namespace
}  // namespace lab::label
