#include "coordinator/ledger/ledger.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "coordinator/ledger/disputes.hpp"
#include "coordinator/ledger/duplicates.hpp"
#include "coordinator/ledger/items.hpp"
#include "coordinator/ledger/lots.hpp"
#include "coordinator/ledger/node_keys.hpp"
#include "coordinator/ledger/retested.hpp"
#include "coordinator/tables/announcements.hpp"
#include "coordinator/tables/count_log.hpp"
#include "coordinator/tables/determinations.hpp"
#include "coordinator/tables/diary.hpp"
#include "coordinator/tables/held_events.hpp"
#include "coordinator/tables/item_counts.hpp"
#include "coordinator/tables/leases.hpp"
#include "coordinator/tables/objections.hpp"
#include "coordinator/tables/order_notes.hpp"
#include "coordinator/tables/retests.hpp"
#include "coordinator/tables/sampling.hpp"
#include "coordinator/tables/tasks.hpp"
#include "protocol/base/check.hpp"
#include "protocol/base/failpoint.hpp"
#include "protocol/base/text.hpp"
#include "protocol/crypto/crypto.hpp"
#include "protocol/rules/confirmation.hpp"
#include "protocol/wire/codec.hpp"

namespace lab::ledger {
namespace {

namespace tables = coordinator::tables;
using model::Disposition;
using tables::EventPlace;
using tables::ExceptionCause;
using tables::TaskFile;

struct Ruling {
  Disposition disposition = Disposition::stored;
  std::string reason;  // for what is late or quarantined
  ExceptionCause cause = ExceptionCause::content;
};

Ruling late(std::string reason) { return {Disposition::late, std::move(reason)}; }
Ruling quarantined(std::string reason, ExceptionCause cause = ExceptionCause::content) {
  return {Disposition::quarantined, std::move(reason), cause};
}

Ruling was_interrupted() {
  return quarantined("处理该事件时程序多次中断，原样保留，待程序修正后重放", ExceptionCause::interrupted);
}
Ruling names_no_record() { return quarantined("所指的判定记录不是当前的判定记录", ExceptionCause::unknown_record); }

// One event on its way through the rules, with what the store holds of its task.
struct Case {
  journal::Draft& draft;
  const model::NodeEntry& node;
  const model::Event& event;
  const Hash& hash;
  TaskFile& file;
  UtcTime now;
  const Terms& terms;
};

// Whether the grant this event was made under is the one in force; stored when it is.
Ruling check_grant(const Case& at, const model::Task& task) {
  if (at.terms.policy.tokens && (task.node != at.node.id || task.token != at.event.token)) {
    return late(fmt::format("任务当前不属于节点 {} 的令牌 {}.{}", at.node.id.value(), at.event.token.generation,
                            at.event.token.counter));
  }
  if (task.state != model::TaskState::granted && task.state != model::TaskState::judged) {
    return late(fmt::format("任务状态为 {}，未下达", model::name_of(task.state)));
  }
  return {};
}

// The task of an event whose grant must hold; the ruling says why there is none.
std::optional<model::Task> granted_task(const Case& at, const model::SampleNumber& number, Ruling& ruling) {
  auto task = tables::task(at.draft, at.event.task);
  if (!task) {
    ruling = quarantined("没有这个任务");
    return std::nullopt;
  }
  ruling = check_grant(at, *task);
  if (ruling.disposition != Disposition::stored) return std::nullopt;
  if (task->number != number) {
    ruling = quarantined(fmt::format("样品编号 {} 不是该任务的编号", number.text()));
    return std::nullopt;
  }
  return task;
}

// No electronic record of a sample is older, and the stored month has 16 bits.
bool is_plausible(CivilDate date) {
  return date.ok() && date.year() >= std::chrono::year{1990} && date.year() < std::chrono::year{2200};
}

std::vector<model::ItemVerdict> failed_items(std::span<const model::ItemVerdict> items) {
  std::vector<model::ItemVerdict> failed;
  for (const model::ItemVerdict& item : items) {
    if (is_nonconforming(item.outcome) && failed.size() < failed_items_max) failed.push_back(item);
  }
  return failed;
}

Ruling counted_already(const model::ResultEntry& result) {
  return quarantined(fmt::format("第 {} 版判定已经计入", result.counted_version));
}

// Account names have 64 octets at most; a longer one would swell the record of the task.
bool is_name(const model::PersonId& person) { return !person.value().empty() && person.value().size() <= 64; }

Ruling on_judged(const Case& at, const model::Judged& judged) {
  Ruling ruling;
  const auto task = granted_task(at, judged.number, ruling);
  if (!task) return ruling;
  if (std::string why = broken_lot(*task, judged); !why.empty()) return quarantined(std::move(why));
  model::ResultEntry result = at.file.result().value_or(model::ResultEntry{});
  if (!is_name(at.event.person)) return quarantined("判定没有检验员姓名");
  if (!is_plausible(judged.judged_for)) return quarantined("抽样日期不可能");
  if (judged.version <= result.counted_version) return counted_already(result);
  result.node = at.node.id;
  result.incarnation = at.event.incarnation;
  result.judged_at = at.event.sequence;
  result.record = at.hash;
  result.analyst = at.event.person;
  result.judged_for = judged.judged_for;
  result.version = judged.version;
  result.outcome = judged.outcome;
  result.reviewer = {};
  result.failed = failed_items(judged.items);
  result.lot = judged.lot;
  at.file.set_result(result);
  tables::ItemProfiles profiles = at.file.profiles();
  profiles.judged = keep_items(at.draft, *task, judged);
  at.file.set_profiles(profiles);
  // A lot is judged by counting, without a limit that another edition could change.
  if (!judged.lot) tables::put_determinations(at.draft, *task, at.file, tables::place_of(at.event), judged);
  return {};
}

// The record may outlive the grant it was judged under: while a dispute is tested again it stays where it is.
Ruling on_reviewed(const Case& at, const model::Reviewed& reviewed) {
  const auto task = tables::task(at.draft, at.event.task);
  if (!task) return quarantined("没有这个任务");
  if (Ruling ruling = check_grant(at, *task); ruling.disposition != Disposition::stored) return ruling;
  auto result = at.file.result();
  if (!result || result->node != at.node.id || result->record != reviewed.record) return names_no_record();
  const model::PersonId& reviewer = at.event.person;
  if (!is_name(reviewer)) return quarantined("复核没有复核人姓名");
  if (reviewer == result->analyst) return quarantined("复核人就是检验员");
  result->reviewer = reviewed.agreed ? reviewer : model::PersonId{};
  at.file.set_result(result);
  return {};
}

// Why these three names do not make a verdict; empty when they do.
std::string broken_four_eyes(const model::ResultEntry& result, const model::Approved& approved,
                             const model::PersonId& approver) {
  if (result.reviewer.value().empty()) return "该判定尚无人复核";
  if (approved.reviewer != result.reviewer) return "所写复核人不是实际复核人";
  if (!is_name(approver)) return "批准没有批准人姓名";
  if (approver == result.reviewer) return "批准人就是复核人";
  if (approver == result.analyst) return "批准人就是检验员";
  return {};
}

// Which cell a verdict belongs to, and what it says of the sample.
struct Count {
  model::LaboratoryId laboratory;
  model::SampleOutcome outcome = model::SampleOutcome::undetermined;
  tables::ProfileNumber profile = 0;
};

// The counts of samples and those of their items, with their change in the log.
void count_in(const Case& at, const model::Task& task, const model::ResultEntry& result, const Count& what,
              bool first) {
  const tables::CellKey cell = tables::cell_of(task, to_month_number(result.judged_for), what.laboratory);
  tables::ItemProfiles profiles = at.file.profiles();
  VerdictMove move{.before_cell = cell, .cell = cell, .outcome = what.outcome, .profile = what.profile, .first = first};
  tables::CountChange change{.programme = task.programme,
                             .judged = task.state == model::TaskState::judged ? 0 : 1,
                             .loses = {},
                             .gains = tables::CellChange{cell, what.outcome, what.profile, result.version},
                             .is_first = first,
                             .task = task.id};
  if (!first) {
    move.before_cell.month = result.month;
    move.before = result.final_outcome;
    move.before_profile = profiles.final;
    change.loses = tables::CellChange{move.before_cell, move.before, profiles.final, result.counted_version};
  }
  tables::log_change(at.draft, change, at.now);
  if (first) {
    profiles.first = what.profile;
    tables::count_first(at.draft, cell, what.outcome);
  } else {
    tables::move_final(at.draft, move.before_cell, move.before, cell, what.outcome);
    tables::count_items(at.draft, tables::ItemTable::counted, {move.before_cell, profiles.final}, {.final = -1});
  }
  tables::count_items(at.draft, tables::ItemTable::counted, {cell, what.profile}, {.first = first ? 1 : 0, .final = 1});
  profiles.final = what.profile;
  at.file.set_profiles(profiles);
  follow_count(at.draft, task.id, move, at.now);
}

void count(const Case& at, model::Task& task, model::ResultEntry& result, const Count& what) {
  pass("ledger.count");
  const bool first = result.counted_version == 0;
  if (!first) enter_items(at.draft, task, at.file);
  count_in(at, task, result, what, first);
  if (first) {
    result.first_outcome = what.outcome;
    // An amendment corrects the verdict; the lots after it were ordered by the first one (decision 0011).
    if (task.lot) advance_series(at.draft, task, *result.lot, at.now);
  }
  result.final_outcome = what.outcome;
  result.counted_version = result.version;
  result.month = to_month_number(result.judged_for);
  const bool is_bad = is_nonconforming(result);
  if (is_bad || !first) tables::note_nonconforming(at.draft, task.id, is_bad);
  at.file.set_result(result);
  const model::TaskState before = std::exchange(task.state, model::TaskState::judged);
  if (before != model::TaskState::judged) tables::change_task(at.draft, task, before);
  tables::announce(at.draft, {.kind = tables::Announced::verdict_counted,
                              .at = at.now,
                              .task = task.id,
                              .verdict = tables::AnnouncedVerdict{what.outcome, result.version, first}});
  follow_verdict(at.draft,
                 {.task = task,
                  .verdict = tables::place_of(result),
                  .final = result.final_outcome,
                  .approved = at.event.at,
                  .first = first},
                 at.now);
}

// The sample stays where it was counted: in the cell of the first laboratory.
Ruling count_retest(const Case& at, model::Task& task, model::ResultEntry& result, tables::RetestEntry retest) {
  if (retest.state != tables::RetestState::ordered) return quarantined("复检已有结论");
  const auto both = first_and_final(at.draft, task, retest.first, tables::place_of(result));
  if (!both) return quarantined("不能认定复检结论：" + both.error().message);
  if (both->ruling == rules::RetestRuling::not_retested) return quarantined("复检没有测定有异议的项目");
  result.failed = failed_items(both->items);
  // Its items are numbered as in the first verdict, whose edition they keep.
  const Hash edition = tables::judged_at(at.draft, retest.first).edition;
  const auto profile = tables::keep_profile(at.draft, tables::profile_of(edition, task.panel, both->items));
  count(at, task, result, {.laboratory = retest.first_laboratory, .outcome = both->final.outcome, .profile = profile});
  retest.state =
      both->ruling == rules::RetestRuling::upheld ? tables::RetestState::upheld : tables::RetestState::overturned;
  tables::put_retest(at.draft, task.id, retest);
  close_objection(at.draft, task.id, retest.state == tables::RetestState::upheld, at.now);
  tables::order_hold(at.draft, retest.first.node, task.id, false, at.now);
  return {Disposition::counted, {}};
}

// Whether results the verdict rests on come from a run that failed and was not released: then it may not count either,
// whatever its node let pass.
bool is_from_held_run(const Case& at, const model::ResultEntry& result) {
  const auto held = tables::held_runs(at.draft, at.node.id);
  if (held.empty()) return false;
  const auto measured = tables::measured_before(at.draft, at.file, tables::place_of(result));
  return std::ranges::any_of(model::captures_behind(measured),
                             [&](const Hash& capture) { return held.contains(capture); });
}

// Whether a suspected result waits for its confirmation. A sample that passes has none, which spares reading the
// verdict of nearly every one.
bool is_provisional(const Case& at, const model::ResultEntry& result) {
  if (result.outcome == model::SampleOutcome::pass) return false;
  return !rules::unconfirmed_items(tables::judged_at(at.draft, tables::place_of(result)).items).empty();
}

// A verdict that was stored before items were counted has none yet.
tables::ProfileNumber profile_judged(const Case& at, const model::Task& task, const model::ResultEntry& result) {
  const tables::ProfileNumber known = at.file.profiles().judged;
  return known != 0 ? known : keep_items(at.draft, task, tables::judged_at(at.draft, tables::place_of(result)));
}

Ruling on_approved(const Case& at, const model::Approved& approved) {
  Ruling ruling;
  auto task = granted_task(at, approved.number, ruling);
  if (!task) return ruling;
  auto result = at.file.result();
  if (!result || result->node != at.node.id || result->record != approved.record) {
    return names_no_record();
  }
  if (approved.outcome != result->outcome || approved.version != result->version) {
    return quarantined("结论或版本与所指的判定记录不符");
  }
  if (result->version <= result->counted_version) return counted_already(*result);
  if (std::string why = broken_four_eyes(*result, approved, at.event.person); !why.empty()) {
    return quarantined(std::move(why));
  }
  if (is_from_held_run(at, *result)) return quarantined("所用结果来自质控不合格或被扣留、尚未放行的批次");
  if (is_provisional(at, *result)) return quarantined("有项目初次结果可疑，尚未确证");
  if (auto retest = tables::retest(at.draft, task->id)) return count_retest(at, *task, *result, std::move(*retest));
  count(at, *task, *result,
        {.laboratory = task->laboratory, .outcome = result->outcome, .profile = profile_judged(at, *task, *result)});
  return {Disposition::counted, {}};
}

// The bag has another label; whether or not the grant was renewed meanwhile makes no difference to that.
Ruling on_renumbered(const Case& at, const model::Renumbered& renumbered) {
  auto task = tables::task(at.draft, at.event.task);
  if (!task) return quarantined("没有这个任务");
  if (task->node != at.node.id || task->state != model::TaskState::granted) {
    return late(fmt::format("换号时任务不在节点 {} 检测", at.node.id.value()));
  }
  if (!is_name(at.event.person) || renumbered.reason.empty()) return quarantined("换号没有姓名或理由");
  if (task->number == renumbered.number) return {};  // told once more, under a grant that crossed it
  if (task->number != renumbered.before) {
    return quarantined(fmt::format("样品编号 {} 不是该任务的编号", renumbered.before.text()));
  }
  if (!at.terms.recovering && !tables::is_leased(at.draft, at.node.id, at.event.incarnation, renumbered.number)) {
    return quarantined(fmt::format("新编号 {} 不在租给该节点的号段内", renumbered.number.text()));
  }
  if (tables::task_by_number(at.draft, renumbered.number.text())) {
    return quarantined(fmt::format("新编号 {} 已经用过", renumbered.number.text()));
  }
  if (model::kind_of(renumbered.number) != model::kind_of(renumbered.before))
    return quarantined("新编号的年度或项目不符");
  tables::renumber_task(at.draft, std::move(*task), renumbered.number);
  return {};
}

// The quota is not filled; the list of such tasks is what a person decides by.
Ruling on_declined(const Case& at) {
  const auto task = tables::task(at.draft, at.event.task);
  if (!task) return quarantined("没有这个任务");
  // Under a grant that has ended it is history: somebody else is to draw the sample.
  if (check_grant(at, *task).disposition == Disposition::stored) {
    tables::note_declined(at.draft, task->id, tables::place_of(at.event));
  }
  return {};
}

// The node was told to keep it. What is destroyed cannot be brought back, but nobody shall miss that it was.
Ruling on_disposed(const Case& at, const model::Disposed& disposed) {
  if (!is_name(at.event.person) || disposed.reason.empty()) return quarantined("处置记录没有姓名或原因");
  if (disposed.way != model::DisposalWay::destroyed) return {};
  const auto objection = tables::objection(at.draft, at.event.task);
  const auto retest = tables::retest(at.draft, at.event.task);
  const bool is_open =
      (objection && tables::is_open(objection->state)) || (retest && retest->state == tables::RetestState::ordered);
  return is_open ? quarantined("异议或复检未结时销毁了样品") : Ruling{};
}

// Under a grant that has ended it is history: another form is in force, or will be.
Ruling on_sampled(const Case& at, const model::Sampled& sampled) {
  tables::forget_declined(at.draft, at.event.task);
  const auto task = tables::task(at.draft, at.event.task);
  if (task && check_grant(at, *task).disposition == Disposition::stored) {
    // What follows from the form reads the file, which this event stores at its end.
    if (enter_items(at.draft, *task, at.file)) tables::put_task_file(at.draft, task->id, at.file);
    take_form(at.draft, *task, sampled, at.node.id, at.now);
  }
  return {};
}

Ruling rule(const Case& at) {
  if (const auto* sampled = std::get_if<model::Sampled>(&at.event.what)) return on_sampled(at, *sampled);
  if (std::holds_alternative<model::Declined>(at.event.what)) return on_declined(at);
  if (const auto* disposed = std::get_if<model::Disposed>(&at.event.what)) return on_disposed(at, *disposed);
  if (const auto* judged = std::get_if<model::Judged>(&at.event.what)) return on_judged(at, *judged);
  if (const auto* reviewed = std::get_if<model::Reviewed>(&at.event.what)) return on_reviewed(at, *reviewed);
  if (const auto* approved = std::get_if<model::Approved>(&at.event.what)) return on_approved(at, *approved);
  if (const auto* renumbered = std::get_if<model::Renumbered>(&at.event.what)) return on_renumbered(at, *renumbered);
  return {};  // the rest is history: kept, shown, and worth no count
}

Ruling on_run_assessed(journal::Draft& draft, const model::RunAssessed& run, const model::PersonId& analyst,
                       const EventPlace& place) {
  if (!is_name(analyst)) return quarantined("质控记录没有检验员姓名");
  tables::add_run_place(draft, run.capture, place);
  if (!run.accepted) tables::hold_run(draft, place.node, run.capture, analyst);
  return {};
}

Ruling on_run_decided(journal::Draft& draft, const model::RunDecided& run, const model::PersonId& reviewer,
                      const EventPlace& place) {
  if (!is_name(reviewer)) return quarantined("批次放行没有决定人姓名");
  if (run.reason.empty()) return quarantined("批次放行没有理由");
  const auto held = tables::held_runs(draft, place.node);
  const auto known = held.find(run.capture);
  if (known != held.end() && known->second == reviewer) return quarantined("批次放行人就是检验员");
  tables::add_run_place(draft, run.capture, place);
  if (run.release) {
    tables::free_run(draft, place.node, run.capture);
  } else {
    tables::hold_run(draft, place.node, run.capture, known == held.end() ? model::PersonId{} : known->second);
  }
  return {};
}

// What concerns no single task: kept, and found again from the tasks that were measured in the run.
Ruling without_task(journal::Draft& draft, const model::Event& event, const EventPlace& place, UtcTime now) {
  if (std::holds_alternative<model::Incident>(event.what)) return {};
  if (const auto* forked = std::get_if<model::Forked>(&event.what)) {
    return quarantined(fmt::format("分叉事件：第 {} 期第 {} 号，写入该处的数据库曾从备份恢复或被复制；留作证据，不计入",
                                   forked->incarnation, forked->sequence));
  }
  if (std::holds_alternative<model::SerialsWanted>(event.what)) return {};  // answered by dispatch::lease_serials
  if (const auto* keys = std::get_if<model::KeysReplaced>(&event.what)) {
    std::string why = replace_keys(draft, event, *keys, now);
    return why.empty() ? Ruling{} : quarantined(std::move(why));
  }
  if (const auto* run = std::get_if<model::RunAssessed>(&event.what)) {
    return on_run_assessed(draft, *run, event.person, place);
  }
  if (const auto* run = std::get_if<model::RunDecided>(&event.what)) {
    return on_run_decided(draft, *run, event.person, place);
  }
  return quarantined("事件没有指明任务");
}

// The ruling on one event; its place goes into the file of its task.
Ruling decide(journal::Draft& draft, const model::NodeEntry& node, const session::Accepted& accepted, UtcTime now,
              const Terms& terms) {
  if (!accepted.event) return quarantined("本程序读不懂该事件：" + accepted.problem, ExceptionCause::unreadable);
  const model::Event& event = *accepted.event;
  const EventPlace place = tables::place_of(event);
  if (event.task == model::TaskId{}) return without_task(draft, event, place, now);
  TaskFile file = tables::task_file(draft, event.task);
  if (file.is_new() && !tables::has_task(draft, event.task)) return quarantined("没有这个任务");
  file.add_place(place);
  Ruling ruling = rule(
      {.draft = draft, .node = node, .event = event, .hash = accepted.hash, .file = file, .now = now, .terms = terms});
  tables::put_task_file(draft, event.task, file);
  return ruling;
}

void keep_exception(journal::Draft& draft, const EventPlace& place, const session::Accepted& accepted,
                    const Ruling& ruling, UtcTime now) {
  pass("ledger.exception");
  constexpr std::size_t reason_octets_max = 500;  // it may quote what a node sent
  tables::Exception exception{.place = place,
                              .disposition = ruling.disposition,
                              .at = now,
                              .task = {},
                              .kind = {},
                              .reason = std::string{shortened(ruling.reason, reason_octets_max)},
                              .cause = ruling.cause};
  if (accepted.event) {
    exception.task = accepted.event->task;
    exception.kind = model::name_of(accepted.event->what);
  }
  tables::add_exception(draft, exception);
  const bool is_late = exception.disposition == Disposition::late;
  const bool has_task = exception.task != model::TaskId{};
  tables::announce(draft,
                   {.kind = is_late ? tables::Announced::event_late : tables::Announced::event_quarantined,
                    .at = now,
                    .task = has_task ? std::optional{exception.task} : std::nullopt,
                    .about = fmt::format("event {}.{}.{}", place.node.value(), place.incarnation, place.sequence)});
}

}  // namespace

Outcome take(journal::Draft& draft, const model::NodeEntry& node, std::uint32_t incarnation,
             std::span<const session::Accepted> accepted, UtcTime now, const Terms& terms) {
  LAB_CHECK(!accepted.empty());
  pass("ledger.take");
  Outcome outcome;
  for (const session::Accepted& one : accepted) {
    const EventPlace place{.node = node.id, .incarnation = incarnation, .sequence = one.sequence};
    const bool may_try = !terms.may_try || terms.may_try(place);
    Ruling ruling = may_try ? decide(draft, node, one, now, terms) : was_interrupted();
    if (ruling.disposition == Disposition::stored) continue;
    outcome.notes.push_back({.sequence = one.sequence, .disposition = ruling.disposition});
    if (ruling.disposition == Disposition::counted) {
      ++outcome.counted;
      continue;
    }
    ++(ruling.disposition == Disposition::late ? outcome.late : outcome.quarantined);
    keep_exception(draft, place, one, ruling, now);
  }
  tables::write_diary(
      draft, tables::DiaryKind::accepted,
      fmt::format("node {} incarnation {} events {}..{} head {} counted {} late {} quarantined {}", node.id.value(),
                  incarnation, accepted.front().sequence, accepted.back().sequence, to_hex(accepted.back().hash.view()),
                  outcome.counted, outcome.late, outcome.quarantined),
      now);
  return outcome;
}

Result<Replayed> replay(journal::Draft& draft, const model::NodeEntry& node, const EventPlace& place, UtcTime now,
                        const Terms& terms) {
  const auto exception = tables::exception_at(draft, place);
  if (!exception) return fail(ErrorCode::not_found, "该事件不在迟到或隔离之列");
  const bool may = exception->cause != ExceptionCause::content;
  if (!may) return fail(ErrorCode::conflict, "只有当时读不懂、处理中断或所指记录未计入的事件可以重放");
  const auto bytes = session::held_event(draft, place.node, place.incarnation, place.sequence);
  if (!bytes) throw journal::Damage("an event among the exceptions is not held");
  auto event = wire::decode_event(*bytes);
  if (!event) return fail(ErrorCode::conflict, "本程序仍读不懂该事件：" + event.error().message);
  const session::Accepted again{
      .sequence = place.sequence, .hash = crypto::sha256(*bytes), .event = std::move(*event), .problem = {}};
  tables::remove_exception(draft, *exception);
  Ruling ruling = decide(draft, node, again, now, terms);
  const Replayed replayed{.disposition = ruling.disposition, .reason = ruling.reason};
  const bool is_taken = ruling.disposition == Disposition::stored || ruling.disposition == Disposition::counted;
  if (!is_taken) keep_exception(draft, place, again, ruling, now);
  return replayed;
}

}  // namespace lab::ledger
