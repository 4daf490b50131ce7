#include "coordinator/dispatch/revisions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "coordinator/dispatch/grant_steps.hpp"
#include "coordinator/dispatch/handover.hpp"
#include "coordinator/dispatch/order_notes.hpp"
#include "coordinator/dispatch/plan_jobs.hpp"
#include "coordinator/dispatch/plan_steps.hpp"
#include "coordinator/tables/count_log.hpp"
#include "coordinator/tables/diary.hpp"
#include "coordinator/tables/plan_revisions.hpp"
#include "coordinator/tables/registry.hpp"
#include "coordinator/tables/tasks.hpp"
#include "protocol/base/check.hpp"
#include "protocol/base/failpoint.hpp"

namespace lab::dispatch {
namespace {

namespace tables = coordinator::tables;
using model::TaskState;
using planning::CellChange;
using tables::CellRow;
using tables::Job;
using tables::JobKind;
using tables::PlanRef;

constexpr std::size_t cells_named_max = 5;  // in one sentence; the page lists them all

struct RowState {
  std::uint32_t free = 0;
  std::uint32_t granted = 0;  // or taken back from the node that has the sample
  std::uint32_t judged = 0;

  [[nodiscard]] std::uint32_t kept() const { return granted + judged; }
  [[nodiscard]] std::uint32_t live() const { return free + kept(); }
};

RowState state_of(const journal::View& store, const PlanRef& plan, const CellRow& row) {
  RowState state;
  tables::for_each_task_of(store, plan, row, [&](const model::Task& task) {
    switch (task.state) {
      case TaskState::planned:
      case TaskState::allocated:
      case TaskState::granted:
        ++(is_kept(store, task) ? state.granted : state.free);
        break;
      case TaskState::judged:
        ++state.judged;
        break;
      case TaskState::cancelled:
        break;
    }
    return true;
  });
  return state;
}

using RowsByCell = std::map<model::PlanCell, std::vector<std::size_t>, planning::CellLess>;

RowsByCell by_cell(const std::vector<CellRow>& rows) {
  RowsByCell found;
  for (std::size_t i = 0; i < rows.size(); ++i) found[rows[i].cell].push_back(i);
  return found;
}

// Takes what a lowered cell loses from its rows, the newest first, and never what somebody has. Returns how many tasks
// are to be cancelled: fewer than are lost where some are cancelled already. `held` is what forbids it.
std::uint32_t lower(const journal::View& store, const PlanRef& plan, const CellChange& change,
                    const std::vector<std::size_t>& of, std::vector<CellRow>& rows, std::optional<HeldCell>& held) {
  std::vector<RowState> states;
  HeldCell sum{.cell = change.cell, .wanted = change.after};
  for (const std::size_t i : of) {
    states.push_back(state_of(store, plan, rows[i]));
    sum.granted += states.back().granted;
    sum.judged += states.back().judged;
  }
  if (sum.granted + sum.judged > change.after) {
    held = std::move(sum);
    return 0;
  }
  std::uint32_t left = change.before - change.after;
  std::uint32_t cancelled = 0;
  for (std::size_t k = of.size(); k-- > 0;) {
    CellRow& row = rows[of[k]];
    // What is not kept suffices over all rows, though one of them may keep more than its quota.
    const std::uint32_t taken = std::min(left, row.cell.quota - std::min(row.cell.quota, states[k].kept()));
    row.cell.quota -= taken;
    row.dropped += taken;
    left -= taken;
    cancelled += std::min(states[k].free, states[k].live() - std::min(states[k].live(), row.cell.quota));
  }
  LAB_CHECK(left == 0);
  return cancelled;
}

// The check, and the rows that are there as they would be.
struct Prepared {
  RevisionCheck check;
  std::vector<CellRow> rows;
  std::vector<model::PlanCell> fresh{};  // what needs rows of its own
};

std::uint64_t samples_in(const std::vector<model::PlanCell>& cells) {
  std::uint64_t samples = 0;
  for (const model::PlanCell& cell : cells) samples += cell.quota;
  return samples;
}

// Takes back one revision after the other until nothing is left between the plan and what is wanted. Reads the cells
// that revisions have changed alone, however large the plan is.
std::uint16_t former_revision(const journal::View& store, const RevisionCheck& check) {
  std::vector<CellChange> changes = check.changes;
  for (std::uint16_t revision = check.current; revision > 1; --revision) {
    changes = planning::joined(tables::revision_changes(store, check.plan.id, revision), changes);
    if (changes.empty()) return static_cast<std::uint16_t>(revision - 1);
  }
  return 0;
}

Prepared prepare(const journal::View& store, model::PlanEntry entry, const model::Plan& plan) {
  const PlanRef ref = tables::ref_of(entry);
  Prepared prepared{.check = {.plan = std::move(entry)}, .rows = tables::rows_of(store, ref)};
  RevisionCheck& check = prepared.check;
  const std::vector<model::PlanCell> cells = tables::cells_of(store, ref);
  check.current = tables::current_revision(store, check.plan.id);
  check.changes = planning::changes_between(cells, plan.cells);
  check.before = samples_in(cells);
  check.after = samples_in(plan.cells);
  if (check.changes.empty()) return prepared;
  check.former = former_revision(store, check);
  const RowsByCell places = by_cell(prepared.rows);
  for (const CellChange& change : check.changes) {
    if (change.after > change.before) {
      prepared.fresh.push_back(change.cell);
      prepared.fresh.back().quota = change.after - change.before;
      check.created += change.after - change.before;
      continue;
    }
    std::optional<HeldCell> held;
    check.cancelled += lower(store, ref, change, places.at(change.cell), prepared.rows, held);
    if (held) check.held.push_back(std::move(*held));
  }
  return prepared;
}

// The one whose cells are those of `plan`, else the newest: before there were revisions several could have one title.
std::optional<model::PlanEntry> plan_titled(const journal::View& store, const model::Plan& plan) {
  std::optional<model::PlanEntry> found;
  for (model::PlanEntry& entry : tables::plans(store)) {
    if (entry.year != plan.year || entry.title != plan.title) continue;
    const std::vector<model::PlanCell> cells = tables::cells_of(store, tables::ref_of(entry));
    if (planning::changes_between(cells, plan.cells).empty()) return std::move(entry);
    found = std::move(entry);
  }
  return found;
}

Error too_low(const RevisionCheck& check) {
  std::vector<std::string> named;
  for (const HeldCell& held : check.held) {
    if (named.size() == cells_named_max) break;
    named.push_back(fmt::format("{} 改为 {} 个，但已下达 {} 个、已判定 {} 个", cell_text(held.cell), held.wanted,
                                held.granted, held.judged));
  }
  return {ErrorCode::conflict,
          fmt::format("{} 个指标单元低于已下达或已判定的数量：{}{}；请把指标改回不低于这些数，或先收回、取消多余的任务",
                      check.held.size(), fmt::join(named, "；"), check.held.size() > named.size() ? "；等" : ""),
          where_of(tables::ref_of(check.plan))};
}

Result<void> check_word(const journal::View& store, const RevisionCheck& check, const model::Plan& plan,
                        const RevisionWord& word) {
  const PlanRef ref = tables::ref_of(check.plan);
  if (const auto job = tables::job(store, ref)) {
    return fail(ErrorCode::conflict, fmt::format("计划正在{}；完成后再修订", tables::chinese_name_of(job->kind)),
                where_of(ref));
  }
  if (auto good = check_deadline(check, plan); !good) return good;
  if (check.changes.empty()) return fail(ErrorCode::conflict, "与现行版本的指标相同，没有可修订的", where_of(ref));
  if (check.former != 0 && !word.restore) {
    return fail(
        ErrorCode::conflict,
        fmt::format("这是第 {} 版的内容，现行为第 {} 版；确要恢复旧版，请明确选择恢复", check.former, check.current),
        where_of(ref));
  }
  if (!check.held.empty()) return tl::unexpected(too_low(check));
  return check_reason(word.reason);
}

// Where the tasks of a revision are numbered from: behind those that are there, and in a range that belongs to this
// generation. A store that was put back has forgotten what an earlier generation numbered and gave out (decision 0080).
Result<std::uint32_t> next_task_number(const journal::View& store, const Prepared& prepared) {
  const CellRow& last = prepared.rows.back();
  const std::uint64_t behind = std::uint64_t{last.first_task} + last.tasks();
  const std::uint64_t range = std::uint64_t{tables::numbers(store).generation - 1} * plan_tasks_max + 1;
  const std::uint64_t next = std::max(behind, range);
  if (prepared.check.created > 0 && next + prepared.check.created > UINT32_MAX) {
    return fail(ErrorCode::too_large, "该计划的任务编号已用完；增加的样品请换标题另立计划",
                where_of(tables::ref_of(prepared.check.plan)));
  }
  return static_cast<std::uint32_t>(next);
}

void keep_revision(journal::Draft& draft, const RevisionCheck& check, const Hash& source, const RevisionWord& word,
                   UtcTime now) {
  // A plan of before revisions were kept has no first one yet.
  if (check.current == 1) {
    tables::put_plan_revision(draft, check.plan.id, tables::plan_revisions(draft, check.plan).front(), {});
  }
  tables::put_plan_revision(draft, check.plan.id,
                            {.revision = static_cast<std::uint16_t>(check.current + 1),
                             .source = source,
                             .at = now,
                             .person = word.person,
                             .reason = word.reason,
                             .before = static_cast<std::uint32_t>(check.before),
                             .after = static_cast<std::uint32_t>(check.after)},
                            check.changes);
}

}  // namespace

std::string cell_text(const model::PlanCell& cell) {
  return fmt::format("{} {} {} {} 第 {} 轮{}", cell.programme.value(), cell.county.value(), cell.category.value(),
                     cell.commodity, cell.round, cell.lot ? " " + cell.lot->enterprise : "");
}

std::optional<RevisionCheck> check_revision(const journal::View& store, const model::Plan& plan) {
  auto entry = plan_titled(store, plan);
  if (!entry) return std::nullopt;
  return prepare(store, std::move(*entry), plan).check;
}

Result<void> check_deadline(const RevisionCheck& check, const model::Plan& plan) {
  if (check.plan.due == plan.due) return {};
  return fail(ErrorCode::conflict,
              fmt::format("报告截止日期写作 {}，而现行计划为 {}：修订不改截止日期，已建的任务照原期限；请写原日期，"
                          "或换标题另立计划",
                          to_text(plan.due), to_text(check.plan.due)),
              where_of(tables::ref_of(check.plan)));
}

Result<Revised> revise(journal::Draft& draft, const model::Plan& plan, const Hash& source, const RevisionWord& word,
                       UtcTime now) {
  pass("dispatch.revise");
  if (auto good = check_plan_to_take(plan); !good) return fail(std::move(good));
  auto entry = plan_titled(draft, plan);
  if (!entry) return fail(ErrorCode::not_found, "没有这个年度和标题的计划，没有可修订的");
  Prepared prepared = prepare(draft, std::move(*entry), plan);
  RevisionCheck& check = prepared.check;
  if (auto good = check_word(draft, check, plan, word); !good) return fail(std::move(good));
  const PlanRef ref = tables::ref_of(check.plan);
  const std::uint32_t made = check.plan.tasks;
  if (std::uint64_t{made} + check.created > plan_tasks_max) {
    return fail(ErrorCode::too_large, fmt::format("一个计划最多 {} 个任务（含已取消的）；请另立计划", plan_tasks_max));
  }
  Serials serials;
  const auto first_task = next_task_number(draft, prepared);
  if (!first_task) return tl::unexpected(first_task.error());
  auto fresh = number_cells(draft, plan.year, prepared.fresh, *first_task, serials);
  if (!fresh) return fail(std::move(fresh));

  keep_revision(draft, check, source, word, now);
  const auto first_fresh = static_cast<std::uint32_t>(prepared.rows.size());
  prepared.rows.insert(prepared.rows.end(), fresh->begin(), fresh->end());
  tables::put_cells(draft, ref, prepared.rows);
  count_planned(draft, ref, prepared.fresh, now);
  for (const auto& [programme, serial] : serials) tables::set_next_serial(draft, plan.year, programme, serial);
  check.plan.tasks += check.created;
  check.plan.source = source;
  tables::put_plan(draft, check.plan);
  if (check.created > 0) tables::put_job(draft, ref, {.kind = JobKind::expand, .row = first_fresh, .done = made});
  if (check.cancelled > 0) tables::put_job(draft, ref, {.kind = JobKind::revise});
  const auto revision = static_cast<std::uint16_t>(check.current + 1);
  tables::write_diary(
      draft, tables::DiaryKind::plan_revised,
      fmt::format("{} revision {} by {} tasks +{} -{} from file {}: {}", where_of(ref), revision, word.person.value(),
                  check.created, check.cancelled, to_hex(source.view()), word.reason),
      now);
  return Revised{.plan = check.plan, .revision = revision, .created = check.created, .cancelled = check.cancelled};
}

namespace {

// The surplus tasks of a row, the last first: those that nobody has.
std::vector<model::Task> surplus_of(const journal::View& store, const PlanRef& plan, const CellRow& row) {
  std::vector<model::Task> free;
  std::uint32_t live = 0;
  tables::for_each_task_of(store, plan, row, [&](const model::Task& task) {
    if (task.state == TaskState::cancelled) return true;
    ++live;
    if (!is_kept(store, task)) free.push_back(task);
    return true;
  });
  const std::size_t surplus = live - std::min(live, row.cell.quota);
  std::ranges::reverse(free);
  free.resize(std::min(free.size(), surplus));
  return free;
}

}  // namespace

void revise_step(journal::Draft& draft, const PlanRef& ref, Job job, ReviewSample review, UtcTime now) {
  pass("dispatch.revise.step");
  std::vector<model::Task> tasks;
  std::uint32_t looked_at = 0;
  bool complete = true;
  tables::for_each_cell(draft, ref, job.row, [&](std::uint32_t index, const CellRow& row) {
    job.row = index;  // where the next step goes on, maybe in the midst of its surplus
    complete = looked_at < step_looked_at;
    if (row.dropped == 0 || !complete) return complete;
    looked_at += row.tasks();
    for (model::Task& task : surplus_of(draft, ref, row)) {
      complete = tasks.size() < step_tasks;
      if (!complete) return false;
      tasks.push_back(std::move(task));
    }
    return true;
  });
  std::map<model::ProgrammeCode, std::int64_t> fewer;
  for (model::Task& task : tasks) {
    --fewer[task.programme];
    end_task(draft, task, review, now);
  }
  for (const auto& [programme, count] : fewer) {
    tables::log_change(draft, {.programme = programme, .planned = count}, now);
  }
  job.done += static_cast<std::uint32_t>(tasks.size());
  if (!complete) return tables::put_job(draft, ref, job);
  tables::erase_job(draft, ref, JobKind::revise);
}

}  // namespace lab::dispatch
