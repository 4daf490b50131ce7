#include "instruments/drivers/sics.hpp"

#include <gtest/gtest.h>

namespace lab::drivers {
namespace {

using namespace std::chrono_literals;
constexpr UtcTime start{1'000'000ms};

TEST(SicsHost, RecordsOnlyAStableWeight) {
  SicsHost host;
  ASSERT_TRUE(host.ask("S", start));
  EXPECT_EQ(host.take_output(), "S\r\n");
  host.push("S S     100.00 g\r\n", start);
  const auto answers = host.take_answers();
  ASSERT_EQ(answers.size(), 1U);
  ASSERT_NE(answers[0].stable_weight(), nullptr);
  EXPECT_EQ(answers[0].stable_weight()->weight.number->to_text(), "100.00");
  EXPECT_EQ(answers[0].stable_weight()->unit, "g");
  EXPECT_EQ(answers[0].raw, "S S     100.00 g\r\n");

  ASSERT_TRUE(host.ask("SI", start));
  host.push("S D     100.00 g\r\n", start);
  const auto moving = host.take_answers();
  ASSERT_EQ(moving.size(), 1U);
  EXPECT_EQ(moving[0].stable_weight(), nullptr);
}

TEST(SicsHost, TakesNothingThatIsNotMtSicsForAWeight) {
  for (const char* line :
       {"S A 1.234 g\r\n", "S S 1O0.00 g\r\n", "S S 100.00\r\n", "S S g 100.00\r\n", "S S 100 00 g\r\n",
        "S S 100.00 5 g\r\n", "s s 100.00 g\r\n", "S S <100.00 g\r\n", "100.00 g\r\n"}) {
    SicsHost host;
    ASSERT_TRUE(host.ask("S", start));
    host.push(line, start);
    for (const auto& answer : host.take_answers()) EXPECT_EQ(answer.stable_weight(), nullptr) << line;
  }
}

TEST(SicsHost, SaysWhatToDoAndTheWordsOfTheManual) {
  const std::vector<std::pair<std::string, std::string>> cases{{"S I\r\n", "not executable at present"},
                                                               {"S +\r\n", "overload"},
                                                               {"S -\r\n", "underload"},
                                                               {"S L\r\n", "wrong parameter"},
                                                               {"ES\r\n", "syntax error"},
                                                               {"ET\r\n", "transmission error"},
                                                               {"EL\r\n", "logical error"}};
  for (const auto& [line, words] : cases) {
    SicsHost host;
    ASSERT_TRUE(host.ask("S", start));
    host.push(line, start);
    const auto answers = host.take_answers();
    ASSERT_EQ(answers.size(), 1U) << line;
    EXPECT_TRUE(answers[0].error.ends_with("（" + words + "）")) << answers[0].error;
    EXPECT_NE(answers[0].error.find("请"), std::string::npos) << answers[0].error;
    EXPECT_FALSE(host.wake_at()) << line;
  }
}

TEST(SicsHost, JoinsTheLinesOfALongAnswer) {
  SicsHost host;
  ASSERT_TRUE(host.ask("I0", start));
  host.push("I0 B 0 \"I0\"\r\nI0 B", start);
  EXPECT_TRUE(host.take_answers().empty());
  host.push(" 1 \"D\"\r\nI0 A\r\n", start);
  const auto answers = host.take_answers();
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers[0].replies.size(), 3U);
  EXPECT_EQ(answers[0].replies[1].parameters, (std::vector<std::string>{"1", "D"}));
}

TEST(SicsHost, AsksOneThingAtATime) {
  SicsHost host;
  ASSERT_TRUE(host.ask("S", start));
  EXPECT_EQ(host.ask("S", start).error().code, ErrorCode::conflict);
}

TEST(SicsHost, ALateAnswerNeverBecomesTheWeightOfTheNextVessel) {
  SicsHost host;
  ASSERT_TRUE(host.ask("S", start));
  (void)host.take_output();
  const UtcTime late = start + SicsHost::weighing_timeout;
  EXPECT_EQ(host.wake_at(), late);
  host.tick(late);
  EXPECT_EQ(host.take_output(), "@\r\n");
  ASSERT_EQ(host.take_answers().size(), 1U);
  EXPECT_EQ(host.ask("S", late).error().code, ErrorCode::conflict);
  host.push("S S     100.00 g\r\n", late + 1s);
  EXPECT_TRUE(host.take_answers().empty());
  host.push("I4 A \"1234567\"\r\n", late + 2s);
  ASSERT_TRUE(host.ask("S", late + 2s));
  host.push("S S      50.00 g\r\n", late + 3s);
  const auto answers = host.take_answers();
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers[0].stable_weight()->weight.text, "50.00");
}

