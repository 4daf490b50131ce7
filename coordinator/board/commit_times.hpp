#pragma once
// How long commits take, counted where they are made and read where somebody asks.

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>

namespace lab::board {

/// Upper bounds in seconds: a solid state disk commits in some milliseconds, a tired one in tenths of a second.
inline constexpr std::array commit_bounds{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5};

/// Written by one thread, read by any.
class CommitTimes {
 public:
  void note(std::chrono::nanoseconds took) {
    std::size_t bucket = 0;
    const double seconds = std::chrono::duration<double>(took).count();
    while (bucket < commit_bounds.size() && seconds > commit_bounds[bucket]) ++bucket;
    buckets_[bucket].fetch_add(1, std::memory_order_relaxed);
    nanoseconds_.fetch_add(static_cast<std::uint64_t>(took.count()), std::memory_order_relaxed);
  }
  /// Commits that took at most commit_bounds[i] and more than the bound before; behind the last bound, all longer ones.
  [[nodiscard]] std::uint64_t in(std::size_t bucket) const { return buckets_[bucket].load(std::memory_order_relaxed); }
  [[nodiscard]] double seconds() const {
    return static_cast<double>(nanoseconds_.load(std::memory_order_relaxed)) / 1e9;
  }

 private:
  std::array<std::atomic<std::uint64_t>, commit_bounds.size() + 1> buckets_{};
  std::atomic<std::uint64_t> nanoseconds_{0};
};

}  // namespace lab::board
