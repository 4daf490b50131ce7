#include "coordinator/tables/plans.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "coordinator/tables/plan_cell.hpp"
#include "coordinator/tables/record.hpp"

namespace lab::coordinator::tables {
namespace {

using journal::FieldReader;
using journal::Fields;

// That a row has lost some of its tasks: rows that were stored before there were revisions read as they are.
constexpr std::uint8_t has_dropped = plan_cell_free_bits;

struct JobWords {
  const char* name;
  const char* chinese;
};

// By JobKind.
constexpr std::array<JobWords, 4> job_words{{
    {"expanding", "展开"},
    {"allocating", "分配"},
    {"dispatching", "下达"},
    {"revising", "修订"},
}};

const JobWords& words_of(JobKind kind) { return job_words.at(static_cast<std::size_t>(kind) - 1); }

void write_cell(Fields& fields, const CellRow& row) {
  fields.add(row.first_task).add(row.first_serial);
  write_plan_cell(fields, row.cell, row.dropped > 0 ? has_dropped : 0);
  if (row.dropped > 0) fields.add(row.dropped);
}

CellRow read_cell(FieldReader& fields) {
  CellRow row;
  std::uint8_t bits = 0;
  row.first_task = fields.take<std::uint32_t>();
  row.first_serial = fields.take<std::uint32_t>();
  row.cell = read_plan_cell(fields, bits);
  if (bits == has_dropped) row.dropped = fields.take<std::uint32_t>();
  return row;
}

Bytes cells_key(const PlanRef& plan, std::uint32_t chunk) {
  return key_of(letter::plan_cells, plan).add(chunk).bytes();
}

// Whether a chunk of cells is there and begins at or before a task's number.
bool begins_by(const journal::View& store, const PlanRef& plan, std::uint32_t chunk, std::uint32_t task) {
  const auto record = store.get(cells_key(plan, chunk));
  return record && FieldReader{*record}.take<std::uint32_t>() <= task;
}

Bytes serial_key(std::uint16_t year, const model::ProgrammeCode& programme) {
  return Fields{letter::serial}.add(year).add(BytesView{programme.value()}).bytes();
}

Bytes job_key(const PlanRef& plan, JobKind kind) {
  return key_of(letter::job, plan).add(static_cast<std::uint8_t>(kind)).bytes();
}

// The first job at or below a prefix of the table.
std::optional<std::pair<PlanRef, Job>> first_job_of(const journal::View& store, const Bytes& prefix) {
  std::optional<std::pair<PlanRef, Job>> found;
  scan_prefix(store, prefix, [&](BytesView key, BytesView record) {
    FieldReader of_key = FieldReader::of_key(key);
    FieldReader fields{record};
    auto& [plan, job] = found.emplace();
    plan.plan = model::PlanId{of_key.take<std::uint32_t>()};
    plan.revision = of_key.take<std::uint16_t>();
    job.kind = static_cast<JobKind>(of_key.take<std::uint8_t>());
    job.row = fields.take<std::uint32_t>();
    job.offset = fields.take<std::uint32_t>();
    job.task = fields.take<std::uint32_t>();
    job.limit = fields.take<std::uint32_t>();
    job.done = fields.take<std::uint32_t>();
    return false;
  });
  return found;
}

}  // namespace

std::optional<model::PlanEntry> plan(const journal::View& store, const PlanRef& plan) {
  return load<model::PlanEntry>(store, key_of(letter::plan, plan).bytes());
}

std::optional<model::PlanEntry> plan(const journal::View& store, model::PlanId id) {
  std::optional<model::PlanEntry> newest;
  scan_prefix(store, Fields{letter::plan}.add(id).bytes(), [&](BytesView, BytesView record) {
    newest = decoded<model::PlanEntry>(record);
    return true;
  });
  return newest;
}

std::vector<model::PlanEntry> plans(const journal::View& store) {
  std::vector<model::PlanEntry> entries;
  scan_prefix(store, Bytes(1, letter::plan), [&](BytesView, BytesView record) {
    entries.push_back(decoded<model::PlanEntry>(record));
    return true;
  });
  return entries;
}

void put_plan(journal::Draft& draft, const model::PlanEntry& plan) {
  draft.put(key_of(letter::plan, ref_of(plan)).bytes(), wire::encode_record(plan));
}

PlanRef ref_of(const model::PlanEntry& plan) { return {.plan = plan.id, .revision = plan.revision}; }

void put_cells(journal::Draft& draft, const PlanRef& plan, std::span<const CellRow> rows) {
  for (std::size_t first = 0; first < rows.size(); first += cells_per_record) {
    Fields record;
    for (const CellRow& row : rows.subspan(first, std::min<std::size_t>(cells_per_record, rows.size() - first))) {
      write_cell(record, row);
    }
    const auto chunk = static_cast<std::uint32_t>(first / cells_per_record);
    draft.put(cells_key(plan, chunk), record.bytes());
  }
}

void for_each_cell(const journal::View& store, const PlanRef& plan, std::uint32_t first,
                   const std::function<bool(std::uint32_t index, const CellRow& row)>& visit) {
  std::uint32_t index = first / cells_per_record * cells_per_record;
  store.scan(cells_key(plan, first / cells_per_record), journal::after_prefix(key_of(letter::plan_cells, plan).bytes()),
             [&](BytesView, BytesView record) {
               for (FieldReader fields{record}; !fields.rest().empty(); ++index) {
                 const CellRow row = read_cell(fields);
                 if (index >= first && !visit(index, row)) return false;
               }
               return true;
             });
}

std::optional<std::pair<std::uint32_t, CellRow>> row_with(const journal::View& store, const PlanRef& plan,
                                                          std::uint32_t task) {
  if (!begins_by(store, plan, 0, task)) return std::nullopt;
  std::uint32_t chunk = 0;
  std::uint32_t beyond = 1;
  while (begins_by(store, plan, beyond, task)) chunk = std::exchange(beyond, 2 * beyond);
  while (beyond - chunk > 1) {
    const std::uint32_t middle = chunk + (beyond - chunk) / 2;
    (begins_by(store, plan, middle, task) ? chunk : beyond) = middle;
  }
  std::optional<std::pair<std::uint32_t, CellRow>> found;
  for_each_cell(store, plan, chunk * cells_per_record, [&](std::uint32_t index, const CellRow& row) {
    if (row.first_task > task) return false;
    found.emplace(index, row);
    return true;
  });
  const CellRow& row = found->second;
  return task - row.first_task < row.tasks() ? found : std::nullopt;
}

std::vector<CellRow> rows_of(const journal::View& store, const PlanRef& plan) {
  std::vector<CellRow> rows;
  for_each_cell(store, plan, 0, [&](std::uint32_t, const CellRow& row) {
    rows.push_back(row);
    return true;
  });
  return rows;
}

std::vector<model::PlanCell> cells_of(const journal::View& store, const PlanRef& plan) {
  std::vector<model::PlanCell> cells;
  for (CellRow& row : rows_of(store, plan)) cells.push_back(std::move(row.cell));
  return cells;
}

std::uint32_t next_serial(const journal::View& store, std::uint16_t year, const model::ProgrammeCode& programme) {
  const auto record = store.get(serial_key(year, programme));
  return record ? FieldReader{*record}.take<std::uint32_t>() : 1;
}

void set_next_serial(journal::Draft& draft, std::uint16_t year, const model::ProgrammeCode& programme,
                     std::uint32_t serial) {
  draft.put(serial_key(year, programme), Fields{}.add(serial).bytes());
}

const char* name_of(JobKind kind) { return words_of(kind).name; }

const char* chinese_name_of(JobKind kind) { return words_of(kind).chinese; }

std::optional<Job> job(const journal::View& store, const PlanRef& plan) {
  const auto found = first_job_of(store, key_of(letter::job, plan).bytes());
  if (!found) return std::nullopt;
  return found->second;
}

bool has_job(const journal::View& store, const PlanRef& plan, JobKind kind) {
  return store.get(job_key(plan, kind)).has_value();
}

std::optional<std::pair<PlanRef, Job>> first_job(const journal::View& store) {
  return first_job_of(store, Bytes(1, letter::job));
}

void put_job(journal::Draft& draft, const PlanRef& plan, const Job& job) {
  draft.put(job_key(plan, job.kind),
            Fields{}.add(job.row).add(job.offset).add(job.task).add(job.limit).add(job.done).bytes());
}

void erase_job(journal::Draft& draft, const PlanRef& plan, JobKind kind) { draft.erase(job_key(plan, kind)); }

void put_ranges(journal::Draft& draft, const PlanRef& plan, std::span<const TaskRange> ranges) {
  for (std::size_t first = 0; first < ranges.size(); first += ranges_per_record) {
    Fields record;
    for (const TaskRange& range :
         ranges.subspan(first, std::min<std::size_t>(ranges_per_record, ranges.size() - first))) {
      record.add(range.first_task).add(range.count).add(range.laboratory);
    }
    const auto chunk = static_cast<std::uint32_t>(first / ranges_per_record);
    draft.put(key_of(letter::assignments, plan).add(chunk).bytes(), record.bytes());
  }
}

std::optional<TaskRange> range(const journal::View& store, const PlanRef& plan, std::uint32_t index) {
  const auto record = store.get(key_of(letter::assignments, plan).add(index / ranges_per_record).bytes());
  constexpr std::size_t range_bytes = 12;
  const std::size_t at = index % ranges_per_record * range_bytes;
  if (!record || at >= record->size()) return std::nullopt;
  FieldReader fields{BytesView{*record}.substr(at)};
  TaskRange range;
  range.first_task = fields.take<std::uint32_t>();
  range.count = fields.take<std::uint32_t>();
  range.laboratory = model::LaboratoryId{fields.take<std::uint32_t>()};
  return range;
}

void erase_ranges(journal::Draft& draft, const PlanRef& plan) {
  std::vector<Bytes> keys;
  scan_prefix(draft, key_of(letter::assignments, plan).bytes(), [&](BytesView key, BytesView) {
    keys.emplace_back(key);
    return true;
  });
  for (Bytes& key : keys) draft.erase(std::move(key));
}

}  // namespace lab::coordinator::tables
