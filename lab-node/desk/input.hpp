#pragma once
// What the loop is asked to decide, and what it tells whoever asked.

#include <functional>

#include "lab-node/node.hpp"

namespace lab::desk {

/// Called once after the turn: true when everything that was decided is durable, false when it could not be stored.
/// Only then may anybody be told: a browser, an instrument, the coordinator.
using After = std::function<void(bool stored)>;

/// One input: decided over the draft of a turn, on the loop's thread. Moves along the loop's queue.
using Input = std::function<After(node::Node& node, journal::Draft& draft, UtcTime now)>;

/// Puts an input in the queue, from any thread. False when the queue is full: the input is not taken.
using Post = std::function<bool(Input)>;

}  // namespace lab::desk
