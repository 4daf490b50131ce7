#pragma once
// The protocol's times and windows in one place, each with its reason.

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "protocol/base/time.hpp"

namespace lab::session {

using namespace std::chrono_literals;

constexpr Milliseconds resend_first{500};        // several round trips on a county line
constexpr Milliseconds resend_patient{5'000};    // of a slow answer; a lost one must still be noticed soon
constexpr Milliseconds resend_longest{60'000};   // a laboratory that was away for weeks is noticed within a minute
constexpr Milliseconds ping_every{5'000};        // idle links: a third of the silence that ends them
constexpr Milliseconds silence_longest{15'000};  // then the session is over and begins with HELLO again
constexpr std::chrono::hours tree_told_every{
    1};  // to a node that sends nothing: every other one hears it with each answer

/// Events sent and not yet acknowledged. At six events a task it keeps 170 tasks in flight, more than a laboratory
/// finishes in one turn; with the octets of a message bounded it is a few megabytes at most.
constexpr std::uint64_t window_events = 1'024;
/// Orders sent and not yet acknowledged: two full messages.
constexpr std::uint64_t window_orders = 2 * 256;

/// How long the other side usually takes to answer. A busy coordinator commits, counts and signs for many laboratories
/// before it answers one; asking again meanwhile would only add to its work.
class AnswerTime {
 public:
  /// Everything up to `place` was sent. One stretch is timed at once, from its first sending: of repeated ones nobody
  /// knows which is answered, and the longer time does no harm.
  void sent(std::uint64_t place, UtcTime now) {
    if (timed_ != 0) return;
    timed_ = place;
    since_ = now;
  }
  /// Everything up to `place` was answered.
  void answered(std::uint64_t place, UtcTime now) {
    if (timed_ == 0 || place < timed_) return;
    usual_ += (std::max(now - since_, Milliseconds{0}) - usual_) / 8;  // the weight of RFC 6298
    timed_ = 0;
  }
  /// What was sent is lost or begun anew.
  void forget() { timed_ = 0; }
  /// Twice the usual time, within resend_first and resend_patient.
  [[nodiscard]] Milliseconds patience() const { return std::clamp(usual_ * 2, resend_first, resend_patient); }

 private:
  std::uint64_t timed_ = 0;  // highest place of the stretch that is being timed; 0: none
  UtcTime since_{};
  Milliseconds usual_{0};
};

/// A wall clock may be set back, by a day or a year. What was to happen in a minute is then still to happen in a
/// minute: the times that were noted go back with it.
class SteadyTime {
 public:
  /// By how much noted times are to be moved.
  Milliseconds set_back(UtcTime now) {
    const Milliseconds back = now < latest_ ? now - latest_ : Milliseconds{0};
    latest_ = now;
    return back;
  }

 private:
  UtcTime latest_{};
};

/// Doubles from `first` to resend_longest; progress starts it anew. A jitter of up to a quarter, taken from
/// `salt`, keeps a province of nodes from coming back in step.
class Backoff {
 public:
  void restart(UtcTime now, Milliseconds first = resend_first) {
    delay_ = first;
    due_ = now + delay_;
  }
  void next(UtcTime now, std::uint64_t salt) {
    delay_ = std::min(delay_ * 2, resend_longest);
    due_ = now + delay_ + delay_ / 4 * static_cast<int>(salt % 16) / 16;
  }
  [[nodiscard]] UtcTime due() const { return due_; }
  void move(Milliseconds by) { due_ += by; }

 private:
  Milliseconds delay_ = resend_first;
  UtcTime due_{};
};

}  // namespace lab::session
