#pragma once
// Samples whose verdict is counted, one after the other: those of a list are those of the figures beside it.

#include <functional>
#include <optional>

#include "coordinator/reports/summary.hpp"
#include "coordinator/tables/count_log.hpp"
#include "coordinator/tables/results.hpp"
#include "protocol/base/result.hpp"
#include "protocol/model/task.hpp"

namespace lab::documents {

/// As it counts: laboratory and month are those of the cell it is counted in.
struct CountedSample {
  model::Task task;
  const coordinator::tables::TaskFile& file;
  model::ResultEntry result;
  coordinator::tables::CellKey cell;             // of the verdict that is asked for, the first or the final
  coordinator::tables::ItemProfiles profiles{};  // of the first verdict and of the one that counts
  std::optional<bool> is_aside{};                // nothing: nobody has asked yet, and it is as it is now
};

/// Samples as they stood at a moment; those of now when it is default-made.
class SampleTime {
 public:
  SampleTime() = default;
  /// Errors: those of tables::changes_after.
  static Result<SampleTime> at(const journal::View& store, UtcTime moment);

  [[nodiscard]] bool is_now() const { return !later_; }
  /// Puts the sample back to that time. False when none of its verdicts was counted yet.
  bool put_back(const model::TaskId& task, CountedSample& sample) const;
  /// Samples that have changed since, ascending.
  void for_each_changed(const std::function<void(const model::TaskId& task)>& visit) const;

 private:
  std::optional<std::map<model::TaskId, coordinator::tables::SampleBefore>> later_;
};

/// Counted samples under the filters behind the task `after`, plan by plan in the order of their tasks, until `visit`
/// returns false.
void for_each_sample(const journal::View& store, const reports::Query& query, const model::TaskId& after,
                     const std::function<bool(const CountedSample& sample)>& visit, const SampleTime& time = {});

/// Those that did not pass, or of one analyte those that failed it, in the order of their tasks: they are few and have
/// a list of their own. `without_aside`: of these, those that no rule of sampling sets aside; otherwise `is_aside` says
/// which are.
void for_each_bad_sample(const journal::View& store, const reports::Query& query, bool without_aside,
                         const std::function<bool(const CountedSample& sample)>& visit, const SampleTime& time = {});

}  // namespace lab::documents
