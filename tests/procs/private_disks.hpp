#pragma once
// Small disks in memory that only this program and its children see.

#include <cstdint>
#include <filesystem>
#include <string>

namespace lab::procs {

/// Call it first, with one thread: from then on this process has mounts of its own, as root or in a user namespace.
/// Empty when that is permitted; else why not.
std::string own_mounts();

/// A disk of so many octets at `folder`, which must exist; it goes with the last process that sees it, or with the
/// object. Throws std::system_error.
class SmallDisk {
 public:
  SmallDisk(std::filesystem::path folder, std::uint64_t octets);
  ~SmallDisk();
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  /// Takes all room that is left.
  void fill() const;
  void give_room() const;

 private:
  std::filesystem::path folder_;
};

}  // namespace lab::procs
