#pragma once
// Carries deliveries to the receivers of webhooks, away from the loop: whatever a receiver does, or does not, only its
// own line waits.

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "coordinator/board/board.hpp"
#include "coordinator/dispatch/webhooks.hpp"
#include "protocol/journal/store.hpp"

namespace lab::coordinator::app {

/// For the whole call. A receiver takes what it is given and works on it afterwards; and the program waits so long at
/// its end.
constexpr std::chrono::milliseconds receiver_timeout{5'000};
/// When the loop's queue is full.
constexpr std::chrono::milliseconds post_retry{100};

/// A thread for each subscription that is served; those of subscriptions that are gone end when there are too many.
class Courier {
 public:
  struct Options {
    const journal::Store& store;
    /// Whether this person may see whom a sample was taken from, now.
    std::function<bool(const model::PersonId&)> may_see_units;
    /// Hands what became of a delivery to the loop; false when its queue is full.
    std::function<bool(board::Command)> post;
    std::function<UtcTime()> clock;
    std::function<void(const std::string& what)> damaged;  // the store
  };
  explicit Courier(Options options) : options_(std::move(options)) {}
  /// Waits for the calls that are under way; what they have delivered is delivered again after the next start.
  ~Courier();
  Courier(const Courier&) = delete;
  Courier& operator=(const Courier&) = delete;

  /// From the loop's thread, after the commit. Never waits.
  void take(std::vector<dispatch::Delivery> deliveries);

 private:
  struct Line {
    std::optional<dispatch::Delivery> waiting;  // one at a time, by the rule of the core
    bool is_busy = false;
    bool is_leaving = false;
    std::thread thread;
  };
  void let_idle_go(std::unique_lock<std::mutex>& lock);
  void serve(Line& line);
  /// Empty when the receiver has confirmed it.
  std::string deliver(const dispatch::Delivery& delivery);
  void report(const dispatch::Delivery& delivery, const std::string& problem);

  Options options_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::map<std::uint32_t, Line> lines_;  // by subscription; the loop's thread alone adds and takes away
  bool stopping_ = false;
};

}  // namespace lab::coordinator::app
