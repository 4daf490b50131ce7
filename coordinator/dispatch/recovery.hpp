#pragma once
// A coordinator that was put back from a backup (sync.md section 5): it has forgotten what it gave out and took in
// since. It begins a new generation, gives nothing until every node has been heard or two people did without it, and
// then gives every open task a new token, because nobody can say which of the old ones was the newest.

#include <string>

#include "protocol/base/result.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/model/ids.hpp"
#include "protocol/model/message.hpp"

namespace lab::dispatch {

/// Tasks given a new token in one step.
constexpr std::uint32_t step_regranted = 1'000;
/// Numbers of plans and nodes left out: those that were given out since the backup must not be given out again. A
/// province makes a handful of plans a year.
constexpr std::uint32_t numbers_skipped = 100;

/// Begins a generation above the one stored and above `seen`, the highest that is noted elsewhere. Returns it.
std::uint32_t begin_recovery(journal::Draft& draft, std::uint32_t seen, UtcTime now);
[[nodiscard]] bool is_recovering(const journal::View& store);
/// What keeps the coordinator from giving anything out; nothing when it may.
Result<void> check_not_recovering(const journal::View& store);

/// Serials on labels are not given again, and forgotten leases hold again; what no number can have is not heard.
void take_inventory(journal::Draft& draft, model::NodeId node, std::uint32_t incarnation,
                    const model::Inventory& inventory, UtcTime now);

/// Everything a node had has been pulled: its open tasks are to get new tokens.
void regrant_soon(journal::Draft& draft);

/// Whether every node that is not revoked has said everything it had, or is done without.
bool everybody_was_heard(const journal::View& store);
/// Whether this one has, or nobody is waited for.
bool was_heard(const journal::View& store, model::NodeId node);

/// Whether open tasks still have to get their new tokens. One step of it; true when it was the last, and the
/// coordinator may give things out again.
bool has_to_regrant(const journal::View& store);
bool regrant(journal::Draft& draft, UtcTime now);

/// One person proposes to do without a node that does not come back, another one confirms it: true then. Its tasks stay
/// where they are until it is heard or they are reassigned. Errors: not_found; conflict when nothing is being
/// recovered, when the node has been heard, or when the same person confirms; malformed for the reason.
Result<bool> waive(journal::Draft& draft, model::NodeId node, const model::PersonId& person, const std::string& reason,
                   UtcTime now);

}  // namespace lab::dispatch
