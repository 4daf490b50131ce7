#include "coordinator/dispatch/grants.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <vector>

#include "coordinator/dispatch/able_nodes.hpp"
#include "coordinator/dispatch/grant_steps.hpp"
#include "coordinator/dispatch/lots.hpp"
#include "coordinator/dispatch/order_notes.hpp"
#include "coordinator/dispatch/plan_steps.hpp"
#include "coordinator/dispatch/shares.hpp"
#include "coordinator/tables/allocations.hpp"
#include "coordinator/tables/count_log.hpp"
#include "coordinator/tables/determinations.hpp"
#include "coordinator/tables/diary.hpp"
#include "coordinator/tables/handovers.hpp"
#include "coordinator/tables/registry.hpp"
#include "coordinator/tables/sampling.hpp"
#include "coordinator/tables/tasks.hpp"
#include "protocol/base/check.hpp"
#include "protocol/base/failpoint.hpp"
#include "protocol/session/intake.hpp"

namespace lab::dispatch {
namespace {

namespace tables = coordinator::tables;
using model::TaskState;

using LiveNodes = std::map<model::LaboratoryId, std::vector<model::NodeId>>;

LiveNodes live_nodes(const journal::View& store) {
  LiveNodes live;
  for (const model::NodeEntry& node : tables::nodes(store)) {
    if (!node.is_revoked()) live[node.laboratory].push_back(node.id);
  }
  return live;
}

Result<model::Task> granted_task(const journal::View& store, const model::TaskId& id) {
  auto task = tables::task(store, id);
  if (!task) return fail(ErrorCode::not_found, "没有这个任务", model::to_text(id));
  if (task->state != TaskState::granted) {
    return fail(ErrorCode::conflict, fmt::format("任务状态为 {}，未下达", model::name_of(task->state)),
                model::to_text(id));
  }
  return std::move(*task);
}

// One that still is to be done, granted or not.
Result<model::Task> open_task(const journal::View& store, const model::TaskId& id) {
  auto task = tables::task(store, id);
  if (!task) return fail(ErrorCode::not_found, "没有这个任务", model::to_text(id));
  if (task->state == TaskState::judged) {
    return fail(ErrorCode::conflict, "任务已有判定；有争议请安排复检", model::to_text(id));
  }
  if (task->state == TaskState::cancelled) return fail(ErrorCode::conflict, "任务已取消", model::to_text(id));
  return std::move(*task);
}

// Whom of the live nodes of its laboratory the task may be granted to: by its number, so that a step after a restart
// goes on where the last one ended. A sample that has been received stays where it is; nothing when that is elsewhere.
std::optional<model::NodeId> node_for(const journal::View& store, const LiveNodes& live, const model::Task& task) {
  const auto nodes = live.find(task.laboratory);
  if (nodes == live.end()) return std::nullopt;
  const auto received = received_at(store, task.id);
  if (!received) return nodes->second[task.id.number % nodes->second.size()];
  return std::ranges::count(nodes->second, *received) == 0 ? std::nullopt : received;
}

// The rules of independence as they apply to one task.
class Independence {
 public:
  Independence(const journal::View& store, const model::Task& task)
      : rules_(tables::independence_rules(store)), programme_(task.programme) {
    if (!task.lot) return;
    if (const auto series = tables::series(store, task.series)) enterprise_ = series->enterprise;
  }
  /// The rule that keeps the laboratory away; nothing when it may test the sample.
  [[nodiscard]] const planning::IndependenceRule* against(model::LaboratoryId laboratory) const {
    return planning::keeps_away(rules_, laboratory, programme_, enterprise_);
  }

