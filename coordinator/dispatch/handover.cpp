#include "coordinator/dispatch/handover.hpp"

#include <fmt/format.h>

#include "coordinator/tables/handovers.hpp"
#include "coordinator/tables/held_events.hpp"

namespace lab::dispatch {
namespace {

namespace tables = coordinator::tables;

bool is_same(const tables::Handover& proposal, const Reassignment& asked) {
  return proposal.to == asked.to && proposal.reserve == asked.reserve;
}

}  // namespace

std::optional<model::NodeId> received_at(const journal::View& store, const model::TaskId& task) {
  std::optional<model::NodeId> node;
  for (const tables::EventPlace& place : tables::task_file(store, task).places()) {
    if (std::holds_alternative<model::Received>(tables::event_at(store, place).what)) node = place.node;
  }
  return node;
}

bool is_kept(const journal::View& store, const model::Task& task) {
  switch (task.state) {
    case model::TaskState::granted:
    case model::TaskState::judged:
      return true;
    case model::TaskState::allocated:
      return received_at(store, task.id).has_value();
    case model::TaskState::planned:  // it has never been granted
    case model::TaskState::cancelled:
      break;
  }
  return false;
}

Result<bool> confirm(journal::Draft& draft, const model::Task& task, const Reassignment& asked, UtcTime now) {
  if (asked.person.value().empty() || asked.reserve.empty() || asked.reserve.size() > reserve_octets_max) {
    return fail(ErrorCode::malformed,
                fmt::format("样品已收到：改派须写明备样（最多 {} 个字节），并由另一人确认", reserve_octets_max),
                "reserve");
  }
  const auto proposal = tables::handover(draft, task.id);
  const bool stands = proposal && proposal->token == task.token;
  if (stands && proposal->person != asked.person && is_same(*proposal, asked)) {
    tables::erase_handover(draft, task.id);
    return true;
  }
  if (stands && proposal->person != asked.person) {
    return fail(
        ErrorCode::conflict,
        fmt::format("{} 已提出改派给{}，备样 {}：请按同样内容确认，或请其重新提出", proposal->person.value(),
                    proposal->to ? fmt::format("节点 {}", proposal->to->value()) : "自动选择的节点", proposal->reserve),
        model::to_text(task.id));
  }
  if (stands && is_same(*proposal, asked)) {
    return fail(ErrorCode::conflict, "改派须由另一人确认", model::to_text(task.id));
  }
  tables::put_handover(draft, task.id,
                       {.token = task.token,
                        .to = asked.to,
                        .at = now,
                        .person = asked.person,
                        .reserve = asked.reserve,
                        .reason = asked.reason});
  return false;
}

}  // namespace lab::dispatch
