#include "protocol/rules/two_step.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "protocol/rules/explain.hpp"

namespace lab::rules {
namespace {

using model::ItemOutcome;
using model::Reason;

constexpr std::array<std::pair<std::string_view, std::string_view>, 2> pairs{{{"甲基汞", "总汞"}, {"无机砷", "总砷"}}};

bool is_measured(const Evidence* species) {
  return species != nullptr && species->value.state != model::ValueState::missing;
}

// What the first step alone says: a total above the limit of the species breaks no limit of its own.
Finding first_step(const Evidence& total, const model::Limit& species_limit) {
  const Finding finding = judge(total, species_limit);
  if (finding.outcome == ItemOutcome::pass) return {ItemOutcome::pass, Reason::total_suffices};
  if (finding.outcome == ItemOutcome::undetermined) return finding;
  return undetermined(Reason::species_needed);
}

}  // namespace

std::string_view total_of(std::string_view species) {
  const auto* const rule = std::ranges::find(pairs, species, [](const auto& pair) { return pair.first; });
  return rule == pairs.end() ? std::string_view{} : rule->second;
}

Finding judge_two_steps(const Evidence& total, const Evidence* species, const model::Limit& species_limit) {
  const bool measured = is_measured(species);
  const Finding own = measured ? judge(*species, species_limit) : undetermined(Reason::missing_result);
  if (species_limit.kind != model::LimitKind::at_most) {
    return species_limit.kind == model::LimitKind::none ? Finding{} : own;
  }
  if (is_nonconforming(own.outcome)) return own;
  const Finding first = first_step(total, species_limit);
  return first.outcome == ItemOutcome::pass || !measured ? first : own;
}

std::string explain_two_steps(const Evidence& total, const Evidence* species, const model::Limit& species_limit,
                              const Finding& finding) {
  std::string text = "第一步，以总量对照：" + explain(total, species_limit, first_step(total, species_limit));
  if (is_measured(species)) {
    text += "第二步，测定该形态：" + explain(*species, species_limit, judge(*species, species_limit));
  }
  return text + fmt::format("结论：{}，{}。", chinese_name_of(finding.reason), chinese_name_of(finding.outcome));
}

}  // namespace lab::rules
