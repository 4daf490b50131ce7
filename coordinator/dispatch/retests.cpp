#include "coordinator/dispatch/retests.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "coordinator/dispatch/able_nodes.hpp"
#include "coordinator/dispatch/draw.hpp"
#include "coordinator/dispatch/grants.hpp"
#include "coordinator/dispatch/order_notes.hpp"
#include "coordinator/tables/allocations.hpp"
#include "coordinator/tables/held_events.hpp"
#include "coordinator/tables/objections.hpp"
#include "coordinator/tables/registry.hpp"
#include "coordinator/tables/retests.hpp"
#include "coordinator/tables/tasks.hpp"
#include "protocol/rules/reference_set.hpp"
#include "protocol/rules/retest.hpp"
#include "protocol/session/intake.hpp"

namespace lab::dispatch {
namespace {

namespace tables = coordinator::tables;
using tables::RetestEntry;
using tables::RetestState;

// The task with the verdict that is disputed: the one that counts.
struct Dispute {
  model::Task task;
  model::ResultEntry result;
  RetestEntry entry;        // as it is, or as it would begin
  bool is_ordered = false;  // somebody is to retest it already
};

Result<Dispute> dispute_of(const journal::View& store, const model::TaskId& id) {
  auto task = tables::task(store, id);
  if (!task) return fail(ErrorCode::not_found, "没有这个任务", model::to_text(id));
  if (task->lot) return fail(ErrorCode::conflict, "批次按抽样方案整批判定，没有可复检的项目", model::to_text(id));
  // What was judged since and nobody has approved is no verdict that could be disputed.
  auto result = tables::counted_result(store, tables::task_file(store, id));
  if (task->state != model::TaskState::judged || !result) {
    return fail(ErrorCode::conflict, "任务还没有计入的判定，不能复检", model::to_text(id));
  }
  Dispute dispute{.task = std::move(*task), .result = std::move(*result), .entry = {}};
  if (auto known = tables::retest(store, id)) {
    if (known->state != RetestState::ordered) {
      return fail(ErrorCode::conflict, "复检已有结论，复检结论为最终结论", model::to_text(id));
    }
    dispute.entry = std::move(*known);
    dispute.is_ordered = true;
    return dispute;
  }
  dispute.entry.first = tables::place_of(dispute.result);
  dispute.entry.first_laboratory = dispute.task.laboratory;
  return dispute;
}

// The nonconforming items that count, as the limits name them.
Result<std::vector<std::string>> disputed_analytes(const journal::View& store, const Dispute& dispute,
                                                   const model::Judged& judged) {
  const auto bytes = tables::blob(store, judged.edition);
  const auto set = bytes ? rules::open_bundle(*bytes) : fail(ErrorCode::not_found, "不在省平台");
  const model::Panel* const panel = set ? set->panel(dispute.task.panel) : nullptr;
  if (panel == nullptr) return fail(ErrorCode::conflict, "初检所用的判定依据或检测包不在省平台，不能确定复检项目");
  std::vector<std::string> analytes;
  for (const model::ItemVerdict& item : judged.items) {
    if (!is_nonconforming(item.outcome) || item.item >= panel->items.size() || panel->items[item.item].reference_only)
      continue;
    analytes.push_back(panel->items[item.item].limited_as());
  }
  return analytes;
}

// The least busy live node of a laboratory.
std::optional<model::NodeEntry> retest_node(const journal::View& store, const model::Task& task,
                                            model::LaboratoryId laboratory) {
  std::vector<model::NodeEntry> nodes = able_nodes(store, task.panel);
  std::erase_if(nodes, [&](const model::NodeEntry& node) { return node.laboratory != laboratory; });
  return least_busy(store, nodes);
}

// Laboratories that may test the sample again: each has a live node, offers the panel, is not the first, and need not
// keep away by a rule of independence. A laboratory comes once for each of its nodes; who draws makes it one.
std::vector<model::LaboratoryId> retest_candidates(const journal::View& store, const model::Task& task,
                                                   model::LaboratoryId first) {
  const auto rules = tables::independence_rules(store);
  std::vector<model::LaboratoryId> found;
  for (const model::NodeEntry& node : able_nodes(store, task.panel)) {
    if (node.laboratory == first) continue;
    if (planning::keeps_away(rules, node.laboratory, task.programme, {}) == nullptr) found.push_back(node.laboratory);
  }
  return found;
}

// The lot under which the retest was ordered before. That of an objection used to be kept with the objection alone.
std::optional<tables::Draw> drawn_before(const journal::View& store, const Dispute& dispute) {
  if (!dispute.is_ordered || dispute.entry.draw) return dispute.entry.draw;
  const auto objection = tables::objection(store, dispute.task.id);
  return objection ? objection->draw : std::nullopt;
}

// A lot is drawn once, or somebody could draw until it suits; anew only when the laboratory cannot or may not any more.
std::optional<tables::Draw> drawn_for(const journal::View& store, const RetestOrder& order, const Dispute& dispute) {
  if (order.laboratory) return std::nullopt;
  auto candidates = retest_candidates(store, dispute.task, dispute.entry.first_laboratory);
  if (candidates.empty()) return std::nullopt;
  auto before = drawn_before(store, dispute);
  if (before && std::ranges::count(candidates, before->drawn) > 0) return before;
  return draw_laboratory(std::move(candidates), order.seed);
}

// Nobody declares a reserve fit without having been asked.
Result<void> check_was_asked(const RetestOrder& order) {
  if (!order.reserve_fit) {
    return fail(ErrorCode::malformed, "请写明备样是否完好：看过备样的封条和状态，才能复检", "reserve_fit");
  }
  if (!order.expired) return fail(ErrorCode::malformed, "请写明样品是否已过保质期", "expired");
  return {};
}

Result<void> check_independent(const journal::View& store, const model::Task& task, model::LaboratoryId laboratory) {
  const auto rules = tables::independence_rules(store);
  const auto* rule = planning::keeps_away(rules, laboratory, task.programme, {});
  if (rule == nullptr) return {};
  return fail(ErrorCode::conflict, fmt::format("该实验室须回避（{}）；请另选实验室", rule->reason),
              model::to_text(task.id));
}

Result<void> check_order(const RetestOrder& order, const Dispute& dispute, model::LaboratoryId laboratory) {
  const auto refusal =
      rules::check_retest(dispute.result.final_outcome, {.first_laboratory = dispute.entry.first_laboratory,
                                                         .retest_laboratory = laboratory,
                                                         .rapid_method = order.rapid_method,
                                                         .reserve_fit = *order.reserve_fit,
                                                         .expired = *order.expired});
  if (refusal == rules::RetestRefusal::none) return {};
  return fail(ErrorCode::conflict, rules::chinese_name_of(refusal), rules::name_of(refusal));
}

void give(journal::Draft& draft, Dispute& dispute, const model::NodeEntry& node, model::Retest retest, UtcTime now) {
  model::Task& task = dispute.task;
  if (dispute.is_ordered) {
    const auto taken_back = session::append_order(
        draft, task.node, model::Revocation{.task = task.id, .token = task.token, .reason = dispute.entry.reason}, now);
    note_orders(draft, tables::DiaryKind::revoked, task.node, {taken_back, taken_back}, now);
  }
  tables::Numbers numbers = tables::numbers(draft);
  task.laboratory = node.laboratory;
  task.node = node.id;
  task.token = {.generation = numbers.generation, .counter = ++numbers.tokens};
  tables::set_numbers(draft, numbers);
  tables::change_task(draft, task, task.state);  // judged: the first verdict stays counted
  model::Grant grant = grant_of(task);
  grant.retest = std::move(retest);
  const auto given = session::append_order(draft, node.id, std::move(grant), now);
  note_orders(draft, tables::DiaryKind::granted, node.id, {given, given}, now);
}

}  // namespace

Result<model::NodeId> order_retest(journal::Draft& draft, const RetestOrder& order, UtcTime now) {
  if (auto good = check_reason(order.reason); !good) return fail(std::move(good));
  auto dispute = dispute_of(draft, order.task);
  if (!dispute) return fail(std::move(dispute));
  if (auto good = check_was_asked(order); !good) return fail(std::move(good));
  auto draw = drawn_for(draft, order, *dispute);
  const auto laboratory = draw ? draw->drawn : order.laboratory.value_or(model::LaboratoryId{});
  const auto node = retest_node(draft, dispute->task, laboratory);
  // Without a node the other conditions are still worth saying: they are what the person has to clear up first.
  if (auto good = check_order(order, *dispute, laboratory); !good) return fail(std::move(good));
  if (auto good = check_independent(draft, dispute->task, laboratory); !good) return fail(std::move(good));
  if (!node) return fail(ErrorCode::conflict, "没有其他实验室的节点能检测该项目包；请先让一个节点入网");
  const model::Judged judged = tables::judged_at(draft, dispute->entry.first);
  auto analytes = disputed_analytes(draft, *dispute, judged);
  if (!analytes) return fail(std::move(analytes));
  give(draft, *dispute, *node,
       {.version = static_cast<std::uint16_t>(dispute->result.counted_version + 1),
        .sampled_on = judged.judged_for,
        .analytes = std::move(*analytes)},
       now);
  RetestEntry& entry = dispute->entry;
  // Of an objection the first laboratory was told when it was registered.
  const auto objection = tables::objection(draft, order.task);
  const bool is_held = dispute->is_ordered || (objection && tables::is_open(objection->state));
  if (!is_held) tables::order_hold(draft, entry.first.node, order.task, true, now);
  entry.laboratory = node->laboratory;
  entry.reason = order.reason;
  entry.ordered = now;
  const std::string lot = draw ? fmt::format(" draw {}", words_of(*draw)) : "";
  if (draw) entry.draw = std::move(draw);
  tables::put_retest(draft, order.task, entry);
  tables::write_diary(
      draft, tables::DiaryKind::retest_ordered,
      fmt::format("task {} first laboratory {} retest laboratory {} node {}{} reason {}", model::to_text(order.task),
                  entry.first_laboratory.value(), entry.laboratory.value(), node->id.value(), lot, order.reason),
      now);
  return node->id;
}

}  // namespace lab::dispatch
