#include <fmt/format.h>
#include <lmdb.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdlib>

#include "protocol/base/check.hpp"
#include "protocol/base/failpoint.hpp"
#include "protocol/base/log.hpp"
#include "protocol/journal/batch_limits.hpp"
#include "protocol/journal/lmdb_creation.hpp"
#include "protocol/journal/lmdb_environment.hpp"
#include "protocol/journal/lmdb_file.hpp"
#include "protocol/journal/lmdb_reader.hpp"
#include "protocol/journal/lmdb_tree.hpp"
#include "protocol/journal/record_envelope.hpp"
#include "protocol/journal/store.hpp"

namespace lab::journal {
namespace {

/// The file grows by this much at a time, as a hole: it takes no room until it is used.
constexpr std::uint64_t growth_bytes = std::uint64_t{16} << 20;

/// A snapshot that lives longer is logged: pages it sees cannot be reused, and the file grows without end (690-fold in
/// a measured case).
constexpr std::chrono::seconds snapshot_life_max{2};

Error map_full(const std::filesystem::path& folder) {
  return storage_error(folder,
                       "the store has reached its largest size; nothing of this batch is stored: raise the map size in "
                       "the configuration and start again");
}

class LmdbStore final : public Store {
 public:
  LmdbStore(std::filesystem::path folder, OwnerLock lock, Env env)
      : folder_(std::move(folder)), lock_(std::move(lock)), env_(std::move(env)) {
    MDB_stat about{};
    LAB_CHECK(mdb_env_stat(env_.get(), &about) == MDB_SUCCESS);
    page_bytes_ = about.ms_psize;
  }
  ~LmdbStore() override { LAB_CHECK(!batch_open_ && snapshots_ == 0); }

  /// Opens the table and checks the stamp.
  Result<void> start();

  std::unique_ptr<Batch> write() override;
  std::unique_ptr<Snapshot> read() const override;
  StoreFigures figures() const override;
  ChangeLog& changes() const override { return changes_; }

 private:
  friend class LmdbBatch;
  friend class LmdbSnapshot;

  Result<Transaction> begin(unsigned flags) const;
  Result<Stamp> check_stamp(MDB_txn* transaction) const;
  /// Reads everything once to know the sum, where a store has none; of a damaged one it stays unknown.
  Result<void> find_sum(Transaction transaction);
  Result<void> put_stamp(MDB_txn* transaction, std::optional<std::uint64_t> sum) const;
  /// Finds a lack of room before LMDB does: a commit that fails half-way has an unknown outcome.
  Result<void> make_room(std::uint64_t pages);
  Result<void> commit(Transaction transaction, std::uint64_t pages);
  [[nodiscard]] std::uint64_t last_page() const;
  [[nodiscard]] std::uint64_t free_bytes() const;

  std::filesystem::path folder_;
  OwnerLock lock_;  // given back after the environment is closed
  Env env_;
  MDB_dbi table_ = 0;
  std::uint64_t page_bytes_ = 0;
  std::uint64_t file_bytes_ = 0;
  std::atomic<std::uint64_t> commits_ = 0;
  std::atomic<bool> stopped_ = false;
  Error stop_reason_;  // on the writer's thread only
  bool batch_open_ = false;
  mutable std::atomic<int> snapshots_ = 0;
  mutable ChangeLog changes_;
};

class LmdbBatch final : public Batch {
 public:
  LmdbBatch(LmdbStore& store, Transaction transaction)
      : store_(store), transaction_(std::move(transaction)), reader_(transaction_.get(), store.table_) {
    MDB_stat about{};
    LAB_CHECK(mdb_stat(transaction_.get(), store_.table_, &about) == MDB_SUCCESS);
    // Whatever the changes are: the path to the first leaf, the free list and its path, and a split up to the root.
    pages_ = 64 + 4 * std::uint64_t{about.ms_depth};
    store_.batch_open_ = true;
    keeps_changes_ = store_.changes_.open(version_);
    sum_ = reader_.sum();
  }
  ~LmdbBatch() override {
    if (!stored_) store_.changes_.forget(version_);
    store_.batch_open_ = false;
  }

  std::optional<Bytes> get(BytesView key) const override {
    LAB_CHECK(transaction_ != nullptr);
    return reader_.get(key);
  }
  void scan(BytesView first, BytesView last, const Visit& visit) const override {
    LAB_CHECK(transaction_ != nullptr);
    const ScanMark mark(scanning_);
    reader_.scan(first, last, visit);
  }
  Result<void> put(BytesView key, BytesView record) override;
  Result<void> erase(BytesView key) override;
  Result<void> commit() override;

