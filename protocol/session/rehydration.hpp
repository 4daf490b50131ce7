#pragma once
// A node whose store is not what it was: put back from a backup, or a copy. It stops, asks the coordinator what is held
// of it, takes that for the truth, and goes on in a new incarnation. What it had written at places where something else
// is held is evidence: it travels as events of the new stream and is never counted (sync.md section 5).
//
//   'h' -> how far this has come; there is none in a sound store        'H' incarnation, sequence -> displaced event

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/journal/draft.hpp"
#include "protocol/model/event.hpp"
#include "protocol/model/message.hpp"

namespace lab::session {

struct Rehydration {
  std::uint32_t incarnation = 0;  // to go on in; 0: not given yet
  std::uint32_t next_incarnation = 1;
  std::uint64_t next_sequence = 1;  // first event that has not been compared
};

/// Nothing while the store is sound. While there is one, nothing may be appended to the node's stream.
std::optional<Rehydration> rehydration(const journal::View& store);
inline bool is_rehydrating(const journal::View& store) { return rehydration(store).has_value(); }

/// Another process has the store: what an earlier one was told does not count any more.
void restart_rehydration(journal::Draft& draft);

/// The store cannot be trusted: from now on the node only listens. Nothing happens when that is known already.
void begin_rehydration(journal::Draft& draft);

struct HeldEvent {
  model::Event event;
  Hash hash;
  std::optional<model::Disposition> disposition;  // when it is not simply stored
};
struct Rehydrated {
  bool first = false;                   // records begin anew
  bool last = false;                    // the node may go on
  std::vector<HeldEvent> events;        // in order; what cannot be read here is left out
  std::vector<model::Event> displaced;  // with the last piece: all that this node had written and nobody holds
};

/// One piece of what the coordinator holds. The events are stored; different ones at their places are displaced.
/// Returns what is to be told to the node's records. Precondition: the piece is the one asked for.
Rehydrated take_held(journal::Draft& draft, const model::Resync& piece, UtcTime now);

}  // namespace lab::session
