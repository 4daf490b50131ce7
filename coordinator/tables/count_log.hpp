#pragma once
// Every change of the running counts, in the order it was made: how many there have been is the version of the figures,
// and taking back those after a moment gives the counts of that moment.

#include <cstdint>
#include <map>
#include <optional>

#include "coordinator/tables/item_counts.hpp"
#include "coordinator/tables/results.hpp"
#include "protocol/base/result.hpp"
#include "protocol/journal/draft.hpp"

namespace lab::coordinator::tables {

/// What a change did to one cell.
struct CellChange {
  CellKey cell;
  model::SampleOutcome outcome = model::SampleOutcome::undetermined;
  ProfileNumber profile = 0;  // 0 in changes of before items were counted
  std::uint16_t version = 0;  // of the verdict; the same

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
  model::TaskId task{};  // whose verdict; none when it is about no single one, or from before items were counted

  bool operator==(const CountChange&) const = default;
};

/// Notes a change that is about to be made in this draft: what stands there before the first one tells whether the log
/// is whole. Its moment is `now`, or that of the change before it when the clock has been set
/// back: moments never fall.
void log_change(journal::Draft& draft, const CountChange& change, UtcTime now);

/// How many changes there have been: it grows with each, and two stores of one coordinator with the same number have
/// the same counts. 0 before the first.
std::uint64_t data_version(const journal::View& store);

/// What is wanted of later changes; more of it takes more memory.
enum class LaterDetail : std::uint8_t { counts, items, samples };

/// How a sample stood before the first of its later changes.
struct SampleBefore {
  bool has_verdict_change = false;
  std::optional<CellChange> stood{};  // the verdict that counted; with a change of it, nothing: none was counted yet
  std::optional<bool> was_aside{};    // nothing: it was what it is now
};

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
  std::map<ProfileCell, ProfileTally> items;        // with LaterDetail::items
  std::map<ProfileCell, ProfileTally> items_aside;  // with LaterDetail::items: of samples that were set aside
  std::map<model::TaskId, SampleBefore> samples;    // with LaterDetail::samples
};

/// The data version as of the moment. Not_found for one before the log began, in a store that had counts already; with
/// more detail than counts, also for one before items were counted.
Result<std::uint64_t> version_at(const journal::View& store, UtcTime moment, LaterDetail detail = LaterDetail::counts);

/// Changes made later than `moment`; its cost is that of reading them (some 2 us each). Errors: those of version_at.
Result<LaterChanges> changes_after(const journal::View& store, UtcTime moment,
                                   LaterDetail detail = LaterDetail::counts);

}  // namespace lab::coordinator::tables
