#pragma once
// How a bench PC becomes a node of a laboratory: a ticket on paper, used once, within a day.

#include <chrono>
#include <string>
#include <variant>

#include "protocol/base/result.hpp"
#include "protocol/crypto/crypto.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/model/message.hpp"
#include "protocol/model/registry.hpp"

namespace lab::dispatch {

/// A day: long enough to drive to a county laboratory, short enough for a slip of paper that gets lost.
constexpr std::chrono::hours ticket_life{24};
constexpr std::size_t name_octets_max = 64;

/// Allows one node of that laboratory. The store sees the hash of the secret only. Errors: not_found for the
/// laboratory; malformed for a name that is empty or too long.
Result<model::Ticket> issue(journal::Draft& draft, model::LaboratoryId laboratory, const std::string& name,
                            const Hash& secret, UtcTime now);

/// A new node, or why not. The same node asking again with the ticket it used gets the same answer: its first answer
/// may have been lost on the way.
std::variant<model::Enrolled, model::Refuse> enrol(journal::Draft& draft, const model::Enrol& request,
                                                   const crypto::PublicKey& coordinator, UtcTime now);

/// From now on nothing of that node is heard, and nothing is granted to it. Its open tasks stay granted until a person
/// reassigns them. Errors: not_found; conflict when it has been revoked before; malformed without a reason.
Result<model::NodeEntry> revoke_node(journal::Draft& draft, model::NodeId node, const std::string& reason, UtcTime now);

}  // namespace lab::dispatch