 private:
  struct Before {
    std::uint64_t count = 0;                 // of records
    std::optional<std::uint64_t> sum_there;  // of what is there under the key
  };
  [[nodiscard]] Before look(BytesView key) const { return {reader_.count(), reader_.sum_of(key)}; }
  /// After a change of this key: `code` is LMDB's answer, `sum` what stands there now.
  Result<void> changed(BytesView key, int code, const Before& before, std::uint64_t sum);

  LmdbStore& store_;
  Transaction transaction_;  // none after commit()
  LmdbReader reader_;
  BatchLimits limits_;
  std::uint64_t version_ = mdb_txn_id(transaction_.get());
  bool stored_ = false;
  bool keeps_changes_ = false;
  std::vector<KeyChange> changes_;
  std::optional<std::uint64_t> sum_;  // over all records; none when it is not known
  std::uint64_t pages_;               // the most this batch can add to the file
  mutable int scanning_ = 0;
};

/// What write() gives when no transaction can begin.
class RefusedBatch final : public Batch {
 public:
  explicit RefusedBatch(Error error) : error_(std::move(error)) {}
  std::optional<Bytes> get(BytesView) const override { throw Damage(to_text(error_)); }
  void scan(BytesView, BytesView, const Visit&) const override { throw Damage(to_text(error_)); }
  Result<void> put(BytesView, BytesView) override { return tl::unexpected(error_); }
  Result<void> erase(BytesView) override { return tl::unexpected(error_); }
  Result<void> commit() override { return tl::unexpected(error_); }

 private:
  Error error_;
};

class LmdbSnapshot final : public Snapshot {
 public:
  LmdbSnapshot(const LmdbStore& store, Transaction transaction)
      : store_(store), transaction_(std::move(transaction)), reader_(transaction_.get(), store.table_) {
    ++store_.snapshots_;
  }
  ~LmdbSnapshot() override {
    --store_.snapshots_;
    const auto life = std::chrono::steady_clock::now() - begun_;
    if (life <= snapshot_life_max) return;
    log::warning("a reader held a snapshot of {} for {} s: read in shorter pieces, or the file grows",
                 store_.folder_.string(), std::chrono::floor<std::chrono::seconds>(life).count());
  }

  std::optional<Bytes> get(BytesView key) const override { return reader_.get(key); }
  void scan(BytesView first, BytesView last, const Visit& visit) const override { reader_.scan(first, last, visit); }
  std::uint64_t version() const override { return mdb_txn_id(transaction_.get()); }
  std::uint64_t count() const override { return reader_.count(); }
  std::optional<std::uint64_t> sum() const override { return reader_.sum(); }

