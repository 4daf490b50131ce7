#pragma once
// The loop: the one thread that owns the coordinator's decisions and the only write transaction.
//
// One turn = one durable batch: inputs are drained and decided over the running transaction, one step of a long job is
// made, the links say what became sendable, everything commits once, and only then are messages sent and people
// answered. An input that fails contributes nothing.
//
// A batch for which the disk or the map has no room is dropped whole, and whoever waits for it is told so. The loop
// then takes nothing from nodes until it has tried again: nothing of theirs is acknowledged, so they keep it.

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "coordinator/app/telling.hpp"
#include "coordinator/board/board.hpp"
#include "coordinator/board/live_feed.hpp"
#include "coordinator/coordinator.hpp"
#include "protocol/journal/store.hpp"
#include "protocol/service/live.hpp"
#include "protocol/service/security_log.hpp"
#include "protocol/transport/server.hpp"

namespace lab::coordinator::app {

/// Frames that wait: what 21 nodes with full windows send, twice. What does not fit is sent again by its session.
constexpr std::size_t frames_max = 4'096;
constexpr std::size_t frame_octets_max = std::size_t{256} << 20;
/// Commands that wait: pages of a whole office; more are answered 503.
constexpr std::size_t commands_max = 256;
/// Enrolments that wait: a whole province on its first morning.
constexpr std::size_t enrolments_max = 256;
/// A request to enrol is below 1 KiB, its texts are bounded; and anybody may send one.
constexpr std::size_t enrolment_octets_max = 4'096;
/// Strangers may send without end, so their refusals are counted and told once in this time.
constexpr std::chrono::seconds refusal_log_interval{1};
/// One commit is shared by at most so many inputs, and a turn takes no further one when it has changed so much. Both
/// are far below what one batch of the store holds, and keep a turn at some 20 ms.
constexpr std::size_t inputs_per_turn = 512;
constexpr std::size_t records_per_turn = 4'000;
constexpr std::size_t octets_per_turn = std::size_t{8} << 20;
/// The wall clock may jump, so sleep is never trusted for longer.
constexpr std::chrono::milliseconds sleep_max{1'000};
/// After a batch that had no room, whatever nobody waits for is not taken up for so long: until then nodes have waited
/// for their answers in vain, and send less and less often.
constexpr std::chrono::milliseconds room_wait{1'000};

/// What the loop hands messages to, after the commit. On the loop's thread.
struct Outlets {
  std::function<void(std::vector<transport::Packet>)> send;
  std::function<void(std::vector<transport::Packet>)> send_enrol;
  std::function<void(const std::string& curve_key)> allow;
  std::function<void(const std::string& curve_key)> revoke;
  /// Notes a generation outside the store, durably, before anything of it leaves. False when it cannot.
  std::function<bool(std::uint32_t generation)> note_generation = [](std::uint32_t) { return true; };
  /// Before an event is decided; false when that has ended the process too often. See attempts.hpp.
  std::function<bool(const tables::EventPlace& place)> try_event{};
  /// What was tried is stored, or given up without any doubt about the events.
  std::function<void()> events_done = [] {};
  service::SecurityLog* security = nullptr;  // where refused messages are noted
  /// Carries webhooks; none: nobody is told.
  std::function<void(std::vector<dispatch::Delivery>)> deliver{};
  service::Live* live = nullptr;          // pages that listen
  board::CommitTimes* commits = nullptr;  // where commits are counted
};

/// The key that the coordinator goes over to at a time that nodes are told of.
struct NextCurveKey {
  std::string public_key;  // Z85
  UtcTime from{};
};

/// What is known of the store before it is looked at.
struct Arrival {
  Bytes secret;                              // random; taken on the very first start only
  bool put_back = false;                     // it is another one than the note beside it is about
  std::uint32_t generation = 0;              // that the note is about
  std::optional<NextCurveKey> next_curve{};  // nodes are told of it
};

class Loop {
 public:
  Loop(journal::Store& store, crypto::KeyPair signing, Outlets outlets);

  /// From any thread.
  void on_packets(std::vector<transport::Packet> packets);
  void on_enrol_packets(std::vector<transport::Packet> packets);
  /// False when the queue is full or the loop has ended.
  bool post(board::Command command);
  [[nodiscard]] std::vector<Session> sessions() const;
  /// The turn that runs is finished.
  void stop();
  /// The same, and run() returns false.
  void stop_damaged(const std::string& what);

  /// Runs until it is stopped, true, or a store that cannot be worked on, false.
  bool run(const Arrival& arrival);

 private:
  struct Turn;
  struct Inputs {
    std::deque<transport::Packet> packets;
    std::deque<transport::Packet> enrolments;
    std::deque<board::Command> commands;
    std::size_t octets = 0;  // of packets
    [[nodiscard]] bool empty() const { return packets.empty() && enrolments.empty() && commands.empty(); }
  };

  bool wait_for_work(bool jobs_wait);
  bool turn(bool& jobs_wait);
  void take_packet(Turn& turn, const transport::Packet& packet);
  void take_enrolment(Turn& turn, const transport::Packet& packet);
  void take_command(Turn& turn, board::Command command);
  bool take_next(Turn& turn, bool has_room);
  void decide(Turn& turn, bool& jobs_wait);
  Result<void> commit(Turn& turn);
  void hand_over(Turn& turn);
  bool finish(Turn& turn);
  bool drop(Turn& turn, const Error& error);
  void give_up(Turn& turn, const std::string& what);
  void refuse_enrolment(const std::string& peer, const std::string& why);
  void note_refused(const Turn& turn);
  void note(service::Attempt attempt);
  void tell(const std::string& about, const std::string& note);
  void know_nodes(const journal::View& store, UtcTime now);
  void publish();

  journal::Store& store_;
  Coordinator coordinator_;
  Outlets outlets_;
  // Live nodes by CURVE key, as of the last commit; a node that has replaced its key has two for a while.
  std::map<std::string, model::NodeEntry> by_key_;
  std::map<model::NodeId, std::string> keys_;  // with which each of them spoke last
  UtcTime next_expiry_ = UtcTime::max();       // of a former key
  UtcTime try_again_{};                        // monotonic; zero when the last batch found room
  Telling telling_;
  board::LiveFeed feed_;

  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable work_;
  Inputs inputs_;
  std::vector<Session> sessions_;
  std::uint64_t refused_enrolments_ = 0;
  UtcTime next_refusal_log_{};  // monotonic
  bool stopping_ = false;
  bool damaged_ = false;
};

}  // namespace lab::coordinator::app
