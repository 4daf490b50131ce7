#pragma once
// The two clocks of a port: the wall, for the record, and one that never jumps, for time limits.

#include <chrono>

#include "protocol/base/time.hpp"

namespace lab::port {

inline UtcTime utc_now() { return std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now()); }

/// Milliseconds since the machine started, in the type that the drivers take. Only differences mean something.
inline UtcTime monotonic_now() {
  const auto since_start = std::chrono::steady_clock::now().time_since_epoch();
  return UtcTime{std::chrono::duration_cast<Milliseconds>(since_start)};
}

}  // namespace lab::port
