#pragma once
// Where the lines of a text end, found at the speed of memory.

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace lab::drivers {

/// The ends of lines of a text, which must outlive it. Each kind of end is looked for only behind the last one found,
/// so that the whole text is passed once per kind and not octet by octet.
template <std::size_t Kinds>
class LineEnds {
 public:
  LineEnds(std::string_view text, const std::array<char, Kinds>& kinds) : text_(text), kinds_(kinds) {
    for (std::size_t i = 0; i < Kinds; ++i) next_[i] = find(kinds_[i], 0);
  }

  /// The first end at or behind `at`, or the size of the text. Ask with growing offsets.
  std::size_t behind(std::size_t at) {
    std::size_t first = text_.size();
    for (std::size_t i = 0; i < Kinds; ++i) {
      if (next_[i] < at) next_[i] = find(kinds_[i], at);
      first = std::min(first, next_[i]);
    }
    return first;
  }

 private:
  [[nodiscard]] std::size_t find(char kind, std::size_t at) const {
    return std::min(text_.find(kind, at), text_.size());
  }

  std::string_view text_;
  std::array<char, Kinds> kinds_;
  std::array<std::size_t, Kinds> next_{};
};

}  // namespace lab::drivers
