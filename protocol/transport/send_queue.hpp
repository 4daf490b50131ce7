#pragma once
// What waits for the transport thread. Private to this folder.

#include <atomic>
#include <cstdint>
#include <mutex>
#include <utility>
#include <vector>

#include "protocol/base/bytes.hpp"
#include "protocol/transport/limits.hpp"

namespace lab::transport {

/// Thread-safe. What does not fit is dropped and counted.
template <class Item>
class SendQueue {
 public:
  /// `frame_of(item)` is its payload. Says whether anything was added.
  template <class FrameOf>
  bool add(std::vector<Item> items, FrameOf frame_of) {
    bool added = false;
    const std::lock_guard lock(mutex_);
    for (Item& item : items) {
      const std::size_t size = frame_of(item).size();
      if (size > frame_max) {
        ++dropped_oversize_;
      } else if (waiting_.size() >= queue_frames_max || bytes_ + size > queue_bytes_max) {
        ++dropped_full_;
      } else {
        bytes_ += size;
        waiting_.push_back(std::move(item));
        added = true;
      }
    }
    return added;
  }

  [[nodiscard]] std::vector<Item> take() {
    const std::lock_guard lock(mutex_);
    bytes_ = 0;
    return std::exchange(waiting_, {});
  }

  [[nodiscard]] std::uint64_t dropped_oversize() const { return dropped_oversize_; }
  [[nodiscard]] std::uint64_t dropped_full() const { return dropped_full_; }

 private:
  std::mutex mutex_;
  std::vector<Item> waiting_;
  std::size_t bytes_ = 0;
  std::atomic<std::uint64_t> dropped_oversize_ = 0;
  std::atomic<std::uint64_t> dropped_full_ = 0;
};

}  // namespace lab::transport
