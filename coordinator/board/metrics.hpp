#pragma once
// The coordinator's figures for Prometheus (text format 0.0.4).

#include <string>
#include <vector>

#include "coordinator/board/commit_times.hpp"
#include "coordinator/coordinator.hpp"
#include "coordinator/reports/summary.hpp"
#include "protocol/journal/store.hpp"

namespace lab::board {

inline constexpr const char* metrics_type = "text/plain; version=0.0.4; charset=utf-8";

/// What the store does not know.
struct Running {
  std::vector<coordinator::Session> sessions{};
  journal::StoreFigures store{};
  const CommitTimes* commits = nullptr;
  std::uint64_t streams = 0;  // pages that listen
  reports::Targets targets{};
  UtcTime now{};
};

/// Tasks by state, verdicts, what each node sent and has not confirmed, when it was last heard, what was not counted,
/// deadlines that have passed, early warnings, the store, webhooks. Its cost is that of the status, of the late clocks
/// and of a summary by category.
std::string metrics_text(const journal::View& store, const Running& running);

}  // namespace lab::board
