#pragma once
// Internal to this folder. A child process at the other end of a socket pair; ended and reaped with this object.

#include <sys/types.h>
#include <chrono>
#include <string>
#include <vector>

#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"

namespace lab::label {

enum class Transfer { done, closed, timed_out };

class Process {
 public:
  using Deadline = std::chrono::steady_clock::time_point;

  /// Starts `command` (the first element is the path) with its end of the pair as standard input, nothing on standard
  /// output and error, and an environment of its own. Safe in a program with threads. Unavailable when it cannot start.
  static Result<Process> start(const std::vector<std::string>& command);

  Process(Process&& other) noexcept;
  Process& operator=(Process&& other) noexcept;
  ~Process();

  [[nodiscard]] bool is_alive();
  Transfer send(BytesView bytes, Deadline deadline);
  /// Appends exactly `count` octets to `bytes` when it is done.
  Transfer receive(std::size_t count, Bytes& bytes, Deadline deadline);
  /// Kills it if need be. Says how it ended: "signal 6", "exit code 1".
  std::string end();

 private:
  Process(pid_t pid, int socket) : pid_(pid), socket_(socket) {}
  pid_t pid_ = -1;
  int socket_ = -1;
  int status_ = 0;
};

}  // namespace lab::label
