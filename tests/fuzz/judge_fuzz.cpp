// Any text as a result, against every form of limit: nothing passes without a basis, and what is not a number never
// becomes one; the two halves around a ';' also as the parts of a sum and as a total and its species. The first octet
// chooses decision rule, comparison and whether the method has an LOD.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "protocol/base/check.hpp"
#include "protocol/model/read_value.hpp"
#include "protocol/rules/explain.hpp"
#include "protocol/rules/limit_text.hpp"
#include "protocol/rules/panel_verdict.hpp"

namespace {

using namespace lab;
using model::ItemOutcome;
using model::ValueState;

struct Form {
  std::string_view op;
  std::string_view limit;
};
constexpr std::array forms{Form{"<=", "0.05"}, Form{">=", "97.0"}, Form{"range", "5.5~8.5"}, Form{"ND", ""},
                           Form{"ND", "0.05"}, Form{"banned", ""}, Form{"none", ""}};

void check_pass(const rules::Evidence& evidence, const model::Limit& limit) {
  LAB_CHECK(limit.kind != model::LimitKind::none);
  const model::ReadValue& value = evidence.value;
  switch (value.state) {
    case ValueState::numeric:
      LAB_CHECK(value.number && !value.number->is_negative() && value.comparator == model::Comparator::none);
      break;
    case ValueState::below_lod:  // a bound of its own, or the method's
      LAB_CHECK(value.number || evidence.lod);
      break;
    case ValueState::below_loq:
      LAB_CHECK(evidence.loq.has_value());
      break;
    case ValueState::over_range:  // "> 97" keeps a minimum, nothing else
      LAB_CHECK(value.number && limit.kind == model::LimitKind::at_least);
      break;
    case ValueState::qualitative:
    case ValueState::missing:
    case ValueState::invalid:
      LAB_CHECK(false);
  }
}

// Both halves of the text as the parts of one sum, and as a total and its species: neither hides what the other is.
void check_panel(std::string_view text, const model::Limit& limit) {
  const auto middle = text.find(';');
  model::PanelItem first{.analyte = "甲基汞", .method = {}, .unit = "mg/kg", .lod = Decimal{1, -2}, .loq = {}};
  model::PanelItem second = first;
  second.analyte = "总汞";
  const model::Determination results[] = {
      {.item = 0, .value = model::read_value(text.substr(0, middle)), .unit = "mg/kg"},
      {.item = 1, .value = model::read_value(middle == text.npos ? "" : text.substr(middle + 1)), .unit = "mg/kg"}};
  rules::PanelResults found{2};
  for (const auto& result : results) found.add(result, 1);
  for (const bool sum : {true, false}) {
    first.definition = second.definition = sum ? "和" : "";
    second.total_of = sum ? "" : "甲基汞";
    const std::array items{first, second};
    const std::array limits{limit, limit};
    LAB_CHECK(rules::check_panel(items).empty());
    const auto questions = rules::questions_of(items);
    const auto verdicts = rules::judge_panel(questions, {items, limits}, found);
    LAB_CHECK(verdicts.size() == items.size());
    for (const std::string& words : rules::explain_panel(questions, {items, limits}, found, verdicts)) {
      LAB_CHECK(!words.empty());
    }
    if (verdicts[0].outcome != ItemOutcome::pass) continue;
    const auto usable = [](const model::Determination& result) {
      return result.value.state != ValueState::missing && result.value.state != ValueState::invalid &&
             result.value.state != ValueState::qualitative;
    };
    LAB_CHECK(sum ? usable(results[0]) && usable(results[1]) : usable(results[0]) || usable(results[1]));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const unsigned choice = data[0];
  const std::string_view text{reinterpret_cast<const char*>(data) + 1, size - 1};
  const model::ReadValue value = model::read_value(text);
  LAB_CHECK(value.text == text);
  rules::Evidence evidence{.value = value, .unit = "mg/kg"};
  if ((choice & 1U) != 0) evidence.lod = Decimal{1, -2};
  if ((choice & 2U) != 0) evidence.loq = Decimal{3, -2};
  evidence.rule = static_cast<model::DecisionRule>((choice >> 2U) & 3U);
  if ((choice & 16U) != 0) evidence.expanded_uncertainty = Decimal{8, -3};
  for (const Form& form : forms) {
    auto limit = rules::make_limit(form.op, form.limit, (choice & 32U) != 0 ? "μg/kg" : "mg/kg");
    LAB_CHECK(limit.has_value());
    if ((choice & 64U) != 0) limit->comparison = model::Comparison::rounded_value;
    const rules::Finding finding = rules::judge(evidence, *limit);
    if (finding.outcome == ItemOutcome::pass || finding.outcome == ItemOutcome::conditional_pass) {
      check_pass(evidence, *limit);
    }
    LAB_CHECK(!rules::explain(evidence, *limit, finding).empty());
    check_panel(text, *limit);
  }
  // The limit may be any text too: one that cannot be read judges nothing.
  if (const auto limit = rules::make_limit("<=", text, "mg/kg"); limit && !rules::is_well_formed(*limit)) {
    LAB_CHECK(rules::judge(evidence, *limit).outcome == ItemOutcome::undetermined);
  }
  return 0;
}