TEST(SicsHost, AResetWithoutAnswerIsRepeated) {
  SicsHost host;
  ASSERT_TRUE(host.ask("I2", start));
  (void)host.take_output();
  host.tick(start + 5s);
  EXPECT_EQ(host.take_output(), "@\r\n");
  host.tick(start + 10s);
  EXPECT_EQ(host.take_output(), "@\r\n");
}

TEST(SicsHost, ThePrintKeyIsHeardWithoutAQuestion) {
  SicsHost host;
  host.push("S S       2.50 g\r\n", start);
  const auto answers = host.take_answers();
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers[0].asked, "");
  ASSERT_NE(answers[0].stable_weight(), nullptr);
}

TEST(SicsHost, ARestartOfTheBalanceEndsTheQuestion) {
  SicsHost host;
  ASSERT_TRUE(host.ask("S", start));
  host.push("I4 A \"1234567\"\r\n", start);
  const auto answers = host.take_answers();
  ASSERT_EQ(answers.size(), 2U);
  EXPECT_EQ(answers[0].asked, "S");
  EXPECT_NE(answers[0].error, "");
  EXPECT_TRUE(host.ask("S", start));
}

TEST(SicsHost, AnEndlessLineIsDroppedAndTheNextOneRead) {
  SicsHost host;
  ASSERT_TRUE(host.ask("S", start));
  for (int i = 0; i < 1000; ++i) host.push(std::string(100, 'S'), start);
  host.push("\r\nS S       1.00 g\r\n", start);
  const auto answers = host.take_answers();
  ASSERT_EQ(answers.size(), 2U);
  EXPECT_NE(answers[0].error, "");
  EXPECT_NE(answers[1].stable_weight(), nullptr);
}

TEST(SicsHost, TheAnswerToAQuestionIsKeptHoweverMuchTheBalancePrints) {
  SicsHost host;
  ASSERT_TRUE(host.ask("S", start));
  host.push("S +\r\n", start);
  for (std::size_t i = 0; i < 2 * SicsHost::answers_max; ++i) host.push("S S       2.50 g\r\n", start);
  ASSERT_TRUE(host.ask("S", start));
  host.push("S S       7.00 g\r\n", start);
  const auto answers = host.take_answers();
  EXPECT_LE(answers.size(), SicsHost::answers_max + 2);
  EXPECT_EQ(answers.back().asked, "S");
  EXPECT_EQ(answers.back().stable_weight()->weight.text, "7.00");
}

TEST(SicsCapture, GivesStableWeightsAndRemarksForErrors) {
  const auto decoding = decode_sics("S D      99.00 g\r\nS +\r\nS S     100.00 g\r\n");
  ASSERT_EQ(decoding.refused, "");
  ASSERT_EQ(decoding.observations.size(), 1U);
  EXPECT_EQ(decoding.observations[0].analyte, "weight");
  EXPECT_EQ(decoding.observations[0].unit, "g");
  EXPECT_EQ(decoding.observations[0].offset, 23U);
  EXPECT_EQ(decoding.diagnostics.size(), 1U);
  EXPECT_NE(decode_sics("S D 1.0 g\r\n").refused, "");
  EXPECT_NE(decode_sics("S S 1.0 g\r\nS S 1.").refused, "");
  EXPECT_NE(decode_sics("S S 1.0 g\r\nhello\r\n").refused, "");
}

}  // namespace
}  // namespace lab::drivers
