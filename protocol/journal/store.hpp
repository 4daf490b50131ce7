#pragma once
// The store: an ordered key-value map with one writer and many readers. This header is the whole interface; nothing
// above it knows which engine is below.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>

#include "protocol/base/result.hpp"
#include "protocol/journal/change_log.hpp"
#include "protocol/journal/effects.hpp"
#include "protocol/journal/view.hpp"

namespace lab::journal {

/// A running write transaction: reads see its own writes. Dropped without commit() it leaves nothing.
/// A put or erase that fails makes commit() fail with the same error: half a turn is never stored.
class Batch : public View {
 public:
  /// Above these LMDB spills pages in mid-transaction (over 131,071 dirty pages), where 0.9.24 has a known fault
  /// (ITS#9155). 30,000 changes are more than a whole province's plan; split anything larger.
  static constexpr std::size_t changes_max = 30'000;
  static constexpr std::size_t bytes_max = std::size_t{64} << 20;
  /// One frame of the wire. What is larger is a blob (blobs.hpp); beyond 2,000 octets a record takes whole pages.
  static constexpr std::size_t record_max = std::size_t{1} << 20;

  /// Keys: 1 to key_max octets, the first one not zero (that table is the engine's own). Replaces what is there.
  virtual Result<void> put(BytesView key, BytesView record) = 0;
  /// Nothing happens when the key is not there.
  virtual Result<void> erase(BytesView key) = 0;
  /// Durable when it returns success (fdatasync has returned). A lack of room (map or disk) is found before anything
  /// is written: nothing of the batch is stored and the store goes on. After any other failure the outcome is unknown:
  /// the store refuses every further write, and the process must stop and look again after a restart.
  /// At most once per batch.
  virtual Result<void> commit() = 0;
};

/// The last commit, as it was.
class Snapshot : public View {
 public:
  /// Grows with every commit.
  [[nodiscard]] virtual std::uint64_t version() const = 0;
  /// How many records there are, by the engine's own books.
  [[nodiscard]] virtual std::uint64_t count() const = 0;
  /// The sum of record_sum() over all records, by the same books; none where records cannot decay.
  [[nodiscard]] virtual std::optional<std::uint64_t> sum() const { return std::nullopt; }
};

struct StoreFigures {
  std::uint64_t commits = 0;
  std::uint64_t bytes_used = 0;
  std::uint64_t bytes_max = 0;        // size of the map
  std::uint64_t disk_free_bytes = 0;  // on the file system that holds it
  bool stopped = false;               // a commit failed with unknown outcome; every write is refused
};

/// Thread rules: batches on one thread only, one at a time; snapshots on any. Both must be gone before the store is.
/// A visitor of a batch's scan must not change the batch.
class Store {
 public:
  virtual ~Store() = default;
  /// When the store has stopped: a batch that refuses every write and throws Damage on every read.
  virtual std::unique_ptr<Batch> write() = 0;
  /// A consistent view of the last commit. Keep it short (2 s are logged): pages it sees are not reused while it lives.
  virtual std::unique_ptr<Snapshot> read() const = 0;
  [[nodiscard]] virtual StoreFigures figures() const = 0;
  /// What batches add and erase, for a ScrubPass (scrub.hpp).
  [[nodiscard]] virtual ChangeLog& changes() const = 0;
};

/// Puts and erases of `effects` into `batch`; everything else is returned, in order.
Result<Effects> apply(Effects&& effects, Batch& batch);

struct LmdbOptions {
  std::uint64_t map_bytes = std::uint64_t{8} << 30;  // sparse; a node's size, a coordinator takes 64 GiB
  unsigned readers_max = 126;
};

/// Opens or creates the store in `folder` (data.mdb, lock.mdb, owner.lock). Refuses a folder on a network file system
/// (unavailable), a file shorter than its own page count or with broken header pages (storage), a store of a newer
/// format (unsupported), and a second open, by this process or any other, while the first lives (conflict).
Result<std::unique_ptr<Store>> open_lmdb(const std::filesystem::path& folder, const LmdbOptions& options = {});

/// A store in memory with the same contract, for cores under test and for the simulator.
std::unique_ptr<Store> make_memory_store();

}  // namespace lab::journal
