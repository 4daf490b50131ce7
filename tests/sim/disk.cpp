#include "tests/sim/disk.hpp"

#include "protocol/base/check.hpp"

namespace lab::sim {

class DiskBatch final : public journal::Batch {
 public:
  explicit DiskBatch(Disk& disk) : disk_(disk), inner_(disk.inner_->write()) {}

  std::optional<Bytes> get(BytesView key) const override { return inner_->get(key); }
  void scan(BytesView first, BytesView last, const Visit& visit) const override { inner_->scan(first, last, visit); }
  Result<void> put(BytesView key, BytesView record) override { return inner_->put(key, record); }
  Result<void> erase(BytesView key) override { return inner_->erase(key); }

  Result<void> commit() override {
    switch (disk_.fate_ ? disk_.fate_() : CommitFate::stored) {
      case CommitFate::stored:
        return inner_->commit();
      case CommitFate::refused:
        return fail(ErrorCode::storage, "the disk is full; nothing of this batch is stored");
      case CommitFate::unknown_stored:
        LAB_CHECK(inner_->commit().has_value());
        [[fallthrough]];
      case CommitFate::unknown_lost:
        disk_.stopped_ = true;
        return fail(ErrorCode::storage, "the commit may or may not be stored");
    }
    return {};
  }

 private:
  Disk& disk_;
  std::unique_ptr<journal::Batch> inner_;
};

Disk::Disk(const Records& records) : Disk() {
  const auto batch = inner_->write();
  for (const auto& [key, record] : records) LAB_CHECK(batch->put(key, record).has_value());
  LAB_CHECK(batch->commit().has_value());
}

std::unique_ptr<journal::Batch> Disk::write() {
  LAB_CHECK(!stopped_);  // its process must have ended
  return std::make_unique<DiskBatch>(*this);
}

journal::StoreFigures Disk::figures() const {
  auto figures = inner_->figures();
  figures.stopped = stopped_;
  return figures;
}

Records Disk::records() const {
  Records records;
  inner_->read()->scan("", Bytes(journal::View::key_max, '\xFF'), [&](BytesView key, BytesView record) {
    records.emplace_back(key, record);
    return true;
  });
  return records;
}

}  // namespace lab::sim
