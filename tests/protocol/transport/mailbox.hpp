#pragma once
// Where a test waits for what arrives on a transport thread.

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>
#include <vector>

namespace lab::transport {

template <class Item>
class Mailbox {
 public:
  void add(std::vector<Item> items) {
    const std::lock_guard lock(mutex_);
    for (Item& item : items) items_.push_back(std::move(item));
    arrived_.notify_all();
  }
  void add(Item item) {
    const std::lock_guard lock(mutex_);
    items_.push_back(std::move(item));
    arrived_.notify_all();
  }

  /// All so far, as soon as there are `count`, or when the time is over.
  std::vector<Item> wait_for(std::size_t count, std::chrono::milliseconds patience = std::chrono::seconds{20}) {
    std::unique_lock lock(mutex_);
    arrived_.wait_for(lock, patience, [&] { return items_.size() >= count; });
    return std::exchange(items_, {});
  }

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<Item> items_;
};

}  // namespace lab::transport
