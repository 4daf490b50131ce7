#pragma once
// What both daemons say of the machine they run on.

#include <nlohmann/json_fwd.hpp>

#include "protocol/base/time.hpp"
#include "protocol/journal/store.hpp"

namespace lab::service {

/// {"direction": "ahead" or "behind", "seconds": N} of a clock that is so far ahead; null for zero, which is no matter
/// (session/clock_skew.hpp).
nlohmann::json clock_skew(Milliseconds ahead);

/// Commits, octets used, allowed and free on the disk, and what follows for new work (journal/room.hpp).
nlohmann::json to_json(const journal::StoreFigures& figures);

}  // namespace lab::service
