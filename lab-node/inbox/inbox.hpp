#pragma once
// What the coordinator orders: tasks given to this node, and tasks taken back.

#include <cstdint>
#include <span>

#include "protocol/journal/draft.hpp"
#include "protocol/model/task.hpp"

namespace lab::inbox {

struct Taken {
  std::uint32_t granted = 0;
  std::uint32_t revoked = 0;
  std::uint32_t leased = 0;   // blocks of serials
  std::uint32_t held = 0;     // reserves that are held, or free again
  std::uint32_t ignored = 0;  // a token that is not newer than the one held, or a grant this node never had
};

/// Orders in the sequence of their stream; each changes one sample or nothing.
///   grant       a new sample, findable by its number and its blind code. A newer token for a sample that is here keeps
///               what was drawn, received and measured, and asks for a verdict under the new token.
///   hold        the reserve of a sample may not be destroyed, or may again; see shelf/containers.hpp
///   revocation  the sample is revoked; what was measured stays.
///   serials     numbers this node may give by itself, see serials.hpp.
/// A number or blind code that already belongs to another task is an incident in the stream, and the grant is ignored.
Taken take(journal::Draft& draft, std::span<const model::Order> orders, UtcTime now);

}  // namespace lab::inbox
