#include "coordinator/ledger/adoption.hpp"

#include <optional>
#include <utility>
#include <variant>

#include "coordinator/tables/determinations.hpp"
#include "coordinator/tables/recalls.hpp"
#include "coordinator/tables/tasks.hpp"
#include "protocol/model/serials.hpp"

namespace lab::ledger {

namespace tables = coordinator::tables;
using model::TaskState;

namespace {

// What was on the label when this happened; nothing when the event does not say.
std::optional<model::SampleNumber> number_in(const model::Happening& what) {
  return std::visit(
      [](const auto& one) -> std::optional<model::SampleNumber> {
        if constexpr (requires { one.before; }) {
          return one.before;
        } else if constexpr (requires { one.number; }) {
          return one.number;
        } else {
          return std::nullopt;
        }
      },
      what);
}

// The node that had the task before may have given it another label, and the grant said so. Its own word for it comes
// too late: the task is not there any more.
void adopt_number(journal::Draft& draft, model::Task task, const model::Happening& what) {
  const auto number = number_in(what);
  if (!number || *number == task.number || model::kind_of(*number) != model::kind_of(task.number)) return;
  if (tables::task_by_number(draft, number->text())) return;
  tables::renumber_task(draft, std::move(task), *number);
}

}  // namespace

void adopt_grant(journal::Draft& draft, const model::NodeEntry& node, const model::Event& event) {
  auto task = tables::task(draft, event.task);
  if (!task || task->lot) return;
  // Its node said that it may draw the sample; that it had declined it under an earlier grant says nothing of this one.
  const bool is_named = task->node == node.id && tables::is_forgotten(task->token) &&
                        !std::holds_alternative<model::Declined>(event.what);
  if (event.token <= task->token && !is_named) return;
  const bool is_open =
      task->state == TaskState::planned || task->state == TaskState::allocated || task->state == TaskState::granted;
  if (!is_open) return;
  const TaskState before = std::exchange(task->state, TaskState::granted);
  task->node = node.id;
  task->laboratory = node.laboratory;
  task->token = event.token;
  tables::change_task(draft, *task, before);
  adopt_number(draft, *task, event.what);
  tables::forget_result(draft, event.task);
}

}  // namespace lab::ledger
