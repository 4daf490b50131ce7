#pragma once
// The clocks, for shells only: a pure core is told the time.

#include <chrono>

#include "protocol/base/time.hpp"

namespace lab {

/// The time of day, for the record. May jump either way.
inline UtcTime wall_clock() { return std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now()); }

/// Milliseconds since the machine started, in the type that cores take. Never jumps; only differences mean something.
inline UtcTime monotonic_clock() {
  const auto since_start = std::chrono::steady_clock::now().time_since_epoch();
  return UtcTime{std::chrono::duration_cast<Milliseconds>(since_start)};
}

}  // namespace lab
