#include "coordinator/dispatch/plan_jobs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <vector>

#include "coordinator/dispatch/grants.hpp"
#include "coordinator/dispatch/handover.hpp"
#include "coordinator/dispatch/lots.hpp"
#include "coordinator/dispatch/plan_steps.hpp"
#include "coordinator/planning/cell_changes.hpp"
#include "coordinator/tables/count_log.hpp"
#include "coordinator/tables/diary.hpp"
#include "coordinator/tables/plan_revisions.hpp"
#include "coordinator/tables/registry.hpp"
#include "coordinator/tables/tasks.hpp"
#include "protocol/acceptance/lot_order.hpp"
#include "protocol/base/check.hpp"
#include "protocol/base/failpoint.hpp"
#include "protocol/crypto/crypto.hpp"

namespace lab::dispatch {
namespace {

namespace tables = coordinator::tables;
using model::TaskState;
using tables::CellRow;
using tables::Job;
using tables::JobKind;
using tables::PlanRef;

constexpr std::size_t code_octets_max = 16;   // of programme, category and panel: keys and numbers are made of them
constexpr std::size_t text_octets_max = 256;  // of title and commodity, as the tables that people send allow

Result<void> check_lot(const model::Lot& lot) {
  if (const auto terms = acceptance::read_terms(lot.terms); !terms) return tl::unexpected(terms.error());
  if (!lot.enterprise.empty() && lot.enterprise.size() <= text_octets_max) return {};
  return fail(ErrorCode::malformed, fmt::format("受检单位应为 1 到 {} 个字节", text_octets_max));
}

// The plan is there, and no job of this kind or a later one waits for it or runs.
Result<void> check_free(const journal::View& store, const PlanRef& plan, JobKind kind) {
  if (!tables::plan(store, plan)) return fail(ErrorCode::not_found, "没有这个计划", where_of(plan));
  // What a revision takes out must not be given away before.
  for (const JobKind other : {JobKind::allocate, JobKind::dispatch, JobKind::revise}) {
    if (other < kind || !tables::has_job(store, plan, other)) continue;
    return fail(ErrorCode::conflict, fmt::format("计划正在{}；完成后再试", tables::chinese_name_of(other)),
                where_of(plan));
  }
  return {};
}

model::Task task_of(const model::PlanEntry& plan, const CellRow& row, std::uint32_t offset) {
  const model::PlanCell& cell = row.cell;
  return {.id = {.plan = plan.id, .revision = plan.revision, .number = row.first_task + offset},
          .programme = cell.programme,
          .city = cell.city,
          .county = cell.county,
          .category = cell.category,
          .commodity = cell.commodity,
          .stage = cell.stage,
          .round = cell.round,
          .panel = cell.panel,
          .due = plan.due,
          .number = model::SampleNumber::make(plan.year % 100, cell.programme, row.first_serial + offset),
          .lot = cell.lot ? std::optional{cell.lot->terms} : std::nullopt};
}

std::string free_blind_code(const journal::View& store, BytesView secret, const model::TaskId& task) {
  for (std::uint8_t attempt = 0;; ++attempt) {
    std::string code = blind_code(secret, task, attempt);
    if (!tables::task_by_blind_code(store, code)) return code;
    LAB_CHECK(attempt < 255);  // 31^8 codes: two hundred collisions in a row are no chance
  }
}

struct NewTask {
  model::Task task;
  std::string enterprise;  // of a lot: the task itself does not name it
};

void expand_step(journal::Draft& draft, const PlanRef& ref, Job job, UtcTime now) {
  const auto plan = tables::plan(draft, ref);
  LAB_CHECK(plan.has_value());
  std::vector<NewTask> fresh;
  bool complete = true;
  tables::for_each_cell(draft, ref, job.row, [&](std::uint32_t index, const CellRow& row) {
    if (index != job.row) job.offset = 0;
    job.row = index;
    for (; job.offset < row.cell.quota; ++job.offset) {
      complete = fresh.size() < step_tasks;
      if (!complete) return false;
      fresh.push_back({task_of(*plan, row, job.offset), row.cell.lot ? row.cell.lot->enterprise : std::string{}});
    }
    return true;
  });
  const Bytes secret = tables::secret(draft);
  for (auto& [task, enterprise] : fresh) {
    task.blind_code = free_blind_code(draft, secret, task.id);
    if (task.lot) task.series = tables::series_of(draft, enterprise, task.commodity, task.lot->aql).id;
    tables::add_task(draft, task);
  }
  job.done += static_cast<std::uint32_t>(fresh.size());
  if (!complete) return tables::put_job(draft, ref, job);
  LAB_CHECK(job.done == plan->tasks);
  tables::erase_job(draft, ref, JobKind::expand);
  tables::write_diary(draft, tables::DiaryKind::plan_expanded, fmt::format("{}: {} tasks", where_of(ref), job.done),
                      now);
}

void allocate_one(journal::Draft& draft, const model::TaskId& id, model::LaboratoryId laboratory) {
  pass("dispatch.allocate");
  auto task = tables::task(draft, id);
  LAB_CHECK(task.has_value());
  // It may have been granted since, or its node may have said that it has the sample.
  if (task->state == TaskState::cancelled || is_kept(draft, *task)) return;
  const TaskState before = std::exchange(task->state, TaskState::allocated);
  task->laboratory = laboratory;
  tables::change_task(draft, *task, before);
}

void allocate_step(journal::Draft& draft, const PlanRef& ref, Job job, UtcTime now) {
  std::uint32_t left = step_tasks;
  while (const auto range = tables::range(draft, ref, job.row)) {
    for (; job.offset < range->count; ++job.offset, ++job.done) {
      if (left-- == 0) return tables::put_job(draft, ref, job);
      allocate_one(draft, {.plan = ref.plan, .revision = ref.revision, .number = range->first_task + job.offset},
                   range->laboratory);
    }
    ++job.row;
    job.offset = 0;
  }
  tables::erase_ranges(draft, ref);
  tables::erase_job(draft, ref, JobKind::allocate);
  tables::write_diary(draft, tables::DiaryKind::allocated, fmt::format("{}: {} tasks", where_of(ref), job.done), now);
}

// Allocated tasks in order, as many as a step takes; `job.task` is left where the next step goes on.
std::vector<model::Task> tasks_to_grant(const journal::View& store, const PlanRef& ref, Job& job, bool& complete) {
  const std::uint32_t most = job.limit == 0 ? step_tasks : std::min(job.limit, step_tasks);
  std::vector<model::Task> tasks;
  std::uint32_t looked_at = 0;
  complete = true;
  tables::for_each_task(store, ref, job.task, [&](const model::Task& task) {
    complete = tasks.size() < most && looked_at < step_looked_at;
    if (!complete) return false;
    ++looked_at;
    job.task = task.id.number + 1;
    if (task.state == TaskState::allocated) tasks.push_back(task);
    return true;
  });
  return tasks;
}

void dispatch_step(journal::Draft& draft, const PlanRef& ref, Job job, UtcTime now) {
  bool complete = false;
  std::vector<model::Task> tasks = tasks_to_grant(draft, ref, job, complete);
  // Who grants a few at a time asks again for the rest: their lots do not wait for a turn of their own.
  const std::uint32_t granted = grant_all(draft, tasks, job.limit == 0, now);
  job.done += granted;
  const bool reached_limit = job.limit != 0 && granted == job.limit;
  if (complete || reached_limit) return tables::erase_job(draft, ref, JobKind::dispatch);
  if (job.limit != 0) job.limit -= granted;
  tables::put_job(draft, ref, job);
}

}  // namespace

std::string where_of(const PlanRef& plan) { return fmt::format("plan {}.{}", plan.plan.value(), plan.revision); }

bool is_being_revised(const journal::View& store, const model::TaskId& task) {
  return tables::has_job(store, {.plan = task.plan, .revision = task.revision}, JobKind::revise);
}

Result<void> check_plan_to_take(const model::Plan& plan) {
  if (!plan.due.ok()) return fail(ErrorCode::malformed, "没有报告截止日期", "due");
  if (plan.title.size() > text_octets_max) return fail(ErrorCode::malformed, "标题过长；请缩短", "title");
  std::uint64_t tasks = 0;
  for (const model::PlanCell& cell : plan.cells) {
    tasks += cell.quota;
    for (const std::string* code : {&cell.programme.value(), &cell.category.value(), &cell.panel.value()}) {
      if (code->empty() || code->size() > code_octets_max) {
        return fail(ErrorCode::malformed, fmt::format("代码“{}”应为 1 到 {} 个字节", *code, code_octets_max));
      }
    }
    if (cell.commodity.size() > text_octets_max) {
      return fail(ErrorCode::malformed, "产品名称过长；请缩短");
    }
    if (!cell.lot) continue;
    if (auto good = check_lot(*cell.lot); !good) return good;
  }
  if (tasks == 0) return fail(ErrorCode::malformed, "计划中没有任何样品");
  if (tasks > plan_tasks_max) {
    return fail(ErrorCode::too_large,
                fmt::format("一个计划最多 {} 个样品，此计划有 {} 个；请分成几个计划", plan_tasks_max, tasks));
  }
  return {};
}

Result<std::vector<CellRow>> number_cells(const journal::View& store, std::uint16_t year,
                                          const std::vector<model::PlanCell>& cells, std::uint32_t first_task,
                                          Serials& serials) {
  std::vector<CellRow> rows;
  rows.reserve(cells.size());
  std::uint32_t task = first_task;
  for (const model::PlanCell& cell : cells) {
    if (!serials.contains(cell.programme)) {
      serials[cell.programme] = tables::next_serial(store, year, cell.programme);
    }
    std::uint32_t& serial = serials[cell.programme];
    rows.push_back({.cell = cell, .first_task = task, .first_serial = serial});
    const std::uint64_t end = std::uint64_t{serial} + cell.quota;
    if (end > model::SampleNumber::serial_max + 1) {
      return fail(ErrorCode::too_large,
                  fmt::format("项目 {} 在 {} 年的编号将到 {}，超过上限 {}；请减少样品或另立项目",
                              cell.programme.value(), year, end - 1, model::SampleNumber::serial_max));
    }
    task += cell.quota;
    serial += cell.quota;
  }
  return rows;
}

void count_planned(journal::Draft& draft, const PlanRef& plan, const std::vector<model::PlanCell>& cells, UtcTime now) {
  std::map<model::ProgrammeCode, std::int64_t> planned;
  for (const model::PlanCell& cell : cells) planned[cell.programme] += cell.quota;
  for (const auto& [programme, tasks] : planned) {
    tables::log_change(draft, {.programme = programme, .planned = tasks}, now);
  }
  for (const model::PlanCell& cell : cells) tables::add_planned(draft, plan, cell);
}

std::optional<model::PlanEntry> imported_before(const journal::View& store, const model::Plan& plan,
                                                const Hash& source) {
  for (model::PlanEntry& entry : tables::plans(store)) {
    if (entry.year != plan.year || entry.title != plan.title) continue;
    // A file that a spreadsheet program has saved again has other octets.
    const bool are_alike =
        entry.source == source ||
        planning::changes_between(tables::cells_of(store, tables::ref_of(entry)), plan.cells).empty();
    if (are_alike) return std::move(entry);
  }
  return std::nullopt;
}

Result<model::PlanEntry> import(journal::Draft& draft, const model::Plan& plan, const Hash& source, UtcTime now) {
  pass("dispatch.import");
  if (auto good = check_plan_to_take(plan); !good) return fail(std::move(good));
  if (const auto known = imported_before(draft, plan, source)) {
    return fail(ErrorCode::conflict,
                fmt::format("同一年度、标题和内容的计划已经导入过（报告截止日期 {}）；另立计划请换一个标题",
                            to_text(known->due)),
                where_of(tables::ref_of(*known)));
  }
  for (const model::PlanEntry& other : tables::plans(draft)) {
    if (other.year != plan.year || other.title != plan.title) continue;
    return fail(ErrorCode::conflict, "同年度同标题的计划已在，这是它的修订；请写明修订理由，另立计划请换一个标题",
                where_of(tables::ref_of(other)));
  }
  Serials serials;
  auto rows = number_cells(draft, plan.year, plan.cells, 1, serials);
  if (!rows) return fail(std::move(rows));

  tables::Numbers numbers = tables::numbers(draft);
  const CellRow& last = rows->back();
  model::PlanEntry entry{.id = model::PlanId{++numbers.plans},
                         .revision = 1,
                         .year = plan.year,
                         .title = plan.title,
                         .due = plan.due,
                         .tasks = last.first_task + last.cell.quota - 1,
                         .source = source};
  const PlanRef ref = tables::ref_of(entry);
  tables::set_numbers(draft, numbers);
  tables::put_plan(draft, entry);
  tables::put_cells(draft, ref, *rows);
  tables::put_plan_revision(draft, entry.id, {.source = source, .at = now, .after = entry.tasks}, {});
  count_planned(draft, ref, plan.cells, now);
  for (const auto& [programme, serial] : serials) tables::set_next_serial(draft, plan.year, programme, serial);
  tables::put_job(draft, ref, {.kind = JobKind::expand});
  tables::write_diary(draft, tables::DiaryKind::plan_imported,
                      fmt::format("{}: {} tasks from file {}", where_of(ref), entry.tasks, to_hex(source.view())), now);
  return entry;
}

namespace {

// Of the row's tasks in order: whether somebody has it, or nobody does it any more. One that is not there yet is free.
// An allocation anew reads each task of its plan so, and of no other (4 us each: 0.1 s for 24,000). Not in steps: a
// person is told at once when the shares are not what is free.
std::vector<bool> not_free(const journal::View& store, const PlanRef& plan, const CellRow& row) {
  std::vector<bool> taken(row.tasks());
  tables::for_each_task_of(store, plan, row, [&](const model::Task& task) {
    taken[task.id.number - row.first_task] = task.state == TaskState::cancelled || is_kept(store, task);
    return true;
  });
  return taken;
}

// Free tasks of the row from offset `next` on for one laboratory, in as few ranges as they make. `next` is left behind
// the last.
void take(const CellRow& row, const std::vector<bool>& taken, std::uint32_t& next, const Share& share,
          std::vector<tables::TaskRange>& ranges) {
  for (std::uint32_t left = share.count; left > 0 && next < taken.size(); ++next) {
    if (taken[next]) continue;
    --left;
    const std::uint32_t task = row.first_task + next;
    const bool goes_on = !ranges.empty() && ranges.back().laboratory == share.laboratory &&
                         ranges.back().first_task + ranges.back().count == task;
    if (goes_on) {
      ++ranges.back().count;
    } else {
      ranges.push_back({.first_task = task, .count = 1, .laboratory = share.laboratory});
    }
  }
}

}  // namespace

Result<void> allocate(journal::Draft& draft, const PlanRef& plan, std::span<const Share> shares) {
  if (auto free = check_free(draft, plan, JobKind::allocate); !free) return free;
  const tables::StateCounts states = tables::states_of(draft, plan);
  const bool is_untouched = states[TaskState::planned] == states.total();
  std::vector<tables::TaskRange> ranges;
  Result<void> good;
  std::size_t next = 0;
  tables::for_each_cell(draft, plan, 0, [&](std::uint32_t index, const CellRow& row) {
    const std::vector<bool> taken = is_untouched ? std::vector<bool>(row.tasks()) : not_free(draft, plan, row);
    const auto free = std::ranges::count(taken, false);
    std::int64_t placed = 0;
    std::uint32_t offset = 0;
    for (; next < shares.size() && shares[next].cell == index; ++next) {
      take(row, taken, offset, shares[next], ranges);
      placed += shares[next].count;
    }
    if (placed != free) {
      good = fail(ErrorCode::conflict,
                  fmt::format("第 {} 个指标单元的 {} 个样品只分配了 {} 个；请重新分配", index, free, placed),
                  where_of(plan));
    }
    return good.has_value();
  });
  if (!good) return good;
  if (next != shares.size()) {
    return fail(ErrorCode::not_found, fmt::format("没有第 {} 个指标单元", shares[next].cell), where_of(plan));
  }
  for (const tables::TaskRange& range : ranges) {
    if (!tables::laboratory(draft, range.laboratory)) {
      return fail(ErrorCode::not_found, fmt::format("没有编号为 {} 的实验室", range.laboratory.value()));
    }
  }
  tables::put_ranges(draft, plan, ranges);
  tables::put_job(draft, plan, {.kind = JobKind::allocate});
  return {};
}

Result<void> dispatch(journal::Draft& draft, const PlanRef& plan, std::uint32_t limit) {
  if (auto free = check_free(draft, plan, JobKind::dispatch); !free) return free;
  tables::put_job(draft, plan, {.kind = JobKind::dispatch, .limit = limit});
  return {};
}

bool work(journal::Draft& draft, ReviewSample review, UtcTime now) {
  std::vector<model::Task> lots;
  if (next_lots(draft, step_tasks, lots)) {
    grant_all(draft, lots, true, now);
    return true;
  }
  const auto next = tables::first_job(draft);
  if (!next) return false;
  const auto& [ref, job] = *next;
  switch (job.kind) {
    case JobKind::expand:
      expand_step(draft, ref, job, now);
      break;
    case JobKind::allocate:
      allocate_step(draft, ref, job, now);
      break;
    case JobKind::dispatch:
      dispatch_step(draft, ref, job, now);
      break;
    case JobKind::revise:
      revise_step(draft, ref, job, review, now);
      break;
  }
  return true;
}

std::string blind_code(BytesView secret, const model::TaskId& task, std::uint8_t attempt) {
  constexpr std::string_view alphabet = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";
  constexpr std::size_t length = 8;
  const Hash hash = crypto::sha256(journal::Fields{}.add(secret).add(task).add(attempt).bytes());
  std::string code;
  for (std::size_t i = 0; i < length; ++i) {
    // Two octets a character: the remainder favours no character by more than 0.05 %.
    const unsigned two = hash.octets[2 * i] * 256U + hash.octets[2 * i + 1];
    code += alphabet[two % alphabet.size()];
  }
  return code;
}

}  // namespace lab::dispatch
