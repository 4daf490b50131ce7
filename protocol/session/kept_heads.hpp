#pragma once
// What a node keeps of the coordinator's signed heads: it is a witness. Nobody can take out or change what the
// coordinator once held without contradicting a head that some node has kept.
//
//   'c' -> the last head, as one line          'C' size -> heads of late, as lines
//   'Y' generation, size, root -> heads that do not fit the others: evidence, kept for ever

#include <optional>
#include <vector>

#include "protocol/journal/draft.hpp"
#include "protocol/model/tree_head.hpp"

namespace lab::session {

/// More acknowledgements are never under way at once than a window has messages, so that the proof of each begins at a
/// head that is still known.
constexpr std::size_t heads_kept_max = 32;
/// A coordinator that contradicts itself without end fills no disk.
constexpr std::size_t odd_heads_max = 64;

enum class HeadFinding : std::uint8_t {
  none,         // none was shown, or one as old as those kept
  kept,         // it follows from the last one
  unproven,     // the proof begins at a head that is not kept: the next one will do
  departs,      // the coordinator was put back, and had forgotten what this node saw of it: told as an incident
  contradicts,  // not the same history, or not signed by this coordinator: told as an incident, and not kept
};

/// Looks at a head the coordinator has shown. An incident goes into the node's stream, once for each head.
/// Precondition: the store has an identity and is not being rehydrated.
HeadFinding take_head(journal::Draft& draft, const model::ShownHead& shown, UtcTime now);

std::optional<model::TreeHead> last_head(const journal::View& store);
/// Those of late, by size.
std::vector<model::TreeHead> heads_of_late(const journal::View& store);
std::vector<model::TreeHead> odd_heads(const journal::View& store);

}  // namespace lab::session
