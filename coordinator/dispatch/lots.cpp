#include "coordinator/dispatch/lots.hpp"

#include <fmt/format.h>

#include "coordinator/dispatch/order_notes.hpp"
#include "coordinator/dispatch/plan_steps.hpp"
#include "coordinator/tables/tasks.hpp"
#include "protocol/acceptance/lot_order.hpp"
#include "protocol/base/check.hpp"

namespace lab::dispatch {
namespace {

namespace tables = coordinator::tables;
using acceptance::State;
using tables::Series;

Series series_of(const journal::View& store, const model::Task& task) {
  auto series = tables::series(store, task.series);
  LAB_CHECK(task.lot && series);  // both are written with the task
  return std::move(*series);
}

bool is_free(const Series& series) { return !series.has_open_lot() && series.history.state != State::discontinued; }

model::LotOrder order_for(const Series& series, const model::LotTerms& lot) {
  const auto terms = acceptance::read_terms(lot);
  LAB_CHECK(terms.has_value());  // checked when the plan came in
  const auto plan =
      acceptance::plan_lot(acceptance::Tables::standard(), series.history, terms->lot_size, terms->level, terms->aql);
  LAB_CHECK(plan.has_value());
  return acceptance::order_of(*plan, terms->level);
}

// The first waiting lot that still is to be granted. One that was granted otherwise waits no longer.
std::optional<model::Task> first_waiting(journal::Draft& draft, model::SeriesId id) {
  for (const model::TaskId& waiting : tables::waiting(draft, id)) {
    auto task = tables::task(draft, waiting);
    if (task && task->state == model::TaskState::allocated) return task;
    tables::erase_waiting(draft, id, waiting);
  }
  return std::nullopt;
}

Result<Series> named(const journal::View& store, const SeriesWord& word) {
  if (auto good = check_reason(word.reason); !good) return fail(std::move(good));
  auto series = tables::series(store, word.series);
  if (!series) return fail(ErrorCode::not_found, "没有这个批次系列", fmt::format("series {}", word.series.value()));
  return std::move(*series);
}

}  // namespace

bool open_lot(journal::Draft& draft, model::Task& task) {
  Series series = series_of(draft, task);
  if (!is_free(series)) return false;
  task.lot_order = order_for(series, *task.lot);
  series.open = task.id;
  tables::put_series(draft, series);
  tables::erase_waiting(draft, series.id, task.id);
  return true;
}

void close_lot(journal::Draft& draft, model::Task& task) {
  Series series = series_of(draft, task);
  LAB_CHECK(series.open == task.id);
  series.open = {};
  task.lot_order.reset();
  tables::put_series(draft, series);
  tables::mark_due(draft, series.id);
}

bool next_lots(journal::Draft& draft, std::size_t most, std::vector<model::Task>& tasks) {
  bool moved = false;
  for (const model::SeriesId id : tables::due(draft, most)) {
    auto task = first_waiting(draft, id);
    if (task && is_being_revised(draft, task->id)) continue;  // due until what the revision drops has been taken out
    tables::erase_due(draft, id);
    moved = true;
    if (task) tasks.push_back(std::move(*task));
  }
  return moved;
}

std::optional<std::string> why_waiting(const journal::View& store, const model::Task& task) {
  if (!task.lot || task.state != model::TaskState::allocated) return std::nullopt;
  const Series series = series_of(store, task);
  if (series.history.state == State::discontinued) {
    return fmt::format("批次系列 {} 已暂停检验（加严检验中累计 5 批不接收）；确认纠正措施有效后恢复",
                       series.id.value());
  }
  if (!series.has_open_lot()) return std::nullopt;
  return fmt::format("批次系列 {} 的任务 {} 尚未判定；判定后才能确定本批的严格度", series.id.value(),
                     to_text(series.open));
}

Result<Series> resume(journal::Draft& draft, const SeriesWord& word, UtcTime now) {
  auto series = named(draft, word);
  if (!series) return series;
  if (series->history.state != State::discontinued) {
    return fail(ErrorCode::conflict,
                fmt::format("批次系列 {} 未暂停（现为 {}），不需要恢复", word.series.value(),
                            acceptance::name_of(series->history.state)),
                fmt::format("series {}", word.series.value()));
  }
  tables::move_series(draft, *series,
                      {.kind = tables::StepKind::corrective_action,
                       .at = now,
                       .person = word.person,
                       .reason = word.reason,
                       .task = {},
                       .count = {},
                       .conditions = {},
                       .after = acceptance::after_corrective_action(series->history)});
  tables::mark_due(draft, series->id);
  return series;
}

Result<Series> say_conditions(journal::Draft& draft, const SeriesWord& word, const tables::Conditions& conditions,
                              UtcTime now) {
  auto series = named(draft, word);
  if (!series) return series;
  series->conditions = conditions;
  tables::move_series(draft, *series,
                      {.kind = tables::StepKind::conditions,
                       .at = now,
                       .person = word.person,
                       .reason = word.reason,
                       .task = {},
                       .count = {},
                       .conditions = conditions,
                       .after = series->history});
  return series;
}

}  // namespace lab::dispatch
