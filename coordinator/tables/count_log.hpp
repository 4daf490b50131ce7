#pragma once
// Every change of the running counts, in the order it was made: how many there have been is the version of the figures,
// and taking back those after a moment gives the counts of that moment.

#include <cstdint>
#include <map>
#include <optional>

#include "coordinator/tables/results.hpp"
#include "protocol/base/result.hpp"
#include "protocol/journal/draft.hpp"

namespace lab::coordinator::tables {

/// What a change did to one cell.
struct CellChange {
  CellKey cell;
  model::SampleOutcome outcome = model::SampleOutcome::undetermined;

  bool operator==(const CellChange&) const = default;
};

struct CountChange {
  model::ProgrammeCode programme;
  std::int64_t planned = 0;         // tasks that are not cancelled
  std::int64_t judged = 0;          // tasks in that state
  std::optional<CellChange> loses;  // a verdict that stood
  std::optional<CellChange> gains;  // a verdict that stands now
  bool is_first = false;            // `gains` is the first verdict of its sample too
  /// Of a sample that is set aside: `loses` and `gains` are changes of the tallies of such samples (drawn.hpp), of
  /// their first verdicts with `is_first`, of those that stand without.
  bool is_aside = false;

  bool operator==(const CountChange&) const = default;
};

/// Notes a change that is about to be made in this draft: what stands there before the first one tells whether the log
/// is whole. Its moment is `now`, or that of the change before it when the clock has been set
/// back: moments never fall.
void log_change(journal::Draft& draft, const CountChange& change, UtcTime now);

/// How many changes there have been: it grows with each, and two stores of one coordinator with the same number have
/// the same counts. 0 before the first.
std::uint64_t data_version(const journal::View& store);

/// What has been added since a moment, to be taken from what there is now. Sums are modulo 2^64, so that what was taken
/// away is added again.
struct LaterChanges {
  std::uint64_t version = 0;       // as of the moment
  std::map<CellKey, Tally> cells;  // fine ones
  std::map<CellKey, Tally> aside;  // of samples that were set aside
  struct Tasks {
    std::uint64_t planned = 0;
    std::uint64_t judged = 0;
  };
  std::map<model::ProgrammeCode, Tasks> tasks;
};

/// Changes made later than `moment`; its cost is that of reading them (some 2 us each). Not_found for a moment before
/// the log began, in a store that had counts already.
Result<LaterChanges> changes_after(const journal::View& store, UtcTime moment);

}  // namespace lab::coordinator::tables
