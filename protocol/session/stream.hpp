#pragma once
// A node's own event stream in its store: gap-free, hash-chained, kept until the coordinator has it in a verified
// backup.
//
// Tables of a node's store that belong to the protocol:
//   'e' incarnation, sequence -> event, packed            's' -> head of the open stream and how far it is acknowledged
//   'o' -> orders received so far, highest generation and token seen       'i' -> identity given at enrolment
//   'g' incarnation -> head of a stream that is closed                     'B' -> boots: of this process, of the one
//   before
//   'U' -> keys that were announced, and in which stream
//   'h' and 'H' belong to rehydration.hpp, 'c', 'C' and 'Y' to kept_heads.hpp

#include <optional>
#include <vector>

#include "protocol/crypto/crypto.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/model/event.hpp"
#include "protocol/model/message.hpp"

namespace lab::session {

/// Given by the coordinator at enrolment; without it a node does nothing.
struct Identity {
  model::NodeId node;
  model::LaboratoryId laboratory;
  std::string laboratory_name;
  crypto::PublicKey coordinator_key{};
};

std::optional<Identity> identity(const journal::View& store);
void set_identity(journal::Draft& draft, const Identity& identity);

/// Head of the open stream; incarnation 1, sequence 0 in a new store.
model::StreamHead stream_head(const journal::View& store);
/// Of every stream this store has, by incarnation; the last one is open.
std::vector<model::StreamHead> stream_heads(const journal::View& store);
/// The open stream ends, and its successor begins with nothing in it. The closed ones end where `seals` say.
/// Precondition: `incarnation` is above that of every stream here.
void open_stream(journal::Draft& draft, std::uint32_t incarnation, const std::vector<model::StreamHead>& seals);
/// Highest sequence of the open stream that the coordinator has acknowledged.
std::uint64_t acknowledged(const journal::View& store);

/// What happened, who did it and to which task; the rest of the event is the stream's.
struct Entry {
  model::TaskId task;
  model::Token token;
  model::PersonId person;
  model::Happening what;
};

/// Appends an event to the open stream. Returns its hash. Precondition: an identity, and no rehydration under way.
Hash append(journal::Draft& draft, Entry entry, UtcTime now);

/// Says in the open stream that this node goes on with `fresh` keys. The coordinator answers with a WELCOME that names
/// the new one; until then everything is signed with the former. Does nothing when the open stream has said so already.
struct FreshKeys {
  std::string curve_key;  // Z85, public
  crypto::KeyPair signing;
};
void announce_keys(journal::Draft& draft, const FreshKeys& fresh, const crypto::PublicKey& former, UtcTime now);

/// The flat bytes of one event of a stream of this node.
std::optional<Bytes> event_bytes(const journal::View& store, std::uint32_t incarnation, std::uint64_t sequence);

/// How far the coordinator's orders have been taken, and what must never go backwards.
struct OrdersState {
  std::uint64_t upto = 0;
  std::uint32_t generation = 0;
  model::Token highest_token;
};

/// Random numbers of the process that has this store now and of the one before it; zero: none.
struct Boots {
  std::uint64_t current = 0;
  std::uint64_t previous = 0;
};
Boots boots(const journal::View& store);
/// Does nothing when `boot` is the current one already.
void note_boot(journal::Draft& draft, std::uint64_t boot);

OrdersState orders_state(const journal::View& store);
void set_orders_state(journal::Draft& draft, const OrdersState& state);
/// Precondition: `upto` is not above the head and not below what was acknowledged before.
void set_acknowledged(journal::Draft& draft, std::uint64_t upto);

}  // namespace lab::session
