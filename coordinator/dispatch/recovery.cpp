#include "coordinator/dispatch/recovery.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "coordinator/dispatch/grants.hpp"
#include "coordinator/dispatch/order_notes.hpp"
#include "coordinator/dispatch/shares.hpp"
#include "coordinator/tables/determinations.hpp"
#include "coordinator/tables/diary.hpp"
#include "coordinator/tables/drawn.hpp"
#include "coordinator/tables/leases.hpp"
#include "coordinator/tables/plans.hpp"
#include "coordinator/tables/registry.hpp"
#include "coordinator/tables/retests.hpp"
#include "coordinator/tables/sampling.hpp"
#include "coordinator/tables/tasks.hpp"
#include "protocol/base/failpoint.hpp"
#include "protocol/model/serial_range.hpp"
#include "protocol/session/event_tree.hpp"
#include "protocol/session/intake.hpp"
#include "protocol/session/standing.hpp"

namespace lab::dispatch {
namespace {

namespace tables = coordinator::tables;
using journal::FieldReader;
using journal::Fields;

// Where the pass over all tasks stands; nothing when none is under way.
struct Pass {
  tables::PlanRef plan;
  std::uint32_t task = 1;
};

Bytes pass_key() { return Bytes(1, tables::letter::regrant); }

std::optional<Pass> pass(const journal::View& store) {
  const auto record = store.get(pass_key());
  if (!record) return std::nullopt;
  FieldReader fields{*record};
  Pass pass;
  pass.plan.plan = model::PlanId{fields.take<std::uint32_t>()};
  pass.plan.revision = fields.take<std::uint16_t>();
  pass.task = fields.take<std::uint32_t>();
  return pass;
}

void set_pass(journal::Draft& draft, const Pass& pass) {
  draft.put(pass_key(), Fields{}.add(pass.plan.plan).add(pass.plan.revision).add(pass.task).bytes());
}

Bytes waiver_key(model::NodeId node) { return Fields{tables::letter::waiver}.add(node).bytes(); }

// A task under a token of an earlier generation, at a node that has said everything it had. The second laboratory of a
// dispute keeps its token: the first verdict, which is counted, names it.
bool needs_token(const journal::View& store, const model::Task& task, std::uint32_t generation) {
  if (task.state != model::TaskState::granted || task.token.generation >= generation) return false;
  const auto node = tables::node(store, task.node);
  return node && !node->is_revoked() && session::standing(store, task.node).complete >= generation;
}

// The tasks of one step, and where the next one begins.
std::vector<model::Task> next_tasks(const journal::View& store, Pass& at, std::uint32_t generation, bool& finished) {
  std::vector<model::Task> found;
  std::uint32_t seen = 0;
  finished = true;
  for (const model::PlanEntry& plan : tables::plans(store)) {
    const tables::PlanRef ref = tables::ref_of(plan);
    if (ref < at.plan) continue;
    const std::uint32_t first = ref == at.plan ? at.task : 1;
    tables::for_each_task(store, ref, first, [&](const model::Task& task) {
      if (seen++ == 4 * step_regranted || found.size() == step_regranted) {
        at = {.plan = ref, .task = task.id.number};
        finished = false;
        return false;
      }
      if (needs_token(store, task, generation)) found.push_back(task);
      return true;
    });
    if (!finished) break;
  }
  return found;
}

bool regrant_step(journal::Draft& draft, Pass at, UtcTime now) {
  tables::Numbers numbers = tables::numbers(draft);
  bool finished = true;
  std::map<model::NodeId, OrderRange> orders;
  for (model::Task& task : next_tasks(draft, at, numbers.generation, finished)) {
    task.token = {.generation = numbers.generation, .counter = ++numbers.tokens};
    tables::change_task(draft, task, task.state);
    tables::forget_result(draft, task.id);
    // Under the new token the node may draw what it had declined.
    if (tables::is_in_escrow(draft, task.programme, civil_date(now))) tables::forget_declined(draft, task.id);
    const std::uint64_t order = session::append_order(draft, task.node, grant_of(task), now);
    orders.try_emplace(task.node, order, order).first->second.second = order;
  }
  tables::set_numbers(draft, numbers);
  for (const auto& [node, range] : orders) note_orders(draft, tables::DiaryKind::granted, node, range, now);
  lab::pass("recovery.regrant");
  if (finished) {
    draft.erase(pass_key());
  } else {
    set_pass(draft, at);
  }
  return finished;
}

}  // namespace

std::uint32_t begin_recovery(journal::Draft& draft, std::uint32_t seen, UtcTime now) {
  tables::Numbers numbers = tables::numbers(draft);
  // By generations, or a store that is put back twice from one backup would give the same numbers in both lives.
  const std::uint32_t before = std::exchange(numbers.generation, std::max(numbers.generation, seen) + 1);
  const bool follows = numbers.generation == before + 1 && !is_recovering(draft);
  const std::uint32_t skipped = numbers_skipped * (numbers.generation - before);
  numbers.nodes += skipped;
  numbers.plans += skipped;
  tables::set_numbers(draft, numbers);
  session::set_recovery(draft, numbers.generation);
  lab::pass("recovery.begin");
  session::begin_tree_generation(draft, follows);
  draft.erase(pass_key());
  for (const model::NodeEntry& node : tables::nodes(draft)) {
    session::Standing standing = session::standing(draft, node.id);
    standing.orders_base = session::order_progress(draft, node.id).last;
    session::set_standing(draft, node.id, standing);
    draft.erase(waiver_key(node.id));
  }
  tables::write_diary(draft, tables::DiaryKind::recovery_begun, fmt::format("generation {}", numbers.generation), now);
  draft.tell("coordinator", fmt::format("this store was put back from a backup: generation {} begins and gives nothing "
                                        "out until every node has been heard",
                                        numbers.generation));
  return numbers.generation;
}

bool is_recovering(const journal::View& store) { return session::recovery(store) != 0; }

Result<void> check_not_recovering(const journal::View& store) {
  if (!is_recovering(store)) return {};
  return fail(ErrorCode::conflict,
              "省平台从备份恢复后正在向各检测站收集数据，暂不能导入计划，也不能下达、收回或改派任务；"
              "全部检测站报到或经两人确认豁免后自动恢复");
}

void take_inventory(journal::Draft& draft, model::NodeId node, std::uint32_t incarnation,
                    const model::Inventory& inventory, UtcTime now) {
  lab::pass("recovery.inventory");
  const auto raise = [&](const model::SerialKind& kind, std::uint32_t highest) {
    if (highest > model::SampleNumber::serial_max) return;  // no sample has it, and the counter ends one above
    const auto year = static_cast<std::uint16_t>(model::SampleNumber::century + kind.year);
    if (highest >= tables::next_serial(draft, year, kind.programme)) {
      tables::set_next_serial(draft, year, kind.programme, highest + 1);
    }
  };
  for (const model::SerialSeen& seen : inventory.serials) raise(seen.kind, seen.highest);
  for (const model::SerialBlock& block : inventory.blocks) {
    if (!model::are_serials(block.first, block.count)) continue;
    // Numbers of samples that are still to be drawn there are no lease: they were the plan's.
    const auto number = model::SampleNumber::make(block.kind.year, block.kind.programme, block.first);
    if (tables::task_by_number(draft, number.text())) {
      take_held_share(draft, node, block, now);
      continue;
    }
    raise(block.kind, block.first + block.count - 1);
    bool known = false;
    tables::for_each_lease(draft, node, block.kind, [&](const tables::Lease& lease) {
      known = known || (lease.first <= block.first && block.first < lease.first + lease.count);
    });
    if (known) continue;
    tables::put_lease(
        draft,
        {.node = node, .kind = block.kind, .first = block.first, .count = block.count, .incarnation = incarnation});
  }
}

void regrant_soon(journal::Draft& draft) { set_pass(draft, {}); }

bool was_heard(const journal::View& store, model::NodeId node) {
  const std::uint32_t generation = tables::numbers(store).generation;
  return generation == 1 || session::standing(store, node).complete >= generation;
}

bool everybody_was_heard(const journal::View& store) {
  const std::uint32_t generation = session::recovery(store);
  return std::ranges::all_of(tables::nodes(store), [&](const model::NodeEntry& node) {
    return node.is_revoked() || was_heard(store, node.id) || session::standing(store, node.id).waived >= generation;
  });
}

bool has_to_regrant(const journal::View& store) { return is_recovering(store) || pass(store).has_value(); }

bool regrant(journal::Draft& draft, UtcTime now) {
  if (!regrant_step(draft, pass(draft).value_or(Pass{}), now)) return false;
  const std::uint32_t generation = session::recovery(draft);
  if (generation == 0) return true;
  session::set_recovery(draft, 0);
  lab::pass("recovery.end");
  tables::write_diary(draft, tables::DiaryKind::recovery_ended, fmt::format("generation {}", generation), now);
  return true;
}

Result<bool> waive(journal::Draft& draft, model::NodeId id, const model::PersonId& person, const std::string& reason,
                   UtcTime now) {
  if (auto good = check_reason(reason); !good) return fail(std::move(good));
  const std::uint32_t generation = session::recovery(draft);
  if (generation == 0) return fail(ErrorCode::conflict, "省平台没有在恢复，不需要豁免");
  const auto node = tables::node(draft, id);
  if (!node) return fail(ErrorCode::not_found, fmt::format("没有编号为 {} 的节点", id.value()));
  session::Standing standing = session::standing(draft, id);
  if (standing.complete >= generation || standing.waived >= generation) {
    return fail(ErrorCode::conflict, "该节点已经报到或已豁免");
  }
  const auto proposal = draft.get(waiver_key(id));
  if (!proposal) {
    draft.put(waiver_key(id), person.value());
    return false;
  }
  if (*proposal == person.value()) {
    return fail(ErrorCode::conflict, "豁免须由另一人确认");
  }
  standing.waived = generation;
  session::set_standing(draft, id, standing);
  draft.erase(waiver_key(id));
  tables::write_diary(draft, tables::DiaryKind::node_waived,
                      fmt::format("node {} by {} and {}: {}", id.value(), *proposal, person.value(), reason), now);
  return true;
}

}  // namespace lab::dispatch