 private:
  const LmdbStore& store_;
  Transaction transaction_;
  LmdbReader reader_;
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
};

Result<void> LmdbBatch::put(BytesView key, BytesView record) {
  LAB_CHECK(transaction_ != nullptr && scanning_ == 0);
  if (auto admitted = limits_.admit(key, record.size()); !admitted) return admitted;
  // One leaf, its split, a share of the pages above, and the pages of a value too long for a leaf.
  pages_ += 3 + (record.size() + envelope_overhead) / (store_.page_bytes_ / 2);
  MDB_val at = to_val(key);
  const Bytes sealed = seal_record(key, record);
  MDB_val stored = to_val(sealed);
  const Before before = look(key);
  return changed(key, mdb_put(transaction_.get(), store_.table_, &at, &stored, 0), before, record_sum(key, record));
}

Result<void> LmdbBatch::erase(BytesView key) {
  LAB_CHECK(transaction_ != nullptr && scanning_ == 0);
  if (auto admitted = limits_.admit(key, 0); !admitted) return admitted;
  pages_ += 3;
  MDB_val at = to_val(key);
  const Before before = look(key);
  const int code = mdb_del(transaction_.get(), store_.table_, &at, nullptr);
  return changed(key, code == MDB_NOTFOUND ? MDB_SUCCESS : code, before, 0);
}

Result<void> LmdbBatch::changed(BytesView key, int code, const Before& before, std::uint64_t sum) {
  if (code == MDB_SUCCESS) {
    const auto came = static_cast<int>(static_cast<std::int64_t>(reader_.count() - before.count));
    const std::uint64_t more = sum - before.sum_there.value_or(0);
    if (keeps_changes_ && (came != 0 || more != 0)) changes_.push_back({Bytes{key}, came, more});
    // What a damaged record had added is not known any more: the sum is made anew at the next opening.
    if (sum_) sum_ = before.sum_there ? std::optional{*sum_ + more} : std::nullopt;
    return {};
  }
  if (code == MDB_MAP_FULL) return limits_.spoil(map_full(store_.folder_));
  return limits_.spoil(
      storage_error(store_.folder_,
                    fmt::format("a record cannot be written: {}; check the disk and start again", mdb_strerror(code))));
}

Result<void> LmdbBatch::commit() {
  LAB_CHECK(transaction_ != nullptr && scanning_ == 0);
  Transaction transaction = std::move(transaction_);
  if (limits_.spoiled()) return tl::unexpected(*limits_.spoiled());
  if (auto stamped = store_.put_stamp(transaction.get(), sum_); !stamped) return stamped;
  if (keeps_changes_) store_.changes_.add(version_, std::move(changes_));
  auto committed = store_.commit(std::move(transaction), pages_);
  stored_ = committed.has_value();
  return committed;
}

Result<void> LmdbStore::start() {
  auto transaction = begin(0);
  if (!transaction) return fail(std::move(transaction));
  MDB_txn* const running = transaction->get();
  if (const int code = mdb_dbi_open(running, nullptr, 0, &table_); code != MDB_SUCCESS) {
    return tl::unexpected(storage_error(folder_, fmt::format("the store cannot be opened: {}", mdb_strerror(code))));
  }
  const auto stamp = check_stamp(running);
  if (!stamp) return tl::unexpected(stamp.error());
  if (stamp->sum) return {};
  return find_sum(std::move(*transaction));
}

Result<void> LmdbStore::find_sum(Transaction transaction) {
  std::uint64_t sum = 0;
  try {
    LmdbReader{transaction.get(), table_}.scan("", Bytes(View::key_max + 1, '\xFF'),
                                               [&](BytesView key, BytesView record) {
                                                 sum += record_sum(key, record);
                                                 return true;
                                               });
  } catch (const Damage& damage) {
    log::error("{}", damage.what());
    return {};
  }
  if (auto stamped = put_stamp(transaction.get(), sum); !stamped) return stamped;
  if (fails_at("store.convert")) return tl::unexpected(storage_error(folder_, "the store is not converted: failpoint"));
  constexpr std::uint64_t pages_of_a_stamp = 64;
  auto committed = commit(std::move(transaction), pages_of_a_stamp);
  pass("store.converted");
  commits_ = 0;  // it is nobody's
  return committed;
}

Result<void> LmdbStore::put_stamp(MDB_txn* transaction, std::optional<std::uint64_t> sum) const {
  const Bytes sealed = seal_record(stamp_key, stamp_text(sum));
  MDB_val key = to_val(stamp_key);
  MDB_val stored = to_val(sealed);
  const int code = mdb_put(transaction, table_, &key, &stored, 0);
  if (code == MDB_SUCCESS) return {};
  if (code == MDB_MAP_FULL) return tl::unexpected(map_full(folder_));
  return tl::unexpected(storage_error(folder_, fmt::format("the stamp cannot be written: {}", mdb_strerror(code))));
}

Result<Stamp> LmdbStore::check_stamp(MDB_txn* transaction) const {
  const auto not_ours = fail(ErrorCode::malformed,
                             "this is not a store of this program, or its first record is damaged", folder_.string());
  MDB_val key = to_val(stamp_key);
  MDB_val stored{};
  if (mdb_get(transaction, table_, &key, &stored) != MDB_SUCCESS) return not_ours;
  const auto text = unseal_record(stamp_key, to_view(stored));
  const auto stamp = text ? parse_stamp(*text) : std::nullopt;
  if (!stamp) return not_ours;
  if (stamp->format <= store_format) return *stamp;
  return fail(
      ErrorCode::unsupported,
      fmt::format("the store has format {}, this program knows up to {}: use the newer program again, or restore "
                  "a backup from before the upgrade",
                  stamp->format, store_format),
      folder_.string());
}

std::unique_ptr<Batch> LmdbStore::write() {
  LAB_CHECK(!batch_open_);
  if (stopped_) return std::make_unique<RefusedBatch>(stop_reason_);
  auto transaction = begin(0);
  if (!transaction) return std::make_unique<RefusedBatch>(std::move(transaction).error());
  return std::make_unique<LmdbBatch>(*this, std::move(*transaction));
}

std::unique_ptr<Snapshot> LmdbStore::read() const {
  auto transaction = begin(MDB_RDONLY);
  if (!transaction) throw Damage(to_text(transaction.error()));
  return std::make_unique<LmdbSnapshot>(*this, std::move(*transaction));
}

StoreFigures LmdbStore::figures() const {
  MDB_envinfo info{};
  LAB_CHECK(mdb_env_info(env_.get(), &info) == MDB_SUCCESS);
  return {.commits = commits_,
          .bytes_used = (info.me_last_pgno + 1) * page_bytes_,
          .bytes_max = info.me_mapsize,
          .disk_free_bytes = free_bytes(),
          .stopped = stopped_};
}

Result<Transaction> LmdbStore::begin(unsigned flags) const {
  MDB_txn* transaction = nullptr;
  const int code = mdb_txn_begin(env_.get(), nullptr, flags, &transaction);
  if (code == MDB_SUCCESS) return Transaction(transaction);
  return tl::unexpected(
      storage_error(folder_, fmt::format("the store gives no transaction: {}; start again", mdb_strerror(code))));
}

Result<void> LmdbStore::make_room(std::uint64_t pages) {
  const std::uint64_t wanted = pages * page_bytes_;
  if (const std::uint64_t free = free_bytes(); free < wanted) {
    return tl::unexpected(
        storage_error(folder_, fmt::format("the disk is full: {} KiB are free, this batch may need {} KiB; nothing of "
                                           "it is stored: make room and try again",
                                           free >> 10, wanted >> 10)));
  }
  // The file is always as long as its headers say, also when LMDB leaves out a free page at its end: only so does a
  // short file at the next start mean that something is lost.
  const std::uint64_t end = (last_page() + 1 + pages) * page_bytes_;
  if (end <= file_bytes_) return {};
  mdb_filehandle_t file = -1;
  LAB_CHECK(mdb_env_get_fd(env_.get(), &file) == MDB_SUCCESS);
  const std::uint64_t grown = (end / growth_bytes + 1) * growth_bytes;
  struct stat about {};
  if (fails_at("store.grow") || ::fstat(file, &about) != 0 ||
      (static_cast<std::uint64_t>(about.st_size) < grown && ::ftruncate(file, static_cast<off_t>(grown)) != 0)) {
    return tl::unexpected(storage_error(
        folder_, fmt::format("the store's file cannot grow: {}; nothing of this batch is stored", system_text(errno))));
  }
  pass("store.grown");
  file_bytes_ = std::max(grown, static_cast<std::uint64_t>(about.st_size));
  return {};
}

Result<void> LmdbStore::commit(Transaction transaction, std::uint64_t pages) {
  if (auto room = make_room(pages); !room) return room;
  if (fails_at("store.commit")) return tl::unexpected(storage_error(folder_, "nothing is stored: failpoint"));
  int code = mdb_txn_commit(transaction.release());
  if (code == MDB_SUCCESS && fails_at("store.committed")) code = EIO;
  if (code == MDB_SUCCESS) {
    ++commits_;
    return {};
  }
  if (code == MDB_MAP_FULL) return tl::unexpected(map_full(folder_));
  // LMDB itself would go on after a failed flush as if nothing had happened, while the kernel has already dropped the
  // pages it could not write.
  stop_reason_ = storage_error(
      folder_,
      fmt::format("a commit failed ({}) and may or may not be stored; the store accepts nothing more: check the "
                  "disk, then start again",
                  mdb_strerror(code)));
  stopped_ = true;
  log::error("{}", to_text(stop_reason_));
  return tl::unexpected(stop_reason_);
}

std::uint64_t LmdbStore::last_page() const {
  MDB_envinfo info{};
  LAB_CHECK(mdb_env_info(env_.get(), &info) == MDB_SUCCESS);
  return info.me_last_pgno;
}

std::uint64_t LmdbStore::free_bytes() const {
  struct statvfs about {};
  // Without an answer the write itself must tell.
  if (::statvfs(folder_.c_str(), &about) != 0) return UINT64_MAX;
  return std::uint64_t{about.f_bavail} * about.f_frsize;
}

}  // namespace

Result<std::unique_ptr<Store>> open_lmdb(const std::filesystem::path& folder, const LmdbOptions& options) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) {
    return fail(ErrorCode::storage, fmt::format("the folder cannot be made: {}", error.message()), folder.string());
  }
  if (auto checked = check_file_system(folder); !checked) return fail(std::move(checked));
  auto lock = OwnerLock::take(folder);
  if (!lock) return fail(std::move(lock));
  if (auto checked = check_data_file(folder / "data.mdb"); !checked) return fail(std::move(checked));
  if (auto checked = check_trees(folder / "data.mdb"); !checked) return fail(std::move(checked));
  if (auto created = create_if_missing(folder, options); !created) return fail(std::move(created));
  auto env = open_environment(folder, options);
  if (!env) return fail(std::move(env));
  if (fails_at("store.open")) return tl::unexpected(storage_error(folder, "the store cannot be opened: failpoint"));
  auto store = std::make_unique<LmdbStore>(folder, std::move(*lock), std::move(*env));
  if (auto started = store->start(); !started) return fail(std::move(started));
  return store;
}

}  // namespace lab::journal
