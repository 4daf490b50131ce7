#include "coordinator/ledger/disputes.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "coordinator/tables/clocks.hpp"
#include "coordinator/tables/diary.hpp"
#include "coordinator/tables/notices.hpp"
#include "coordinator/tables/objections.hpp"

namespace lab::ledger {
namespace {

namespace tables = coordinator::tables;

void make_notice(journal::Draft& draft, const Counted& counted, UtcTime now) {
  const UtcTime confirmed = std::min(counted.approved, now);
  tables::put_notice(draft, {.task = counted.task.id,
                             .verdict = counted.verdict,
                             .confirmed = confirmed,
                             .made = now,
                             .sent_by = {},
                             .addressee = {},
                             .way = {},
                             .text = {},
                             .receipt_by = {},
                             .receipt = {}});
  const auto clock =
      clocks::clock_for(tables::terms(draft), counted.task.programme, clocks::Kind::notice, counted.task.id, confirmed);
  if (clock) tables::clock_table.start(draft, *clock);
  tables::write_diary(draft, tables::DiaryKind::notice_made,
                      fmt::format("task {} confirmed {} due {}", to_text(counted.task.id), to_text(confirmed),
                                  clock ? to_text(clock->due.at) : "none"),
                      now);
}

void withdraw(journal::Draft& draft, tables::Notice notice, UtcTime now) {
  const tables::NoticeMove* const move = tables::notice_move(tables::NoticeAction::withdraw, notice.state);
  if (move == nullptr) return;
  notice.state = move->to;
  tables::put_notice(draft, notice);
  tables::clock_table.stop(draft, notice.task, clocks::Kind::notice);
  tables::write_diary(draft, tables::DiaryKind::notice_withdrawn, fmt::format("task {}", to_text(notice.task)), now);
}

}  // namespace

void follow_verdict(journal::Draft& draft, const Counted& counted, UtcTime now) {
  const bool passes = counted.final == model::SampleOutcome::pass;
  if (passes && counted.first) return;  // nearly every sample: there is nothing to look for
  auto notice = tables::notice(draft, counted.task.id);
  const bool is_none = !notice || notice->state == tables::NoticeState::withdrawn;
  if (passes) {
    if (notice) withdraw(draft, std::move(*notice), now);
  } else if (counted.final == model::SampleOutcome::fail && is_none) {
    make_notice(draft, counted, now);
  }
}

void close_objection(journal::Draft& draft, const model::TaskId& task, bool upheld, UtcTime now) {
  auto objection = tables::objection(draft, task);
  if (!objection) return;
  const auto action = upheld ? tables::ObjectionAction::uphold : tables::ObjectionAction::overturn;
  const tables::ObjectionMove* const move = tables::objection_move(action, objection->state);
  if (move == nullptr) return;
  objection->state = move->to;
  objection->closed = now;
  tables::put_objection(draft, *objection);
  tables::write_diary(draft, tables::DiaryKind::objection_closed,
                      fmt::format("task {} {}", to_text(task), tables::name_of(move->to)), now);
}

}  // namespace lab::ledger
