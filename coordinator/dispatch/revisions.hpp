#pragma once
// A plan is corrected: a plan of the same year and title is a revision of the one that is there. It is revised in place
// (decision 0071): what was granted or judged stays what it is, samples that are no longer ordered are taken out as
// long as nobody has them, and those that are ordered on top are tasks with new numbers.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "coordinator/planning/cell_changes.hpp"
#include "coordinator/tables/plans.hpp"
#include "protocol/base/result.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/model/plan.hpp"

namespace lab::dispatch {

/// A cell from which more would be taken than nobody has.
struct HeldCell {
  model::PlanCell cell;
  std::uint32_t wanted = 0;
  std::uint32_t granted = 0;  // and not judged, or taken back from the node that has the sample
  std::uint32_t judged = 0;

  bool operator==(const HeldCell&) const = default;
};

/// What a plan would change in the one of its year and title.
struct RevisionCheck {
  model::PlanEntry plan;      // the one that is there
  std::uint16_t current = 1;  // its revision
  std::uint16_t former = 0;   // an earlier revision with the very cells that are to come; 0: none
  std::vector<planning::CellChange> changes{};
  std::uint64_t before = 0;  // samples ordered
  std::uint64_t after = 0;
  std::uint32_t created = 0;     // tasks
  std::uint32_t cancelled = 0;   // tasks: fewer than samples when some are cancelled already
  std::vector<HeldCell> held{};  // the revision is refused unless there are none
};

/// Nothing when no plan has that year and title. Reads the tasks of cells that would be lowered (4 us each).
std::optional<RevisionCheck> check_revision(const journal::View& store, const model::Plan& plan);

/// A revision leaves the deadline of its plan as it is: conflict when that of `plan` is another.
Result<void> check_deadline(const RevisionCheck& check, const model::Plan& plan);

/// Who wants it, and why.
struct RevisionWord {
  model::PersonId person;
  std::string reason;
  bool restore = false;  // an earlier revision is meant to come back
};

struct Revised {
  model::PlanEntry plan;
  std::uint16_t revision = 2;
  std::uint32_t created = 0;
  std::uint32_t cancelled = 0;
};

/// The cells are revised at once; tasks follow step by step (JobKind::expand and revise), and until then the plan is
/// neither allocated nor dispatched. `source` is the hash of the file.
/// Errors: as import of the plan itself, and not_found when there is none to revise; conflict when it is being worked
/// on, when nothing would change, when the deadline is another, when an earlier revision would come back without
/// `restore`, and when more of a cell is granted or judged than would be ordered, naming such cells; malformed without
/// a reason.
Result<Revised> revise(journal::Draft& draft, const model::Plan& plan, const Hash& source, const RevisionWord& word,
                       UtcTime now);

/// "510104 V1 菠菜 第 1 轮": a cell for people.
std::string cell_text(const model::PlanCell& cell);

}  // namespace lab::dispatch
