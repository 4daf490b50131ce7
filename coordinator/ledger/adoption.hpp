#pragma once
// A coordinator that was put back from a backup learns from the events of the nodes which grants it had given since.

#include "protocol/journal/draft.hpp"
#include "protocol/model/event.hpp"
#include "protocol/model/registry.hpp"

namespace lab::ledger {

/// The task of this event is granted to this node under the event's token, unless a newer one is known: the newest
/// wins, and so does the number that its sample had under it. One that is counted stays counted. Lots are left: which
/// plan was in force follows from the lots counted before.
void adopt_grant(journal::Draft& draft, const model::NodeEntry& node, const model::Event& event);

}  // namespace lab::ledger
