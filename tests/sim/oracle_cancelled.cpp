// What a person has cancelled: it stays so as long as the store lives that says it, whatever comes in afterwards.

#include <fmt/format.h>

#include "coordinator/tables/registry.hpp"
#include "coordinator/tables/tasks.hpp"
#include "tests/sim/oracle.hpp"

namespace lab::sim {
namespace {

bool is_cancelled(const journal::View& store, const model::TaskId& id) {
  const auto task = coordinator::tables::task(store, id);
  return task && task->state == model::TaskState::cancelled;
}

}  // namespace

bool Oracle::is_unaware(const journal::View& store) const {
  return unaware_ == coordinator::tables::numbers(store).generation;
}

void Oracle::check_cancelled(const journal::View& store) {
  for (const model::TaskId& id : cancel_asked_) {
    const bool is_now = is_cancelled(store, id);
    if (!is_now && cancelled_.contains(id)) throw Violation(to_text(id) + " was cancelled and is not any more");
    if (!is_now || !cancelled_.insert(id).second) continue;
    if (is_unaware(store)) given_unaware_ += counted_.erase(id);
  }
}

// A backup of before says nothing of it: the task is open again, until somebody cancels it once more (ADR 0029).
void Oracle::forget_cancellations(const journal::View& store) {
  cancellations_forgotten_ += std::erase_if(cancelled_, [&](const auto& id) { return !is_cancelled(store, id); });
}

}  // namespace lab::sim
