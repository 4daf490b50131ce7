// Which panels can be judged: check_panel() of panel_verdict.hpp.

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "protocol/rules/analyte_names.hpp"
#include "protocol/rules/panel_verdict.hpp"
#include "protocol/rules/two_step.hpp"

namespace lab::rules {
namespace {

using model::PanelItem;

// Everything that belongs to the sum and not to the part.
auto how_judged(const PanelItem& item) {
  return std::tie(item.reference_only, item.non_detects, item.rule, item.relative_uncertainty, item.confirmations);
}

std::string part_problem(std::span<const PanelItem> items, const PanelItem& item) {
  if (item.definition.empty()) {
    if (item.factor == Decimal{1, 0} && item.non_detects == model::NonDetects::unstated) return {};
    return fmt::format("{} has a factor or a treatment of non-detects but no definition to be a part of", item.analyte);
  }
  const std::string definition = fold_analyte(item.definition);
  const auto alone = std::ranges::find_if(items, [&](const PanelItem& other) {
    return other.definition.empty() && fold_analyte(other.analyte) == definition;
  });
  if (alone != items.end()) {
    return fmt::format("{} is the sum of parts and also an item by itself; make it a part, or leave it out",
                       item.definition);
  }
  const auto first =
      std::ranges::find_if(items, [&](const PanelItem& other) { return fold_analyte(other.definition) == definition; });
  if (how_judged(*first) == how_judged(item)) return {};
  return fmt::format(
      "{} and {} are parts of {}: give both the same reference_only, non_detects, decision_rule, "
      "relative_uncertainty and confirmations",
      first->analyte, item.analyte, item.definition);
}

std::string total_problem(std::span<const PanelItem> items, const PanelItem& item) {
  if (item.total_of.empty()) return {};
  if (!item.definition.empty()) return fmt::format("{} cannot be both a part of a sum and a total", item.analyte);
  const auto species = std::ranges::find(items, fold_analyte(item.total_of),
                                         [](const PanelItem& one) { return fold_analyte(one.analyte); });
  if (species == items.end() || !species->definition.empty()) {
    return fmt::format("{} is the total of {}, which is no item of the panel by itself; add a row for it", item.analyte,
                       item.total_of);
  }
  if (fold_analyte(total_of(species->analyte)) == fold_analyte(item.analyte)) return {};
  return fmt::format("no standard lets {} stand for {}; write 总汞 for 甲基汞, or 总砷 for 无机砷", item.analyte,
                     item.total_of);
}

}  // namespace

std::vector<PanelProblem> check_panel(std::span<const PanelItem> items) {
  std::vector<PanelProblem> problems;
  for (const PanelItem& item : items) {
    std::string message = part_problem(items, item);
    if (message.empty()) message = total_problem(items, item);
    if (message.empty() && item.rule != model::DecisionRule::simple && !item.relative_uncertainty) {
      message = fmt::format("the decision rule of {} needs a relative_uncertainty", item.analyte);
    }
    if (message.empty() && item.reference_only && item.confirmations > 0) {
      message = fmt::format("{} is for reference only and never counts; leave its confirmations empty", item.analyte);
    }
    if (!message.empty())
      problems.push_back({.item = static_cast<std::uint16_t>(&item - items.data()), .message = std::move(message)});
  }
  return problems;
}

}  // namespace lab::rules
