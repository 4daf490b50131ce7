#pragma once
// What the events of a node are worth: a verdict is counted once, late, or quarantined with a reason (sync.md section
// 4, rule 5). Pure; everything it decides is in the draft it is given.
//
// A verdict counts when three different people have put their names to it, its task is granted to this node under this
// very token, no verdict of that version or a later one has been counted, and none of its results comes from a run
// whose quality control failed and that nobody released, and none of its items waits for a confirmation. That of a
// retest decides the disputed items only, and is counted for the laboratory whose verdict was disputed. The counts move
// in the same draft as the state of the task, so that nobody ever sees one without the other; and with the first
// verdict on a lot the history of its series.

#include <span>
#include <vector>

#include "coordinator/tables/results.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/model/message.hpp"
#include "protocol/session/intake.hpp"

namespace lab::ledger {

/// Failed items kept with the verdict; a nonconforming list shows them. All of them are in the Judged event.
constexpr std::size_t failed_items_max = 64;

struct Outcome {
  std::vector<model::EventNote> notes;  // of every event that is not plainly stored
  std::uint32_t counted = 0;
  std::uint32_t late = 0;
  std::uint32_t quarantined = 0;
};

/// How strictly.
struct Terms {
  /// The coordinator was put back, and these events were made meanwhile: serials used in them were leased.
  bool recovering = false;
  session::Policy policy{};
};

/// Decides events that session::take_events has just accepted, in their order. Each event that is late or quarantined
/// gets its row in the table of exceptions, and all of them together one entry in the diary.
/// Precondition: `accepted` is not empty and was accepted in this draft.
Outcome take(journal::Draft& draft, const model::NodeEntry& node, std::uint32_t incarnation,
             std::span<const session::Accepted> accepted, UtcTime now, const Terms& terms = {});

}  // namespace lab::ledger
