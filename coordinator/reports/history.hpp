#pragma once
// The whole life of one task: its events in the order they came in, with their hashes and what became of each, and
// among them those of the runs it was measured in.

#include <optional>
#include <string>
#include <vector>

#include "coordinator/tables/results.hpp"
#include "coordinator/tables/retests.hpp"
#include "protocol/model/event.hpp"
#include "protocol/model/task.hpp"

namespace lab::reports {

/// One item of a verdict in words: what was measured, by which limit it was judged, and why it came out so.
struct ExplainedVerdict {
  std::string analyte;
  std::string explanation;  // Chinese
};

struct HistoryLine {
  coordinator::tables::EventPlace place;
  Hash hash;
  model::Event event;
  model::Disposition disposition = model::Disposition::stored;
  std::string reason;                         // why it is late or quarantined
  std::vector<ExplainedVerdict> explained{};  // of a verdict, item by item; empty when its reference set is not held
};

struct History {
  model::Task task;
  std::optional<model::ResultEntry> result;   // the newest verdict, counted or not
  std::optional<model::ResultEntry> counted;  // the one that counts: see tables::counted_result
  std::optional<coordinator::tables::RetestEntry> retest;
  std::vector<HistoryLine> lines;
};

/// Nothing when there is no such task.
std::optional<History> history(const journal::View& store, const model::TaskId& task);

}  // namespace lab::reports
