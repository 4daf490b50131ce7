#include "lab-node/judging/explained.hpp"

#include "lab-node/judging/judging.hpp"
#include "protocol/rules/explain.hpp"

namespace lab::judging {

std::vector<ExplainedItem> explained(const model::Sample& sample, Edition& edition) {
  const PanelIndex* index = edition.panel(sample.grant.panel);
  if (!index) return {};
  const auto& items = index->panel().items;
  const bool drawn = !sample.sampled.number.empty();
  const auto* limits = drawn ? &edition.limits(sample.grant, sample.sampled.sampled_on) : nullptr;
  const auto results = results_by_item(sample, items.size());
  std::vector<ExplainedItem> lines(items.size());
  for (std::size_t item = 0; item < items.size(); ++item) {
    ExplainedItem& line = lines[item];
    line.item = &items[item];
    line.result = results[item];
    if (limits && (*limits)[item].kind != model::LimitKind::none) line.limit = &(*limits)[item];
    if (is_reopened(sample) || item >= sample.judged.items.size() || !line.result || !limits) continue;
    line.verdict = &sample.judged.items[item];
    line.explanation = rules::explain(rules::evidence_of(*line.result, items[item]), (*limits)[item],
                                      {.outcome = line.verdict->outcome, .reason = line.verdict->reason},
                                      {.reference_only = items[item].reference_only});
  }
  return lines;
}

}  // namespace lab::judging
