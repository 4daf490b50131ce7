#include "coordinator/documents/counted_samples.hpp"

#include <set>
#include <utility>

#include "coordinator/reports/profile_items.hpp"
#include "coordinator/tables/drawn.hpp"
#include "coordinator/tables/held_events.hpp"
#include "coordinator/tables/plans.hpp"
#include "coordinator/tables/retests.hpp"
#include "coordinator/tables/tasks.hpp"

namespace lab::documents {
namespace {

namespace tables = coordinator::tables;

// A counted sample within the filters, as it stood at the time; nothing otherwise. The task is read last: most of its
// cost.
std::optional<CountedSample> sample_at(const journal::View& store, const reports::Query& query, const SampleTime& time,
                                       const model::TaskId& id, const tables::TaskFile& file) {
  auto result = file.result();
  if (!result || result->counted_version == 0) return std::nullopt;
  // Of the verdict that counts, as far as it can be found, whatever was judged since and nobody has approved.
  if (auto counted = tables::counted_result(store, file)) result = std::move(counted);
  auto task = tables::task(store, id);
  if (!task) return std::nullopt;
  const tables::CellKey cell = tables::counted_cell(store, *task, *result);
  CountedSample sample{
      .task = std::move(*task), .file = file, .result = std::move(*result), .cell = cell, .profiles = file.profiles()};
  if (!time.put_back(id, sample)) return std::nullopt;
  // An amendment may have moved the final verdict to another month.
  if (query.verdicts == reports::Verdicts::first) {
    sample.cell.month = tables::first_month(store, id, sample.cell.month);
  }
  if (!reports::takes(query, sample.cell)) return std::nullopt;
  return sample;
}

bool is_before(const tables::PlanRef& plan, const model::TaskId& task) {
  return std::pair{plan.plan, plan.revision} < std::pair{task.plan, task.revision};
}

}  // namespace

Result<SampleTime> SampleTime::at(const journal::View& store, UtcTime moment) {
  auto later = tables::changes_after(store, moment, tables::LaterDetail::samples);
  if (!later) return tl::unexpected(later.error());
  SampleTime time;
  time.later_ = std::move(later->samples);
  return time;
}

bool SampleTime::put_back(const model::TaskId& task, CountedSample& sample) const {
  if (!later_) return true;
  const auto found = later_->find(task);
  if (found == later_->end()) return true;
  const tables::SampleBefore& before = found->second;
  if (before.was_aside) sample.is_aside = *before.was_aside;
  if (!before.has_verdict_change) return true;
  if (!before.stood) return false;
  sample.cell = before.stood->cell;
  sample.profiles.final = before.stood->profile;
  model::ResultEntry& result = sample.result;
  result.month = before.stood->cell.month;
  result.final_outcome = before.stood->outcome;
  if (result.counted_version == before.stood->version) return true;
  // What else the verdict of then said is in its event (ItemReader), and that of now is not shown for it.
  result.counted_version = result.version = before.stood->version;
  result.outcome = before.stood->outcome;
  result.record = {};
  result.failed.clear();
  result.lot.reset();
  return true;
}

void SampleTime::for_each_changed(const std::function<void(const model::TaskId& task)>& visit) const {
  if (!later_) return;
  for (const auto& [task, before] : *later_) visit(task);
}

void for_each_sample(const journal::View& store, const reports::Query& query, const model::TaskId& after,
                     const std::function<bool(const CountedSample& sample)>& visit, const SampleTime& time) {
  bool more = true;
  for (const model::PlanEntry& plan : tables::plans(store)) {
    if (!more) return;
    if (is_before(tables::ref_of(plan), after)) continue;
    tables::for_each_file(store, tables::ref_of(plan), [&](const model::TaskId& id, const tables::TaskFile& file) {
      if (id <= after) return true;
      const auto sample = sample_at(store, query, time, id, file);
      if (sample) more = visit(*sample);
      return more;
    });
  }
}

void for_each_bad_sample(const journal::View& store, const reports::Query& query, bool without_aside,
                         const std::function<bool(const CountedSample& sample)>& visit, const SampleTime& time) {
  // One that stands now may have been bad then.
  std::set<model::TaskId> tasks;
  tables::for_each_nonconforming(store, [&](const model::TaskId& id) {
    tasks.insert(id);
    return true;
  });
  time.for_each_changed([&](const model::TaskId& id) { tasks.insert(id); });
  const bool of_first = query.verdicts == reports::Verdicts::first;
  reports::ProfileItems items{store};
  for (const model::TaskId& id : tasks) {
    const tables::TaskFile file = tables::task_file(store, id);
    auto sample = sample_at(store, query, time, id, file);
    if (!sample) continue;
    if (!sample->is_aside) sample->is_aside = tables::is_aside(store, id);
    const auto outcome = of_first ? sample->result.first_outcome : sample->result.final_outcome;
    const auto profile = of_first ? sample->profiles.first : sample->profiles.final;
    if (query.analyte && !items.is_failed(profile, *query.analyte)) continue;
    if (!is_nonconforming(outcome) || (without_aside && *sample->is_aside)) continue;
    if (!visit(*sample)) return;
  }
}

}  // namespace lab::documents
