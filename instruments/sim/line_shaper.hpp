#pragma once
// One direction of a bad line. A write of one end is a segment: a frame, a reply. What the faults make of it arrives
// piece by piece at the other end. Pure: no line, no clock, and all chance comes from the seed.

#include <cstdint>
#include <deque>
#include <optional>
#include <random>

#include "protocol/base/bytes.hpp"
#include "protocol/base/time.hpp"

namespace lab::sim {

/// Chances are per segment, 0 to 1.
struct LineQuality {
  int baud = 0;           // each octet takes 10 / baud seconds (start bit, eight bits, stop bit); 0: no time
  double flip = 0;        // one bit of one octet
  double drop = 0;        // one octet is lost; of a reply of one octet that is the reply
  double lose = 0;        // the segment is lost
  double duplicate = 0;   // one octet arrives twice
  double stray = 0;       // one to three octets of noise arrive before it
  double split = 0;       // it arrives in two pieces, `gap` apart
  double merge = 0;       // it is held back until the next one arrives, at most `held`
  double stall = 0;       // it arrives `stalled` late, and everything behind it
  double line_break = 0;  // a NUL arrives instead of the rest of it, as at a break condition
  double vanish = 0;      // the line ends: the rest of it and what is on its way are gone
  Milliseconds gap{5};
  Milliseconds held{50};
  Milliseconds stalled{500};
};

/// What was done so far.
struct LineCounts {
  std::uint64_t segments = 0;
  std::uint64_t flips = 0;
  std::uint64_t drops = 0;
  std::uint64_t losses = 0;
  std::uint64_t duplicates = 0;
  std::uint64_t strays = 0;
  std::uint64_t splits = 0;
  std::uint64_t merges = 0;
  std::uint64_t stalls = 0;
  std::uint64_t breaks = 0;
  std::uint64_t vanished = 0;
};

class LineShaper {
 public:
  LineShaper(LineQuality quality, std::uint64_t seed) : quality_(quality), random_(seed) {}

  /// One segment enters the line.
  void push(BytesView segment, UtcTime now);
  /// What has arrived by now and was not taken yet.
  [[nodiscard]] Bytes take(UtcTime now);
  /// When the next octet arrives; nothing when the line is empty.
  [[nodiscard]] std::optional<UtcTime> wake_at() const;
  /// The line has ended; what was on its way is gone. Both ends have to be closed, and reset() called for a new line.
  [[nodiscard]] bool vanished() const { return vanished_; }
  void reset();

  [[nodiscard]] const LineCounts& counts() const { return counts_; }

 private:
  struct Piece {
    UtcTime at;
    Bytes bytes;
  };

  bool happens(double chance);
  std::size_t below(std::size_t limit);
  Bytes damage(BytesView segment);
  void schedule(BytesView bytes, UtcTime now);

  LineQuality quality_;
  std::mt19937_64 random_;
  std::deque<Piece> on_the_way_;  // growing times
  Bytes held_;                    // waits for the next segment
  UtcTime held_until_{};
  UtcTime free_at_{};         // when the line has carried what was pushed so far
  Milliseconds late_{0};      // of the current stall
  std::int64_t carried_ = 0;  // what the last octet left of a millisecond, in milliseconds times baud
  bool vanished_ = false;
  LineCounts counts_;
};

}  // namespace lab::sim
