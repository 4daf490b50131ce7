// The words of residue_sum.hpp.

#include <fmt/format.h>

#include "protocol/rules/explain.hpp"
#include "protocol/rules/explain_parts.hpp"
#include "protocol/rules/limit_text.hpp"
#include "protocol/rules/residue_sum.hpp"

namespace lab::rules {
namespace {

const char* chinese_name_of(NonDetects non_detects) {
  switch (non_detects) {
    case NonDetects::unstated:
      return "未检出按 0 至检出限的区间计";
    case NonDetects::zero:
      return "未检出按 0 计";
    case NonDetects::half:
      return "未检出按检出限的二分之一计";
    case NonDetects::full:
      return "未检出按检出限计";
  }
  return "";
}

// "p,p'-DDE 0.02 mg/kg（检出限 0.005）×1.11"
std::string part_in_words(const Component& component) {
  const Evidence& evidence = component.evidence;
  std::string text = fmt::format("{} {}", component.name, evidence.value.text.empty() ? "（空）" : evidence.value.text);
  if (evidence.value.number && !evidence.unit.empty()) text += fmt::format(" {}", evidence.unit);
  if (evidence.lod) text += fmt::format("（检出限 {} {}）", evidence.lod->to_text(), evidence.unit);
  if (component.factor != Decimal{1, 0}) text += fmt::format("×{}", component.factor.to_text());
  return text;
}

std::string sum_in_words(const ResidueSum& sum, const model::Limit& limit) {
  if (!sum.low) return {};
  const std::string unit = limit.unit.empty() ? "" : " " + limit.unit;
  if (!sum.high) return fmt::format("总和不低于 {}{}；", sum.low->to_text(), unit);
  if (*sum.low == *sum.high) return fmt::format("总和 {}{}；", sum.low->to_text(), unit);
  return fmt::format("总和在 {} 与 {}{} 之间；", sum.low->to_text(), sum.high->to_text(), unit);
}

// An end of the sum as it is compared: rounded where the limit says so.
std::optional<Decimal> compared_end(const std::optional<Decimal>& end, const model::Limit& limit) {
  return end && is_well_formed(limit) ? compared_value(*end, 0, limit) : std::nullopt;
}

}  // namespace

std::string explain_sum(std::span<const Component> components, const model::Limit& limit, const SumRule& rule,
                        const ResidueSum& sum) {
  std::string text = "残留物按定义为下列各项之和：";
  for (const Component& component : components) {
    if (&component != components.data()) text += "、";
    text += part_in_words(component);
  }
  text += fmt::format("；{}；", chinese_name_of(rule.non_detects)) + sum_in_words(sum, limit);
  text += fmt::format("限量 {}；", limit_in_words(limit));
  const auto low = compared_end(sum.low, limit);
  const auto high = compared_end(sum.high, limit);
  if (low) {
    const bool point = high && *high == *low;
    text += comparison_method(limit) + beside_limit(*low, limit, point ? "" : "下端");
    if (high && !point) text += beside_limit(*high, limit, "上端");
    text += "；";
  }
  text += rule_in_words(rule.rule, rule.expanded_uncertainty, limit);
  return text + fmt::format("{}：{}。", chinese_name_of(sum.finding.reason), chinese_name_of(sum.finding.outcome));
}

}  // namespace lab::rules
