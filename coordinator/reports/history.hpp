#pragma once
// The whole life of one task: its events in the order they came in, with their hashes and what became of each, and
// among them those of the runs it was measured in.

#include <optional>
#include <string>
#include <vector>

#include "coordinator/tables/results.hpp"
#include "protocol/model/event.hpp"
#include "protocol/model/task.hpp"

namespace lab::reports {

struct HistoryLine {
  coordinator::tables::EventPlace place;
  Hash hash;
  model::Event event;
  model::Disposition disposition = model::Disposition::stored;
  std::string reason;  // why it is late or quarantined
};

struct History {
  model::Task task;
  std::optional<model::ResultEntry> result;
  std::vector<HistoryLine> lines;
};

/// Nothing when there is no such task.
std::optional<History> history(const journal::View& store, const model::TaskId& task);

}  // namespace lab::reports
