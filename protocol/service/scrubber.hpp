#pragma once
// The daemon's own look after its store: everything is read at start and then once a week, on a thread that takes its
// time, so that damage is known before somebody needs what is damaged.

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <thread>

#include "protocol/base/result.hpp"
#include "protocol/base/time.hpp"
#include "protocol/journal/scrub.hpp"

namespace lab::service {

struct ScrubStatus {
  bool running = false;
  std::uint64_t records = 0;        // read by the pass that runs, or ran last
  std::uint64_t passes = 0;         // finished since the start, without damage
  std::optional<UtcTime> finished;  // the last one of them
  std::string damage;               // empty when none was found; the rest is not read then
};

nlohmann::json to_json(const ScrubStatus& status);

struct ScrubOptions {
  std::chrono::milliseconds period = std::chrono::days{7};  // from the end of one pass to the start of the next
  std::size_t records_per_step = 2'000;                     // some milliseconds: no snapshot holds pages for long
  std::size_t records_at_start = 100'000;                   // under a second; a node's store of a year, whole
  /// Behind each pass: what is wrong between records that are whole by themselves; empty when nothing is.
  std::function<std::string(const journal::View& store)> look_between{};
};

class Scrubber {
 public:
  /// On the scrubber's thread, once: records are hidden or out of order, so that "not there" is no answer any more and
  /// the process has to stop.
  using OnBroken = std::function<void(const std::string& what)>;

  /// Reads the first records at once: storage when the store cannot be worked on. A record that is itself damaged is
  /// logged and shown, and the daemon goes on without it (docs/decisions/0007); so is what `look_between` says.
  /// `store` outlives the scrubber.
  static Result<std::unique_ptr<Scrubber>> start(const journal::Store& store, ScrubOptions options, OnBroken on_broken);
  /// Ends after the step that runs.
  ~Scrubber() = default;
  Scrubber(const Scrubber&) = delete;
  Scrubber& operator=(const Scrubber&) = delete;

  /// From any thread.
  [[nodiscard]] ScrubStatus status() const;

 private:
  enum class Outcome { more, over, damaged_record, broken };

  Scrubber(const journal::Store& store, ScrubOptions options, OnBroken on_broken);
  void run(const std::stop_token& stop);
  Outcome step(std::size_t records_max);
  /// False when the scrubber is to end.
  bool rest(const std::stop_token& stop, std::chrono::milliseconds time);

  const journal::Store& store_;
  ScrubOptions options_;
  OnBroken on_broken_;
  std::unique_ptr<journal::ScrubPass> pass_;

  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable_any wake_;
  ScrubStatus status_;

  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace lab::service
