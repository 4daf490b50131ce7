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

struct SampleWalk {
  bool only_bad = false;     // those that did not pass
  model::TaskId after = {};  // begins behind this one
};

/// Counted samples under the filters, plan by plan in the order of their tasks, until `visit` returns false.
void for_each_sample(const journal::View& store, const reports::Query& query, const SampleWalk& walk,
                     const std::function<bool(const CountedSample& sample)>& visit);

}  // namespace lab::documents
