#include "protocol/rules/explain.hpp"

#include <fmt/format.h>

#include "protocol/rules/limit_text.hpp"

namespace lab::rules {
namespace {

using model::DecisionRule;
using model::Limit;
using model::LimitKind;

std::string with_unit(const std::string& number, std::string_view unit) {
  return unit.empty() ? number : fmt::format("{} {}", number, unit);
}

std::string number_or_question(const std::optional<Decimal>& number) { return number ? number->to_text() : "？"; }

std::string limit_in_words(const Limit& limit) {
  switch (limit.kind) {
    case LimitKind::none:
      return "无适用限量";
    case LimitKind::at_most:
      return (limit.upper_inclusive ? "≤" : "＜") + with_unit(number_or_question(limit.upper), limit.unit);
    case LimitKind::at_least:
      return (limit.lower_inclusive ? "≥" : "＞") + with_unit(number_or_question(limit.lower), limit.unit);
    case LimitKind::range:
      return with_unit(fmt::format("{}{}～{}{}", limit.lower_inclusive ? "[" : "(", number_or_question(limit.lower),
                                   number_or_question(limit.upper), limit.upper_inclusive ? "]" : ")"),
                       limit.unit);
    case LimitKind::not_detected:
      return limit.upper ? fmt::format("不得检出（要求检出限≤{}）", with_unit(limit.upper->to_text(), limit.unit))
                         : "不得检出";
    case LimitKind::banned:
      return "禁止使用，不得检出";
  }
  return "无适用限量";
}

std::string basis_in_words(const Limit& limit) {
  if (limit.standard.empty()) return {};
  std::string basis = limit.standard;
  if (!limit.clause.empty()) basis += " " + limit.clause;
  if (!limit.commodity.empty()) basis += "，" + limit.commodity;
  return fmt::format("（{}）", basis);
}

std::string method_in_words(const Evidence& evidence) {
  std::string text;
  if (evidence.lod) text += fmt::format("，方法检出限 {}", with_unit(evidence.lod->to_text(), evidence.unit));
  if (evidence.loq) text += fmt::format("，方法定量限 {}", with_unit(evidence.loq->to_text(), evidence.unit));
  return text;
}

bool is_amount(const Limit& limit) {
  return limit.kind == LimitKind::at_most || limit.kind == LimitKind::at_least || limit.kind == LimitKind::range;
}

const char* sign_between(const Decimal& value, const Decimal& limit) {
  if (value == limit) return "=";
  return value < limit ? "<" : ">";
}

// "全数值比较（GB/T 8170-2008 4.3.2）：0.0501 > 0.05"; nothing when there is no number to compare.
std::string comparison_in_words(const Evidence& evidence, const Limit& limit) {
  if (!is_amount(limit) || !is_well_formed(limit) || !evidence.value.number) return {};
  const auto shift = unit_shift(evidence.unit, limit.unit);
  const auto compared = shift ? compared_value(*evidence.value.number, *shift, limit) : std::nullopt;
  if (!compared) return {};
  const bool rounded = limit.comparison == model::Comparison::rounded_value;
  std::string text = rounded ? "按修约值比较法（GB/T 8170-2008 4.3.3）" : "按全数值比较法（GB/T 8170-2008 4.3.2）";
  if (*shift != 0) text += fmt::format("，换算为 {}", with_unit(compared->to_text(), limit.unit));
  if (rounded) text += fmt::format("，修约为 {}", compared->to_text());
  const std::string prefix = evidence.value.state == model::ValueState::numeric ? "" : "界值 ";
  if (limit.lower)
    text += fmt::format("，{}{} {} {}", prefix, compared->to_text(), sign_between(*compared, *limit.lower),
                        limit.lower->to_text());
  if (limit.upper)
    text += fmt::format("，{}{} {} {}", prefix, compared->to_text(), sign_between(*compared, *limit.upper),
                        limit.upper->to_text());
  return text + "；";
}

std::string rule_in_words(const Evidence& evidence, const Limit& limit) {
  if (!is_amount(limit) || evidence.rule == DecisionRule::simple) return {};
  const std::string u = evidence.expanded_uncertainty ? with_unit(evidence.expanded_uncertainty->to_text(), limit.unit)
                                                      : std::string{"未给出"};
  const char* name = "";
  switch (evidence.rule) {
    case DecisionRule::simple:
      break;
    case DecisionRule::guard_acceptance:
      name = "保护带接收";
      break;
    case DecisionRule::guard_rejection:
      name = "保护带拒收";
      break;
    case DecisionRule::nonbinary:
      name = "非二元判定";
      break;
  }
  return fmt::format("判定规则：{}（ILAC-G8:09/2019，保护带 w = U = {}，k = 2）；", name, u);
}

}  // namespace

const char* chinese_name_of(model::ItemOutcome outcome) {
  switch (outcome) {
    case model::ItemOutcome::undetermined:
      return "不予判定";
    case model::ItemOutcome::pass:
      return "合格";
    case model::ItemOutcome::fail:
      return "不合格";
    case model::ItemOutcome::conditional_pass:
      return "有条件合格";
    case model::ItemOutcome::conditional_fail:
      return "有条件不合格";
  }
  return "不予判定";
}

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
      return "无判定依据";
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
  }
  return "无判定依据";
}

std::string explain(const Evidence& evidence, const Limit& limit, const Finding& finding,
                    const ExplainOptions& options) {
  const std::string& given = evidence.value.text;
  const bool unit_shown = evidence.value.number.has_value();
  const std::string result = given.empty() ? "（空）" : with_unit(given, unit_shown ? evidence.unit : "");
  std::string text = fmt::format("检测结果 {}{}；限量 {}{}；", result, method_in_words(evidence), limit_in_words(limit),
                                 basis_in_words(limit));
  text += comparison_in_words(evidence, limit);
  text += rule_in_words(evidence, limit);
  text += fmt::format("{}：{}", chinese_name_of(finding.reason), chinese_name_of(finding.outcome));
  if (options.reference_only) text += "（本项仅供参考，不参与样品判定）";
  return text + "。";
}

}  // namespace lab::rules
