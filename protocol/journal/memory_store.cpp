#include <map>
#include <mutex>

#include "protocol/base/check.hpp"
#include "protocol/journal/batch_limits.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/journal/store.hpp"

namespace lab::journal {
namespace {

using Records = std::map<Bytes, Bytes, std::less<>>;

class RecordsView final : public View {
 public:
  explicit RecordsView(const Records& records) : records_(records) {}

  std::optional<Bytes> get(BytesView key) const override {
    const auto found = records_.find(key);
    return found == records_.end() ? std::nullopt : std::optional{found->second};
  }

  void scan(BytesView first, BytesView last, const Visit& visit) const override {
    for (auto at = records_.lower_bound(first); at != records_.end() && at->first < last; ++at) {
      if (!visit(at->first, at->second)) return;
    }
  }

 private:
  const Records& records_;
};

class MemoryStore final : public Store {
 public:
  ~MemoryStore() override { LAB_CHECK(!batch_open_ && records_.use_count() == 1); }

  std::unique_ptr<Batch> write() override;
  std::unique_ptr<Snapshot> read() const override;

  StoreFigures figures() const override {
    const std::lock_guard lock(mutex_);
    return {.commits = commits_, .bytes_used = bytes_, .bytes_max = UINT64_MAX, .disk_free_bytes = UINT64_MAX};
  }

  ChangeLog& changes() const override { return changes_; }

 private:
  friend class MemoryBatch;
  friend class MemorySnapshot;

  void commit(Effects changes);

  mutable std::mutex mutex_;
  mutable ChangeLog changes_;
  // Replaced by a copy when a snapshot still holds it; changed in place otherwise, so that a simulator with a large
  // store and short snapshots does not copy it on every turn.
  std::shared_ptr<Records> records_ = std::make_shared<Records>();
  std::uint64_t commits_ = 0;
  std::uint64_t bytes_ = 0;
  bool batch_open_ = false;
};

class MemoryBatch final : public Batch {
 public:
  explicit MemoryBatch(MemoryStore& store) : store_(store), base_(*store.records_), draft_(base_) {
    LAB_CHECK(!store_.batch_open_);
    store_.batch_open_ = true;
  }
  ~MemoryBatch() override { store_.batch_open_ = false; }

  std::optional<Bytes> get(BytesView key) const override { return draft_.get(key); }
  void scan(BytesView first, BytesView last, const Visit& visit) const override {
    const ScanMark mark(scanning_);
    draft_.scan(first, last, visit);
  }

  Result<void> put(BytesView key, BytesView record) override {
    LAB_CHECK(!committed_ && scanning_ == 0);
    auto admitted = limits_.admit(key, record.size());
    if (admitted) draft_.put(Bytes{key}, Bytes{record});
    return admitted;
  }

  Result<void> erase(BytesView key) override {
    LAB_CHECK(!committed_ && scanning_ == 0);
    auto admitted = limits_.admit(key, 0);
    if (admitted) draft_.erase(Bytes{key});
    return admitted;
  }

  Result<void> commit() override {
    LAB_CHECK(!committed_ && scanning_ == 0);
    committed_ = true;
    if (limits_.spoiled()) return tl::unexpected(*limits_.spoiled());
    store_.commit(draft_.take());
    return {};
  }

 private:
  MemoryStore& store_;
  RecordsView base_;
  Draft draft_;
  BatchLimits limits_;
  mutable int scanning_ = 0;
  bool committed_ = false;
};

class MemorySnapshot final : public Snapshot {
 public:
  MemorySnapshot(const MemoryStore& store, std::shared_ptr<const Records> records, std::uint64_t version)
      : store_(store), records_(std::move(records)), version_(version), view_(*records_) {}
  // Under the lock, so that the writer, which counts the holders under it, sees every read of this one as finished.
  ~MemorySnapshot() override {
    const std::lock_guard lock(store_.mutex_);
    records_.reset();
  }

  std::optional<Bytes> get(BytesView key) const override { return view_.get(key); }
  void scan(BytesView first, BytesView last, const Visit& visit) const override { view_.scan(first, last, visit); }
  std::uint64_t version() const override { return version_; }
  std::uint64_t count() const override { return records_->size(); }

 private:
  const MemoryStore& store_;
  std::shared_ptr<const Records> records_;
  std::uint64_t version_;
  RecordsView view_;
};

std::unique_ptr<Batch> MemoryStore::write() { return std::make_unique<MemoryBatch>(*this); }

std::unique_ptr<Snapshot> MemoryStore::read() const {
  const std::lock_guard lock(mutex_);
  return std::make_unique<MemorySnapshot>(*this, records_, commits_);
}

void MemoryStore::commit(Effects changes) {
  const std::lock_guard lock(mutex_);
  if (records_.use_count() > 1) records_ = std::make_shared<Records>(*records_);
  const std::uint64_t version = commits_ + 1;
  std::vector<KeyChange> came_and_went;
  for (Effect& change : changes) {
    if (auto* put = std::get_if<Put>(&change)) {
      if (!records_->contains(put->key)) came_and_went.push_back({put->key, +1});
      Bytes& record = (*records_)[put->key];
      bytes_ += put->record.size() - record.size();
      record = std::move(put->record);
    } else if (const auto* erase = std::get_if<Erase>(&change)) {
      const auto found = records_->find(erase->key);
      if (found == records_->end()) continue;
      came_and_went.push_back({erase->key, -1});
      bytes_ -= found->second.size();
      records_->erase(found);
    }
  }
  if (changes_.open(version)) changes_.add(version, std::move(came_and_went));
  commits_ = version;
}

}  // namespace

std::unique_ptr<Store> make_memory_store() { return std::make_unique<MemoryStore>(); }

}  // namespace lab::journal
