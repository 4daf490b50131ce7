#pragma once
// The loop: the one thread that owns the node's decisions and the only write transaction.
//
// One turn = one durable batch: inputs are drained and decided over the running transaction, the link says what became
// sendable, everything commits once, and only then are messages sent and people and instruments answered.

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "lab-node/desk/desk.hpp"
#include "lab-node/desk/input.hpp"
#include "lab-node/desk/live_feed.hpp"
#include "protocol/journal/room.hpp"
#include "protocol/journal/store.hpp"
#include "protocol/session/node_link.hpp"

namespace boost::asio {
class io_context;
}

namespace lab::node::app {

constexpr std::size_t queue_max = 4'096;         // inputs that wait: seconds of work for a busy station
constexpr std::size_t inputs_per_turn = 512;     // one commit is shared by at most so many ...
constexpr std::size_t changes_per_turn = 4'000;  // ... and ends early here, far below what a batch of the store takes
/// ... or here. An input adds at most a frame or a small file to that, which keeps one write to the disk short and the
/// batch below the 64 MiB that the store takes.
constexpr std::size_t octets_per_turn = std::size_t{8} << 20;
/// Messages of the coordinator that wait: a full window of the session, 64 frames of at most 1 MiB. More than that is
/// sent again by the coordinator.
constexpr std::size_t frame_octets_max = std::size_t{64} << 20;
constexpr std::size_t wake_at_most_ms = 1'000;  // the wall clock may jump, so sleep is never trusted for longer

class StationKeys;

class Loop {
 public:
  struct Options {
    session::NodeLink::Options link;
    bool has_coordinator = false;
    /// Hands messages to the transport; called on the loop's thread after the commit.
    std::function<void(std::vector<Bytes> frames)> send;
    /// Where pages hear what has changed, after the commit; none: nobody listens.
    service::Live* live = nullptr;
    desk::SampleIndex* index = nullptr;
    /// Follows what the coordinator says of keys; none: they never change.
    StationKeys* keys = nullptr;
    service::SecurityLog* security = nullptr;  // where refused requests are noted
  };

  Loop(boost::asio::io_context& io, journal::Store& store, Options options);
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  /// From any thread. False when the queue is full or the loop has ended.
  bool post(desk::Input input);
  /// From any thread: the transport's connection, and what came in over it.
  void on_link(bool linked);
  /// How many were taken; the others find the queue full, and the coordinator sends them again.
  std::size_t on_frames(std::vector<Bytes> frames);

  /// Runs until stop() or a store that cannot be worked on. False in the second case.
  bool run();
  /// From any thread: the turn that runs is finished.
  void stop();
  /// From any thread: the same, and run() returns false.
  void stop_damaged(const std::string& what);

  [[nodiscard]] desk::LinkStatus link_status() const;

 private:
  struct Turn;
  struct Timer;
  void wake();
  void turn();
  void decide(Turn& turn);
  void pump(Turn& turn);
  void write_security(Turn& turn);
  bool commit(Turn& turn);
  void finish(Turn& turn, bool stored);
  bool reserve(std::size_t octets);
  void release(std::size_t octets);
  void take_message(journal::Draft& draft, const Bytes& frame, UtcTime now);
  void look_at_room();
  void publish();
  void tell_pages(const desk::LinkStatus& link, const desk::Changes& changes);
  void schedule();
  std::optional<desk::Input> take_next();

  boost::asio::io_context& io_;
  journal::Store& store_;
  Options options_;
  node::Node node_;
  session::NodeLink link_;
  std::unique_ptr<Timer> timer_;
  bool linked_ = false;
  journal::Room room_ = journal::Room::enough;
  bool relink_ = false;  // a commit failed: what the link remembers may be ahead of the store
  std::atomic<bool> damaged_ = false;
  std::string told_link_;  // the last line that pages heard of the link

  mutable std::mutex mutex_;  // guards what follows
  std::deque<desk::Input> queue_;
  std::size_t frame_octets_ = 0;  // of the frames in the queue
  bool turn_waits_ = false;
  bool ended_ = false;
  desk::LinkStatus status_;
};

}  // namespace lab::node::app