 private:
  std::vector<planning::IndependenceRule> rules_;
  model::ProgrammeCode programme_;
  std::string enterprise_;  // whose lot it is
};

// Who takes over: another node of the same laboratory before those of others.
Result<model::NodeEntry> other_node(const journal::View& store, const model::Task& task) {
  const Independence independence{store, task};
  std::vector<model::NodeEntry> same = tables::nodes(store);
  std::erase_if(same, [&](const model::NodeEntry& node) {
    return node.is_revoked() || node.laboratory != task.laboratory || node.id == task.node ||
           independence.against(node.laboratory) != nullptr;
  });
  if (auto node = least_busy(store, same)) return std::move(*node);
  std::vector<model::NodeEntry> others = able_nodes(store, task.panel);
  std::erase_if(others, [&](const model::NodeEntry& node) {
    return node.id == task.node || independence.against(node.laboratory) != nullptr;
  });
  if (auto node = least_busy(store, others)) return std::move(*node);
  return fail(ErrorCode::conflict, "没有其他节点能检测该项目包且无须回避；请先让一个节点入网", model::to_text(task.id));
}

}  // namespace

std::uint64_t give(journal::Draft& draft, model::Task& task, model::NodeId node, tables::Numbers& numbers,
                   UtcTime now) {
  task.node = node;
  task.token = {.generation = numbers.generation, .counter = ++numbers.tokens};
  const TaskState before = std::exchange(task.state, TaskState::granted);
  tables::change_task(draft, task, before);
  tables::forget_declined(draft, task.id);  // it may be drawn again
  return session::append_order(draft, node, grant_of(task), now);
}

void take_back(journal::Draft& draft, model::Task& task, const std::string& reason, UtcTime now) {
  const model::NodeId node = std::exchange(task.node, model::NodeId{});
  const TaskState before = std::exchange(task.state, TaskState::allocated);
  if (task.lot) close_lot(draft, task);
  tables::change_task(draft, task, before);
  tables::forget_result(draft, task.id);  // under the grant that ends it will never be counted
  const std::uint64_t order = session::append_order(
      draft, node, model::Revocation{.task = task.id, .token = task.token, .reason = reason}, now);
  note_orders(draft, tables::DiaryKind::revoked, node, {order, order}, now);
}

void end_task(journal::Draft& draft, model::Task& task, ReviewSample review, UtcTime now) {
  if (task.lot) tables::erase_waiting(draft, task.series, task.id);
  const TaskState before = std::exchange(task.state, TaskState::cancelled);
  tables::change_task(draft, task, before);
  review(draft, task.id, now);
}

Result<model::NodeEntry> chosen_node(const journal::View& store, const model::Task& task, model::NodeId id) {
  const auto node = tables::node(store, id);
  if (!node) return fail(ErrorCode::not_found, fmt::format("没有编号为 {} 的节点", id.value()));
  if (node->is_revoked()) return fail(ErrorCode::conflict, fmt::format("节点 {} 已吊销", id.value()));
  if (task.state == TaskState::granted && task.node == id) {
    return fail(ErrorCode::conflict, fmt::format("任务已在节点 {}", id.value()), model::to_text(task.id));
  }
  const auto laboratory = tables::laboratory(store, node->laboratory);
  if (!laboratory || std::ranges::count(laboratory->panels, task.panel) == 0) {
    return fail(ErrorCode::conflict, fmt::format("节点 {} 的实验室不能检测该项目包", id.value()));
  }
  const Independence independence{store, task};
  if (const auto* rule = independence.against(node->laboratory)) {
    return fail(ErrorCode::conflict, fmt::format("节点 {} 的实验室须回避（{}）；请另选节点", id.value(), rule->reason),
                model::to_text(task.id));
  }
  return *node;
}

model::Grant grant_of(const model::Task& task) {
  return {.task = task.id,
          .token = task.token,
          .number = task.number,
          .blind_code = task.blind_code,
          .programme = task.programme,
          .city = task.city,
          .county = task.county,
          .category = task.category,
          .commodity = task.commodity,
          .stage = task.stage,
          .round = task.round,
          .panel = task.panel,
          .due = task.due,
          .lot = task.lot_order};
}

std::uint32_t grant_all(journal::Draft& draft, std::span<model::Task> tasks, bool queue, UtcTime now) {
  pass("dispatch.grant");
  const LiveNodes live = live_nodes(draft);
  tables::Numbers numbers = tables::numbers(draft);
  std::map<model::NodeId, OrderRange> orders;
  std::uint32_t granted = 0;
  std::map<model::ProgrammeCode, bool> may_give;
  for (model::Task& task : tasks) {
    const auto node = node_for(draft, live, task);
    if (!node) continue;
    const auto [may, is_new] = may_give.try_emplace(task.programme, true);
    if (is_new) may->second = check_may_give(draft, task.programme, now).has_value();
    if (!may->second) continue;
    if (task.lot && !open_lot(draft, task)) {
      if (queue) tables::add_waiting(draft, task.series, task.id);
      continue;
    }
    const std::uint64_t order = give(draft, task, *node, numbers, now);
    orders.try_emplace(*node, order, order).first->second.second = order;
    ++granted;
  }
  if (granted > 0) tables::set_numbers(draft, numbers);
  for (const auto& [node, range] : orders) note_orders(draft, tables::DiaryKind::granted, node, range, now);
  return granted;
}

Result<void> revoke(journal::Draft& draft, const model::TaskId& id, const std::string& reason, UtcTime now) {
  if (auto good = check_reason(reason); !good) return good;
  auto task = granted_task(draft, id);
  if (!task) return fail(std::move(task));
  if (auto may = check_may_move(draft, *task, now); !may) return may;
  take_back(draft, *task, reason, now);
  return {};
}

Result<void> cancel(journal::Draft& draft, const model::TaskId& id, const std::string& reason, ReviewSample review,
                    UtcTime now) {
  if (auto good = check_reason(reason); !good) return good;
  auto task = open_task(draft, id);
  if (!task) return fail(std::move(task));
  if (auto may = check_may_move(draft, *task, now); !may) return may;
  if (task->state == TaskState::granted) take_back(draft, *task, reason, now);
  tables::log_change(draft, {.programme = task->programme, .planned = -1}, now);
  end_task(draft, *task, review, now);
  tables::write_diary(draft, tables::DiaryKind::task_cancelled, fmt::format("{}: {}", model::to_text(id), reason), now);
  return {};
}

Result<std::optional<model::NodeId>> reassign(journal::Draft& draft, const Reassignment& asked, UtcTime now) {
  if (auto good = check_reason(asked.reason); !good) return fail(std::move(good));
  auto task = asked.to ? open_task(draft, asked.task) : granted_task(draft, asked.task);
  if (!task) return fail(std::move(task));
  if (task->state != TaskState::granted && is_being_revised(draft, asked.task)) {
    return fail(ErrorCode::conflict, "计划正在修订；完成后再试", model::to_text(asked.task));
  }
  if (auto may = check_may_move(draft, *task, now); !may) return fail(std::move(may));
  if (auto may = check_may_give(draft, task->programme, now); !may) return fail(std::move(may));
  const auto node = asked.to ? chosen_node(draft, *task, *asked.to) : other_node(draft, *task);
  if (!node) return tl::unexpected(node.error());
  std::string reason = asked.reason;
  if (const auto received = received_at(draft, asked.task); received && *received != node->id) {
    const auto proposal = tables::handover(draft, asked.task);
    const auto confirmed = confirm(draft, *task, asked, now);
    if (!confirmed) return tl::unexpected(confirmed.error());
    if (!*confirmed) return std::nullopt;
    reason = fmt::format("{}（{} 提出，{} 确认，改用备样 {}）", reason, proposal->person.value(), asked.person.value(),
                         asked.reserve);
  }
  const bool was_granted = task->state == TaskState::granted;
  if (was_granted) take_back(draft, *task, reason, now);
  task->laboratory = node->laboratory;
  if (task->lot && !open_lot(draft, *task)) {
    LAB_CHECK(!was_granted);  // its series is where it was, so the lot comes first again
    return fail(ErrorCode::conflict, "该系列有另一批正在检验，或已暂停检验", model::to_text(asked.task));
  }
  tables::Numbers numbers = tables::numbers(draft);
  const std::uint64_t order = give(draft, *task, node->id, numbers, now);
  tables::set_numbers(draft, numbers);
  note_orders(draft, tables::DiaryKind::granted, node->id, {order, order}, now);
  return node->id;
}

}  // namespace lab::dispatch
