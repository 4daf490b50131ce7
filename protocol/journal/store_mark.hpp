#pragma once
// A note beside a store, which no backup of the store holds: how far the store had come, and where its file lay. A
// store that was put back from a backup, or whose folder was copied, disagrees with it.

#include <cstdint>
#include <filesystem>
#include <string>

#include "protocol/base/result.hpp"

namespace lab::journal {

/// Not found out: a file of the store that was overwritten in place together with the note, and a disk set back as a
/// whole. Then the other side tells.
class StoreMark {
 public:
  /// `name` of the file in the data folder; the store is the folder `store` in it.
  StoreMark(const std::filesystem::path& data, const std::string& name);

  enum class Finding : std::uint8_t {
    agrees,
    missing,   // a new store, or a program that wrote no note
    disagrees  // put back or copied: another file, or one that had come further
  };
  /// `reached` is how far the store has come: it never goes back by itself.
  [[nodiscard]] Finding compare(std::uint64_t reached) const;
  /// The number in the note; 0 when there is none.
  [[nodiscard]] std::uint64_t noted() const;
  /// Durable when it returns.
  [[nodiscard]] Result<void> write(std::uint64_t reached) const;

 private:
  [[nodiscard]] std::string place() const;

  std::filesystem::path file_;
  std::filesystem::path store_file_;
};

/// A file that whoever puts a backup back leaves in the data folder, and that the program takes away when it has acted
/// upon it.
std::filesystem::path restored_mark(const std::filesystem::path& data);

}  // namespace lab::journal
