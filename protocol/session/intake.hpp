#pragma once
// The coordinator's side of the streams: what it holds of each node's events, and the orders it sends each node.
// The accept rule is sync.md section 4; counting is not decided here but in coordinator/ledger.
//
// Tables of the coordinator's store that belong to the protocol:
//   'e' node, incarnation, sequence -> event, packed      'c' node, incarnation -> cursor and its hash
//   'q' node, sequence -> order, packed                    'Q' node -> last order, last acknowledged order
//   'I' node, incarnation -> Deferred, while there is something         'M', 'T', 'N': see event_tree.hpp

#include <variant>
#include <vector>

#include "protocol/crypto/crypto.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/model/event.hpp"
#include "protocol/model/message.hpp"
#include "protocol/model/registry.hpp"
#include "protocol/session/policy.hpp"

namespace lab::session {

/// The highest contiguous event held, per incarnation of a node; empty when nothing came yet.
std::vector<model::StreamHead> cursors(const journal::View& store, model::NodeId node);
model::StreamHead cursor(const journal::View& store, model::NodeId node, std::uint32_t incarnation);

/// An event that is now the coordinator's. `event` is nothing when the bytes cannot be read here (a newer kind): they
/// are kept all the same and count as quarantined.
struct Accepted {
  std::uint64_t sequence = 0;
  Hash hash;
  std::optional<model::Event> event;
  std::string problem;  // why it could not be read
};

/// Signed by the node, and at a place where something else counts: kept, and worth nothing.
struct Evidence {
  std::size_t events = 0;
  bool beyond_seal = false;  // of an incarnation that has ended; else its writer still believes in it
};

struct Intake {
  UtcTime now{};
  bool recovering = false;  // what was known of incarnations and their ends may have been forgotten
  Policy policy{};
};

/// Stores what is new in `events` and moves the cursor, in `draft`. Already held events with the same bytes are taken
/// as repeated, and a gap is ignored: in both cases the answer is the cursor. A different event at a held place, one
/// that does not follow from the event before it, and one of an incarnation that has ended are kept as evidence.
/// Refuses (and leaves `draft` as it was): a bad signature, a broken chain, an incarnation that was never given out.
std::variant<std::vector<Accepted>, model::Refuse, Evidence> take_events(journal::Draft& draft,
                                                                         const model::NodeEntry& node,
                                                                         const model::Events& events,
                                                                         const Intake& intake = {});

/// What a node that lost its store is told: its streams' ends, and what is held from one place on; see Resync.
model::Resync held_from(const journal::View& store, model::NodeId node, std::uint32_t incarnation,
                        const model::ResyncRequest& from);

/// Events that are held and not decided yet, because the coordinator was put back and others may say more: everything
/// behind `decided`. What they say of grants is looked at first, up to `looked_at`.
struct Deferred {
  model::NodeId node;
  std::uint32_t incarnation = 1;
  std::uint64_t looked_at = 0;
  std::uint64_t decided = 0;
};

std::vector<Deferred> deferred(const journal::View& store);
bool is_deferring(const journal::View& store, model::NodeId node, std::uint32_t incarnation);
/// What comes behind `decided` from now on is deferred. Nothing changes when that is so already.
void defer(journal::Draft& draft, model::NodeId node, std::uint32_t incarnation, std::uint64_t decided);
/// Ends it when everything held is decided.
void set_deferred(journal::Draft& draft, const Deferred& deferred);
/// Held events from `first` on, at most a message full.
std::vector<Accepted> held_events(const journal::View& store, model::NodeId node, std::uint32_t incarnation,
                                  std::uint64_t first);

/// The flat bytes of a held event, as they came.
std::optional<Bytes> held_event(const journal::View& store, model::NodeId node, std::uint32_t incarnation,
                                std::uint64_t sequence);

/// Appends an order to the stream of a node and returns its sequence.
std::uint64_t append_order(journal::Draft& draft, model::NodeId node, model::Command what, UtcTime now);

struct OrderProgress {
  std::uint64_t last = 0;
  std::uint64_t acknowledged = 0;
};
OrderProgress order_progress(const journal::View& store, model::NodeId node);
void set_orders_acknowledged(journal::Draft& draft, model::NodeId node, std::uint64_t upto);

/// Up to a message full of orders from `first`, signed. Empty when there are none.
model::Orders orders_from(const journal::View& store, model::NodeId node, std::uint64_t first, std::uint32_t generation,
                          const crypto::SecretKey& key);
/// The same, and none behind `last`.
model::Orders orders_between(const journal::View& store, model::NodeId node, std::uint64_t first, std::uint64_t last,
                             std::uint32_t generation, const crypto::SecretKey& key);

}  // namespace lab::session
