#include "protocol/service/throttle.hpp"

#include <algorithm>

namespace lab::service {
namespace {

Milliseconds wait_after(int wrong) {
  if (wrong < wrong_attempts_free) return Milliseconds{0};
  constexpr int doublings_max = 20;  // far beyond the longest wait
  const int doublings = std::min(wrong - wrong_attempts_free, doublings_max);
  return std::min<Milliseconds>(first_wait * (1LL << doublings), longest_wait);
}

}  // namespace

Milliseconds Throttle::begin(std::span<const std::string> keys, UtcTime now) {
  const std::lock_guard lock{mutex_};
  forget_old(now);
  Milliseconds wait{0};
  for (const std::string& key : keys) {
    const auto found = counts_.find(key);
    if (found != counts_.end()) wait = std::max(wait, found->second.free_at - now);
  }
  if (wait > Milliseconds{0}) return wait;
  for (const std::string& key : keys) {
    Count& count = counts_[key];
    count.free_at = now + wait_after(++count.wrong);
  }
  return Milliseconds{0};
}

void Throttle::right(const std::string& key) {
  const std::lock_guard lock{mutex_};
  counts_.erase(key);
}

void Throttle::take_back(const std::string& key) {
  const std::lock_guard lock{mutex_};
  const auto found = counts_.find(key);
  if (found == counts_.end()) return;
  if (--found->second.wrong <= 0) {
    counts_.erase(found);
  } else {
    found->second.free_at -= wait_after(found->second.wrong + 1);
  }
}

// Precondition: the lock is held.
void Throttle::forget_old(UtcTime now) {
  std::erase_if(counts_, [&](const auto& entry) { return entry.second.free_at + attempts_forgotten <= now; });
  while (counts_.size() >= throttled_max) {
    counts_.erase(std::ranges::min_element(counts_, {}, [](const auto& entry) { return entry.second.free_at; }));
  }
}

}  // namespace lab::service
