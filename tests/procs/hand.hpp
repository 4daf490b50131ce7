#pragma once
// The people and the instrument of a bench that gets through everything: each turn it looks at the store for what is to
// be done next, so that it goes on after a kill, a full disk, a restored store or a new token as if nothing had been.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "lab-node/app/loop.hpp"
#include "protocol/crypto/crypto.hpp"
#include "protocol/journal/store.hpp"
#include "protocol/model/sample.hpp"
#include "tests/procs/node_notes.hpp"

namespace lab::procs {

using Clock = std::chrono::steady_clock;

struct HandOptions {
  std::filesystem::path notes;  // a folder
  double per_second = 10;       // samples begun; 0: as fast as it goes
  std::size_t in_hand = 64;     // samples under way at once
  std::uint64_t boot = 0;
};

/// Everything on the loop's thread.
class Hand {
 public:
  Hand(node::app::Loop& loop, const journal::Store& store, HandOptions options);
  ~Hand();
  Hand(const Hand&) = delete;
  Hand& operator=(const Hand&) = delete;

  /// Call it every few milliseconds.
  void tick();
  void hurry() { options_.per_second = 0; }

 private:
  struct Heard {
    std::uint32_t incarnation = 0;
    std::uint64_t upto = 0;
  };
  desk::After work(node::Node& node, journal::Draft& draft, UtcTime now);
  void look_around(const journal::View& store);
  void advance(node::Node& node, journal::Draft& draft, const model::TaskId& task, UtcTime now);
  bool step(node::Node& node, journal::Draft& draft, const model::Sample& sample, UtcTime now);
  bool measure(node::Node& node, journal::Draft& draft, const model::Sample& sample, UtcTime now);
  /// Lines about what has been acknowledged since the last ones.
  std::string news(const journal::View& store, Heard& heard, std::uint64_t& verdicts) const;
  std::string line_of(const journal::View& store, std::uint32_t incarnation, std::uint64_t sequence,
                      std::uint64_t& verdicts) const;
  void read_last_line();
  void write_state() const;

  node::app::Loop& loop_;
  const journal::Store& store_;
  HandOptions options_;
  crypto::KeyPair approver_ = crypto::make_key_pair();
  std::mt19937_64 random_;
  int acks_ = -1;
  int state_file_ = -1;
  NodeState state_;
  std::vector<model::TaskId> open_;  // begun and not approved, and some to begin
  Clock::time_point looked_{};
  Clock::time_point began_ = Clock::now();
  std::uint64_t begun_ = 0;
  bool is_asking_ = false;
  Heard heard_;
  std::map<std::uint64_t, Clock::time_point> approved_at_;  // by place in the open stream
  std::vector<std::uint64_t> approvals_;                    // of the turn that runs
};

}  // namespace lab::procs
