#pragma once
// A node's own event stream in its store: gap-free, hash-chained, kept until the coordinator has it in a verified
// backup.
//
// Tables of a node's store that belong to the protocol:
//   'e' incarnation, sequence -> event, packed            's' -> head of the open stream and how far it is acknowledged
//   'o' -> orders received so far, highest generation and token seen       'i' -> identity given at enrolment

#include <optional>

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
/// Highest sequence of the open stream that the coordinator has acknowledged.
std::uint64_t acknowledged(const journal::View& store);

/// What happened, who did it and to which task; the rest of the event is the stream's.
struct Entry {
  model::TaskId task;
  model::Token token;
  model::PersonId person;
  model::Happening what;
};

/// Appends an event to the open stream. Returns its hash. Precondition: the store has an identity.
Hash append(journal::Draft& draft, Entry entry, UtcTime now);

/// The flat bytes of one event of the open stream.
std::optional<Bytes> event_bytes(const journal::View& store, std::uint32_t incarnation, std::uint64_t sequence);

/// How far the coordinator's orders have been taken, and what must never go backwards.
struct OrdersState {
  std::uint64_t upto = 0;
  std::uint32_t generation = 0;
  model::Token highest_token;
};

OrdersState orders_state(const journal::View& store);
void set_orders_state(journal::Draft& draft, const OrdersState& state);
/// Precondition: `upto` is not above the head and not below what was acknowledged before.
void set_acknowledged(journal::Draft& draft, std::uint64_t upto);

}  // namespace lab::session
