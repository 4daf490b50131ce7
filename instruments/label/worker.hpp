#pragma once
// Reads labels in processes of their own, because decoders crash on ordinary photographs. Whatever a picture does to
// such a process, the caller gets an answer with a reason and goes on.

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "instruments/label/reading.hpp"
#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"

namespace lab::label {

struct WorkerOptions {
  /// Path of the program qlims-label-worker.
  std::string program;
  /// How many pictures at once. Processes start with the first picture they get.
  std::size_t processes = 1;
  /// Time a reading may take before the last treatment is begun.
  std::chrono::milliseconds budget{1000};
  /// From handing the picture over to the whole answer; then the process is killed. Covers one treatment of the largest
  /// picture and the start of the program on a busy machine.
  std::chrono::milliseconds timeout{5000};
  /// Further arguments for the program. Tests use them to make it fail; there are none in production.
  std::vector<std::string> arguments;
};

struct WorkerCounters {
  std::uint64_t started = 0;    // processes
  std::uint64_t crashed = 0;    // died while reading
  std::uint64_t timed_out = 0;  // killed while reading
  std::uint64_t broken = 0;     // killed because of an answer that was none
};

class Worker {
 public:
  /// Precondition: at least one process.
  explicit Worker(WorkerOptions options);
  /// Ends the processes. Precondition: no read is going on.
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// Blocks until there is an answer: never call it on the loop's thread. Thread-safe; callers beyond `processes` wait
  /// for their turn, so the number of calling threads is the length of the queue.
  /// A file that check_image refuses is answered here and never reaches a process.
  LabelReading read(BytesView file);

  /// A JPEG file of at most thumbnail_side_max pixels a side, upright, for lists on a page. Nothing when the picture is
  /// refused, or the process gives none; the picture itself is none the worse for it. Blocks as read() does.
  std::optional<Bytes> thumbnail(BytesView file);

  [[nodiscard]] WorkerCounters counters() const;

 private:
  struct Slot;
  Slot& take_slot();
  void give_back(Slot& slot);
  using Answer = tl::expected<Bytes, LabelReading>;  // or why there is none
  Answer ask(Slot& slot, BytesView request);
  Answer converse(Slot& slot, BytesView frame);
  LabelReading give_up(Slot& slot, Cause cause);

  WorkerOptions options_;
  mutable std::mutex mutex_;  // guards counters_ and which slots are free
  std::condition_variable slot_is_free_;
  std::vector<std::unique_ptr<Slot>> slots_;
  WorkerCounters counters_;
};

/// Path of the worker program beside the running one, where the build and the package put it.
std::string worker_beside_this_program();

}  // namespace lab::label
