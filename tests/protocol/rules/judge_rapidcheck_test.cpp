// What may be changed about a question without changing its answer.

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <algorithm>
#include <cstdlib>
#include <deque>

#include "protocol/rules/residue_sum.hpp"
#include "protocol/rules/sample_verdict.hpp"
#include "tests/protocol/rules/generators.hpp"

namespace lab::testing {
namespace {

// The same cases in every run; a campaign sets the variable itself.
[[maybe_unused]] const int parameters = ::setenv("RC_PARAMS", "seed=8170 max_success=3000", 0);

// The text with its number replaced: "<0.05" -> "<50".
template <class Change>
std::string with_number(const std::string& text, Change change) {
  const auto at = text.find_first_of("0123456789");
  if (at == std::string::npos || text.find(',') != std::string::npos) return text;
  return text.substr(0, at) + change(dec(text.substr(at)));
}

RC_GTEST_PROP(JudgingRapidcheck, AnotherUnitNeverChangesAVerdict, ()) {
  const Question question = *any_question();
  const Limit against = *any_limit();
  const int shift = *rc::gen::element(3, -3);
  Question moved = question;
  moved.unit = shift == 3 ? "μg/kg" : "g/kg";
  for (std::string* text : {&moved.result, &moved.lod, &moved.loq}) {
    *text = with_number(*text, [&](const Decimal& value) { return value.shifted(shift)->to_text(); });
  }
  RC_ASSERT(judged(moved, against) == judged(question, against));
}

RC_GTEST_PROP(JudgingRapidcheck, TrailingZerosNeverChangeAVerdict, ()) {
  const Question question = *any_question();
  const Limit against = *any_limit();
  const int zeros = *rc::gen::inRange(1, 20);
  Question longer = question;
  for (std::string* text : {&longer.result, &longer.lod, &longer.loq, &longer.uncertainty}) {
    *text = with_number(*text, [&](const Decimal& value) {
      const std::string plain = value.to_text();
      return plain + (plain.find('.') == std::string::npos ? "." : "") +
             std::string(static_cast<std::size_t>(zeros), '0');
    });
  }
  RC_ASSERT(judged(longer, against) == judged(question, against));
}

RC_GTEST_PROP(JudgingRapidcheck, RoundingARoundedResultNeverChangesAVerdict, ()) {
  Question question = *any_question();
  Limit against = *any_limit();
  RC_PRE(against.upper || against.lower);
  against.comparison = model::Comparison::rounded_value;
  question.lod.clear();  // the result alone is rounded, not what the method can see
  const auto value = model::read_value(question.result);
  const bool comparable = value.state == model::ValueState::numeric && !value.number->is_negative();
  RC_PRE(comparable);
  const auto rounded = rules::compared_value(*value.number, 0, against);
  RC_ASSERT(rounded.has_value());
  RC_ASSERT(rules::compared_value(*rounded, 0, against) == rounded);
  Question again = question;
  again.result = rounded->to_text();
  RC_ASSERT(judged(again, against) == judged(question, against));
}

RC_GTEST_PROP(JudgingRapidcheck, APassAlwaysHasALimitAndAResult, ()) {
  const Question question = *any_question();
  const Limit against = *any_limit();
  if (judged(question, against).outcome != ItemOutcome::pass) return;
  RC_ASSERT(against.kind != model::LimitKind::none);
  const auto state = model::read_value(question.result).state;
  RC_ASSERT(state == model::ValueState::numeric || state == model::ValueState::below_lod ||
            state == model::ValueState::below_loq || state == model::ValueState::over_range);
}

RC_GTEST_PROP(JudgingRapidcheck, TheOrderOfPartsNeverChangesASum, ()) {
  const auto count = *rc::gen::inRange<std::size_t>(1, 6);
  const auto parts = *rc::gen::container<std::vector<Question>>(count, any_question());
  const Limit against = *any_limit();
  const auto treatment = *rc::gen::element(rules::NonDetects::unstated, rules::NonDetects::zero,
                                           rules::NonDetects::half, rules::NonDetects::full);
  std::deque<model::ReadValue> values;
  std::vector<rules::Component> components;
  for (const Question& part : parts) {
    values.push_back(model::read_value(part.result));
    components.push_back({.name = "p",
                          .evidence = {.value = values.back(), .unit = part.unit, .lod = maybe(part.lod)},
                          .factor = dec("1.1")});
  }
  const auto before = rules::judge_sum(components, against, {.non_detects = treatment});
  std::vector<rules::Component> turned(components.rbegin(), components.rend());
  const auto after = rules::judge_sum(turned, against, {.non_detects = treatment});
  RC_ASSERT(after.finding.outcome == before.finding.outcome);
  RC_ASSERT(after.low == before.low);
  RC_ASSERT(after.high == before.high);
}

RC_GTEST_PROP(JudgingRapidcheck, ASumOfOnePartIsThatPart, ()) {
  Question question = *any_question();
  const Limit against = *any_limit();
  RC_PRE(question.result != "<LOQ");  // a sum counts it from the LOD upwards
  const auto value = model::read_value(question.result);
  const rules::Evidence evidence{
      .value = value, .unit = question.unit, .lod = maybe(question.lod), .loq = maybe(question.loq)};
  const rules::Component part{.name = "p", .evidence = evidence};
  const auto sum = rules::judge_sum({&part, 1}, against, {});
  const Finding single = rules::judge(evidence, against);
  // One difference: what certainly breaks the limit does so whatever else the method could not have seen.
  if (sum.finding.outcome != single.outcome) {
    RC_ASSERT(single.outcome == ItemOutcome::undetermined);
    RC_ASSERT(sum.finding.outcome == ItemOutcome::fail);
  }
}

RC_GTEST_PROP(JudgingRapidcheck, TheOrderOfItemsNeverChangesASample, ()) {
  const auto outcomes = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 5));
  std::vector<model::PanelItem> panel(outcomes.size());
  std::vector<model::ItemVerdict> items(outcomes.size());
  for (std::size_t i = 0; i < items.size(); ++i) {
    items[i] = {.item = static_cast<std::uint16_t>(i), .outcome = static_cast<ItemOutcome>(outcomes[i])};
    items[i].reason = i % 3 == 0 ? Reason::no_basis : Reason::unconfirmed;
    panel[i].reference_only = i % 4 == 1;
  }
  const auto before = rules::sample_verdict(items, panel);
  std::ranges::reverse(items);
  RC_ASSERT(rules::sample_verdict(items, panel) == before);
}

}  // namespace
}  // namespace lab::testing
