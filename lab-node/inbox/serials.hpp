#pragma once
// Numbers that this node gives by itself: a label is spoilt, lost or stuck to the wrong bag, and nobody answers.
//
// The coordinator leases serials in blocks, from the counter it numbers its own tasks by, so that no two laboratories
// have the same. A node asks in its stream, and takes a block only as the answer to the request it waits for: what a
// node gave before it was restored from a backup is then never given again (docs/decisions/0022).

#include <cstdint>
#include <span>
#include <string>

#include "lab-node/tables/refusal.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/model/message.hpp"
#include "protocol/model/sample.hpp"

namespace lab::inbox {

/// Below it more are asked for: a day in the field spoils fewer labels.
constexpr std::uint32_t serials_low = 10;

/// Asks for serials for each kind of sample that `orders` grant and of which too few are left. Nothing is asked twice.
void want_serials(journal::Draft& draft, std::span<const model::Order> orders, UtcTime now);

/// A block has come. False when it answers no request of this node: then it is not used.
bool take_serials(journal::Draft& draft, const model::SerialBlock& block);

/// Whether `kind` has a number to give, in this incarnation of the stream.
bool has_serial(const journal::View& store, const model::SerialKind& kind);

/// Gives up what is left of every block and asks for new ones: nobody can say which of them were given.
/// `given` is what this node counts as given from now on; more than it or its note outside the store ever said, so that
/// the same backup is found out a second time. `reason` is for people.
void give_up_serials(journal::Draft& draft, std::uint64_t given, const std::string& reason, UtcTime now);

/// The coordinator was put back from a backup and may never have heard what was asked: nobody waits for an answer now.
void forget_requests(journal::Draft& draft);
/// Asks for each kind of which too few are left. Nothing is asked twice.
void ask_where_low(journal::Draft& draft, UtcTime now);
/// What a coordinator that has forgotten must not give out again.
model::Inventory inventory(const journal::View& store);

struct Renumbering {
  std::string number;  // of the sample, or its task
  std::string reason;
};

/// The sample that renumber() would give a new number, or its refusal, or "rehydrating". Changes nothing.
node::Decided<model::Sample> renumberable(const journal::View& store, const Renumbering& renumbering);

/// The sample gets the next leased number, with the event Renumbered; its old one is known from then on as replaced.
/// Refused: unknown_sample, wrong_state (only before any copy of it is received), missing_field (the reason), bad_text,
/// no_serials.
node::Decided<model::Sample> renumber(journal::Draft& draft, const Renumbering& renumbering,
                                      const model::PersonId& person, UtcTime now);

}  // namespace lab::inbox
