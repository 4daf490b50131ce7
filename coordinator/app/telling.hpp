#pragma once
// What is told about a node. One that repeats itself without end, out of order or in bad faith, must not fill the disk
// with log lines and hide what is said about others.

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "protocol/base/time.hpp"

namespace lab::coordinator::app {

/// Lines about one subject in one telling_interval; more are counted.
constexpr unsigned lines_per_subject = 20;
constexpr std::chrono::minutes telling_interval{1};
/// A province has some dozens of nodes; what is told about single tasks comes and goes.
constexpr std::size_t subjects_max = 1'024;

/// One thread.
class Telling {
 public:
  /// The line to write; nothing when there were too many of them. `now` must never jump.
  std::optional<std::string> line(const std::string& about, const std::string& note, UtcTime now);

 private:
  struct Subject {
    UtcTime since{};
    unsigned told = 0;
    std::uint64_t left_out = 0;
  };
  void forget_old(UtcTime now);

  std::map<std::string, Subject> subjects_;
};

}  // namespace lab::coordinator::app
