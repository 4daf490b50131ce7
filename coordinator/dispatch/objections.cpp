#include "coordinator/dispatch/objections.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "coordinator/dispatch/draw.hpp"
#include "coordinator/dispatch/order_notes.hpp"
#include "coordinator/dispatch/retests.hpp"
#include "coordinator/tables/clocks.hpp"
#include "coordinator/tables/diary.hpp"
#include "coordinator/tables/notices.hpp"
#include "coordinator/tables/order_notes.hpp"
#include "coordinator/tables/registry.hpp"
#include "coordinator/tables/results.hpp"
#include "coordinator/tables/retests.hpp"
#include "coordinator/tables/tasks.hpp"
#include "protocol/crypto/crypto.hpp"

namespace lab::dispatch {
namespace {

namespace tables = coordinator::tables;
using clocks::Kind;
using tables::Objection;
using tables::ObjectionAction;
using tables::ObjectionState;

constexpr std::size_t party_octets_max = 256;      // the longest name of an enterprise in use has 120
constexpr std::size_t content_octets_max = 1'024;  // with everything else the record stays below 2 KB

/// What the programme gives the party, and until when.
struct Right {
  std::string source;
  UtcTime window_end{};  // epoch: the window has not begun
};

Result<void> check_texts(const ObjectionWord& word) {
  if (word.party.empty()) return fail(ErrorCode::malformed, "请写明谁提出异议", "by");
  if (word.content.empty()) return fail(ErrorCode::malformed, "请写明异议内容", "content");
  if (word.party.size() > party_octets_max) {
    return fail(ErrorCode::too_large, fmt::format("最多 {} 个字节", party_octets_max), "by");
  }
  if (word.content.size() > content_octets_max) {
    return fail(ErrorCode::too_large, fmt::format("最多 {} 个字节", content_octets_max), "content");
  }
  return {};
}

Result<model::Task> failed_task(const journal::View& store, const model::TaskId& id) {
  auto task = tables::task(store, id);
  if (!task) return fail(ErrorCode::not_found, "没有这个任务", to_text(id));
  if (task->lot) return fail(ErrorCode::conflict, "批次按抽样方案整批判定，异议不在此登记", to_text(id));
  const auto result = tables::task_file(store, id).result();
  const bool failed = result && result->counted_version > 0 && is_nonconforming(result->final_outcome);
  if (!failed) return fail(ErrorCode::conflict, "该样品没有已确认的不合格判定，没有可提出异议的结论", to_text(id));
  return std::move(*task);
}

Error late(const clocks::Clock& window, UtcTime raised) {
  return {ErrorCode::conflict,
          fmt::format("异议期限已于 {} 届满（自 {} 收到报告起 {}，{}）；本次异议于 {} 提出",
                      clocks::civil_text(window.due.at), clocks::civil_text(window.started),
                      clocks::chinese_of(window.period), window.source, clocks::civil_text(raised)),
          "late"};
}

std::optional<clocks::Clock> window_of(const journal::View& store, const model::TaskId& task) {
  if (auto rapid = tables::clock_table.find(store, task, Kind::objection_rapid)) return rapid;
  return tables::clock_table.find(store, task, Kind::objection);
}

Result<Right> right_of(const journal::View& store, const model::Task& task, UtcTime raised) {
  if (const auto window = window_of(store, task.id)) {
    if (raised >= window->due.at) return tl::unexpected(late(*window, raised));
    return Right{.source = window->source, .window_end = window->due.at};
  }
  const clocks::Terms terms = tables::terms(store);
  const clocks::Deadline* const row = terms.deadlines.find(task.programme, Kind::objection, civil_date(raised));
  if (row == nullptr) {
    return fail(ErrorCode::conflict, fmt::format("时限表没有项目 {} 的异议期限；请先补充该表", task.programme.value()),
                "no_deadline");
  }
  if (!row->period) {
    return fail(ErrorCode::conflict,
                fmt::format("项目 {} 没有异议程序：{}（{}）", task.programme.value(), row->note, row->source),
                "no_right");
  }
  return Right{.source = row->source};
}

bool is_same(const Objection& known, const ObjectionWord& word) {
  return known.kind == word.kind && known.party == word.party && known.content == word.content;
}

Result<UtcTime> raised_at(const journal::View& store, const ObjectionWord& word, UtcTime now) {
  const UtcTime raised = word.raised.value_or(now);
  const auto notice = tables::notice(store, word.task);
  if (raised > now || (notice && raised < notice->confirmed)) {
    return fail(ErrorCode::malformed, "提出时间应在判定之后、现在之前", "raised_at");
  }
  return raised;
}

Result<Objection> objection_of(const journal::View& store, const model::TaskId& task) {
  auto objection = tables::objection(store, task);
  if (!objection) return fail(ErrorCode::not_found, "该任务没有登记的异议", to_text(task));
  return std::move(*objection);
}

// Where the decision takes it: where it stands already when the same person has decided just so before.
Result<ObjectionState> next_state(const Objection& objection, ObjectionAction action,
                                  const ObjectionDecision& decision) {
  if (auto good = check_reason(decision.reason); !good) return fail(std::move(good));
  const tables::ObjectionMove* const move = tables::objection_move(action, objection.state);
  if (move == nullptr) {
    const tables::ObjectionMove* const done = tables::objection_move(action, ObjectionState::registered);
    const bool again = done != nullptr && objection.state == done->to && objection.decided_by == decision.person &&
                       objection.reason == decision.reason;
    if (again) return objection.state;
    return fail(ErrorCode::conflict, "该异议已经处理，不能再次处理", tables::name_of(objection.state));
  }
  if (move->by_another && objection.registered_by == decision.person) {
    return fail(ErrorCode::not_allowed, "登记人不能处理自己登记的异议；请由另一人处理", "four_eyes");
  }
  return move->to;
}

Result<tables::Draw> order_by_lot(journal::Draft& draft, const ObjectionDecision& decision, const Hash& seed,
                                  UtcTime now) {
  // The reason goes to laboratories when a retest is taken back, so it is not that of the decision.
  const auto node = order_retest(draft,
                                 {.task = decision.task,
                                  .reason = "异议受理，复检",
                                  .laboratory = {},
                                  .reserve_fit = decision.reserve_fit,
                                  .expired = decision.expired,
                                  .seed = seed},
                                 now);
  if (!node) return tl::unexpected(node.error());
  return *tables::retest(draft, decision.task)->draw;  // it named no laboratory, so one was drawn
}

Objection decided(journal::Draft& draft, Objection objection, ObjectionState to, const ObjectionDecision& decision,
                  UtcTime now) {
  objection.state = to;
  objection.decided = now;
  objection.decided_by = decision.person;
  objection.reason = decision.reason;
  tables::put_objection(draft, objection);
  const auto result = tables::task_file(draft, decision.task).result();
  if (!tables::is_open(to) && result) tables::order_hold(draft, result->node, decision.task, false, now);
  tables::write_diary(draft, tables::DiaryKind::objection_decided,
                      fmt::format("task {} {} by {} draw {}", to_text(decision.task), tables::name_of(to),
                                  decision.person.value(), objection.draw ? words_of(*objection.draw) : "none"),
                      now);
  return objection;
}

}  // namespace

Result<Objection> enter_objection(journal::Draft& draft, const ObjectionWord& word, UtcTime now) {
  if (auto good = check_texts(word); !good) return fail(std::move(good));
  if (auto known = tables::objection(draft, word.task)) {
    if (is_same(*known, word)) return std::move(*known);
    return fail(ErrorCode::conflict, "该样品已登记过异议", tables::name_of(known->state));
  }
  const auto task = failed_task(draft, word.task);
  if (!task) return tl::unexpected(task.error());
  const auto raised = raised_at(draft, word, now);
  if (!raised) return tl::unexpected(raised.error());
  auto right = right_of(draft, *task, *raised);
  if (!right) return fail(std::move(right));
  Objection objection{.task = word.task,
                      .kind = word.kind,
                      .state = tables::objection_move(ObjectionAction::enter, ObjectionState::none)->to,
                      .party = word.party,
                      .content = word.content,
                      .raised = *raised,
                      .registered = now,
                      .registered_by = word.person,
                      .window_end = right->window_end,
                      .right = std::move(right->source),
                      .reason = {},
                      .draw = {}};
  tables::put_objection(draft, objection);
  if (const auto result = tables::task_file(draft, word.task).result()) {
    tables::order_hold(draft, result->node, word.task, true, now);
  }
  for (const Kind kind : {Kind::objection, Kind::objection_rapid}) {
    tables::clock_table.meet(draft, word.task, kind, *raised);
  }
  tables::write_diary(draft, tables::DiaryKind::objection_registered,
                      fmt::format("task {} kind {} by {} content {}", to_text(word.task), tables::name_of(word.kind),
                                  word.person.value(), to_hex(crypto::sha256(word.content).view())),
                      now);
  return objection;
}

Result<Objection> accept_objection(journal::Draft& draft, const ObjectionDecision& decision, const Hash& seed,
                                   UtcTime now) {
  auto objection = objection_of(draft, decision.task);
  if (!objection) return objection;
  const auto action = tables::is_retested(objection->kind) ? ObjectionAction::accept : ObjectionAction::settle;
  const auto to = next_state(*objection, action, decision);
  if (!to) return tl::unexpected(to.error());
  if (*to == objection->state) return objection;
  if (action == ObjectionAction::accept) {
    auto draw = order_by_lot(draft, decision, seed, now);
    if (!draw) return fail(std::move(draw));
    objection->draw = std::move(*draw);
  }
  return decided(draft, std::move(*objection), *to, decision, now);
}

Result<Objection> reject_objection(journal::Draft& draft, const ObjectionDecision& decision, UtcTime now) {
  auto objection = objection_of(draft, decision.task);
  if (!objection) return objection;
  const auto to = next_state(*objection, ObjectionAction::reject, decision);
  if (!to) return tl::unexpected(to.error());
  if (*to == objection->state) return objection;
  return decided(draft, std::move(*objection), *to, decision, now);
}

}  // namespace lab::dispatch
