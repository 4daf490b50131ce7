#include "coordinator/ledger/adoption.hpp"

#include <utility>

#include "coordinator/tables/determinations.hpp"
#include "coordinator/tables/results.hpp"
#include "coordinator/tables/tasks.hpp"

namespace lab::ledger {

namespace tables = coordinator::tables;
using model::TaskState;

void adopt_grant(journal::Draft& draft, const model::NodeEntry& node, const model::Event& event) {
  auto task = tables::task(draft, event.task);
  if (!task || event.token <= task->token || task->lot) return;
  const bool is_open =
      task->state == TaskState::planned || task->state == TaskState::allocated || task->state == TaskState::granted;
  if (!is_open) return;
  const TaskState before = std::exchange(task->state, TaskState::granted);
  task->node = node.id;
  task->laboratory = node.laboratory;
  task->token = event.token;
  tables::change_task(draft, *task, before);
  tables::TaskFile file = tables::task_file(draft, event.task);
  if (!file.result()) return;
  file.set_result(std::nullopt);
  tables::erase_determinations(draft, event.task);
  tables::put_task_file(draft, event.task, file);
}

}  // namespace lab::ledger
