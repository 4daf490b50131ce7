#pragma once
// The samples and runs of a store that was put back from a backup, made again from what the coordinator holds of this
// node. What the events do not tell stays as the backup had it: captures and their raw bytes, quarantine, photographs,
// control charts. A result whose raw bytes were lost keeps their hash; importing the file again completes it.

#include <span>

#include "protocol/journal/draft.hpp"
#include "protocol/session/rehydration.hpp"

namespace lab::rebuilding {

/// Every sample is as its newest grant made it; nothing has been done to it yet.
void forget(journal::Draft& draft);

/// Held events in their order, each put where it belongs. One about a sample or a run that is not here is passed over.
void replay(journal::Draft& draft, std::span<const session::HeldEvent> events);

}  // namespace lab::rebuilding
