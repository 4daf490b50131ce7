// Any text as a result, against every form of limit: nothing passes without a basis, and what is not a number never
// becomes one. The first octet chooses decision rule, comparison and whether the method has an LOD.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "protocol/base/check.hpp"
#include "protocol/rules/explain.hpp"
#include "protocol/rules/limit_text.hpp"
#include "protocol/rules/read_value.hpp"

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

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const unsigned choice = data[0];
  const std::string_view text{reinterpret_cast<const char*>(data) + 1, size - 1};
  const model::ReadValue value = rules::read_value(text);
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
  }
  // The limit may be any text too: one that cannot be read judges nothing.
  if (const auto limit = rules::make_limit("<=", text, "mg/kg"); limit && !rules::is_well_formed(*limit)) {
    LAB_CHECK(rules::judge(evidence, *limit).outcome == ItemOutcome::undetermined);
  }
  return 0;
}
