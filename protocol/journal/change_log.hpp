#pragma once
// Which keys came, went or changed while somebody reads the whole store in pieces. Each piece is of another version of
// the store, so the sum of the pieces equals no version's number of records, nor their sum, until these changes are
// added.

#include <cstdint>
#include <mutex>
#include <vector>

#include "protocol/base/bytes.hpp"

namespace lab::journal {

struct KeyChange {
  Bytes key;
  int records = 0;        // +1 came, -1 went, 0 another record under the same key
  std::uint64_t sum = 0;  // by how much the sum over all records changed, modulo 2^64; 0 where none is kept
};

/// Between one writer and at most one watcher, each on its own thread. Nothing is kept while nobody watches; while
/// somebody does, what a few batches changed.
class ChangeLog {
 public:
  // ---- the writer

  /// At the start of a batch that would become this version. True: add() wants its changes.
  [[nodiscard]] bool open(std::uint64_t version);
  /// Before a snapshot can see the batch.
  void add(std::uint64_t version, std::vector<KeyChange> changes);
  /// The batch was not stored.
  void forget(std::uint64_t version);

  // ---- the watcher

  /// Precondition: nobody watches.
  void watch();
  void unwatch();
  /// Whether everything that is newer than this version is kept. False for a moment after watch(), while a batch of
  /// the time before it is not yet visible.
  [[nodiscard]] bool covers(std::uint64_t version) const;
  struct Settled {
    std::int64_t records = 0;
    std::uint64_t sum = 0;
  };
  /// Takes out the changes up to `version`; returns by how much they changed what is below `end`.
  [[nodiscard]] Settled settle(std::uint64_t version, BytesView end);

 private:
  struct Entry {
    std::uint64_t version;
    KeyChange change;
  };

  mutable std::mutex mutex_;
  bool watched_ = false;
  std::uint64_t missed_ = 0;  // the newest version whose changes are not kept
  std::vector<Entry> entries_;
};

}  // namespace lab::journal
