#pragma once
// Finds where the characters of a bar code stand along its bars: edges that may begin a character, and the chain of
// characters between them that explains all bands best. Pure.

#include <array>
#include <vector>

#include "instruments/codes/bar_symbology.hpp"

namespace lab::codes {

/// One character's place and what each character of its alphabet would gain there (see BarAlphabet::add_gains; mean
/// over the bands that show something).
struct BarPlace {
  int step = 0;
  float begin = 0;
  float end = 0;
  std::vector<float> gains;
  /// The same of every other band, and of those between: two views of the place that share no pixel, in sums. The
  /// second is empty when there is one band only.
  std::array<std::vector<float>, 2> halves;
};

/// A whole symbol, from its first to its last character.
using BarChain = std::vector<BarPlace>;

class BarLine {
 public:
  static constexpr std::size_t samples_min = 40;

  /// At least one band; all of one length, `samples_min` or more.
  explicit BarLine(std::vector<BarBand> bands);

  /// The symbols of this kind, the best explained first; at most `chains_max`, none over another.
  [[nodiscard]] std::vector<BarChain> chains(const BarSymbology& symbology) const;
  static constexpr std::size_t chains_max = 3;

  /// Darkness of all bands together, and the width of a module as the distances between edges suggest it; 0 when there
  /// are too few edges for a symbol.
  [[nodiscard]] const BarBand& mean() const { return mean_; }
  [[nodiscard]] float module() const { return module_; }

 private:
  struct Edge {
    float at = 0;
    bool into_bar = true;
  };
  struct Hypothesis;
  class Search;

  void find_edges();
  [[nodiscard]] bool has_last_character(const BarSymbology& symbology) const;
  [[nodiscard]] bool is_quiet(float from, float to, float light, float dark) const;
  /// `end` lies before `begin` when it is the end of a symbol that is looked at.
  [[nodiscard]] bool begins_quietly(float begin, float end, float modules, float quiet_modules) const;
  [[nodiscard]] bool is_between_quiet_zones(const BarChain& chain, const BarSymbology& symbology) const;
  /// How much the likeliest character gains on the mean of all bands, and on the coarse bands one by one.
  [[nodiscard]] float mean_gain(const BarAlphabet& alphabet, float begin, float end) const;
  [[nodiscard]] float best_gain(const BarAlphabet& alphabet, float begin, float end) const;
  void settle(BarChain& chain, const BarSymbology& symbology) const;
  void weigh(BarPlace& place, const BarAlphabet& alphabet) const;

  std::vector<BarBand> bands_;
  std::vector<float> faint_;     // of each band, see BarAlphabet::add_gains
  std::vector<BarBand> coarse_;  // fewer bands, in which characters are looked for before they are weighed
  std::vector<float> coarse_faint_;
  BarBand mean_;
  float mean_faint_ = 0;
  std::vector<Edge> edges_;  // in order
  float module_ = 0;
};

}  // namespace lab::codes
