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

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "coordinator/tables/results.hpp"
#include "protocol/base/result.hpp"
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
  /// Asked before each event is decided. False: deciding it has ended the process too often (a poison event); it is
  /// quarantined unlooked at, and the stream goes on. Nothing: every event is tried.
  std::function<bool(const coordinator::tables::EventPlace& place)> may_try{};
};

/// Decides events that session::take_events has just accepted, in their order. Each event that is late or quarantined
/// gets its row in the table of exceptions, and all of them together one entry in the diary.
/// Precondition: `accepted` is not empty and was accepted in this draft.
Outcome take(journal::Draft& draft, const model::NodeEntry& node, std::uint32_t incarnation,
             std::span<const session::Accepted> accepted, UtcTime now, const Terms& terms = {});

/// What became of an event that was decided again.
struct Replayed {
  model::Disposition disposition = model::Disposition::stored;
  std::string reason;  // of what is late or quarantined
};

/// Decides a quarantined event by the same rules again, now that this program can read it or does not end over it any
/// more; or one that names the record of such an event. Its row among the exceptions goes, or gets the new reason.
/// Errors: not_found when it is no exception; conflict when it was quarantined for what it says, or still cannot be
/// read.
Result<Replayed> replay(journal::Draft& draft, const model::NodeEntry& node,
                        const coordinator::tables::EventPlace& place, UtcTime now, const Terms& terms = {});

}  // namespace lab::ledger
