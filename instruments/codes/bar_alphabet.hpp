#pragma once
// What the characters of a bar code look like along the bars, and how well a stretch of a picture looks like each of
// them. Pure.

#include <span>
#include <string_view>
#include <vector>

namespace lab::codes {

/// Darkness along the bars, averaged over a band of the bars' height. The bands of one region are of one length and
/// share their axis. Any unit and any offset: each stretch is fitted with a gain and an offset of its own, so that
/// shadows do not matter.
using BarBand = std::vector<float>;

/// Widths of bars and spaces in turn, in modules.
using BarWidths = std::vector<float>;

/// "212222" as widths.
BarWidths widths_of(std::string_view digits);

/// Characters of one length that can stand at one place of a symbol, drawn as a blurred picture shows them.
class BarAlphabet {
 public:
  static constexpr std::size_t size_max = 103;  // Code 128; of the others ITF has a hundred pairs

  /// `characters`: at most `size_max`, all of the same number of modules. `blur`: standard deviation in modules.
  BarAlphabet(std::span<const BarWidths> characters, bool begins_with_bar, float blur);

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] float modules() const { return modules_; }
  [[nodiscard]] bool begins_with_bar() const { return begins_with_bar_; }
  [[nodiscard]] bool ends_with_bar() const { return ends_with_bar_; }

  /// Adds to `gains`, one for each character, how much better it explains `band` from `begin` to `end` than an even
  /// grey does: half the logarithm of the ratio of the squared errors, for each module, times a weight that is
  /// returned. The weight is 1 where there is contrast and falls to 0 where the variance is far below `faint` (unit of
  /// the band squared, above 0), under a patch or glare. A bar where a space should be gains nothing.
  float add_gains(const BarBand& band, float begin, float end, float faint, std::span<float> gains) const;

 private:
  // Four characters side by side, which is what one instruction of every processor of ours can add.
  using Four = float __attribute__((vector_size(16)));

  std::size_t size_ = 0;
  std::size_t sample_count_ = 0;
  float modules_ = 0;
  bool begins_with_bar_ = true;
  bool ends_with_bar_ = false;
  std::vector<Four> samples_;  // of each four characters in turn: mean 0, length 1
};

}  // namespace lab::codes
