#include "protocol/rules/panel_verdict.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "protocol/base/check.hpp"
#include "protocol/rules/analyte_names.hpp"
#include "protocol/rules/confirmation.hpp"
#include "protocol/rules/explain.hpp"
#include "protocol/rules/residue_sum.hpp"
#include "protocol/rules/two_step.hpp"

namespace lab::rules {
namespace {

using model::Determination;
using model::Limit;
using model::PanelItem;
using Kind = PanelQuestion::Kind;

constexpr std::uint8_t first_portion = 1;

const Determination& result_or_nothing(const Determination* result) {
  static const Determination nothing{};  // judged as a missing result
  return result ? *result : nothing;
}

// One portion of one question.
struct Portion {
  const PanelQuestion& question;
  const PanelBasis& basis;
  const PanelResults& results;
  std::uint8_t number = first_portion;

  [[nodiscard]] const Limit& limit() const { return basis.limits[question.item()]; }
  [[nodiscard]] const PanelItem& item() const { return basis.items[question.item()]; }
  [[nodiscard]] Evidence evidence(std::uint16_t item) const {
    return evidence_of(result_or_nothing(results.of(item, number)), basis.items[item], limit());
  }
  [[nodiscard]] std::vector<Component> components() const {
    std::vector<Component> components;
    components.reserve(question.items.size());
    for (const std::uint16_t part : question.items) {
      const PanelItem& item = basis.items[part];
      components.push_back({.name = item.analyte, .evidence = evidence(part), .factor = item.factor});
    }
    return components;
  }
  [[nodiscard]] SumRule sum_rule() const {
    return {.non_detects = item().non_detects,
            .rule = item().rule,
            .expanded_uncertainty = expanded_uncertainty(item().relative_uncertainty, limit())};
  }
};

Finding judge_portion(const Portion& portion) {
  const auto& items = portion.question.items;
  switch (portion.question.kind) {
    case Kind::alone:
      break;
    case Kind::sum:
      return judge_sum(portion.components(), portion.limit(), portion.sum_rule()).finding;
    case Kind::two_steps: {
      const Evidence species = portion.evidence(items[0]);
      return judge_two_steps(portion.evidence(items[1]), &species, portion.limit());
    }
  }
  return judge(portion.evidence(items[0]), portion.limit());
}

std::string explain_portion(const Portion& portion) {
  const auto& items = portion.question.items;
  const Finding finding = judge_portion(portion);
  switch (portion.question.kind) {
    case Kind::alone:
      break;
    case Kind::sum: {
      const auto components = portion.components();
      const SumRule rule = portion.sum_rule();
      return explain_sum(components, portion.limit(), rule, judge_sum(components, portion.limit(), rule));
    }
    case Kind::two_steps: {
      const Evidence species = portion.evidence(items[0]);
      return explain_two_steps(portion.evidence(items[1]), &species, portion.limit(), finding);
    }
  }
  return explain(portion.evidence(items[0]), portion.limit(), finding);
}

// Without a result of its own: whether the total, which is known, leaves it to be measured.
bool is_species_needed(const Portion& portion) {
  const Finding finding = judge_two_steps(portion.evidence(portion.question.items[1]), nullptr, portion.limit());
  return finding.outcome != model::ItemOutcome::pass && finding.reason != model::Reason::no_basis;
}

// Whether nothing more has to be measured in this portion for the question.
bool is_complete(const Portion& portion) {
  const auto has = [&](std::uint16_t item) { return portion.results.of(item, portion.number) != nullptr; };
  const auto& items = portion.question.items;
  if (portion.question.kind != Kind::two_steps) return std::ranges::all_of(items, has);
  return has(items[0]) || (has(items[1]) && !is_species_needed(portion));
}

// The first, and every further one that is complete: a half-measured portion confirms and refutes nothing.
std::vector<Portion> portions_of(const PanelQuestion& question, const PanelBasis& basis, const PanelResults& results) {
  std::set<std::uint8_t> numbers;
  for (const std::uint16_t item : question.items) {
    for (const std::uint8_t number : results.further_portions_of(item)) numbers.insert(number);
  }
  std::vector<Portion> portions{{question, basis, results, first_portion}};
  for (const std::uint8_t number : numbers) {
    const Portion further{question, basis, results, number};
    if (is_complete(further)) portions.push_back(further);
  }
  return portions;
}

bool is_named(const PanelItem& item, std::string_view analyte) {
  return fold_analyte(item.analyte) == fold_analyte(analyte);
}

// The total that may be measured in place of that item; null when there is none.
const PanelItem* total_for(std::span<const PanelItem> items, const PanelItem& species) {
  const auto total = std::ranges::find_if(
      items, [&](const PanelItem& item) { return !item.total_of.empty() && is_named(species, item.total_of); });
  return total == items.end() ? nullptr : &*total;
}

}  // namespace

std::vector<PanelQuestion> questions_of(std::span<const PanelItem> items) {
  std::vector<PanelQuestion> questions;
  for (const PanelItem& item : items) {
    const auto i = static_cast<std::uint16_t>(&item - items.data());
    if (!item.definition.empty()) {
      const auto sum = std::ranges::find_if(questions, [&](const PanelQuestion& question) {
        return question.kind == Kind::sum &&
               fold_analyte(items[question.item()].definition) == fold_analyte(item.definition);
      });
      if (sum != questions.end()) {
        sum->items.push_back(i);
      } else {
        questions.push_back({.kind = Kind::sum, .items = {i}});
      }
    } else if (const PanelItem* total = total_for(items, item)) {
      const auto index = static_cast<std::uint16_t>(total - items.data());
      questions.push_back({.kind = Kind::two_steps, .items = {i, index}});
    } else {
      questions.push_back({.kind = Kind::alone, .items = {i}});
    }
  }
  return questions;
}

Finding judge_question(const PanelQuestion& question, const PanelBasis& basis, const PanelResults& results) {
  std::vector<Finding> findings;
  for (const Portion& portion : portions_of(question, basis, results)) findings.push_back(judge_portion(portion));
  return confirmed(findings, {.needed = basis.items[question.item()].confirmations});
}

std::vector<model::ItemVerdict> judge_panel(std::span<const PanelQuestion> questions, const PanelBasis& basis,
                                            const PanelResults& results) {
  LAB_CHECK(basis.items.size() == basis.limits.size() && basis.items.size() == results.size());
  std::vector<model::ItemVerdict> verdicts;
  const auto add = [&](std::uint16_t item, const Finding& finding) {
    verdicts.push_back(
        {.item = item, .outcome = finding.outcome, .reason = finding.reason, .limit_row = basis.limits[item].row});
  };
  for (const PanelQuestion& question : questions) {
    add(question.item(), judge_question(question, basis, results));
    if (question.kind != Kind::sum) continue;  // the total of two steps has a question of its own
    for (const std::uint16_t part : std::span{question.items}.subspan(1)) {
      add(part, undetermined(model::Reason::part_of_sum));
    }
  }
  std::ranges::sort(verdicts, {}, &model::ItemVerdict::item);
  return verdicts;
}

std::set<std::uint16_t> missing_items(std::span<const PanelQuestion> questions, const PanelBasis& basis,
                                      const PanelResults& results) {
  std::set<std::uint16_t> missing;
  for (const PanelQuestion& question : questions) {
    if (question.kind == Kind::two_steps) {
      const bool total_known = results.of(question.items[1]) != nullptr;
      if (!is_complete({question, basis, results})) missing.insert(question.items[total_known ? 0 : 1]);
      continue;
    }
    for (const std::uint16_t item : question.items) {
      if (!results.of(item)) missing.insert(item);
    }
  }
  return missing;
}

std::string explain_question(const PanelQuestion& question, const PanelBasis& basis, const PanelResults& results,
                             const Finding& finding) {
  const auto portions = portions_of(question, basis, results);
  const PanelItem& item = basis.items[question.item()];
  const bool concludes = portions.size() > 1 || finding.reason == model::Reason::unconfirmed;
  if (question.kind == Kind::alone && !concludes) {
    return explain(portions.front().evidence(question.item()), portions.front().limit(), finding,
                   {.reference_only = item.reference_only});
  }
  std::string text;
  for (const Portion& portion : portions) {
    if (concludes) text += fmt::format("第 {} 份试样：", portion.number);
    text += explain_portion(portion);
  }
  if (concludes && item.confirmations > 0) text += fmt::format("可疑结果须经另外 {} 份试样确证。", item.confirmations);
  if (concludes) {
    text += fmt::format("结论：{}，{}。", chinese_name_of(finding.reason), chinese_name_of(finding.outcome));
  }
  if (item.reference_only) text += "本项仅供参考，不参与样品判定。";
  return text;
}

std::vector<std::string> explain_panel(std::span<const PanelQuestion> questions, const PanelBasis& basis,
                                       const PanelResults& results, std::span<const model::ItemVerdict> verdicts) {
  std::vector<std::string> texts(basis.items.size());
  const auto verdict_of = [&](std::uint16_t item) {
    return std::ranges::find(verdicts, item, &model::ItemVerdict::item);
  };
  for (const PanelQuestion& question : questions) {
    const auto verdict = verdict_of(question.item());
    if (verdict == verdicts.end()) continue;
    texts[question.item()] =
        explain_question(question, basis, results, {.outcome = verdict->outcome, .reason = verdict->reason});
    if (question.kind != Kind::sum) continue;
    for (const std::uint16_t part : std::span{question.items}.subspan(1)) {
      texts[part] = fmt::format("{}：{}。", chinese_name_of(model::Reason::part_of_sum), basis.items[part].definition);
    }
  }
  return texts;
}

}  // namespace lab::rules
