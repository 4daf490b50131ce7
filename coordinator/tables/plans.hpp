#pragma once
// Plans, their quota cells, and how far the long jobs on a plan have come.

#include <functional>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "coordinator/tables/keys.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/model/plan.hpp"
#include "protocol/model/registry.hpp"

namespace lab::coordinator::tables {

std::optional<model::PlanEntry> plan(const journal::View& store, const PlanRef& plan);
/// The only one of that number: a plan is revised in place, under the revision it began with (plan_revisions.hpp).
std::optional<model::PlanEntry> plan(const journal::View& store, model::PlanId id);
std::vector<model::PlanEntry> plans(const journal::View& store);
void put_plan(journal::Draft& draft, const model::PlanEntry& plan);
PlanRef ref_of(const model::PlanEntry& plan);

/// A quota cell with the numbers set aside for it: its tasks are first_task, first_task + 1 ..., and so are its
/// serials. Tasks can therefore be made in any number of steps and come out the same. A cell that a revision has raised
/// has another row for what was added; one that was lowered keeps its numbers, and those it has lost are of tasks that
/// nobody does.
struct CellRow {
  model::PlanCell cell;
  std::uint32_t first_task = 1;
  std::uint32_t first_serial = 1;
  std::uint32_t dropped = 0;  // tasks that revisions have taken from it

  /// How many tasks bear its numbers, cancelled ones too.
  [[nodiscard]] std::uint32_t tasks() const { return cell.quota + dropped; }

  bool operator==(const CellRow&) const = default;
};

/// Two dozen cells to a record: a plan of 5,000 cells is 200 records and fits a turn, and each stays below the 2 KB
/// over which a record takes whole pages; those of lots, which name an enterprise each, may be over it.
constexpr std::uint32_t cells_per_record = 24;

void put_cells(journal::Draft& draft, const PlanRef& plan, std::span<const CellRow> rows);
/// From cell `first`, in order, until `visit` returns false.
void for_each_cell(const journal::View& store, const PlanRef& plan, std::uint32_t first,
                   const std::function<bool(std::uint32_t index, const CellRow& row)>& visit);
/// The row that has a task's number, with its place; nothing when none has. Looks at a handful of records, however many
/// cells the plan has: rows stand in the order of their numbers.
std::optional<std::pair<std::uint32_t, CellRow>> row_with(const journal::View& store, const PlanRef& plan,
                                                          std::uint32_t task);
/// All rows of a plan, in order.
std::vector<CellRow> rows_of(const journal::View& store, const PlanRef& plan);
/// The same without their numbers: what the plan orders now.
std::vector<model::PlanCell> cells_of(const journal::View& store, const PlanRef& plan);

/// The next free serial of sample numbers; 1 when none has been given.
std::uint32_t next_serial(const journal::View& store, std::uint16_t year, const model::ProgrammeCode& programme);
void set_next_serial(journal::Draft& draft, std::uint16_t year, const model::ProgrammeCode& programme,
                     std::uint32_t serial);

/// Stored as its number: append only.
enum class JobKind : std::uint8_t { expand = 1, allocate, dispatch, revise };

const char* name_of(JobKind kind);          // what is being done to a plan: "expanding"
const char* chinese_name_of(JobKind kind);  // "展开"

/// Work on a plan that takes more than one turn. It is in the store, so that it goes on after a restart. A plan has at
/// most one job of each kind; they are worked off in the order of the kinds, so that one may be asked for while the one
/// before it still runs.
struct Job {
  JobKind kind = JobKind::expand;
  std::uint32_t row = 0;     // expand, revise: cell; allocate: assignment
  std::uint32_t offset = 0;  // tasks done within the row
  std::uint32_t task = 1;    // dispatch: the next task to look at
  std::uint32_t limit = 0;   // dispatch: grants still to make; 0 = as many as there are
  std::uint32_t done = 0;    // tasks made, allocated or granted so far

  bool operator==(const Job&) const = default;
};

/// What the plan is at, if anything: its first job.
std::optional<Job> job(const journal::View& store, const PlanRef& plan);
bool has_job(const journal::View& store, const PlanRef& plan, JobKind kind);
/// The first job of the lowest plan number, if any: plans are worked off one after the other.
std::optional<std::pair<PlanRef, Job>> first_job(const journal::View& store);
void put_job(journal::Draft& draft, const PlanRef& plan, const Job& job);
void erase_job(journal::Draft& draft, const PlanRef& plan, JobKind kind);

/// `count` tasks from `first_task` go to one laboratory.
struct TaskRange {
  std::uint32_t first_task = 1;
  std::uint32_t count = 0;
  model::LaboratoryId laboratory;

  bool operator==(const TaskRange&) const = default;
};

constexpr std::uint32_t ranges_per_record = 128;  // 12 octets each: below 2 KB

void put_ranges(journal::Draft& draft, const PlanRef& plan, std::span<const TaskRange> ranges);
std::optional<TaskRange> range(const journal::View& store, const PlanRef& plan, std::uint32_t index);
void erase_ranges(journal::Draft& draft, const PlanRef& plan);

}  // namespace lab::coordinator::tables
