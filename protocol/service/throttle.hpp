#pragma once
// How long somebody who was wrong too often has to wait before the next attempt.

#include <chrono>
#include <map>
#include <mutex>
#include <span>
#include <string>

#include "protocol/base/time.hpp"

namespace lab::service {

constexpr int wrong_attempts_free = 5;
constexpr std::chrono::seconds first_wait{1};
constexpr std::chrono::minutes longest_wait{15};        // each further wrong attempt doubles the wait up to this
constexpr std::chrono::minutes attempts_forgotten{15};  // after the wait, without a further attempt
constexpr std::size_t throttled_max = 4'096;            // names and addresses; the one quiet longest is forgotten

/// Counts wrong attempts by whatever an attempt can be counted by: an account, an address. `now` is any clock that
/// does not jump. From any thread.
class Throttle {
 public:
  /// Zero: the attempt may be made, and counts as wrong under each key until `right` takes it back, so that many at
  /// the same time are counted too. Otherwise nothing is counted, and this is how long to wait.
  std::chrono::milliseconds begin(std::span<const std::string> keys, UtcTime now);
  /// The attempt was right: what was counted under `key` is forgotten.
  void right(const std::string& key);
  /// The attempt was right, but others under this key may not have been: only this one is taken back.
  void take_back(const std::string& key);

 private:
  struct Count {
    int wrong = 0;
    UtcTime free_at{};  // when the next attempt may be made
  };
  void forget_old(UtcTime now);

  std::mutex mutex_;
  std::map<std::string, Count> counts_;
};

}  // namespace lab::service
