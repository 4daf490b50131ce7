#pragma once
// A pseudo terminal in raw mode: the simulator holds its master, a host opens its device.

#include <string>

#include "protocol/base/result.hpp"

namespace lab::sim {

struct Terminal {
  int master = -1;
  int slave = -1;    // held open, so that a host that leaves does not end the line
  std::string path;  // of the device

  Terminal() = default;
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;
  ~Terminal();

  /// Unavailable when this machine gives no pseudo terminal.
  Result<void> open();
};

}  // namespace lab::sim
