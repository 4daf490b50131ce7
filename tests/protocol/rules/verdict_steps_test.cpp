#include "protocol/rules/verdict_steps.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <limits>

#include "tests/protocol/rules/generators.hpp"

namespace lab::testing {
namespace {

using rules::VerdictSteps;

// What judge() says of m x 10^exponent.
Finding asked(const Question& question, const Limit& against, model::ReadValue value, std::int64_t m, int exponent) {
  value.number = Decimal{m, exponent};
  return judged(question, value, against);
}

std::optional<VerdictSteps> compiled(const Question& question, const Limit& against, const model::ReadValue& value,
                                     int exponent) {
  return VerdictSteps::compile({.value = value,
                                .unit = question.unit,
                                .lod = maybe(question.lod),
                                .loq = maybe(question.loq),
                                .rule = question.rule,
                                .expanded_uncertainty = maybe(question.uncertainty)},
                               against, exponent);
}

constexpr auto m_min = std::numeric_limits<std::int64_t>::min();
constexpr auto m_max = std::numeric_limits<std::int64_t>::max();

RC_GTEST_PROP(VerdictSteps, SayWhatTheJudgeSaysOfEveryNumber, ()) {
  Question question = *any_question();
  question.unit = *rc::gen::element<std::string>("mg/kg", "μg/kg", "g/kg", "mg/L");
  const Limit against = *any_limit();
  model::ReadValue value;
  value.state =
      *rc::gen::element(model::ValueState::numeric, model::ValueState::below_lod, model::ValueState::below_loq,
                        model::ValueState::over_range, model::ValueState::qualitative, model::ValueState::invalid);
  value.comparator =
      *rc::gen::element(model::Comparator::none, model::Comparator::less, model::Comparator::less_or_equal,
                        model::Comparator::greater, model::Comparator::greater_or_equal);
  const int exponent = *rc::gen::inRange(-6, 3);
  const auto steps = compiled(question, against, value, exponent);
  RC_ASSERT(steps.has_value());
  for (const std::int64_t m :
       {m_min, m_min + 1, std::int64_t{-1}, std::int64_t{0}, std::int64_t{1}, m_max - 1, m_max}) {
    RC_ASSERT(steps->at(m) == asked(question, against, value, m, exponent));
  }
  // Every number near where anything can change, in the unit's own steps and in the finest ones.
  for (int i = 0; i < 40; ++i) {
    const auto spread = *rc::gen::element<std::int64_t>(70, 7'000, 700'000, 70'000'000);
    const std::int64_t m = *rc::gen::inRange<std::int64_t>(-3, spread);
    RC_ASSERT(steps->at(m) == asked(question, against, value, m, exponent));
  }
}

TEST(VerdictSteps, ChangeExactlyAtTheEnds) {
  const model::ReadValue number{.text = {}, .number = {}, .comparator = {}, .state = model::ValueState::numeric};
  const Question question{.result = "", .unit = "μg/kg", .lod = "5"};
  const auto steps = compiled(question, limit("<=", "0.05"), number, -3);
  ASSERT_TRUE(steps);
  EXPECT_EQ(steps->at(-1), open(Reason::negative_result));
  EXPECT_EQ(steps->at(4'999), passed(Reason::not_detected));
  EXPECT_EQ(steps->at(5'000), passed(Reason::within_limit));
  EXPECT_EQ(steps->at(50'000), passed(Reason::within_limit));
  EXPECT_EQ(steps->at(50'001), failed(Reason::beyond_limit));
}

TEST(VerdictSteps, GiveUpWhereDigitsMightNotFit) {
  const model::ReadValue number{.text = {}, .number = {}, .comparator = {}, .state = model::ValueState::numeric};
  EXPECT_FALSE(compiled({.result = ""}, limit("<=", "0.05"), number, 100));
  Limit rounded = limit("<=", "0.05");
  rounded.comparison = model::Comparison::rounded_value;
  EXPECT_FALSE(compiled({.result = ""}, rounded, number, 30));
}

}  // namespace
}  // namespace lab::testing
