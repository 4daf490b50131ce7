#pragma once
// Samples whose verdict is counted, one after the other. Private to this folder.

#include <functional>

#include "coordinator/reports/summary.hpp"
#include "coordinator/tables/results.hpp"
#include "protocol/model/task.hpp"

namespace lab::documents {

struct CountedSample {
  model::Task task;
  const coordinator::tables::TaskFile& file;
  model::ResultEntry result;
};

/// Counted samples under the filters behind the task `after`, plan by plan in the order of their tasks, until `visit`
/// returns false.
void for_each_sample(const journal::View& store, const reports::Query& query, const model::TaskId& after,
                     const std::function<bool(const CountedSample& sample)>& visit);

/// Those that did not pass, which are few and have a list of their own; `without_aside`: of these, those that no rule
/// of sampling sets aside.
void for_each_bad_sample(const journal::View& store, const reports::Query& query, bool without_aside,
                         const std::function<bool(const CountedSample& sample)>& visit);

}  // namespace lab::documents
