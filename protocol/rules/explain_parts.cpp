#include "protocol/rules/explain_parts.hpp"

#include <fmt/format.h>

#include "protocol/rules/explain.hpp"

namespace lab::rules {
namespace {

using model::DecisionRule;
using model::Limit;
using model::LimitKind;

std::string number_or_question(const std::optional<Decimal>& number) { return number ? number->to_text() : "？"; }

std::string basis_in_words(const Limit& limit) {
  if (limit.standard.empty()) return {};
  std::string basis = limit.standard;
  if (!limit.clause.empty()) basis += " " + limit.clause;
  if (!limit.commodity.empty()) basis += "，" + limit.commodity;
  return fmt::format("（{}）", basis);
}

const char* name_of(DecisionRule rule) {
  switch (rule) {
    case DecisionRule::simple:
      break;
    case DecisionRule::guard_acceptance:
      return "保护带接收";
    case DecisionRule::guard_rejection:
      return "保护带拒收";
    case DecisionRule::nonbinary:
      return "非二元判定";
  }
  return "简单接收";
}

// "，上限 0.05 的保护带为 0.042～0.058": where the zones end.
std::string guard_band(const char* name, const std::optional<Decimal>& limit, const Decimal& u) {
  const auto from = limit ? limit->plus(u.negated()) : std::nullopt;
  const auto to = limit ? limit->plus(u) : std::nullopt;
  if (!from || !to) return {};
  return fmt::format("，{} {} 的保护带为 {}～{}", name, limit->to_text(), from->to_text(), to->to_text());
}

}  // namespace

const char* sign_between(const Decimal& value, const Decimal& limit) {
  if (value == limit) return "=";
  return value < limit ? "<" : ">";
}

std::string with_unit(const std::string& number, std::string_view unit) {
  return unit.empty() ? number : fmt::format("{} {}", number, unit);
}

std::string bare_limit_in_words(const Limit& limit) {
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

std::string limit_in_words(const Limit& limit) { return bare_limit_in_words(limit) + basis_in_words(limit); }

const char* comparison_method(const Limit& limit) {
  return limit.comparison == model::Comparison::rounded_value ? "按修约值比较法（GB/T 8170-2008 4.3.3）"
                                                              : "按全数值比较法（GB/T 8170-2008 4.3.2）";
}

// "，0.310 > 0.3" against each end of the limit.
std::string beside_limit(const Decimal& value, const Limit& limit, const char* what) {
  const char* const gap = *what != '\0' ? " " : "";
  std::string text;
  for (const auto& end : {limit.lower, limit.upper}) {
    if (!end) continue;
    text += fmt::format("，{}{}{} {} {}", what, gap, value.to_text(), sign_between(value, *end), end->to_text());
  }
  return text;
}

std::string rule_in_words(DecisionRule rule, const std::optional<Decimal>& u, const Limit& limit,
                          std::optional<double> p_conform) {
  if (rule == DecisionRule::simple) return {};
  std::string text = fmt::format("判定规则：{}（ILAC-G8:09/2019，保护带 w = U = {}，k = 2）", name_of(rule),
                                 u ? with_unit(u->to_text(), limit.unit) : "未给出");
  if (u && !u->is_negative()) text += guard_band("下限", limit.lower, *u) + guard_band("上限", limit.upper, *u);
  if (p_conform) text += fmt::format("，符合概率 {:.4g}", *p_conform);
  return text + "；";
}

}  // namespace lab::rules
