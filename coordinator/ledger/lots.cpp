#include "coordinator/ledger/lots.hpp"

#include <fmt/format.h>

#include <utility>

#include "coordinator/tables/series.hpp"
#include "protocol/acceptance/lot_order.hpp"
#include "protocol/base/check.hpp"

namespace lab::ledger {

namespace tables = coordinator::tables;

std::string broken_lot(const model::Task& task, const model::Judged& judged) {
  if (!task.lot && !judged.lot) return {};
  if (!task.lot) return "任务不是批次，判定却给出了批次的抽检件数";
  if (!judged.lot) return "批次判定没有抽检件数和不合格数";
  LAB_CHECK(task.lot_order.has_value());  // granted with it
  const auto accepted = acceptance::accepts(*task.lot_order, *judged.lot);
  if (!accepted) {
    return fmt::format("抽检 {} 件、不合格数 {} 与下达的抽样方案（应检 {} 件）不符", judged.lot->inspected,
                       judged.lot->nonconforming, task.lot_order->to_inspect);
  }
  const auto outcome = *accepted ? model::SampleOutcome::pass : model::SampleOutcome::fail;
  if (judged.outcome == outcome) return {};
  return fmt::format("不合格数 {}，Ac={}，Re={}，结论应为 {} 而不是 {}", judged.lot->nonconforming, task.lot_order->ac,
                     task.lot_order->re, model::name_of(outcome), model::name_of(judged.outcome));
}

void advance_series(journal::Draft& draft, const model::Task& task, const model::LotCount& count, UtcTime now) {
  auto series = tables::series(draft, task.series);
  LAB_CHECK(series && series->open == task.id);  // one lot at a time, opened when it was granted
  const auto plan = acceptance::plan_of(*task.lot_order);
  LAB_CHECK(plan.has_value());
  const tables::Conditions conditions = std::exchange(series->conditions, {});
  const auto outcome = acceptance::judge_lot(acceptance::Tables::standard(), series->history, *plan,
                                             {.inspected = count.inspected,
                                              .nonconforming = count.nonconforming,
                                              .steady = conditions.steady,
                                              .approved = conditions.approved});
  LAB_CHECK(outcome.has_value());
  series->open = {};
  ++series->lots;
  tables::move_series(draft, *series,
                      {.kind = tables::StepKind::lot_counted,
                       .at = now,
                       .person = {},
                       .reason = {},
                       .task = task.id,
                       .count = count,
                       .accepted = outcome->accepted,
                       .conditions = conditions,
                       .after = outcome->next});
  if (series->history.state != acceptance::State::discontinued) tables::mark_due(draft, series->id);
}

}  // namespace lab::ledger
