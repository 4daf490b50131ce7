#pragma once
// The samples and runs of a store that was put back from a backup, made again from what the coordinator holds of this
// node. What the events do not tell stays as the backup had it: captures and their raw bytes, quarantine, photographs,
// control charts. A result whose raw bytes were lost keeps their hash; importing the file again completes it.
// A capture whose results were displaced counts as one that could not be read, and is taken when it is read again.

#include <span>

#include "protocol/journal/draft.hpp"
#include "protocol/session/rehydration.hpp"

namespace lab::rebuilding {

/// Every sample is as its newest grant made it; nothing has been done to it yet, and no run was assessed.
void forget(journal::Draft& draft);

/// Held events in their order, each put where it belongs. One about a sample or a run that is not here is passed over.
void replay(journal::Draft& draft, std::span<const session::HeldEvent> events);

/// At the end: captures whose results stand only in events that nobody holds are refused, with the reason, so that
/// whoever reads them again or sends the file again has the results placed anew. Their open quarantine entries are
/// closed, for they will be made anew as well.
void set_captures_aside(journal::Draft& draft, std::span<const model::Event> displaced);

}  // namespace lab::rebuilding
