#pragma once
// A program that runs beside this one: for the demo and for tests that kill real processes.

#include <sys/types.h>
#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "protocol/base/result.hpp"

namespace lab::process {

struct Command {
  std::vector<std::string> arguments;      // the first is the program's path
  std::filesystem::path log;               // standard output and error are appended here
  std::vector<std::string> environment{};  // "NAME=value", on top of ours
  std::filesystem::path input{};           // standard input is read from here; empty: ours
};

/// Owns the process: when this goes, the process is stopped. It also ends when the thread that
/// started it ends, so that nothing is left over when we are killed: start children on the main thread.
class Child {
 public:
  static Result<Child> start(const Command& command);
  Child(Child&& other) noexcept;
  Child& operator=(Child&& other) noexcept;
  ~Child();

  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] bool is_running();
  /// SIGTERM, then SIGKILL when it has not ended within `patience`. Returns the exit status as waitpid gives it.
  int stop(std::chrono::milliseconds patience = std::chrono::seconds{10});
  /// SIGKILL: no chance to finish anything.
  void kill();
  /// Waits for it to end by itself; nothing when it has not within `patience`.
  std::optional<int> wait(std::chrono::milliseconds patience);

 private:
  explicit Child(pid_t pid) : pid_(pid) {}
  pid_t pid_ = -1;
  std::optional<int> status_;
};

/// The folder this program was started from: its siblings are there too.
std::filesystem::path program_folder();

}  // namespace lab::process
