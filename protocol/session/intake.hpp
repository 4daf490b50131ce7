#pragma once
// The coordinator's side of the streams: what it holds of each node's events, and the orders it sends each node.
// The accept rule is sync.md section 4; counting is not decided here but in coordinator/ledger.
//
// Tables of the coordinator's store that belong to the protocol:
//   'e' node, incarnation, sequence -> event, packed      'c' node, incarnation -> cursor and its hash
//   'q' node, sequence -> order, packed                    'Q' node -> last order, last acknowledged order

#include <variant>
#include <vector>

#include "protocol/crypto/crypto.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/model/event.hpp"
#include "protocol/model/message.hpp"
#include "protocol/model/registry.hpp"

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

/// Stores what is new in `events` and moves the cursor, in `draft`. Already held events with the same bytes are taken
/// as repeated, and a gap is ignored: in both cases the answer is the cursor. Refuses (and leaves `draft` as it was): a
/// bad signature, a broken chain, a different event at a held place, an incarnation the coordinator never gave out.
std::variant<std::vector<Accepted>, model::Refuse> take_events(journal::Draft& draft, const model::NodeEntry& node,
                                                               const model::Events& events);

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

}  // namespace lab::session
