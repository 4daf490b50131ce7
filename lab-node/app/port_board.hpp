#pragma once
// What the page says of this bench PC's ports: which there are, and what is the matter with each.

#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "lab-node/desk/desk.hpp"

namespace lab::node::app {

/// Everything that is said of a port also goes into the log. A port that is not on the board is only logged. From any
/// thread.
class PortBoard {
 public:
  void add(desk::PortStatus port);
  [[nodiscard]] std::vector<desk::PortStatus> all() const;

  /// Stays to be read until something else is said: a good file does not mend one that was refused.
  void trouble(const std::string& port, const std::string& what);
  /// The same of what comes again by itself, because nobody was told that it is here: over with taken().
  void not_taken(const std::string& port, const std::string& why);
  void taken(const std::string& port);
  /// Only to be known: it never hides a trouble, and is said once while it is the same.
  void note(const std::string& port, const std::string& what);

 private:
  desk::PortStatus* find(const std::string& port);

  mutable std::mutex mutex_;  // guards the three below
  std::vector<desk::PortStatus> ports_;
  std::set<std::string> failing_;  // whose trouble is over with the next capture that is taken
  std::set<std::string> noted_;    // whose trouble is a note
};

}  // namespace lab::node::app
