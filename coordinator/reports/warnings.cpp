#include "coordinator/reports/warnings.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "coordinator/tables/drawn.hpp"

namespace lab::reports {
namespace {

namespace tables = coordinator::tables;

struct Rule {
  std::string code = "默认";
  std::uint64_t least = warning_least_usual;
};

Rule rule_of(const std::vector<planning::SamplingRule>& rules, const model::ProgrammeCode& programme, UtcTime now) {
  const auto* rule = planning::rule_for(rules, planning::SamplingRuleKind::warning, programme, civil_date(now));
  return rule == nullptr ? Rule{} : Rule{rule->code, rule->limit};
}

std::string reason_of(const Figures& figures, WarningLevel level) {
  const auto target = figures.target->shifted(2);
  return fmt::format("判定 {} 个，合格 {} 个，合格率 {}%，低于目标 {}%；{}", figures.counts.judged(),
                     figures.counts.pass, figures.rate, target ? target->to_text() : figures.target->to_text(),
                     level == WarningLevel::red ? "在 5% 水平上不能用抽样误差解释" : "可能只是抽样误差，请关注");
}

}  // namespace

const char* name_of(WarningLevel level) { return level == WarningLevel::red ? "red" : "amber"; }

std::vector<Warning> warnings(const journal::View& store, const Query& query, const Targets& targets, UtcTime now) {
  Query asked = query;
  asked.by = {Axis::programme, Axis::city, Axis::category};
  const auto rules = tables::sampling_rules(store);
  std::vector<Warning> found;
  for (const Row& row : summarize(store, asked, targets).rows) {
    const Rule rule = rule_of(rules, row.key.programme, now);
    const Figures& figures = row.figures;
    if (!figures.target || figures.meets_target.value_or(true) || figures.counts.judged() < rule.least) continue;
    const auto level = figures.evidence == statistics::Evidence::against ? WarningLevel::red : WarningLevel::amber;
    found.push_back({.programme = row.key.programme,
                     .city = row.key.city,
                     .category = row.key.category,
                     .level = level,
                     .figures = figures,
                     .rule = rule.code,
                     .reason = reason_of(figures, level)});
  }
  std::ranges::stable_sort(found, [](const Warning& a, const Warning& b) { return a.level > b.level; });
  return found;
}

}  // namespace lab::reports
