#include "coordinator/planning/independence.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace lab::planning {
namespace {

constexpr std::array columns{Column{{"规则", "rule"}}, Column{{"项目", "programme"}},
                             Column{{"受检单位", "enterprise"}, true}, Column{{"实验室", "laboratory"}},
                             Column{{"依据", "reason"}}};
enum Field : std::size_t { code, programme, enterprise, laboratory, reason };

constexpr std::uint32_t laboratory_max = 999'999;  // their list has no larger number

std::optional<IndependenceRule> rule_in(Reader& reader) {
  const auto name = reader.text(code);
  const auto of = reader.text(programme);
  const auto who = reader.whole_number(laboratory, 1, laboratory_max);
  const auto why = reader.text(reason);
  if (!name || !of || !who || !why) return std::nullopt;
  IndependenceRule rule{.code = *name,
                        .enterprise = std::string{reader.cell(enterprise)},
                        .laboratory = model::LaboratoryId{*who},
                        .reason = *why};
  if (*of != "*") rule.programme = model::ProgrammeCode{*of};
  if (!rule.programme && rule.enterprise.empty()) {
    reader.complain(programme, "请写明项目或受检单位；什么都不能检的实验室，请在实验室表里去掉它的检测包");
  }
  return rule;
}

}  // namespace

const IndependenceRule* keeps_away(std::span<const IndependenceRule> rules, model::LaboratoryId laboratory,
                                   const model::ProgrammeCode& programme, const std::string& enterprise) {
  const auto found = std::ranges::find_if(rules, [&](const IndependenceRule& rule) {
    return rule.laboratory == laboratory && (!rule.programme || *rule.programme == programme) &&
           (rule.enterprise.empty() || rule.enterprise == enterprise);
  });
  return found == rules.end() ? nullptr : &*found;
}

Result<std::vector<IndependenceRule>> load_independence(const Table& table) {
  std::vector<IndependenceRule> rules;
  Reader reader{table, columns};
  for (std::size_t row = 0; reader.header_is_good() && row < reader.row_count(); ++row) {
    reader.open(row);
    auto rule = rule_in(reader);
    if (!rule) continue;
    if (std::ranges::find(rules, rule->code, &IndependenceRule::code) != rules.end()) {
      reader.complain(code, "这条规则已出现过；请换一个代码");
    }
    rules.push_back(std::move(*rule));
  }
  if (!reader.complaints().empty()) return tl::unexpected(summary_of(table, reader.complaints()));
  return rules;
}

}  // namespace lab::planning
