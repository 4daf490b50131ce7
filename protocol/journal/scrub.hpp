#pragma once
// Reading everything, to find what is damaged before somebody needs it.

#include <cstdint>

#include "protocol/journal/store.hpp"

namespace lab::journal {

/// One pass over all records in short steps, each on a snapshot of its own, while the writer goes on. Checks every
/// record, and at the end that as many were there as the engine counts, and with the sum it keeps: the only way to
/// notice a record that a damaged page hides, or a page that shows an older state of itself. At most one pass of a
/// store at a time, on one thread; the store outlives it.
class ScrubPass {
 public:
  explicit ScrubPass(const Store& store);
  ~ScrubPass();
  ScrubPass(const ScrubPass&) = delete;
  ScrubPass& operator=(const ScrubPass&) = delete;

  /// Reads at most `records_max` further records, at least one; true when the pass is over. Throws DamagedRecord, or
  /// Damage when records are missing or out of order; the pass is over then as well.
  bool step(std::size_t records_max);

  /// Read so far.
  [[nodiscard]] std::uint64_t records() const { return records_; }

 private:
  const Store& store_;
  Bytes position_;              // keys below it have been read
  std::uint64_t records_ = 0;   // read
  std::uint64_t sum_ = 0;       // over them
  ChangeLog::Settled changed_;  // since they were read
};

}  // namespace lab::journal
