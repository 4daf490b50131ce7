#pragma once
// Verdicts by enterprise, kept beside the cells of the province and in the same commit: for each task whose enterprise
// is known, what was counted of it. A change of the verdict or of the enterprise takes the old away and puts the new.

#include <functional>
#include <optional>
#include <vector>

#include "coordinator/tables/enterprises.hpp"
#include "coordinator/tables/results.hpp"

namespace lab::coordinator::tables {

/// Whom a task is about, as entries of the register; zero: not known.
struct Parties {
  EnterpriseId unit;      // whom the sample was taken from
  EnterpriseId producer;  // who made it, as it says

  bool operator==(const Parties&) const = default;
};

/// What was counted of a task, as the province's cells have it.
struct CountedVerdict {
  model::SampleOutcome first = model::SampleOutcome::undetermined;
  model::SampleOutcome final = model::SampleOutcome::undetermined;
  std::uint16_t month = 0;  // year * 12 + month - 1 of the sampling date

  bool operator==(const CountedVerdict&) const = default;
};

struct TaskParties {
  Parties parties;
  std::optional<CountedVerdict> verdict;

  bool operator==(const TaskParties&) const = default;
};

/// One verdict in the history of an enterprise.
struct HistoryLine {
  model::TaskId task;
  bool as_unit = false;
  bool as_producer = false;
  CountedVerdict verdict;

  bool operator==(const HistoryLine&) const = default;
};

std::optional<TaskParties> task_parties(const journal::View& store, const model::TaskId& task);
/// Both may change; the histories and their sums follow.
void put_task_parties(journal::Draft& draft, const model::TaskId& task, const TaskParties& now);

/// Of the enterprise and everything merged into it, in the order of tasks within each entry.
std::vector<HistoryLine> history_of(const journal::View& store, EnterpriseId id);
/// The same as counts, each task once; read from running sums.
Tally tally_of(const journal::View& store, EnterpriseId id);

/// How far tasks whose enterprise was named before there was a register have been entered: the last one of them.
/// Nothing once all are.
std::optional<model::TaskId> entering_from(const journal::View& store);
/// Whether it was ever begun; a new store has nothing to enter.
bool has_begun_entering(const journal::View& store);
void set_entering_from(journal::Draft& draft, const std::optional<model::TaskId>& task);

}  // namespace lab::coordinator::tables
