#pragma once
// Short ways to say what a laboratory has and what the law asks.

#include <gtest/gtest.h>
#include <ostream>
#include <string>

#include "protocol/model/read_value.hpp"
#include "protocol/rules/judge.hpp"
#include "protocol/rules/limit_text.hpp"

namespace lab::rules {

inline void PrintTo(const Finding& finding, std::ostream* out) {
  *out << model::name_of(finding.outcome) << "/" << model::name_of(finding.reason);
}

}  // namespace lab::rules

namespace lab::testing {

using model::DecisionRule;
using model::ItemOutcome;
using model::Limit;
using model::Reason;
using rules::Finding;

inline Decimal dec(std::string_view text) {
  const auto value = Decimal::parse(text);
  EXPECT_TRUE(value.has_value()) << text;
  return value.value_or(Decimal{});
}

inline std::optional<Decimal> maybe(std::string_view text) {
  return text.empty() ? std::nullopt : std::optional{dec(text)};
}

inline Limit limit(std::string_view op, std::string_view text, std::string_view unit = "mg/kg") {
  auto made = rules::make_limit(op, text, unit);
  EXPECT_TRUE(made.has_value());
  return made.value_or(Limit{});
}

/// One question to the judge, as people would put it.
struct Question {
  std::string result;
  std::string unit = "mg/kg";
  std::string lod = "";
  std::string loq = "";
  DecisionRule rule = DecisionRule::simple;
  std::string uncertainty = "";
};

/// What judge() says of the question with that value in place of its result.
inline Finding judged(const Question& question, const model::ReadValue& value, const Limit& against) {
  return rules::judge({.value = value,
                       .unit = question.unit,
                       .lod = maybe(question.lod),
                       .loq = maybe(question.loq),
                       .rule = question.rule,
                       .expanded_uncertainty = maybe(question.uncertainty)},
                      against);
}

inline Finding judged(const Question& question, const Limit& against) {
  return judged(question, model::read_value(question.result), against);
}

constexpr Finding passed(Reason reason) { return {ItemOutcome::pass, reason}; }
constexpr Finding failed(Reason reason) { return {ItemOutcome::fail, reason}; }
constexpr Finding open(Reason reason) { return {ItemOutcome::undetermined, reason}; }

}  // namespace lab::testing
