#pragma once
// What a write log (write_log.c) says, and the files that a power cut could have left.
//
// The rule: what was written before a flush that returned is there. Of what was written after it, any part may be
// there: each write whole, not at all, or torn at 512 octets. A write through O_DSYNC is there by itself once the
// program has gone on, and says nothing about others.

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "tests/store/history.hpp"

namespace lab::faults {

struct LogEntry {
  enum class Kind : std::uint8_t { write, synced_write, truncate, flush, acknowledgement, named, folder_flush };
  Kind kind{};
  std::uint64_t at = 0;     // or the new length
  std::string_view octets;  // of the log
};

class CrashLog {
 public:
  /// Throws std::runtime_error when the file is no whole log.
  static CrashLog read(const std::filesystem::path& file);

  [[nodiscard]] const std::vector<LogEntry>& entries() const { return entries_; }
  /// The number of the last commit acknowledged among the first `length` entries; 0 when there is none.
  [[nodiscard]] unsigned acknowledged(std::size_t length) const;

 private:
  std::string bytes_;
  std::vector<LogEntry> entries_;
};

/// How a disk behaves in one power cut.
struct PowerCut {
  std::size_t length = 0;    // entries that had been executed
  double keep = 0.5;         // chance of each write that was not flushed to be there whole
  double tear = 0.5;         // chance of one that is not, to be there in part
  bool flushes_lie = false;  // nothing of the last `lost_max` entries was flushed at all
  std::size_t lost_max = 200;
};

/// A file as written so far: only what was ever written is kept, holes are zeros.
class Image {
 public:
  void apply(const LogEntry& entry);
  void write(std::uint64_t at, std::string_view octets);
  void truncate(std::uint64_t length);
  /// Replaces `file`.
  void save(const std::filesystem::path& file) const;
  [[nodiscard]] bool exists() const { return exists_; }
  /// Whether it has its final name, or is still the unfinished one of a creation.
  bool named = false;

 private:
  std::string octets_;        // up to the last octet written
  std::uint64_t length_ = 0;  // of the file
  bool exists_ = false;
};

/// One of the files that this cut may leave, as the dice fall.
Image image_after(const CrashLog& log, const PowerCut& cut, Dice& dice);

}  // namespace lab::faults
