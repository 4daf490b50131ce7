#pragma once
// A disk behind the store's interface: what was committed stays, everything else is gone with its process; a commit may
// be refused for want of room, or fail with nobody knowing whether it is stored.

#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "protocol/journal/store.hpp"

namespace lab::sim {

using Records = std::vector<std::pair<Bytes, Bytes>>;

enum class CommitFate : std::uint8_t { stored, refused, unknown_stored, unknown_lost };

class Disk final : public journal::Store {
 public:
  Disk() : inner_(journal::make_memory_store()) {}
  explicit Disk(const Records& records);

  std::unique_ptr<journal::Batch> write() override;
  std::unique_ptr<journal::Snapshot> read() const override { return inner_->read(); }
  journal::StoreFigures figures() const override;
  journal::ChangeLog& changes() const override { return inner_->changes(); }

  /// Decides about each commit.
  void set_fate(std::function<CommitFate()> fate) { fate_ = std::move(fate); }
  /// What a backup holds now.
  [[nodiscard]] Records records() const;
  /// The process that had it is gone.
  void reopen() { stopped_ = false; }

 private:
  friend class DiskBatch;
  std::unique_ptr<journal::Store> inner_;
  std::function<CommitFate()> fate_;
  bool stopped_ = false;
};

}  // namespace lab::sim
