#include "protocol/rules/explain.hpp"

#include <fmt/format.h>

#include "protocol/rules/explain_parts.hpp"
#include "protocol/rules/interval.hpp"
#include "protocol/rules/limit_text.hpp"
#include "protocol/rules/risk.hpp"

namespace lab::rules {
namespace {

using model::Limit;
using model::LimitKind;
using model::ValueState;

std::string method_in_words(const Evidence& evidence) {
  std::string text;
  if (evidence.lod) text += fmt::format("，方法检出限 {}", with_unit(evidence.lod->to_text(), evidence.unit));
  if (evidence.loq) text += fmt::format("，方法定量限 {}", with_unit(evidence.loq->to_text(), evidence.unit));
  return text;
}

bool is_amount(const Limit& limit) {
  return limit.kind == LimitKind::at_most || limit.kind == LimitKind::at_least || limit.kind == LimitKind::range;
}

// What is laid beside the limit, and what to call it: the number that was measured, the bound that was given, or what
// the method can see.
struct Compared {
  std::optional<Decimal> value;  // in the result's unit
  const char* name = "";
};

Compared compared_with_limit(const Evidence& evidence) {
  const auto& value = evidence.value;
  const auto lod = positive(evidence.lod);
  switch (value.state) {
    case ValueState::numeric:
      if (lod && value.number && *value.number < *lod) return {lod, "检出限"};
      return {value.number, ""};
    case ValueState::below_lod:
      return value.number ? Compared{value.number, "界值"} : Compared{lod, "检出限"};
    case ValueState::below_loq:
      return {positive(evidence.loq), "定量限"};
    case ValueState::over_range:
      return {value.number, "界值"};
    case ValueState::qualitative:
    case ValueState::missing:
    case ValueState::invalid:
      break;
  }
  return {};
}

// "按全数值比较法（GB/T 8170-2008 4.3.2），0.0501 > 0.05；"; nothing when there is no number to compare.
std::string amount_in_words(const Evidence& evidence, const Limit& limit) {
  const Compared measured = compared_with_limit(evidence);
  const auto shift = unit_shift(evidence.unit, limit.unit);
  if (!is_well_formed(limit) || !measured.value || !shift) return {};
  const auto compared = compared_value(*measured.value, *shift, limit);
  if (!compared) return {};
  const bool rounded = limit.comparison == model::Comparison::rounded_value;
  std::string text;
  if (evidence.value.state == ValueState::numeric && *measured.name) text = "结果低于方法检出限，视为未检出；";
  text += comparison_method(limit);
  if (*shift != 0) {
    text +=
        fmt::format("，{}换算为 {}", measured.name, with_unit(measured.value->shifted(*shift)->to_text(), limit.unit));
  }
  if (rounded) text += fmt::format("，修约为 {}", compared->to_text());
  return text + beside_limit(*compared, limit, measured.name) + "；";
}

// "与方法检出限比较：0.02 > 0.01；" for what must not be detected.
std::string presence_in_words(const Evidence& evidence, const Limit& limit) {
  const auto lod = positive(evidence.lod);
  if (!lod) return {};
  std::string text;
  const auto& number = evidence.value.number;
  if (number && !number->is_negative()) {
    const char* const name = evidence.value.state == ValueState::numeric ? "" : "界值 ";
    text = fmt::format("与方法检出限比较，{}{} {} {}；", name, number->to_text(), sign_between(*number, *lod),
                       lod->to_text());
  }
  const auto shift = unit_shift(evidence.unit, limit.unit);
  const auto converted = shift ? lod->shifted(*shift) : std::nullopt;
  if (limit.upper && converted) {
    text += fmt::format("方法检出限 {} {} 要求的 {}；", with_unit(converted->to_text(), limit.unit),
                        sign_between(*converted, *limit.upper), limit.upper->to_text());
  }
  return text;
}

}  // namespace

const char* chinese_name_of(model::Reason reason) {
  switch (reason) {
    case model::Reason::within_limit:
      return "结果符合限量";
    case model::Reason::beyond_limit:
      return "结果不符合限量";
    case model::Reason::not_detected:
      return "未检出，且方法检出能力满足限量要求";
    case model::Reason::detected:
      return "检出不得检出的物质（结果不低于方法检出限）";
    case model::Reason::no_basis:
      return "在判定日期没有适用于该产品的限量，无判定依据";
    case model::Reason::not_a_number:
      return "结果不是可识别的数值或用语";
    case model::Reason::missing_result:
      return "没有检测结果";
    case model::Reason::negative_result:
      return "结果为负值";
    case model::Reason::over_range:
      return "结果超出仪器量程，须稀释重测";
    case model::Reason::unit_mismatch:
      return "结果单位与限量单位不能换算";
    case model::Reason::method_unfit:
      return "方法检出限或定量限高于限量，方法不适用";
    case model::Reason::lod_missing:
      return "未给出方法检出限";
    case model::Reason::limit_malformed:
      return "限量本身无法识别";
    case model::Reason::bound_undecided:
      return "结果只给出界值，不足以与限量比较";
    case model::Reason::in_guard_band:
      return "结果处于不确定度保护带内";
    case model::Reason::qualitative:
      return "定性结果，须人工判定";
    case model::Reason::no_uncertainty:
      return "判定规则需要扩展不确定度而未给出";
    case model::Reason::total_suffices:
      return "总量已不超过该形态的限量，不必测定该形态";
    case model::Reason::species_needed:
      return "总量超过该形态的限量，须测定该形态后再判定";
    case model::Reason::unconfirmed:
      return "初次结果可疑，尚未经确证";
    case model::Reason::confirmation_disagrees:
      return "初次结果与确证结果不一致，须人工判定";
    case model::Reason::lot_accepted:
      return "不合格数未超过接收数";
    case model::Reason::lot_not_accepted:
      return "不合格数达到拒收数";
    case model::Reason::part_of_sum:
      return "计入残留定义之和，一并判定";
  }
  return "无判定依据";
}

std::string explain(const Evidence& evidence, const Limit& limit, const Finding& finding,
                    const ExplainOptions& options) {
  const std::string& given = evidence.value.text;
  const bool unit_shown = evidence.value.number.has_value();
  const std::string result = given.empty() ? "（空）" : with_unit(given, unit_shown ? evidence.unit : "");
  std::string text = fmt::format("检测结果 {}{}；限量 {}；", result, method_in_words(evidence), limit_in_words(limit));
  if (is_amount(limit)) {
    text += amount_in_words(evidence, limit);
    text += rule_in_words(evidence.rule, evidence.expanded_uncertainty, limit, p_conform(evidence, limit));
  } else if (limit.kind != LimitKind::none) {
    text += presence_in_words(evidence, limit);
  }
  text += fmt::format("{}：{}", chinese_name_of(finding.reason), chinese_name_of(finding.outcome));
  if (options.reference_only) text += "（本项仅供参考，不参与样品判定）";
  return text + "。";
}

}  // namespace lab::rules
