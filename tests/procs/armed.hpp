#pragma once
// Failpoints in one process of a world: it is started with them, and again without them once they have acted.

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/procs/world.hpp"

namespace lab::procs {

/// "crash", or what QLIMS_FAILPOINT_MODES lists: "crash,error,sleep:300".
std::vector<std::string> failpoint_modes();

/// Whether a program has said in its log, from that place on, that the point acted.
bool has_acted(const std::filesystem::path& log, std::uintmax_t from, const std::string& point);
std::uintmax_t size_of(const std::filesystem::path& log);

class Armed {
 public:
  /// The member is killed and started anew.
  Armed(World& world, int member, std::vector<std::string> points, const std::string& mode);
  /// Until all have acted; false when one was not reached within `patience`.
  [[nodiscard]] bool wait(std::chrono::seconds patience = std::chrono::seconds{20}) const;
  [[nodiscard]] bool has_acted(const std::string& point) const {
    return procs::has_acted(world_.log(member_), from_, point);
  }
  [[nodiscard]] bool has_acted() const;
  /// Killed, if it still runs, and started without the points.
  void disarm();

 private:
  World& world_;
  int member_;
  std::vector<std::string> points_;
  std::uintmax_t from_;
};

/// What was tried, for the last line of a test.
struct Tally {
  std::vector<std::string> acted;
  std::vector<std::string> silent;
  void note(bool has_acted, const std::string& point, const std::string& mode);
};

}  // namespace lab::procs
