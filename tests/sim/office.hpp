#pragma once
// The coordinator's process, as coordinator/app runs it: the real coordinator over a disk, and the note of its
// generation that lies beside the store.

#include <deque>
#include <map>
#include <memory>
#include <vector>

#include "coordinator/coordinator.hpp"
#include "tests/sim/disk.hpp"
#include "tests/sim/faults.hpp"
#include "tests/sim/station.hpp"

namespace lab::sim {

class Office {
 public:
  Office(crypto::KeyPair keys, session::Policy policy, Weather& weather);

  void start(UtcTime now);
  void die();
  void hear(Frame frame) { inbox_.push_back(std::move(frame)); }
  /// False when the process has to end, or has died on the way.
  bool turn(UtcTime now, std::vector<Frame>& said);
  [[nodiscard]] UtcTime wake_at() const { return core_->wake_at(); }
  [[nodiscard]] bool is_on() const { return core_ != nullptr; }
  [[nodiscard]] bool has_work() const { return jobs_wait_ || !inbox_.empty(); }

  /// One decision of a person, in a turn of its own.
  template <class Decide>
  void command(Decide decide) {
    commands_.push_back(decide);
  }

  /// `noticed`: the note beside the store, or the mark of the tool that did it, tells. Otherwise only the nodes can.
  void put_back(const Records& records, bool noticed) {
    disk_ = std::make_unique<Disk>(records);
    put_back_ = noticed;
    if (!noticed) note_ = 0;
  }

  [[nodiscard]] Disk& disk() { return *disk_; }
  [[nodiscard]] const crypto::KeyPair& keys() const { return keys_; }
  /// Where messages to a node go: to the process that spoke last, as the transport does.
  [[nodiscard]] const std::map<model::NodeId, std::size_t>& routes() const { return routes_; }
  void forget_route(std::size_t station);

  Milliseconds clock{0};
  std::vector<model::NodeId> nodes_of_stations;  // by place
  std::optional<Records> backup;

 private:
  struct Turn;
  CommitFate fate();

  crypto::KeyPair keys_;
  session::Policy policy_;
  Weather& weather_;
  std::unique_ptr<Disk> disk_ = std::make_unique<Disk>();
  std::unique_ptr<coordinator::Coordinator> core_;
  std::uint32_t note_ = 1;
  std::deque<Frame> inbox_;
  std::deque<std::function<void(coordinator::Coordinator&, journal::Draft&, UtcTime)>> commands_;
  std::map<model::NodeId, std::size_t> routes_;
  bool jobs_wait_ = true;
  bool put_back_ = false;
};

}  // namespace lab::sim
