#pragma once
// The store: an ordered key-value map with one writer and many readers. This header is the whole interface; nothing
// above it knows which engine is below.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>

#include "protocol/base/result.hpp"
#include "protocol/journal/effects.hpp"
#include "protocol/journal/view.hpp"

namespace lab::journal {

/// A running write transaction: reads see its own writes. Dropped without commit() it leaves nothing.
class Batch : public View {
 public:
  virtual Result<void> put(BytesView key, BytesView record) = 0;
  virtual Result<void> erase(BytesView key) = 0;
  /// Durable when it returns success (fdatasync has returned). After a failure the outcome is unknown: the store
  /// refuses every further write, and the process must stop and look again after a restart.
  virtual Result<void> commit() = 0;
};

struct StoreFigures {
  std::uint64_t commits = 0;
  std::uint64_t bytes_used = 0;
  std::uint64_t bytes_max = 0;  // size of the map
};

/// Thread rules: batches on one thread only; snapshots on any.
class Store {
 public:
  virtual ~Store() = default;
  virtual std::unique_ptr<Batch> write() = 0;
  /// A consistent view of the last commit. Keep it short: pages it sees are not reused while it lives.
  virtual std::unique_ptr<View> read() const = 0;
  [[nodiscard]] virtual StoreFigures figures() const = 0;
};

/// Puts and erases of `effects` into `batch`; everything else is returned, in order.
Result<Effects> apply(Effects&& effects, Batch& batch);

struct LmdbOptions {
  std::uint64_t map_bytes = std::uint64_t{8} << 30;  // sparse; a node's size, a coordinator takes 64 GiB
  unsigned readers_max = 126;
};

/// Opens or creates the store in `folder` (data.mdb, lock.mdb). Refuses a folder on a network file system, a file
/// shorter than its own page count, and a second open in the same process.
Result<std::unique_ptr<Store>> open_lmdb(const std::filesystem::path& folder, const LmdbOptions& options = {});

/// A store in memory with the same contract, for cores under test and for the simulator.
std::unique_ptr<Store> make_memory_store();

}  // namespace lab::journal
