#include "lab-node/judging/explained.hpp"

#include "lab-node/judging/judging.hpp"

namespace lab::judging {

std::vector<ExplainedItem> explained(const model::Sample& sample, Edition& edition) {
  const PanelIndex* index = edition.panel(sample.grant.panel);
  if (!index) return {};
  const auto& items = index->panel().items;
  const auto results = results_of(sample, items.size());
  const bool drawn = !sample.sampled.number.empty();
  const auto* limits = drawn ? &edition.limits(sample.grant, sample.sampled.sampled_on) : nullptr;
  const bool judged = limits && !is_reopened(sample);
  std::vector<ExplainedItem> lines(items.size());
  for (std::size_t i = 0; i < items.size(); ++i) {
    const auto item = static_cast<std::uint16_t>(i);
    ExplainedItem& line = lines[item];
    line.item = &items[item];
    line.result = results.of(item);
    for (const std::uint8_t portion : results.further_portions_of(item)) {
      line.further.push_back(results.of(item, portion));
    }
    if (limits && (*limits)[item].kind != model::LimitKind::none) line.limit = &(*limits)[item];
  }
  if (!judged) return lines;
  for (const model::ItemVerdict& verdict : sample.judged.items) {
    if (verdict.item < lines.size()) lines[verdict.item].verdict = &verdict;
  }
  auto texts =
      rules::explain_panel(index->questions(), {.items = items, .limits = *limits}, results, sample.judged.items);
  for (std::size_t item = 0; item < items.size(); ++item) lines[item].explanation = std::move(texts[item]);
  return lines;
}

}  // namespace lab::judging
