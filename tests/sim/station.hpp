#pragma once
// The process of one bench PC, as lab-node/app runs it: the real node and the real link over a disk; and the people who
// work at it.

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "lab-node/node.hpp"
#include "protocol/session/node_link.hpp"
#include "tests/sim/disk.hpp"
#include "tests/sim/faults.hpp"

namespace lab::sim {

/// What is kept beside the store and is in no backup: see lab-node/app/serial_mark.hpp.
struct Beside {
  std::uint64_t given = 0;
  std::uint64_t place = 0;  // of the store's file
};

/// A node has let one person take two roles of a verdict.
class TwoRoles : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct Frame {
  std::size_t station = 0;  // who says it, or is told
  Bytes bytes;
};

class Station {
 public:
  Station(std::size_t place, model::NodeId node, crypto::KeyPair keys, Dice& dice, Weather& weather);

  // ---- the machine
  void start(UtcTime now);
  /// Everything in memory is gone.
  void die();
  void set_linked(bool linked, UtcTime now);
  void hear(Bytes frame) { inbox_.push_back(std::move(frame)); }
  /// One turn: decides what has come in and one thing that people do, commits, and says what is to be said. False when
  /// the process has to end, or has died on the way.
  bool turn(UtcTime now, bool people_work, std::vector<Bytes>& said);
  [[nodiscard]] UtcTime wake_at() const;

  /// Another store at another place on the disk, with the note beside it as it is.
  void put_back(const Records& records, bool noticed, UtcTime now);
  void write_poison(UtcTime now);

  [[nodiscard]] std::size_t place() const { return place_; }
  [[nodiscard]] model::NodeId node() const { return node_; }
  [[nodiscard]] bool is_on() const { return link_ != nullptr; }
  [[nodiscard]] bool is_linked() const { return linked_; }
  [[nodiscard]] bool is_welcome() const { return link_ && link_->is_welcome(); }
  [[nodiscard]] std::uint64_t boot() const { return boot_; }
  [[nodiscard]] const std::vector<std::uint64_t>& boots() const { return boots_; }
  [[nodiscard]] Disk& disk() { return *disk_; }
  [[nodiscard]] const Disk& disk() const { return *disk_; }
  [[nodiscard]] const crypto::KeyPair& keys() const { return keys_; }
  [[nodiscard]] const std::string& refusal() const { return link_->refusal(); }

  Milliseconds clock{0};   // ahead of true time
  bool gone = false;       // switched off for good
  bool rehydrates = true;  // off: the mechanism is removed
  bool finishing = false;  // people bring everything to its end
  bool disk_full = false;
  /// Chance of people who take two roles; none: they never do.
  std::optional<Dice> role_dice{};
  bool may_repeat_numbers = false;  // ADR 0022 names when a node cannot know which numbers it gave
  std::optional<Records> backup;
  bool is_set_back = false;  // its store is another one, and the coordinator has not been heard since
  /// Whether this bench has a bag of that sample, whatever its store says. None: nobody draws from shares here.
  std::function<bool(const model::TaskId& task)> has_bag{};

 private:
  struct Turn;
  bool work_on_shares(journal::Draft& draft, UtcTime now);
  bool look_again(journal::Draft& draft, UtcTime now);
  void take_frame(journal::Draft& draft, const Bytes& frame, UtcTime now);
  void work(journal::Draft& draft, UtcTime now);
  void work_on(journal::Draft& draft, const model::Sample& sample, UtcTime now);
  bool sign_in_two_roles(journal::Draft& draft, const model::Sample& sample, UtcTime now);
  std::vector<model::FormField> lot_fields(const model::ProgrammeCode& programme);
  void draw(journal::Draft& draft, const model::Sample& sample, UtcTime now);
  void measure(journal::Draft& draft, const model::Sample& sample, UtcTime now);
  void check_serials(journal::Draft& draft, UtcTime now);
  CommitFate fate();

  std::size_t place_;
  model::NodeId node_;
  crypto::KeyPair keys_;
  Dice& dice_;
  Weather& weather_;
  std::unique_ptr<Disk> disk_;
  std::uint64_t disk_place_ = 1;
  Beside beside_;
  std::optional<std::uint64_t> given_;  // written beside the store before the commit
  std::unique_ptr<node::Node> core_;
  std::unique_ptr<session::NodeLink> link_;
  std::deque<Bytes> inbox_;
  std::uint64_t boot_ = 0;
  std::vector<std::uint64_t> boots_;
  bool fresh_ = false;  // started, and has made no turn
  bool linked_ = false;
  bool relink_ = false;
  std::uint64_t captures_ = 0;
};

}  // namespace lab::sim
