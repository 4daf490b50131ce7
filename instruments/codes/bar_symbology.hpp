#pragma once
// Bar codes as sequences of characters. Pure. Sources: ISO/IEC 15417 (Code 128), ISO/IEC 15420 (EAN/UPC), ISO/IEC 16388
// (Code 39), ISO/IEC 16390 (Interleaved 2 of 5).

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "instruments/codes/bar_alphabet.hpp"

namespace lab::codes {

enum class BarKind : std::uint8_t { code128, ean13, ean8, code39, itf };

/// A run of characters of one alphabet.
struct BarStep {
  BarAlphabet alphabet;
  int count_min = 1;
  int count_max = 1;
};

/// From the first bar to the last.
struct BarSymbology {
  BarKind kind = BarKind::code128;
  float quiet_modules = 0;  // light on both sides that is asked for here; less than the standards ask of a printer
  std::vector<BarStep> steps;
  /// The symbology in the list that is this one with another ratio of wide to narrow: where that is not found, this
  /// need not be looked for.
  std::optional<std::size_t> ratio_of = {};
};

/// Every kind that is read, drawn at one blur (standard deviation in modules). Code 39 and
/// Interleaved 2 of 5 are there once for each ratio of wide to narrow, the middle one first.
std::vector<BarSymbology> bar_symbologies(float blur);

constexpr int code128_stop = 106;
constexpr std::string_view code39_characters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%";

/// Which of the six digits left of an EAN-13's middle are drawn in the even set, for each first digit; bit 5 is the
/// leftmost of the six.
extern const std::uint8_t ean13_even_sets[10];

}  // namespace lab::codes
