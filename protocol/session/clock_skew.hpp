#pragma once
// How far the other side's clock is from ours. It is told to people and decides nothing: dates of judging are those of
// the record, and order comes from sequence numbers (sync.md section 5).

#include <algorithm>
#include <chrono>
#include <string>

#include "protocol/base/time.hpp"

namespace lab::session {

/// More than a message takes on its way; less than what spoils a date on a report.
constexpr Milliseconds clock_skew_max = std::chrono::minutes{5};

class ClockSkew {
 public:
  /// What a clock shows before or after these is taken for the nearer of them: it comes from elsewhere, and may be any
  /// number.
  static constexpr UtcTime clock_first{};
  static constexpr UtcTime clock_last{std::chrono::sys_days{std::chrono::year{9999} / 12 / 31}};

  /// The other side has said what its clock shows; the epoch says nothing. True when the difference is too large now
  /// and was not before.
  bool hear(UtcTime theirs, UtcTime ours) {
    if (theirs == UtcTime{}) return false;
    const bool was_large = ahead() != Milliseconds{0};
    difference_ = std::clamp(theirs, clock_first, clock_last) - ours;
    return !was_large && ahead() != Milliseconds{0};
  }
  void forget() { difference_ = {}; }
  /// By how much the other clock is ahead of ours, negative when it is behind; zero when that is at most
  /// clock_skew_max, or not known.
  [[nodiscard]] Milliseconds ahead() const {
    return std::chrono::abs(difference_) > clock_skew_max ? difference_ : Milliseconds{0};
  }

 private:
  Milliseconds difference_{0};
};

/// "360 s ahead of" or "360 s behind", for people: a clock that is ahead by so much, compared with another.
inline std::string words_of(Milliseconds ahead) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(std::chrono::abs(ahead)).count();
  return std::to_string(seconds) + (ahead > Milliseconds{0} ? " s ahead of" : " s behind");
}

}  // namespace lab::session
