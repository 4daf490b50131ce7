#pragma once
// Reads an EAN-13 that was photographed so far out of focus that its bars have no edges: all digits at once, by what
// the whole symbol would look like. Pure.

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "instruments/codes/bar_alphabet.hpp"

namespace lab::codes {

struct BlurredEan {
  std::string text;  // thirteen digits, check digit right
  /// Of each half of the symbol's height, which have no pixel in common: what it says by itself.
  struct Half {
    double unexplained = 1;  // share of the variance along the symbol that the text does not explain: 0 none
    double margin = 0;       // squared errors of the next likely text beyond those of this one, in mean squared errors
    /// Of all rows of digits, also those with a wrong check digit or with sets that spell no first digit, the text is
    /// the likeliest. By chance it would be once in 64.
    bool is_likeliest = false;
  };
  std::array<Half, 2> halves;

  [[nodiscard]] double least_margin() const { return std::min(halves[0].margin, halves[1].margin); }
};

/// The likeliest symbol that stands between two stretches of paper. `strips`: from top to bottom of what may be more
/// than the symbol, four or more; at least two samples a module. Nothing when there is none, or when its halves say
/// different texts.
std::optional<BlurredEan> blurred_ean13(const std::vector<BarBand>& strips);

}  // namespace lab::codes
