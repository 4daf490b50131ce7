#include "instruments/sim/line_shaper.hpp"

#include <algorithm>
#include <utility>

namespace lab::sim {

bool LineShaper::happens(double chance) {
  // Drawn even at no chance: the same seed then gives the same faults whatever else is switched on or off.
  const double drawn = static_cast<double>(random_() >> 11) * 0x1.0p-53;
  return drawn < chance;
}

std::size_t LineShaper::below(std::size_t limit) { return limit == 0 ? 0 : random_() % limit; }

Bytes LineShaper::damage(BytesView segment) {
  Bytes bytes{segment};
  if (happens(quality_.flip) && !bytes.empty()) {
    char& octet = bytes[below(bytes.size())];
    octet = static_cast<char>(octet ^ (1 << below(8)));
    ++counts_.flips;
  }
  if (happens(quality_.duplicate) && !bytes.empty()) {
    const std::size_t at = below(bytes.size());
    bytes.insert(at, 1, bytes[at]);
    ++counts_.duplicates;
  }
  if (happens(quality_.drop) && !bytes.empty()) {
    bytes.erase(below(bytes.size()), 1);
    ++counts_.drops;
  }
  if (happens(quality_.line_break) && !bytes.empty()) {
    bytes.resize(below(bytes.size()));
    bytes += '\0';
    ++counts_.breaks;
  }
  if (happens(quality_.stray)) {
    Bytes noise(1 + below(3), '\0');
    for (char& octet : noise) octet = static_cast<char>(random_());
    bytes.insert(0, noise);
    ++counts_.strays;
  }
  if (happens(quality_.lose)) {
    bytes.clear();
    ++counts_.losses;
  }
  return bytes;
}

void LineShaper::push(BytesView segment, UtcTime now) {
  if (vanished_) return;
  ++counts_.segments;
  const Bytes damaged = damage(segment);
  if (happens(quality_.vanish)) {
    vanished_ = true;
    ++counts_.vanished;
    on_the_way_.clear();
    held_.clear();
    return;
  }
  if (happens(quality_.stall)) {
    late_ = quality_.stalled;
    ++counts_.stalls;
  }
  const Bytes bytes = std::exchange(held_, {}) + damaged;
  if (happens(quality_.merge)) {
    held_ = bytes;
    held_until_ = now + quality_.held;
    ++counts_.merges;
    return;
  }
  if (happens(quality_.split) && bytes.size() > 1) {
    const std::size_t cut = 1 + below(bytes.size() - 1);
    schedule(BytesView{bytes}.substr(0, cut), now);
    late_ += quality_.gap;
    schedule(BytesView{bytes}.substr(cut), now);
    ++counts_.splits;
    return;
  }
  schedule(bytes, now);
}

void LineShaper::schedule(BytesView bytes, UtcTime now) {
  free_at_ = std::max(free_at_, now) + std::exchange(late_, Milliseconds{0});
  if (bytes.empty()) return;
  if (quality_.baud <= 0) {
    on_the_way_.push_back({.at = free_at_, .bytes = Bytes{bytes}});
    return;
  }
  constexpr std::int64_t bits_per_octet = 10;
  constexpr std::int64_t ms_per_second = 1000;
  for (const char octet : bytes) {
    carried_ += bits_per_octet * ms_per_second;
    free_at_ += Milliseconds{carried_ / quality_.baud};
    carried_ %= quality_.baud;
    on_the_way_.push_back({.at = free_at_, .bytes = Bytes(1, octet)});
  }
}

Bytes LineShaper::take(UtcTime now) {
  if (!held_.empty() && now >= held_until_) schedule(std::exchange(held_, {}), now);
  Bytes arrived;
  while (!on_the_way_.empty() && on_the_way_.front().at <= now) {
    arrived += on_the_way_.front().bytes;
    on_the_way_.pop_front();
  }
  return arrived;
}

std::optional<UtcTime> LineShaper::wake_at() const {
  std::optional<UtcTime> wake;
  if (!on_the_way_.empty()) wake = on_the_way_.front().at;
  if (!held_.empty()) wake = wake ? std::min(*wake, held_until_) : held_until_;
  return wake;
}

void LineShaper::reset() {
  on_the_way_.clear();
  held_.clear();
  late_ = Milliseconds{0};
  vanished_ = false;
}

}  // namespace lab::sim
