#pragma once
// The coordinator's Merkle tree over every event it holds, in the order it took them: written in the same draft as the
// events, so that no head is ever signed for something that is not durable with it.
//
//   'M' level, index -> tile of hashes      'T' position -> a stretch: which events stand there, and their signature
//   'N' -> TreeState                        'N' node, incarnation -> events already in the tree, while it is made
//   'N' node, incarnation, 1 -> Claim       'N' node, 0, 2 -> tasks of a node that was put back beside a known loss

#include <functional>
#include <span>

#include "protocol/crypto/crypto.hpp"
#include "protocol/evidence/consistency.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/model/event.hpp"
#include "protocol/model/message.hpp"

namespace lab::session {

/// Events of one message of one node, as they stand in the tree. The signature is the node's, over the head that they
/// lead to; empty for events that were taken before signatures were kept.
struct Stretch {
  std::uint64_t position = 0;  // of the first one in the tree
  model::NodeId node;
  std::uint32_t incarnation = 1;
  std::uint64_t first = 0;
  std::uint64_t count = 0;
  Bytes signature;

  bool operator==(const Stretch&) const = default;
};

struct TreeState {
  std::uint64_t size = 0;
  std::uint64_t base = 0;        // when this generation began
  bool is_being_made = false;    // of a store that is older than its tree: nothing is signed yet
  std::uint64_t seen = 0;        // the highest head of an earlier generation that reaches behind the base: known loss
  std::uint64_t seen_base = 0;   // base of the generation that first found it lost
  bool is_collected = false;     // what was to be had of it again is here, and counted:
  std::uint64_t had = 0;         //   events that nodes had when this generation first heard them, held again
  std::uint64_t had_surely = 0;  //   of these, known to have been in the tree of the generation before
  bool follows = false;          // the generation before is the one of this store, and it had collected everything
  std::uint64_t lost_before_least = 0;  // what this store knew to be lost when it was put back
  std::uint64_t lost_before_most = 0;

  bool operator==(const TreeState&) const = default;
};

TreeState tree_state(const journal::View& store);
evidence::GetTile tree_tiles(const journal::View& store);
/// Stretches that reach to `position` or behind it, in order.
void for_each_stretch(const journal::View& store, std::uint64_t position,
                      const std::function<bool(const Stretch& stretch)>& visit);

/// Puts `events`, hashes of consecutive events of one stream, behind the others. `where.position` and `where.count` are
/// found out here. Does nothing while the tree of an older store is being made, which comes to them later.
void grow_tree(journal::Draft& draft, Stretch where, std::span<const Hash> events);
/// One step of making the tree of a store that had none; false when there is nothing to do. Call it before the store
/// takes events: what is held by then comes first.
bool make_tree(journal::Draft& draft);

/// Up to here the tree is that of the generation before; what that had behind it is lost, or will be collected again.
/// `follows`: this store was in that generation itself and had collected everything. Otherwise a node may have been
/// told that an event is held which was never in that tree, and no event is surely held again.
void begin_tree_generation(journal::Draft& draft, bool follows);
/// What a node that is heard in this generation has: its streams, the open one last, and how many events of that one
/// the coordinator had said it holds (`acknowledged`). Of several words the most counts. `is_sure`: see above, of this
/// node.
void note_claim(journal::Draft& draft, model::NodeId node, std::span<const model::StreamHead> streams,
                std::uint64_t acknowledged, bool is_sure);
/// Whether the node had an event there when this generation first heard it, so that it can be one of before.
bool is_claimed(const journal::View& store, model::NodeId node, std::uint32_t incarnation, std::uint64_t sequence);

/// Of generation 0 while there is none to be shown.
model::TreeHead tree_head(const journal::View& store, std::uint32_t generation, UtcTime now,
                          const crypto::SecretKey& key);
/// With the proof that it extends the tree of `from` leaves, if there is such a one.
model::ShownHead shown_head(const model::TreeHead& head, const journal::View& store, std::uint64_t from);

/// Whether a head that a node has kept is one this coordinator signed and its store does not lead to: it was put back.
bool contradicts_tree(const journal::View& store, const model::TreeHead& kept, std::uint32_t generation,
                      const crypto::SecretKey& key);
/// Notes how much more an earlier generation had, by a head of it that a node has kept. True when that is news.
bool note_known_loss(journal::Draft& draft, const model::TreeHead& kept, std::uint32_t generation,
                     const crypto::SecretKey& key);

/// Events of an earlier generation that a node has seen to be there and that this store does not hold. Until everything
/// has been collected the range is wide; afterwards it is as narrow as what nodes know: one number, unless some had
/// events that no coordinator had acknowledged to them. What is new since is in neither number.
struct KnownLoss {
  std::uint64_t at_least = 0;
  std::uint64_t at_most = 0;

  bool operator==(const KnownLoss&) const = default;
};
KnownLoss known_loss(const journal::View& store);
/// Everything has been collected, once more perhaps. Nothing when no loss is known or this was said before.
std::optional<KnownLoss> close_known_loss(journal::Draft& draft);

/// Tasks whose events may be among the lost ones: those that a node had which was put back as well. By node.
void note_doubtful_tasks(journal::Draft& draft, model::NodeId node, std::span<const model::TaskId> tasks);
std::vector<model::TaskId> doubtful_tasks(const journal::View& store);

}  // namespace lab::session
