#pragma once
// The people and the instrument of one bench, as inputs of its loop: the same calls that the desk and the ports make,
// with neither HTTP in front of them nor a photograph behind the label.

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "lab-node/app/loop.hpp"
#include "protocol/crypto/crypto.hpp"
#include "protocol/journal/store.hpp"
#include "protocol/model/sample.hpp"

namespace lab::province_year {

using Clock = std::chrono::steady_clock;

enum class Pace : std::uint8_t {
  step,  // each person waits until the one before is durable: five commits of the node in series
  line,  // all inputs of a sample are posted at once and share a turn, as from an automated line
};

struct RobotOptions {
  std::size_t window = 1;  // samples between sampling form and the coordinator's acknowledgement
  Pace pace = Pace::step;
  bool held = false;  // begins nothing before let_go()
};

struct RobotReport {
  std::uint64_t done = 0;  // durable at both ends: the coordinator's acknowledgement is here
  std::uint64_t passed = 0;
  std::uint64_t failed = 0;
  std::string complaint;  // the first refusal; empty when there was none
  Clock::time_point last_done{};
  std::vector<std::chrono::microseconds> life;      // sampling form posted .. acknowledgement here
  std::vector<std::chrono::microseconds> approval;  // approval posted .. acknowledgement here
  std::vector<std::chrono::microseconds> finished;  // when, on the clock of all processes
};

/// Everything on the loop's thread, but for on_traffic(), let_go() and finish().
class Robot {
 public:
  Robot(node::app::Loop& loop, const journal::Store& store, RobotOptions options);

  /// From any thread, after frames of the coordinator were posted: looks at what they brought, in their turn.
  void on_traffic();
  /// From any thread: begins what it was held back from.
  void let_go();
  /// From any thread: ends the loop when nothing is in flight any more.
  void finish();

  /// After the loop has ended.
  [[nodiscard]] const RobotReport& report() const { return report_; }
  [[nodiscard]] std::size_t in_flight() const { return works_.size(); }

 private:
  struct Work {
    model::Sample sample;  // as of the last step
    Clock::time_point begun;
    Clock::time_point approving;
    bool conforms = true;
    std::uint64_t last_event = 0;  // the approval's place in the stream; none before it is decided
  };
  using Step = void (Robot::*)(Work& work);

  void look(std::uint64_t acknowledged);
  void take_new_samples();
  void take_more_later();
  void begin(model::Sample sample);
  void fill_in_form(Work& work);
  void receive(Work& work);
  void measure(Work& work);
  void review(Work& work);
  void approve(Work& work);
  void ask(Work& work, desk::Input input);
  desk::After then(const model::TaskId& task, const node::Decided<model::Sample>& decided, Step next);
  void complain(const std::string& what);

  node::app::Loop& loop_;
  const journal::Store& store_;
  RobotOptions options_;
  crypto::KeyPair approver_ = crypto::make_key_pair();
  std::map<model::TaskId, Work> works_;
  model::TaskId newest_;     // the last sample that was begun
  bool more_later_ = false;  // as many as the loop takes are begun; the others follow
  bool finishing_ = false;
  RobotReport report_;
};

}  // namespace lab::province_year
