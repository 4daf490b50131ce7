#include "coordinator/dispatch/shares.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "coordinator/dispatch/grant_steps.hpp"
#include "coordinator/dispatch/handover.hpp"
#include "coordinator/dispatch/order_notes.hpp"
#include "coordinator/dispatch/plan_jobs.hpp"
#include "coordinator/dispatch/plan_steps.hpp"
#include "coordinator/tables/diary.hpp"
#include "coordinator/tables/drawn.hpp"
#include "coordinator/tables/sampling.hpp"
#include "coordinator/tables/tasks.hpp"
#include "protocol/model/sample_number.hpp"
#include "protocol/session/intake.hpp"
#include "protocol/session/standing.hpp"

namespace lab::dispatch {
namespace {

namespace tables = coordinator::tables;
using model::TaskState;

bool is_live(const journal::View& store, model::NodeId id) {
  const auto node = tables::node(store, id);
  return node && !node->is_revoked();
}

// Whether the node that has it can draw it yet, as far as is known here.
bool may_be_drawn(const journal::View& store, const model::Task& task) {
  const auto form = tables::drawn(store, task.id);
  const bool is_drawn = form && form->node == task.node;
  return !is_drawn && !tables::is_declined(store, task.id);
}

bool is_free(const journal::View& store, const model::Task& task) {
  return share_state(store, task) == ShareState::free;
}

struct Found {
  tables::CellRow row;
  std::vector<model::Task> free;
};

Result<Found> cell_at(const journal::View& store, const tables::PlanRef& plan, std::uint32_t index) {
  if (!tables::plan(store, plan)) return fail(ErrorCode::not_found, "没有这个计划");
  std::optional<Found> found;
  tables::for_each_cell(store, plan, index, [&](std::uint32_t, const tables::CellRow& row) {
    found = Found{row, {}};
    return false;
  });
  if (!found) return fail(ErrorCode::not_found, fmt::format("没有第 {} 个指标单元", index), "cell");
  tables::for_each_task_of(store, plan, found->row, [&](const model::Task& task) {
    if (is_free(store, task)) found->free.push_back(task);
    return true;
  });
  return std::move(*found);
}

void release(journal::Draft& draft, model::Task task, UtcTime now) {
  const model::NodeId node = std::exchange(task.node, model::NodeId{});
  const TaskState before = std::exchange(task.state, TaskState::allocated);
  tables::change_task(draft, task, before);
  tables::erase_recall(draft, task.id);
  tables::forget_declined(draft, task.id);
  tables::write_diary(draft, tables::DiaryKind::share_returned,
                      fmt::format("task {} by node {}", model::to_text(task.id), node.value()), now);
}

// It was drawn before its node heard that it was not to be: it is a sample like any other, under a token that the
// order to hand it back has not ended.
void keep_drawn(journal::Draft& draft, model::Task task, UtcTime now) {
  tables::Numbers numbers = tables::numbers(draft);
  const std::uint64_t order = give(draft, task, task.node, numbers, now);
  tables::set_numbers(draft, numbers);
  tables::erase_recall(draft, task.id);
  note_orders(draft, tables::DiaryKind::granted, task.node, {order, order}, now);
}

}  // namespace

const char* name_of(ShareState state) {
  switch (state) {
    case ShareState::free:
      return "free";
    case ShareState::undrawn:
      return "undrawn";
    case ShareState::drawn:
      return "drawn";
    case ShareState::declined:
      return "declined";
    case ShareState::judged:
      return "judged";
    case ShareState::cancelled:
      return "cancelled";
  }
  return "";
}

ShareState share_state(const journal::View& store, const model::Task& task) {
  switch (task.state) {
    case TaskState::judged:
      return ShareState::judged;
    case TaskState::cancelled:
      return ShareState::cancelled;
    case TaskState::planned:
      return ShareState::free;
    case TaskState::allocated:
      return is_kept(store, task) ? ShareState::drawn : ShareState::free;
    case TaskState::granted:
      break;
  }
  if (!may_be_drawn(store, task)) return tables::is_declined(store, task.id) ? ShareState::declined : ShareState::drawn;
  if (is_live(store, task.node)) return ShareState::undrawn;
  return received_at(store, task.id) ? ShareState::drawn : ShareState::free;
}

Result<void> check_may_move(const journal::View& store, const model::Task& task, UtcTime now) {
  if (task.state != TaskState::granted || task.lot || !is_live(store, task.node)) return {};
  if (!tables::is_in_escrow(store, task.programme, civil_date(now)) || !may_be_drawn(store, task)) return {};
  return fail(ErrorCode::conflict,
              fmt::format("份额在托管中：节点 {} 可能已经抽取该样品；请先要求其交回，或吊销该节点", task.node.value()),
              model::to_text(task.id));
}

Result<void> check_may_give(const journal::View& store, const model::ProgrammeCode& programme, UtcTime now) {
  if (!tables::is_in_escrow(store, programme, civil_date(now))) return {};
  // A node that was done without has come back, and what it drew meanwhile is held and not looked at yet.
  if (!session::deferred(store).empty()) {
    return fail(ErrorCode::conflict, "份额在托管中：有检测站补报的事件尚未处理完；请稍候再试");
  }
  for (const model::NodeEntry& node : tables::nodes(store)) {
    const session::Standing standing = session::standing(store, node.id);
    if (node.is_revoked() || standing.waived <= standing.complete) continue;
    return fail(ErrorCode::conflict,
                fmt::format("份额在托管中：节点 {} 被豁免而未报到，不知它还持有哪些样品；请等它报到，或吊销它",
                            node.id.value()));
  }
  return {};
}

Result<Leased> lease(journal::Draft& draft, const tables::PlanRef& plan, std::uint32_t cell, model::NodeId id,
                     std::uint32_t count, UtcTime now) {
  if (count == 0 || count > step_tasks) {
    return fail(ErrorCode::malformed, fmt::format("每次可分给一个节点 1 到 {} 个样品", step_tasks), "count");
  }
  if (tables::has_job(draft, plan, tables::JobKind::revise)) {
    return fail(ErrorCode::conflict, "计划正在修订；完成后再试");
  }
  auto found = cell_at(draft, plan, cell);
  if (!found) return fail(std::move(found));
  if (found->row.cell.lot) return fail(ErrorCode::conflict, "成批商品按系列逐批下达，不分份额");
  if (auto good = check_may_give(draft, found->row.cell.programme, now); !good) return fail(std::move(good));
  if (found->free.size() < count) {
    return fail(ErrorCode::conflict,
                fmt::format("该指标单元共 {} 个样品，只剩 {} 个没有分出", found->row.cell.quota, found->free.size()),
                "count");
  }
  auto node = chosen_node(draft, found->free.front(), id);
  if (!node) return fail(std::move(node));
  OrderRange orders{0, 0};
  for (std::uint32_t i = 0; i < count; ++i) {
    model::Task& task = found->free[i];
    if (task.state == TaskState::granted) take_back(draft, task, "原节点已吊销", now);
    task.laboratory = node->laboratory;
    tables::erase_recall(draft, task.id);
    tables::Numbers numbers = tables::numbers(draft);
    orders.second = give(draft, task, id, numbers, now);
    tables::set_numbers(draft, numbers);
    if (i == 0) orders.first = orders.second;
  }
  note_orders(draft, tables::DiaryKind::granted, id, orders, now);
  return Leased{.given = count, .left = static_cast<std::uint32_t>(found->free.size()) - count};
}

Result<void> recall(journal::Draft& draft, const model::TaskId& id, const std::string& reason, UtcTime now) {
  if (auto good = check_reason(reason); !good) return good;
  const auto task = tables::task(draft, id);
  if (!task) return fail(ErrorCode::not_found, "没有这个任务", model::to_text(id));
  if (task->state != TaskState::granted || task->lot || !is_live(draft, task->node)) {
    return fail(ErrorCode::conflict, "只有下达给在用节点的样品可以要求交回", model::to_text(id));
  }
  if (!may_be_drawn(draft, *task)) return fail(ErrorCode::conflict, "该样品已抽取或已登记未抽到", model::to_text(id));
  tables::put_recall(draft, id, {.node = task->node, .token = task->token, .reason = reason, .asked = now});
  const std::uint64_t order = session::append_order(
      draft, task->node, model::Revocation{.task = id, .token = task->token, .reason = reason}, now);
  note_orders(draft, tables::DiaryKind::share_recalled, task->node, {order, order}, now);
  return {};
}

void hear_of_share(journal::Draft& draft, model::NodeId node, const model::Event& event, UtcTime now) {
  const auto* declined = std::get_if<model::Declined>(&event.what);
  const bool hands_back = declined != nullptr && declined->cause == handed_back_cause;
  const bool was_drawn = std::holds_alternative<model::Sampled>(event.what);
  if (!hands_back && !was_drawn) return;
  const auto task = tables::task(draft, event.task);
  const bool holds =
      task && task->state == TaskState::granted && task->node == node && task->token == event.token && !task->lot;
  if (!holds) return;
  const auto form = tables::drawn(draft, event.task);
  const bool is_drawn = form && form->node == node;
  // An ordinary order to stop is answered too. A store that was put back and has forgotten that order grants the sample
  // anew by itself, as it always has.
  const bool is_meant = !event.person.value().empty() || tables::recall(draft, event.task) ||
                        tables::is_in_escrow(draft, task->programme, civil_date(now));
  if (hands_back && !is_drawn && is_meant) release(draft, *task, now);
  if (was_drawn && tables::recall(draft, event.task)) keep_drawn(draft, *task, now);
}

void take_held_share(journal::Draft& draft, model::NodeId node, const model::SerialBlock& numbers, UtcTime now) {
  for (std::uint32_t i = 0; i < numbers.count && numbers.first + i <= model::SampleNumber::serial_max; ++i) {
    const auto number = model::SampleNumber::make(numbers.kind.year, numbers.kind.programme, numbers.first + i);
    const auto id = tables::task_by_number(draft, number.text());
    auto task = id ? tables::task(draft, *id) : std::nullopt;
    if (!task || task->lot || task->state == TaskState::judged || task->state == TaskState::cancelled) continue;
    // Also of one that this store knows there: it may have been handed back and granted again, and the node's old word
    // of that must not count as a new one.
    const auto form = tables::drawn(draft, task->id);
    if (task->state == TaskState::granted && task->node == node && form && form->node == node) continue;
    if (!tables::is_in_escrow(draft, task->programme, civil_date(now))) continue;
    const auto entry = tables::node(draft, node);
    if (!entry) continue;
    // Its token is forgotten. This one is above all of before, so that a word of who had the sample earlier moves
    // nothing; it gets a new one like every open grant, or takes that of an event of the node that holds it.
    const TaskState before = std::exchange(task->state, TaskState::granted);
    task->node = node;
    task->laboratory = entry->laboratory;
    task->token = tables::forgotten_token(tables::numbers(draft).generation);
    tables::erase_recall(draft, task->id);
    tables::change_task(draft, *task, before);
  }
}

}  // namespace lab::dispatch
